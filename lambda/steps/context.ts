import type { Reads } from './reads';
import type { RateLimiter } from '../aws/rate-limiter';

/** Called before every change. Throws if CloudFormation no longer waits for the deletion. */
export type Confirm = () => Promise<void>;

/** What a step needs besides its target. */
export interface StepContext {
  readonly rateLimiter: RateLimiter;
  readonly reads: Reads;
  readonly confirm: Confirm;
}

/** The context in which everything is read again. */
export function readingAgain(context: StepContext): StepContext {
  return { ...context, reads: context.reads.again() };
}
