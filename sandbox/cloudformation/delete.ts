import { inOrder, reversed } from './dependencies';
import type { Engine } from './engine';
import { reasonOf } from './resource-type';
import type { Resource, ResourceStatus, Stack } from './stack';
import type { DeletionPolicy } from './template';

/** There is nothing left to delete. */
const ENDED: readonly ResourceStatus[] = ['DELETE_COMPLETE', 'DELETE_SKIPPED', 'IMPORT_ROLLBACK_COMPLETE'];

/** Deletes a stack: DELETE_COMPLETE, or DELETE_FAILED after deleting everything that can be deleted. */
export async function deleteStack(
  engine: Engine, stack: Stack, reason?: string, retained?: ReadonlySet<string>,
): Promise<void> {
  // a nested stack may already have been deleted on its own.
  if (stack.status === 'DELETE_COMPLETE') return;
  const { status } = stack;
  stack.report('DELETE_IN_PROGRESS', reason);
  try {
    engine.exports.replace(stack, {});
  } catch (error) {
    // [cited] published event logs: if another stack uses an export, the stack returns to its earlier status.
    stack.report(stack.parent ? 'DELETE_FAILED' : status, reasonOf(error));
    return;
  }
  const failed = await deleteResources(engine, stack, { retained });
  if (failed.length > 0) {
    stack.report('DELETE_FAILED', failedToDelete(failed));
  } else {
    stack.imports = new Set();
    stack.report('DELETE_COMPLETE');
  }
}

/** Exceptions from a deletion, by logical id. */
interface Exceptions {
  /** Those that the rolled-back operation imported: they are only removed from the stack. */
  readonly released?: ReadonlySet<string>;
  /** Those that the request names. */
  readonly retained?: ReadonlySet<string>;
}

/**
 * Deletes all resources in reverse order of their dependencies. Returns the resources that failed. The resources that
 * these need are left untouched.
 */
export async function deleteResources(
  engine: Engine, stack: Stack, { released, retained }: Exceptions = {},
): Promise<string[]> {
  const remaining = Object.values(stack.resources).filter(({ status }) => !ENDED.includes(status));
  const order = reversed(new Map(remaining.map(({ logicalId, dependencies }) => [logicalId, dependencies])));
  const failed: string[] = [];
  await inOrder(engine.clock, order, async logicalId => {
    const resource = stack.resources[logicalId];
    const policy = retained?.has(logicalId) ? 'Retain' : resource.definition.deletionPolicy;
    const gone = released?.has(logicalId) ? letGo(resource) : await deleteResource(engine, resource, policy);
    if (!gone) failed.push(logicalId);
    return gone;
  });
  return failed;
}

/** Deletes one resource, unless its policy keeps it. `isRetry`: CloudFormation has tried it before in the same cleanup. */
export async function deleteResource(engine: Engine, resource: Resource, policy: DeletionPolicy, isRetry = false): Promise<boolean> {
  const { stack } = resource;
  const isExcepted = rollsBack(stack) && (policy === 'RetainExceptOnCreate' || stack.root.retainExceptOnCreate);
  if (policy !== 'Delete' && !isExcepted) {
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

/** How a rollback treats imported resources. [cited] API reference, StackResource.ResourceStatus. [assumed] they are not deleted. */
export function letGo(resource: Resource): true {
  resource.report('IMPORT_ROLLBACK_IN_PROGRESS');
  resource.report('IMPORT_ROLLBACK_COMPLETE');
  return true;
}

export function failedToDelete(failed: string[]): string {
  return `The following resource(s) failed to delete: [${failed.join(', ')}]. `;
}

/** Everything that a rollback deletes was created in the operation that is rolled back. */
function rollsBack(stack: Stack): boolean {
  return stack.root.status.startsWith('ROLLBACK_') || stack.root.status.startsWith('UPDATE_ROLLBACK_');
}
