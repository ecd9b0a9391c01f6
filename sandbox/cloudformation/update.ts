import type { Deployment } from './deployment';
import type { Stack } from './stack';

/*
 * The phases of an update. An outermost stack runs them one after the other; the parent of a nested stack starts each of them.
 * [cited] User Guide, "Stack update behaviors" and the table of stack statuses.
 */

// [cited] published event logs.
const ABANDONED = 'Update successful. One or more resources could not be deleted.';

export async function updateStack(stack: Stack, deployment: Deployment): Promise<void> {
  const done = await forward(stack, deployment);
  if (stack.isPaused) return;
  if (done || await rollBack(stack)) await cleanUp(stack);
}

/** Rolls back from UPDATE_FAILED, or again from UPDATE_ROLLBACK_FAILED. */
export async function rollBackUpdate(stack: Stack, skipped: readonly string[] = []): Promise<void> {
  if (await rollBack(stack, skipped, 'User Initiated')) await cleanUp(stack);
}

export async function forward(stack: Stack, deployment: Deployment): Promise<boolean> {
  stack.report('UPDATE_IN_PROGRESS', 'User Initiated');
  const done = await deployment.run();
  if (done) stack.report('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
  else stack.report(stack.root.disableRollback ? 'UPDATE_FAILED' : 'UPDATE_ROLLBACK_IN_PROGRESS', deployment.reason);
  return done;
}

export async function rollBack(stack: Stack, skipped: readonly string[] = [], reason?: string): Promise<boolean> {
  // a nested stack may have succeeded before its parent failed.
  if (stack.status !== 'UPDATE_ROLLBACK_IN_PROGRESS') stack.report('UPDATE_ROLLBACK_IN_PROGRESS', reason);
  const done = await stack.transition!.rollBack(skipped);
  if (done) stack.report('UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
  else stack.report('UPDATE_ROLLBACK_FAILED', stack.transition!.reason);
  return done;
}

export async function cleanUp(stack: Stack): Promise<void> {
  const isAbandoned = await stack.transition!.cleanUp();
  stack.transition = undefined;
  if (stack.status !== 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS') return stack.report('UPDATE_ROLLBACK_COMPLETE');
  stack.report('UPDATE_COMPLETE', isAbandoned ? ABANDONED : undefined);
}
