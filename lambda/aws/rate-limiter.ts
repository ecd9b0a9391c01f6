import { setTimeout as sleep } from 'timers/promises';
import { limitRequests } from './clients';
import { CallFailure } from './errors';
import { BACKOFF, CALL_INTERVAL, LAST_TURN, POLL_MARGIN, SECOND_LOOK, TURN_INTERVAL } from '../times';

/** Spaces out the calls of one poll, and ends it before the function times out. */
export class RateLimiter {
  /** The limiter of a poll for which the function has this much time remaining, in milliseconds. */
  static within(remaining: number): RateLimiter {
    const margin = Math.min(POLL_MARGIN, remaining / 2);
    limitRequests(margin);
    return new RateLimiter(Date.now() + remaining - margin);
  }

  private readonly next = new Map<string, number>();

  /** `until`: milliseconds since the epoch. */
  constructor(private readonly until: number) {}

  get isOutOfTime(): boolean {
    return Date.now() >= this.until;
  }

  /** Waits until the operation may be called again; false when this poll has no time left for it. */
  async turn(operation: string): Promise<boolean> {
    const now = Date.now();
    const time = Math.max(now, this.next.get(operation) ?? 0);
    if (time >= this.until) return false;
    this.next.set(operation, time + CALL_INTERVAL);
    if (time > now) await sleep(time - now);
    return true;
  }

  /**
   * Makes a call, and makes it again while it is throttled and this poll has time: many teardowns may begin at once.
   * They wait for random times, so that they do not all retry at the same time.
   */
  async patiently<T>(send: () => Promise<T>, most = BACKOFF.first, patience = this.until - Date.now()): Promise<T> {
    try {
      return await send();
    } catch (error) {
      const wait = Math.floor(Math.random() * most);
      // the time spent waiting is counted too: a clock may be set back.
      const isThrottled = error instanceof CallFailure && error.isThrottled;
      if (!isThrottled || wait >= Math.min(patience, this.until - Date.now())) {
        throw error;
      }
      await sleep(wait);
      return this.patiently(send, Math.min(2 * most, BACKOFF.last), patience - wait);
    }
  }

  async beforeSecondLook(): Promise<void> {
    await sleep(SECOND_LOOK);
  }
}

/**
 * Waits for the turn of a teardown that begins together with others. The quota of Rekognition lets them begin one after
 * the other anyway. All at once, they would be throttled by Rekognition, and by CloudFormation too.
 */
export async function afterOthers(ahead: number, remaining = Infinity): Promise<void> {
  if (ahead > 0) await sleep(Math.min(ahead * TURN_INTERVAL, LAST_TURN, remaining / 2));
}
