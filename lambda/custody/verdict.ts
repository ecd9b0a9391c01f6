import { parseProjectArn } from '../arn';
import type { Renaming } from './history';
import type { Deletion, Operation, OwnProject } from './operation';
import { Phase, phaseOf } from './stack-status';
import { searchStacks } from './successor';
import { retentionOf } from './template';
import { isFailure } from '../aws/errors';
import { describeProjects, listTags } from '../aws/rekognition';
import { EVENTS_PATIENCE } from '../times';

/** Whether a Delete may be carried out, and why or why not. */
export interface Verdict {
  /**
   * `keep` is a success for CloudFormation, and final. While the verdict is `unclear`, nothing is changed. If it stays
   * unclear, the request fails.
   */
  readonly custody: 'act' | 'keep' | 'unclear';
  readonly because: string;
}

const UNDEPLOYED = 'no completed deployment ever had this teardown of it';

/**
 * CloudFormation sends Delete in many situations other than the deletion of the stack. The operation that a Delete
 * belongs to decides whether it may be carried out.
 *
 * @param waited How long the request has been polled, in milliseconds.
 */
export function judge(operation: Operation, deletion: Deletion, waited: number): Verdict | Promise<Verdict> {
  const { status, stackId } = operation;
  const phase = phaseOf(status);
  if (phase === undefined) {
    return unclear(`the stack ${stackId} was in ${status}, a status that this release does not know`);
  }
  if (phase === 'at rest') {
    return unclear(`the stack ${stackId} was in ${status}, in which CloudFormation deletes nothing`);
  }
  return deletion.project
    ? judgeProject(phase, operation, deletion, deletion.project, waited)
    : judgeVersion(phase, operation, deletion, waited);
}

async function judgeVersion(phase: Phase, operation: Operation, deletion: Deletion, waited: number): Promise<Verdict> {
  const { status, wasCreated, isUndeployed, successor } = operation;
  const because = `the stack was in ${status} and the trigger is ${deletion.trigger}`;
  if (phase === 'deletion') return wasCreated ? act(because) : keep('the stack being deleted was never created');
  if (phase !== 'update cleanup' || deletion.trigger !== 'RESOURCE_REMOVAL') return keep(because);

  if (isUndeployed) return keep(UNDEPLOYED);
  if (successor) return keep(`the resource ${successor} still refers to it`);
  // lists may be stale: a listed resource may already be deleted, and one that has just been created may be missing.
  if (waited < EVENTS_PATIENCE) {
    return unclear('a later look at the resources of the stacks has to show whether another one has the same id');
  }
  const found = await searchStacks(deletion);
  if (found.successor) return keep(`the resource ${found.successor} still refers to it`);
  return found.hidesStack
    ? unclear('CloudFormation lists a nested stack without an id, and another resource in it may have the same id')
    : act(because);
}

/** The contents of a project of the same stack are deleted with it. */
async function judgeProject(
  phase: Phase, operation: Operation, deletion: Deletion, own: OwnProject, waited: number,
): Promise<Verdict> {
  const { status, wasCreated, isUndeployed, isWholeStack, project } = operation;
  const because = `the stack was in ${status}`;
  if (phase === 'in progress') return keep(because);
  if (phase === 'deletion' && wasCreated) {
    if (!project?.isUpdated) return act(because);
    // the last completed deployment may have retained the project, and then CloudFormation does too.
    return isUndeployed ? keep(UNDEPLOYED) : judgeAfterFailedUpdate(deletion, own, waited);
  }
  if (phase !== 'update cleanup') {
    return project?.isNew
      ? act(`${because} and the project was created by what is undone`)
      : keep(`${because} and the project existed before`);
  }
  if (isUndeployed) return keep(UNDEPLOYED);
  if (isWholeStack) return act(`${because} and the nested stack is deleted as a whole`);
  if (project?.isUpdated) return keep(`${because} and the same update kept the project`);
  // a teardown that only stops models destroys nothing, so it does not matter whether the old project is retained.
  const renamed =
    own.mode === 'DELETE' && project?.renamed
      ? await judgeRenamed(project.renamed, deletion.stackId, waited)
      : undefined;
  return renamed ?? judgeByTag(because, deletion, own);
}

/** To delete something in a cleanup, both the events and the tag have to confirm it. */
async function judgeByTag(because: string, { logicalResourceId }: Deletion, own: OwnProject): Promise<Verdict> {
  const owner = await ownerOf(own);
  if (owner === 'gone') return keep('the project is gone');
  return owner.name === logicalResourceId
    ? act(`${because} and the tag of the project names this teardown`)
    : unclear(
      `the update did not change the project, but its tag ${own.ownerTag} is ${owner.name ?? 'missing'} and should `
        + `be ${logicalResourceId}`,
    );
}

/** An update that failed, and left the stack as it was, may have taken the project from its teardown, to retain it. */
async function judgeAfterFailedUpdate(
  { logicalResourceId }: Deletion,
  own: OwnProject,
  waited: number,
): Promise<Verdict> {
  if (waited < EVENTS_PATIENCE) {
    return unclear(`an update that failed changed the project, and its tag ${own.ownerTag} may be stale`);
  }
  const owner = await ownerOf(own);
  if (owner === 'gone') return keep('the project is gone');
  return owner.name === logicalResourceId
    ? act('the stack was in DELETE_IN_PROGRESS and the tag of the project names this teardown')
    : keep(`an update that failed changed the project, and its tag ${own.ownerTag} is ${owner.name ?? 'missing'} now`);
}

/**
 * The old project of a renaming is retained if the new template says so. An update removes or renames the teardown at
 * the same time, or gives it settings that no longer delete anything. Undefined if the events and the tag decide.
 */
async function judgeRenamed(renaming: Renaming, stackId: string, waited: number): Promise<Verdict | undefined> {
  const retention = await retentionOf(stackId, renaming);
  if (retention === 'stale' && waited < EVENTS_PATIENCE) {
    return unclear('the template that CloudFormation shows is not the one that renamed the project');
  }
  if (retention === 'retained') return keep('the update renamed the project, and the new template retains the old one');
  if (retention === 'deleted') {
    return act('the update renamed the project, and the new template does not retain the old one');
  }
  return renaming.withTeardown
    ? undefined
    : unclear(
      'the update renamed the project and also removed or renamed its teardown, so the old project may be one that '
        + 'CloudFormation retains',
    );
}

async function ownerOf({ arn, ownerTag }: OwnProject): Promise<'gone' | { readonly name?: string }> {
  let tags = await tagsOf(arn);
  if (tags === undefined) {
    // that one call does not find it is no proof.
    const projects = await describeProjects(parseProjectArn(arn)!);
    if (!projects.some(({ ProjectArn: listed }) => listed === arn)) return 'gone';
    tags = await tagsOf(arn);
  }
  return { name: tags?.[ownerTag] };
}

async function tagsOf(arn: string): Promise<Record<string, string> | undefined> {
  try {
    return await listTags(arn);
  } catch (error) {
    if (isFailure(error, 'gone')) return undefined;
    throw error;
  }
}

function act(because: string): Verdict {
  return { custody: 'act', because };
}

function keep(because: string): Verdict {
  return { custody: 'keep', because };
}

function unclear(because: string): Verdict {
  return { custody: 'unclear', because };
}
