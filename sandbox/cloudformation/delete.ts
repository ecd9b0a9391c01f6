import { inOrder, reversed } from './dependencies';
import type { Engine } from './engine';
import { reasonOf } from './resource-type';
import type { Resource, Stack } from './stack';
import type { DeletionPolicy } from './template';

/** Deletes a stack: DELETE_COMPLETE, or DELETE_FAILED with everything gone that could go. */
export async function deleteStack(engine: Engine, stack: Stack, reason?: string): Promise<void> {
  stack.report('DELETE_IN_PROGRESS', reason);
  try {
    engine.exports.replace(stack, {});
  } catch (error) {
    // [assumed] the status; the text is CloudFormation's.
    stack.report('DELETE_FAILED', reasonOf(error));
    return;
  }
  const failed = await deleteResources(engine, stack);
  if (failed.length > 0) {
    stack.report('DELETE_FAILED', failedToDelete(failed));
  } else {
    stack.imports = new Set();
    stack.report('DELETE_COMPLETE');
  }
}

/** Deletes all resources in reverse order of their dependencies. Answers which ones failed; those that they need stay untouched. */
export async function deleteResources(engine: Engine, stack: Stack): Promise<string[]> {
  const remaining = Object.values(stack.resources).filter(({ status }) => status !== 'DELETE_COMPLETE' && status !== 'DELETE_SKIPPED');
  const order = reversed(new Map(remaining.map(({ logicalId, dependencies }) => [logicalId, dependencies])));
  const failed: string[] = [];
  await inOrder(engine.clock, order, async logicalId => {
    const resource = stack.resources[logicalId];
    const gone = await deleteResource(engine, resource, resource.definition.deletionPolicy);
    if (!gone) failed.push(logicalId);
    return gone;
  });
  return failed;
}

/** Deletes one resource, unless its policy keeps it. */
export async function deleteResource(engine: Engine, resource: Resource, policy: DeletionPolicy): Promise<boolean> {
  if (policy === 'Retain' || (policy === 'RetainExceptOnCreate' && !rollsBack(resource.stack))) {
    resource.report('DELETE_SKIPPED');
    return true;
  }
  if (resource.physicalId !== '') {
    resource.report('DELETE_IN_PROGRESS');
    try {
      await engine.resourceType(resource.type).delete(resource);
    } catch (error) {
      resource.report('DELETE_FAILED', reasonOf(error));
      return false;
    }
  }
  resource.report('DELETE_COMPLETE');
  return true;
}

export function failedToDelete(failed: string[]): string {
  return `The following resource(s) failed to delete: [${failed.join(', ')}]. `;
}

/** Whatever is deleted in a roll-back was created in the operation that is rolled back. */
function rollsBack(stack: Stack): boolean {
  return stack.root.status.startsWith('ROLLBACK_') || stack.root.status.startsWith('UPDATE_ROLLBACK_');
}
