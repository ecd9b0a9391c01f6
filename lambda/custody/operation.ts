import type { StackEvent } from '@aws-sdk/client-cloudformation';
import {
  Beginning,
  DeletedResource,
  isAbout,
  isUnreadable,
  outermostBeingDeleted,
  StackEvents,
  statusOf,
  Subject,
  subjectOf,
  timeOf,
} from './events';
import { Facts, factsOf, Level } from './history';
import { isCompleted, phaseOf } from './stack-status';
import { describeStack, STACK_TYPE } from '../aws/cloudformation';
import { isFailure } from '../aws/errors';
import { CLOCK_TOLERANCE, EVENT_AGE, NEARBY, EVENTS_PATIENCE } from '../times';

/** A Delete, with what is needed to find out its reason. */
export interface Deletion extends DeletedResource {
  readonly trigger: 'STACK_DELETION' | 'RESOURCE_REMOVAL';
  /** Set for the contents of a project of the same stack, which are deleted with the project. */
  readonly project?: OwnProject;
}

export interface OwnProject {
  readonly arn: string;
  readonly name: string;
  /** The key of the project's tag that names its teardown. */
  readonly ownerTag: string;
  readonly mode: 'DELETE' | 'STOP';
}

/** The operation of CloudFormation that a Delete belongs to. It never changes: later reads give the same result. */
export interface Operation extends Beginning, Facts {
  /** The status of the stack on which the operation runs, at the time of the Delete. */
  readonly status: string;
  /** That stack: the outermost one, or a nested stack that is not deleted as a whole. */
  readonly stackId: string;
  /** Whether the nested stack of the resource is deleted as a whole. */
  readonly isWholeStack: boolean;
}

/** What the events show if they do not show the operation. */
export interface Unclear {
  /** For a message: what CloudFormation showed. */
  readonly shown: string;
}

/**
 * Whether an operation is the cleanup after an update or its rollback, in which CloudFormation tries three times and
 * then forgets the resource.
 */
export function isCleanUp({ status }: Pick<Operation, 'status'>): boolean {
  const phase = phaseOf(status);
  return phase === 'update cleanup' || phase === 'rollback cleanup';
}

const TEARDOWN_TYPE = /^(Custom::Rekognition\w*Teardown|AWS::CloudFormation::CustomResource)$/;

/**
 * Finds the operation that a Delete belongs to: the nearest older event of the stack itself. If a nested stack is being
 * deleted, the events of its parent decide.
 *
 * @param waited How long the request has been polled, in milliseconds.
 * @param turn Called before further requests. Waits for as many other teardowns as are ahead of this one.
 */
export async function findOperation(
  deletion: Deletion, waited: number, turn: (ahead: number) => Promise<void> = async () => {},
): Promise<Operation | Unclear> {
  try {
    return await findInEvents(deletion, waited, turn);
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    if (waited >= EVENTS_PATIENCE && await isDeletedAsKnown(deletion.stackId)) return deletionWithoutEvents(deletion);
    return { shown: `the events of the stack ${deletion.stackId} cannot be read (${(error as Error).message})` };
  }
}

async function findInEvents(
  deletion: Deletion, waited: number, turn: (ahead: number) => Promise<void>,
): Promise<Operation | Unclear> {
  const own = await locate(new StackEvents(deletion.stackId), subjectOf(deletion), deletion.requestedAt, waited);
  if ('shown' in own) return own;

  await turn(await countAhead(own));
  const beginning = await operationOf(own);
  const levels = [own];
  while (await statusAt(levels[0]) === 'DELETE_IN_PROGRESS') {
    const around = await levelAround(levels[0], waited);
    if (around === undefined) break;
    if ('shown' in around) return around;
    levels.unshift(around);
  }
  const [{ stack: { stackId } }] = levels;
  const status = await statusAt(levels[0]);
  // an event is missing: the one with which the operation began.
  if (phaseOf(status) === 'at rest') {
    return {
      shown: `the events of the stack ${stackId} show a deletion in ${status}, in which CloudFormation deletes nothing`,
    };
  }
  return {
    status,
    stackId,
    eventId: beginning.EventId ?? 'unknown',
    began: timeOf(beginning),
    isWholeStack: levels.length > 1,
    ...await factsOf(levels, status, deletion),
  };
}

/**
 * Whether the status shows that a stack is being deleted, and its outputs that it had been created: a creation that
 * failed has none, and its reason may be what makes the events unreadable.
 */
