import { DENIAL_TOLERANCE, SEARCH_TIME } from '../times';

/** Seconds between two rounds: while something is in progress, and while only training is left, which takes hours. */
const QUICK = 15;
const SLOW = 300;

/**
 * How many quick rounds an execution may have: what has been in progress for an hour will not finish in seconds, and
 * the history of an execution has room for 25,000 events, of which each round takes nine.
 */
const MAX_QUICK_ROUNDS = 240;

/** How long an execution has run, in seconds, and which limits it has reached. */
export class WorkflowTime {
  readonly elapsed: number;

  constructor(startedAt: string, private readonly timeout: number) {
    this.elapsed = Math.floor((Date.now() - Date.parse(startedAt)) / 1000);
    if (!Number.isFinite(this.elapsed) || !Number.isFinite(timeout)) {
      throw new Error('the function needs startedAt and timeoutSeconds [invalid]');
    }
  }

  get isOver(): boolean {
    return this.elapsed >= this.timeout;
  }

  get isSearchOver(): boolean {
    return this.elapsed * 1000 >= SEARCH_TIME || this.isOver;
  }

  get isDenialTolerated(): boolean {
    return this.elapsed * 1000 < DENIAL_TOLERANCE && !this.isOver;
  }

  /** How long to wait before the next round, and the number of quick rounds including that one. */
  pause(isInTraining: boolean, quickRounds: number): { waitSeconds: number; quickRounds: number } {
    const isQuick = quickRounds < MAX_QUICK_ROUNDS && !isInTraining;
    const remaining = Math.max(1, this.timeout - this.elapsed);
    return {
      waitSeconds: Math.min(isQuick ? QUICK : SLOW, remaining),
      quickRounds: isQuick ? quickRounds + 1 : quickRounds,
    };
  }

  /** For messages. */
  toString(): string {
    const { elapsed } = this;
    if (elapsed < 120) return `${elapsed} s`;
    return elapsed < 120 * 60 ? `${Math.floor(elapsed / 60)} min` : `${Math.floor(elapsed / 3600)} h`;
  }
}
