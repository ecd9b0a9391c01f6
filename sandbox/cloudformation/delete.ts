import { inOrder, reversed } from './dependencies';
import type { Engine } from './engine';
import { reasonOf } from './resource-type';
import type { Resource, ResourceStatus, Stack } from './stack';
import type { DeletionPolicy } from './template';

/** There is nothing to delete any more. */
const ENDED: readonly ResourceStatus[] = ['DELETE_COMPLETE', 'DELETE_SKIPPED', 'IMPORT_ROLLBACK_COMPLETE'];

/** Deletes a stack: DELETE_COMPLETE, or DELETE_FAILED with everything gone that could go. */
export async function deleteStack(engine: Engine, stack: Stack, reason?: string): Promise<void> {
  // a nested stack may have been deleted by itself before.
  if (stack.status === 'DELETE_COMPLETE') return;
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

/**
 * Deletes all resources in reverse order of their dependencies, but lets those go that the operation imported which is rolled
 * back. Answers which ones failed; those that they need stay untouched.
 */
export async function deleteResources(engine: Engine, stack: Stack, imported: ReadonlySet<Resource> = new Set()): Promise<string[]> {
  const remaining = Object.values(stack.resources).filter(({ status }) => !ENDED.includes(status));
  const order = reversed(new Map(remaining.map(({ logicalId, dependencies }) => [logicalId, dependencies])));
  const failed: string[] = [];
  await inOrder(engine.clock, order, async logicalId => {
    const resource = stack.resources[logicalId];
    const gone = imported.has(resource) ? letGo(resource) : await deleteResource(engine, resource, resource.definition.deletionPolicy);
    if (!gone) failed.push(logicalId);
    return gone;
  });
  return failed;
}

/** Deletes one resource, unless its policy keeps it. `isRetry`: CloudFormation has tried it before in the same cleanup. */
export async function deleteResource(engine: Engine, resource: Resource, policy: DeletionPolicy, isRetry = false): Promise<boolean> {
  if (policy === 'Retain' || (policy === 'RetainExceptOnCreate' && !rollsBack(resource.stack))) {
    resource.report('DELETE_SKIPPED');
    return true;
  }
  if (resource.physicalId !== '') {
    if (isRetry && engine.settings.deletionEntries === 'FIRST_TRY') resource.status = 'DELETE_IN_PROGRESS';
    else resource.report('DELETE_IN_PROGRESS');
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

/** What a rollback does with what was imported. [cited] API reference, StackResource.ResourceStatus; [assumed] that it is not deleted. */
export function letGo(resource: Resource): true {
  resource.report('IMPORT_ROLLBACK_IN_PROGRESS');
  resource.report('IMPORT_ROLLBACK_COMPLETE');
  return true;
}

export function failedToDelete(failed: string[]): string {
  return `The following resource(s) failed to delete: [${failed.join(', ')}]. `;
}

/** Whatever is deleted in a rollback was created in the operation that is rolled back. */
function rollsBack(stack: Stack): boolean {
  return stack.root.status.startsWith('ROLLBACK_') || stack.root.status.startsWith('UPDATE_ROLLBACK_');
}
