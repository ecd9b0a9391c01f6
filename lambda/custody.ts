import { CloudFormationClient, DescribeStacksCommand, paginateListStackResources, Stack, StackResourceSummary } from '@aws-sdk/client-cloudformation';
import { call } from './errors';
import { inRegion } from './sdk';
import type { ProjectVersionTeardownProperties } from '../src/private/contract';

/** Whether a Delete may be carried out, and why (not). */
export interface Verdict {
  readonly act: boolean;
  readonly because: string;
}

/** The Delete whose reason is asked for. */
export interface Deletion {
  readonly stackId: string;
  readonly rootStackId: string;
  readonly logicalResourceId: string;
  readonly physicalResourceId: string;
  readonly trigger: ProjectVersionTeardownProperties['Trigger'];
}

const client = inRegion(configuration => new CloudFormationClient(configuration));

/**
 * CloudFormation sends Delete in many situations that are not "the stack is deleted". This asks it why, at every
 * poll: if CloudFormation has moved on meanwhile, the answer is another one.
 */
export async function custody(deletion: Deletion): Promise<Verdict> {
  const verdict = judge(await outermostStack(deletion.rootStackId), deletion.trigger);
  if (!verdict.act || deletion.trigger === 'STACK_DELETION') return verdict;

  // a construct that was renamed or moved: CloudFormation makes the new resource first, then deletes the old one.
  const heir = (await resourcesOf(deletion.stackId)).find(resource => resource.PhysicalResourceId === deletion.physicalResourceId
    && resource.LogicalResourceId !== deletion.logicalResourceId
    && !resource.ResourceStatus?.startsWith('DELETE_'));
  return heir ? { act: false, because: `${heir.LogicalResourceId} of the same stack still has it` } : verdict;
}

/** What the state of the outermost stack says about a Delete. In a state that is not listed here, all is kept. */
export function judge(stack: Partial<Stack>, trigger: Deletion['trigger']): Verdict {
  const status: string = stack.StackStatus ?? 'unknown';
  // with OnFailure=DELETE a creation that fails has no roll-back: the same stack goes at once, and only this tells.
  if (status === 'DELETE_IN_PROGRESS' && /failed to create.*Delete requested/is.test(stack.StackStatusReason ?? '')) {
    return { act: false, because: 'the creation of the stack failed and is undone' };
  }
  const acts = status === 'DELETE_IN_PROGRESS' || (trigger === 'RESOURCE_REMOVAL' && status === 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
  return { act: acts, because: `the outermost stack is in ${status} and the trigger is ${trigger}` };
}

/** The outermost stack, whose status tells what CloudFormation is about. */
export async function outermostStack(stackId: string): Promise<Partial<Stack>> {
  const { Stacks } = await call('cloudformation:DescribeStacks', stackId,
    () => client(regionOf(stackId)).send(new DescribeStacksCommand({ StackName: stackId })));
  const stack: Partial<Stack> = Stacks?.[0] ?? {};
  // somebody nested the app's outermost stack in yet another one: that one knows why.
  return stack.RootId !== undefined && stack.RootId !== stackId ? outermostStack(stack.RootId) : stack;
}

async function resourcesOf(stackId: string): Promise<StackResourceSummary[]> {
  const pages = paginateListStackResources({ client: client(regionOf(stackId)) }, { StackName: stackId });
  return call('cloudformation:ListStackResources', stackId, async () => {
    const resources: StackResourceSummary[] = [];
    for await (const page of pages) resources.push(...page.StackResourceSummaries ?? []);
    return resources;
  });
}

function regionOf(stackId: string): string {
  return stackId.split(':')[3];
}
