import { setTimeout as sleep } from 'timers/promises';

/**
 * Rekognition allows five calls per second and operation, for the whole account. One is left to everybody else.
 *
 * @see https://docs.aws.amazon.com/general/latest/gr/rekognition.html
 */
const INTERVAL = 250;

/** How long to let stale reads catch up before a second look. */
const SECOND_LOOK = 1_000;

/** Spaces out the calls of one poll, and ends it before the function's own time is over. */
export class Pace {
  private readonly next = new Map<string, number>();

  /** `until`: milliseconds since the epoch. */
  constructor(private readonly until: number) {}

  /** Waits until the operation may be called again; false when this poll has no time left for it. */
  async turn(operation: string): Promise<boolean> {
    const now = Date.now();
    const time = Math.max(now, this.next.get(operation) ?? 0);
    if (time >= this.until) return false;
    this.next.set(operation, time + INTERVAL);
    if (time > now) await sleep(time - now);
    return true;
  }

  async beforeSecondLook(): Promise<void> {
    await sleep(SECOND_LOOK);
  }
}
