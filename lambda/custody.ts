import {
  CloudFormationClient, DescribeStacksCommand, paginateDescribeStackEvents, paginateListStackResources, Stack, StackResourceSummary,
} from '@aws-sdk/client-cloudformation';
import { call, isFailure } from './errors';
import { listTags } from './rekognition';
import { inRegion } from './sdk';
import type { ProjectVersionTeardownProperties } from '../src/private/contract';

/** Whether a Delete may be carried out, and why (not). */
export interface Verdict {
  readonly act: boolean;
  readonly because: string;
  /** Whether this is the clean-up after an update: CloudFormation tries three times and then forgets the resource. */
  readonly isCleanUp?: boolean;
}

/** The Delete whose reason is asked for. */
export interface Deletion {
  readonly rootStackId: string;
  readonly resourceType: string;
  readonly logicalResourceId: string;
  readonly physicalResourceId: string;
  readonly stackId: string;
  readonly trigger: ProjectVersionTeardownProperties['Trigger'];
}

const client = inRegion(configuration => new CloudFormationClient(configuration));

/**
 * CloudFormation sends Delete in many situations that are not "the stack is deleted". This asks it why, at every
 * poll: if CloudFormation has moved on meanwhile, the answer is another one. In a status that is not named here, all
 * is kept.
 */
export async function stackCustody(deletion: Deletion): Promise<Verdict> {
  const { StackId: rootStackId = deletion.rootStackId, StackStatus: status = 'unknown' } = await outermostStack(deletion.rootStackId);
  const because = `the outermost stack is in ${status} and the trigger is ${deletion.trigger}`;

  if (status === 'DELETE_IN_PROGRESS') {
    const before = await statusBeforeDeletion(rootStackId);
    return UNDOES_CREATION.has(before) ? { act: false, because: `the stack was never created: it goes after ${before}` } : { act: true, because };
  }
  if (status !== 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS' || deletion.trigger !== 'RESOURCE_REMOVAL') return { act: false, because };

  const heir = await findHeir(deletion, rootStackId);
  return heir ? { act: false, because: `${heir} of the same stack still has it` } : { act: true, because, isCleanUp: true };
}

/**
 * With OnFailure=DELETE a creation that fails has no roll-back, the stack goes at once; and a stack whose roll-back
 * failed is deleted by `cdk deploy` before it is created anew. Neither is a wish to delete what the stack names.
 */
const UNDOES_CREATION = new Set(['CREATE_IN_PROGRESS', 'ROLLBACK_IN_PROGRESS', 'ROLLBACK_FAILED', 'ROLLBACK_COMPLETE']);

async function statusBeforeDeletion(stackId: string): Promise<string> {
  return call('cloudformation:DescribeStackEvents', stackId, async () => {
    // the latest come first.
    for await (const page of paginateDescribeStackEvents({ client: client(regionOf(stackId)) }, { StackName: stackId })) {
      const before = (page.StackEvents ?? []).find(event => event.PhysicalResourceId === stackId && !event.ResourceStatus?.startsWith('DELETE_'));
      if (before) return before.ResourceStatus ?? 'unknown';
    }
    // a stack older than its events was created long ago.
    return 'unknown';
  });
}

/**
 * A construct that was renamed or moved: CloudFormation makes the new resource first, then deletes the old one. The
 * new one may be in any stack nested in the outermost one.
 */
async function findHeir(deletion: Deletion, stackId: string): Promise<string | undefined> {
  const resources = (await listResources(stackId)).filter(resource => !resource.ResourceStatus?.startsWith('DELETE_'));
  for (const { ResourceType: type, LogicalResourceId: logicalId = '', PhysicalResourceId: physicalId = '' } of resources) {
    const isItself = stackId === deletion.stackId && logicalId === deletion.logicalResourceId;
    if (type === deletion.resourceType && physicalId === deletion.physicalResourceId && !isItself) return logicalId;
    const heir = type === 'AWS::CloudFormation::Stack' ? await findHeir(deletion, physicalId) : undefined;
    if (heir) return heir;
  }
  return undefined;
}

/**
 * The contents of a project of the same stack die with it. Its tag says whether that is what a Delete means: when only
 * the teardown is removed, renamed or moved, CloudFormation takes it away from the tag before it deletes the old one.
 * The tag outlives the operation, so a poll that nobody waits for any more is told from the others by the stack.
 */
export async function tagCustody(projectArn: string, ownerTag: string, { logicalResourceId, rootStackId }: Deletion): Promise<Verdict> {
  try {
    const owner = (await listTags(projectArn))[ownerTag];
    if (owner !== logicalResourceId) return { act: false, because: `the project stays: it names ${owner ?? 'nothing'} as its teardown` };
  } catch (error) {
    if (isFailure(error, 'gone')) return { act: false, because: 'the project is gone' };
    throw error;
  }
  const { StackStatus: status = 'unknown' } = await outermostStack(rootStackId);
  return status.endsWith('_IN_PROGRESS')
    ? { act: true, because: 'the project names it as its teardown' }
    : { act: false, because: `CloudFormation no longer waits: the outermost stack is in ${status}` };
}

/** The outermost stack, whose status tells what CloudFormation is about. */
export async function outermostStack(stackId: string): Promise<Partial<Stack>> {
  const { Stacks } = await call('cloudformation:DescribeStacks', stackId,
    () => client(regionOf(stackId)).send(new DescribeStacksCommand({ StackName: stackId })));
  const stack: Partial<Stack> = Stacks?.[0] ?? {};
  // somebody nested the app's outermost stack in yet another one: that one knows why.
  return stack.RootId !== undefined && stack.RootId !== stackId ? outermostStack(stack.RootId) : stack;
}

async function listResources(stackId: string): Promise<StackResourceSummary[]> {
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
