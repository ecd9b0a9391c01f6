import { StackStatus } from '@aws-sdk/client-cloudformation';
import { isFailure } from './errors';
import { searchStacks } from './heir';
import { Deletion, Operation, OwnProject, ROLLBACK_CLEAN_UP, UPDATE_CLEAN_UP } from './operation';
import { listTags } from './rekognition';
import { RECORD_PATIENCE } from './times';

/** Whether a Delete may be carried out, and why or why not. */
export interface Verdict {
  /**
   * `keep` is a success for CloudFormation, and final. While the verdict is `unclear`, nothing is changed. If it stays unclear, the request
   * fails.
   */
  readonly custody: 'act' | 'keep' | 'unclear';
  readonly because: string;
}

const KNOWN_STATUSES = new Set<string>(Object.values(StackStatus));

/**
 * CloudFormation sends Delete in many situations other than the deletion of the stack. The operation that a Delete belongs to decides whether
 * it may be carried out.
 *
 * @param waited How long the request has been polled, in milliseconds.
 */
export function judge(operation: Operation, deletion: Deletion, waited: number): Verdict | Promise<Verdict> {
  if (!KNOWN_STATUSES.has(operation.status)) return unclear(`the stack ${operation.stackId} was in ${operation.status}, a status that this release does not know`);
  return deletion.project ? judgeProject(operation, deletion, deletion.project) : judgeVersion(operation, deletion, waited);
}

async function judgeVersion(operation: Operation, deletion: Deletion, waited: number): Promise<Verdict> {
  const { status, wasCreated, heir, nestsStacks } = operation;
  const because = `the stack was in ${status} and the trigger is ${deletion.trigger}`;
  if (status === 'DELETE_IN_PROGRESS') return wasCreated ? act(because) : keep('the stack being deleted was never created');
  if (status !== UPDATE_CLEAN_UP || deletion.trigger !== 'RESOURCE_REMOVAL') return keep(because);

  if (heir) return keep(`the resource ${heir} still refers to it`);
  const found = await searchStacks(deletion);
  // lists may be stale: a listed resource may already be deleted, and one that a moved construct has just created may be missing.
  if (waited < RECORD_PATIENCE && (found.heir || found.nestsStacks || nestsStacks)) {
    return unclear('a second look at the resources of the stacks has to confirm whether another one has the same id');
  }
  if (found.heir) return keep(`the resource ${found.heir} still refers to it`);
  return found.hidesStack ? unclear('CloudFormation lists a nested stack without an id, and another resource in it may have the same id') : act(because);
}

/** The contents of a project of the same stack are deleted with it. */
async function judgeProject(operation: Operation, { logicalResourceId }: Deletion, { arn, ownerTag }: OwnProject): Promise<Verdict> {
  const { status, wasCreated, isWholeStack, project } = operation;
  const because = `the stack was in ${status}`;
  if (status === 'DELETE_IN_PROGRESS' && wasCreated) return act(because);
  if (['DELETE_IN_PROGRESS', 'ROLLBACK_IN_PROGRESS', ROLLBACK_CLEAN_UP].includes(status)) {
    return project?.isNew ? act(`${because} and the project was created by what is undone`) : keep(`${because} and the project existed before`);
  }
  if (status !== UPDATE_CLEAN_UP) return keep(because);
  if (isWholeStack) return act(`${because} and the nested stack is deleted as a whole`);
  if (project?.isUpdated) return keep(`${because} and the same update kept the project`);
  // the new template may retain the old project, and says nothing of a teardown that is no longer in it.
  if (project?.isReplacedAlone) return unclear('the update renamed the project and also removed or renamed its teardown, so the old project may be one that CloudFormation retains');

  // to delete something in a cleanup, both the events and the tag have to confirm it.
  const owner = await ownerOf(arn, ownerTag);
  if (owner === 'gone') return keep('the project is gone');
  return owner.name === logicalResourceId
    ? act(`${because} and the tag of the project names this teardown`)
    : unclear(`the update did not change the project, but its tag ${ownerTag} is ${owner.name ?? 'missing'} and should be ${logicalResourceId}`);
}

async function ownerOf(projectArn: string, ownerTag: string): Promise<'gone' | { readonly name?: string }> {
  try {
    return { name: (await listTags(projectArn))[ownerTag] };
  } catch (error) {
    if (isFailure(error, 'gone')) return 'gone';
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
