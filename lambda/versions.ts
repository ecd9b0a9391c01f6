import { Action, decide, isKnown } from './decide';
import { isFailure } from './errors';
import type { Confirm, Left, ObservedVersion, Target } from './model';
import { deleteProjectVersion, stopProjectVersion } from './rekognition';

/** A version and what is to be done about it. */
export interface Task {
  readonly arn: string;
  /** Undefined when it is not listed. */
  readonly status?: string;
  readonly action: Action;
}

/** Decides what to do about a version; `observed` is undefined when it is not listed. */
export function taskFor(arn: string, observed: ObservedVersion | undefined, target: Pick<Target, 'mode' | 'trainingBehavior'>): Task {
  return { arn, status: observed?.status, action: decide(observed, target) };
}

/** What a task is as long as it is not done. */
export function leftOf({ arn, status }: Task): Left {
  return { name: `the project version ${arn}`, versionArn: arn, status, isUnknown: status !== undefined && !isKnown(status) };
}

/** Does what is to be done about a version and answers with what is left of it, undefined when nothing is. */
export async function perform(task: Task, confirm: Confirm): Promise<Left | undefined> {
  switch (task.action) {
    case 'stop': return attempt(() => stopProjectVersion(task.arn), leftOf(task), confirm);
    case 'delete': return attempt(() => deleteProjectVersion(task.arn), leftOf(task), confirm);
    case 'wait': return leftOf(task);
    default: return undefined;
  }
}

/**
 * Asks for a change. An error answer decides nothing but that something is gone which is not listed either; what to do
 * next, the status tells at the next poll.
 */
export async function attempt(change: () => Promise<void>, left: Left, confirm: Confirm): Promise<Left | undefined> {
  await confirm();
  try {
    await change();
    return left;
  } catch (error) {
    if (isFailure(error, 'gone') && left.status === undefined) return undefined;
    if (isFailure(error, 'gone', 'conflict')) return { ...left, refusal: error.message };
    throw error;
  }
}