async function isDeletedAsKnown(stackId: string): Promise<boolean> {
  const { Outputs: outputs = [] } = await outermostBeingDeleted(stackId) ?? {};
  return outputs.length > 0;
}

/** The deletion of a stack must work even if its events cannot be read. */
function deletionWithoutEvents({ stackId, requestedAt }: Deletion): Operation {
  return {
    status: 'DELETE_IN_PROGRESS',
    stackId,
    eventId: 'unreadable',
    began: requestedAt,
    isWholeStack: false,
    wasCreated: true,
  };
}

/** Where the events of a stack show the deletion of one of its resources. */
async function locate(
  stack: StackEvents,
  subject: Subject,
  requestedAt: number,
  waited: number,
  tolerance?: number,
): Promise<Level | Unclear> {
  const found = await stack.find(subject, requestedAt, tolerance);
  const events = `the events of the stack ${stack.stackId}`;
  const { logicalId: name = subject.physicalId } = subject;
  if (found.is === 'over') return { shown: `${events} show that the requested deletion of ${name} has ended` };
  if (found.is === 'found') {
    return found.shownSince >= requestedAt - EVENT_AGE || waited >= EVENTS_PATIENCE
      ? { stack, place: found.place }
      : { shown: `${events} show a deletion of ${name} that may be an earlier one` };
  }

  const newest = found.newestOwn === undefined ? undefined : await stack.eventAt(found.newestOwn);
  // the deletion of a stack must work whatever CloudFormation records of its resources. An event from right before the
  // request shows that the response is not a stale one from an earlier deletion.
  if (
    waited >= EVENTS_PATIENCE
    && newest?.ResourceStatus === 'DELETE_IN_PROGRESS'
    && timeOf(newest) <= requestedAt + CLOCK_TOLERANCE
    && timeOf((await stack.eventAt(0))!) >= requestedAt - NEARBY
  ) {
    return { stack, place: { deletion: 0, operation: found.newestOwn! } };
  }
  return { shown: `${events}, which was last in ${statusOf(newest)}, do not show that it deletes ${name}` };
}

/**
 * How many other teardowns the stack began to delete in the second before. The events that show this have already been
 * read.
 */
async function countAhead({ stack, place }: Level): Promise<number> {
  const since = timeOf((await stack.eventAt(place.deletion))!) - 1000;
  let count = 0;
  for (let index = place.deletion + 1; index < place.operation; index++) {
    const event = (await stack.eventAt(index))!;
    if (timeOf(event) < since) break;
    if (event.ResourceStatus === 'DELETE_IN_PROGRESS' && TEARDOWN_TYPE.test(event.ResourceType ?? '')) count++;
  }
  return count;
}

/**
 * The level of the parent of a stack that is being deleted. Undefined for the outermost stack, and for one that its
 * parent no longer manages.
 */
async function levelAround(level: Level, waited: number): Promise<Level | Unclear | undefined> {
  const { stackId } = level.stack;
  const { ParentId: parentId } = await describeStack(stackId);
  if (parentId === undefined) return undefined;
  const stack = new StackEvents(parentId);
  try {
    const around = await locate(
      stack,
      { type: STACK_TYPE, physicalId: stackId },
      timeOf(await operationOf(level)),
      waited,
      NEARBY,
    );
    return 'shown' in around && waited >= EVENTS_PATIENCE && await wasLetGo(stack, stackId) ? undefined : around;
  } catch (error) {
    // forgotten by CloudFormation, long after its deletion.
    if (!isFailure(error, 'gone')) throw error;
    return waited >= EVENTS_PATIENCE ? undefined : { shown: `the stack ${parentId} seems to be gone` };
  }
}

/** Whether the parent no longer manages a nested stack: it has retained it, given it up in a cleanup, or is gone. */
async function wasLetGo(stack: StackEvents, nestedStackId: string): Promise<boolean> {
  let isCompletedSince = false;
  for await (const [event] of stack.from(0)) {
    const status = statusOf(event);
    if (stack.isOwn(event)) {
      if (status === 'DELETE_COMPLETE') return true;
      isCompletedSince ||= isCompleted(status);
    } else if (isAbout(event, { type: STACK_TYPE, physicalId: nestedStackId })) {
      return status === 'DELETE_SKIPPED' || (status === 'DELETE_FAILED' && isCompletedSince);
    }
  }
  return false;
}

async function operationOf({ stack, place }: Level): Promise<StackEvent> {
  return (await stack.eventAt(place.operation))!;
}

async function statusAt(level: Level): Promise<string> {
  return statusOf(await operationOf(level));
}
