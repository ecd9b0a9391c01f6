import type { HandlerEnvironment } from '../../src/private/contract';
import { invalid } from '../messages/teardown';
import {
  CLOUDFORMATION_LIMIT,
  DENIAL_TOLERANCE,
  EVENTS_TOLERANCE,
  SEARCH_TIME,
  UNREACHABLE_TIME,
  VERIFICATION_TIME,
} from '../times';

const SECOND = 1000;

/** How long a request has been polled, and which of its limits that has reached. */
export class Deadline {
  readonly elapsed: number;
  private readonly limit: number;

  constructor(startedAt: string | undefined, requestType: string, env: Partial<HandlerEnvironment> = process.env) {
    this.elapsed = Date.now() - Date.parse(startedAt ?? '');
    const total = Number(env.TOTAL_TIMEOUT_SECONDS) * SECOND;
    const interval = Number(env.QUERY_INTERVAL_SECONDS) * SECOND;
    if (![this.elapsed, total, interval].every(Number.isFinite)) {
      throw invalid('the handler needs StartedAt, TOTAL_TIMEOUT_SECONDS and QUERY_INTERVAL_SECONDS');
    }
    // the last poll comes at the end of the total time, plus the time that the polls themselves took. A poll must fail
    // if only one more poll would be in time for the state machine and CloudFormation: that one is the reserve in case
    // this one gets lost. The first poll never fails, however few there are.
    const wholeTime = Math.max(interval / 2, Math.min(total - 1.5 * interval, CLOUDFORMATION_LIMIT - 2 * interval));
    this.limit = requestType === 'Delete' ? wholeTime : Math.min(wholeTime, VERIFICATION_TIME);
  }

  get isOver(): boolean {
    return this.elapsed >= this.limit;
  }

  get isSearchOver(): boolean {
    return this.elapsed >= SEARCH_TIME || this.isOver;
  }

  get isDenialTolerated(): boolean {
    return this.elapsed < DENIAL_TOLERANCE && !this.isOver;
  }

  /** Whether no answer at all is more than a passing fault of the network. */
  get isUnreachable(): boolean {
    return this.elapsed >= UNREACHABLE_TIME;
  }

  /** Whether unclear events may simply be late. */
  get areEventsAwaited(): boolean {
    return this.elapsed < EVENTS_TOLERANCE && !this.isOver;
  }

  /** For messages. */
  toString(): string {
    const seconds = Math.floor(this.elapsed / SECOND);
    return seconds < 120 ? `${seconds} s` : `${Math.floor(seconds / 60)} min`;
  }
}
