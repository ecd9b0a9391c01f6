import type { StepContext } from './context';
import { Action, decide } from './decide';
import { isFailure } from '../aws/errors';
import { deleteProjectVersion, stopProjectVersion } from '../aws/rekognition';
import type { Left, ObservedVersion, Target } from '../model';

/** A version and what to do with it. */
export interface Task {
  readonly arn: string;
  /** Undefined if it is not listed. */
  readonly status?: string;
  readonly action: Action;
}

/** Decides what to do with a version; `observed` is undefined if it is not listed. */
export function taskFor(
  arn: string,
  observed: ObservedVersion | undefined,
  target: Pick<Target, 'mode' | 'trainingBehavior'>,
): Task {
  return { arn, status: observed?.status, action: decide(observed, target) };
}

/** How a task that is not done is reported. */
export function leftOf({ arn, status }: Task): Left {
  return { arn, status };
}

/** Performs the action on a version. Returns what is left of it, or undefined if nothing is. */
export async function perform(task: Task, context: StepContext): Promise<Left | undefined> {
  switch (task.action) {
    case 'stop': return attempt(() => stopProjectVersion(task.arn), leftOf(task), context);
    case 'delete': return attempt(() => deleteProjectVersion(task.arn), leftOf(task), context);
    case 'wait': return leftOf(task);
    default: return undefined;
  }
}

/**
 * Makes a call that stops or deletes something. An error confirms that it is gone only if it is not listed either.
 * Otherwise its status at the next poll decides what to do.
 */
export async function attempt(
  change: () => Promise<void>,
  left: Left,
  { rateLimiter, confirm }: StepContext,
): Promise<Left | undefined> {
  await confirm();
  try {
    await rateLimiter.patiently(change);
    return left;
  } catch (error) {
    if (isFailure(error, 'gone') && left.status === undefined) return undefined;
    if (isFailure(error, 'gone', 'conflict')) return { ...left, refusal: error.message };
    throw error;
  }
}

/** How many items have which key. */
export function countBy<T>(items: readonly T[], keyOf: (item: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const key of items.map(keyOf)) counts[key] = (counts[key] ?? 0) + 1;
  return counts;
}
