import { deleteResources, deleteStack, failedToDelete } from './delete';
import type { Deployment } from './deployment';
import type { Engine } from './engine';
import type { Stack } from './stack';

/** [cited] API reference, CreateStack, OnFailure. */
export type OnFailure = 'ROLLBACK' | 'DELETE' | 'DO_NOTHING';

/** Creates a stack. The caller decides what happens on a failure. */
export async function createStack(engine: Engine, stack: Stack, deployment: Deployment, onFailure: OnFailure): Promise<void> {
  if (!engine.stacks.includes(stack)) engine.stacks.push(stack);
  stack.report('CREATE_IN_PROGRESS', 'User Initiated');
  if (await deployment.run()) {
    stack.transition = undefined;
    stack.report('CREATE_COMPLETE');
  } else if (onFailure === 'DO_NOTHING') {
    stack.report('CREATE_FAILED', deployment.reason);
  } else if (onFailure === 'DELETE') {
    // [cited] published event logs, including the full stops.
    await deleteStack(engine, stack, `${deployment.reason}. Delete requested by user.`);
  } else {
    await rollBackCreation(engine, stack, `${deployment.reason}Rollback requested by user.`);
  }
}

/** Deletes what a failed creation, and deployments that continued it, have created. The stack itself stays. */
export async function rollBackCreation(engine: Engine, stack: Stack, reason: string): Promise<void> {
  stack.report('ROLLBACK_IN_PROGRESS', reason);
  const failed = await deleteResources(engine, stack, { released: stack.transition!.imported });
  if (failed.length > 0) stack.report('ROLLBACK_FAILED', failedToDelete(failed));
  else stack.report('ROLLBACK_COMPLETE');
}

/**
 * [assumed] a nested stack that fails is not rolled back on its own: its parent deletes it in the parent's rollback, or leaves it
 * as it is with OnFailure DO_NOTHING.
 */
export async function createNested(engine: Engine, stack: Stack, deployment: Deployment): Promise<boolean> {
  engine.stacks.push(stack);
  stack.report('CREATE_IN_PROGRESS', 'User Initiated');
  const done = await deployment.run();
  if (done) stack.transition = undefined;
  stack.report(done ? 'CREATE_COMPLETE' : 'CREATE_FAILED', done ? undefined : deployment.reason);
  return done;
}
