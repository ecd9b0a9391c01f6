import { hasType } from './events';
import type { Deletion } from './operation';
import { describeStack, stackResources, STACK_TYPE } from '../aws/cloudformation';

/** What the resource lists of the stacks of an app show. */
export interface Lists {
  /** The logical id of another resource that has the same physical id. */
  readonly successor?: string;
  /** Whether a nested stack is listed without an id, so that its resources cannot be listed. */
  readonly hidesStack: boolean;
}

/**
 * Searches for the new resource of a construct that was renamed or moved: CloudFormation creates it before it deletes
 * the old one. It may be in any stack nested in the outermost one.
 */
export async function searchStacks(deletion: Deletion): Promise<Lists> {
  const { RootId: root = deletion.stackId } = await describeStack(deletion.stackId);
  return searchStack(deletion, root);
}

async function searchStack(deletion: Deletion, stackId: string): Promise<Lists> {
  let hidesStack = false;
  for (const resource of await stackResources(stackId)) {
    const {
      ResourceType: type,
      LogicalResourceId: logicalId,
      PhysicalResourceId: physicalId,
      ResourceStatus: status,
    } = resource;
    if (status?.startsWith('DELETE_')) continue;
    const isItself = stackId === deletion.stackId && logicalId === deletion.logicalResourceId;
    if (hasType(resource, deletion.resourceType) && physicalId === deletion.physicalResourceId && !isItself) {
      return { successor: logicalId, hidesStack };
    }
    if (type !== STACK_TYPE) continue;
    // in a stale list, its creation has only begun.
    const inside: Lists = physicalId ? await searchStack(deletion, physicalId) : { hidesStack: true };
    if (inside.successor) return inside;
    hidesStack ||= inside.hidesStack;
  }
  return { hidesStack };
}
