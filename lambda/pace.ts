import { setTimeout as sleep } from 'timers/promises';
import { CALL_INTERVAL, SECOND_LOOK } from './times';

/** Spaces out the calls of one poll, and ends it before the function times out. */
export class Pace {
  private readonly next = new Map<string, number>();

  /** `until`: milliseconds since the epoch. */
  constructor(private readonly until: number) {}

  /** Waits until the operation may be called again; false when this poll has no time left for it. */
  async turn(operation: string): Promise<boolean> {
    const now = Date.now();
    const time = Math.max(now, this.next.get(operation) ?? 0);
    if (time >= this.until) return false;
    this.next.set(operation, time + CALL_INTERVAL);
    if (time > now) await sleep(time - now);
    return true;
  }

  async beforeSecondLook(): Promise<void> {
    await sleep(SECOND_LOOK);
  }
}
