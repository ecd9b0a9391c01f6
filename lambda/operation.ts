import type { StackEvent } from '@aws-sdk/client-cloudformation';
import { describeStack, STACK_TYPE } from './cloudformation';
import { isFailure } from './errors';
import { Beginning, DeletedResource, isAbout, Place, StackRecord, statusOf, Subject, subjectOf, timeOf } from './record';
import { CLOCK_TOLERANCE, CREATION_TOLERANCE, ENTRY_AGE, RECORD_PATIENCE } from './times';

/** A Delete whose reason is asked for. */
export interface Deletion extends DeletedResource {
  readonly trigger: 'STACK_DELETION' | 'RESOURCE_REMOVAL';
  /** Set for the contents of a project of the same stack, which die with the project. */
  readonly project?: OwnProject;
}

export interface OwnProject {
  readonly arn: string;
  readonly name: string;
  /** The key of the project's tag that names its teardown. */
  readonly ownerTag: string;
}

/** The operation of CloudFormation that a Delete belongs to. It is settled: whoever looks later finds the same. */
export interface Operation extends Beginning {
  /** The status of the stack that it is an operation on, when it came to the Delete. */
  readonly status: string;
  /** That stack: the outermost one, or a nested one that does not go as a whole. */
  readonly stackId: string;
  /** Whether that stack had ever been created. */
  readonly wasCreated: boolean;
  /** Whether the nested stack of the resource is deleted as a whole. */
  readonly isWholeStack: boolean;
  /** Whether it created the project, or updated it and left it its name. */
  readonly project?: { readonly isNew: boolean; readonly isUpdated: boolean };
  /** The logical id of another resource with the same physical id, created or updated by it. */
  readonly heir?: string;
  /** Whether it created or updated nested stacks, which may have one. */
  readonly nestsStacks?: boolean;
}

/** What the record shows in place of an operation. */
export interface Unclear {
  /** For a message: what CloudFormation showed. */
  readonly shown: string;
}

export const UPDATE_CLEAN_UP = 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS';
export const ROLLBACK_CLEAN_UP = 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS';

/** Whether an operation cleans up after an update or its rollback: CloudFormation tries three times, then forgets the resource. */
export function isCleanUp({ status }: Pick<Operation, 'status'>): boolean {
  return status === UPDATE_CLEAN_UP || status === ROLLBACK_CLEAN_UP;
}

const TEARDOWN_TYPE = /^Custom::Rekognition\w*Teardown$/;

/** One stack on the way from the resource to the stack that decides. */
interface Level {
  readonly record: StackRecord;
  readonly place: Place;
}

/**
 * Finds the operation that a Delete belongs to: in the record of its stack, the entry of the stack itself that stands next
 * below the Delete. A nested stack that is deleted asks the stack around it why.
 *
 * @param waited How long the request has been polled, in milliseconds.
 * @param turn Waits, before more is asked, for the turn after so many other teardowns.
 */
export async function findOperation(
  deletion: Deletion, waited: number, turn: (ahead: number) => Promise<void> = async () => {},
): Promise<Operation | Unclear> {
  const own = await locate(new StackRecord(deletion.stackId), subjectOf(deletion), deletion.requestedAt, waited);
  if ('shown' in own) return own;

  await turn(await countAhead(own));
  const beginning = await operationOf(own);
  let level = own;
  let child: string | undefined;
  while (await statusAt(level) === 'DELETE_IN_PROGRESS') {
    const around = await levelAround(level, waited);
    if (around === undefined) break;
    if ('shown' in around) return around;
    child = level.record.stackId;
    level = around;
  }
  return {
    status: await statusAt(level),
    stackId: level.record.stackId,
    eventId: beginning.EventId ?? 'unknown',
    began: timeOf(beginning),
    isWholeStack: child !== undefined,
    ...await new History(level, deletion, child).facts(),
  };
}

/** Where a stack's record shows the deletion of something in it. */
async function locate(record: StackRecord, subject: Subject, requestedAt: number, waited: number, tolerance?: number): Promise<Level | Unclear> {
  const found = await record.find(subject, requestedAt, tolerance);
  const events = `the events of the stack ${record.stackId}`;
  const { logicalId: name = subject.physicalId } = subject;
  if (found.is === 'over') return { shown: `${events} show that the deletion of ${name} that was asked for has ended` };
  if (found.is === 'found') {
    return found.shownSince >= requestedAt - ENTRY_AGE || waited >= RECORD_PATIENCE ? { record, place: found.place }
      : { shown: `${events} show a deletion of ${name} that may be an earlier one` };
  }

  const newest = found.newestOwn === undefined ? undefined : await record.entry(found.newestOwn);
  // the main job must not depend on when CloudFormation records what. What was recorded right before the request shows that the answer is not
  // one from an earlier deletion.
  if (waited >= RECORD_PATIENCE && newest?.ResourceStatus === 'DELETE_IN_PROGRESS' && timeOf(newest) <= requestedAt + CLOCK_TOLERANCE
    && timeOf((await record.entry(0))!) >= requestedAt - ENTRY_AGE) {
    return { record, place: { deletion: 0, operation: found.newestOwn! } };
  }
  return { shown: `${events}, which was last in ${statusOf(newest)}, do not show that it deletes ${name}` };
}

/** How many other teardowns the stack began to delete in the same second, right before. What tells it has been read by now. */
async function countAhead({ record, place }: Level): Promise<number> {
  const since = timeOf((await record.entry(place.deletion))!) - 1000;
  let count = 0;
  for (let index = place.deletion + 1; index < place.operation; index++) {
    const entry = (await record.entry(index))!;
    if (timeOf(entry) < since) break;
    if (entry.ResourceStatus === 'DELETE_IN_PROGRESS' && TEARDOWN_TYPE.test(entry.ResourceType ?? '')) count++;
  }
  return count;
}

/** The level of the stack around one that is deleted; undefined for the outermost stack, and for one that was let go. */
async function levelAround(level: Level, waited: number): Promise<Level | Unclear | undefined> {
  const { stackId } = level.record;
  const { ParentId: parentId } = await describeStack(stackId);
  if (parentId === undefined) return undefined;
  const record = new StackRecord(parentId);
  try {
    const around = await locate(record, { type: STACK_TYPE, physicalId: stackId }, timeOf(await operationOf(level)), waited, ENTRY_AGE);
    return 'shown' in around && await wasLetGo(record, stackId) ? undefined : around;
  } catch (error) {
    // forgotten by CloudFormation, long after its deletion.
    if (isFailure(error, 'gone')) return undefined;
    throw error;
  }
}

/** Whether a nested stack is its own master: the stack around it retained it, or is gone. */
async function wasLetGo(record: StackRecord, nestedStackId: string): Promise<boolean> {
  for await (const [entry] of record.from(0)) {
    if (record.isOwn(entry) && entry.ResourceStatus === 'DELETE_COMPLETE') return true;
    if (isAbout(entry, { type: STACK_TYPE, physicalId: nestedStackId })) return entry.ResourceStatus === 'DELETE_SKIPPED';
  }
  return false;
}

/** What else the record says of an operation; it is read no further down than the verdict needs. */
class History {
  constructor(private readonly level: Level, private readonly deletion: Deletion, private readonly nestedStack?: string) {}

  async facts(): Promise<Pick<Operation, 'wasCreated' | 'project' | 'heir' | 'nestsStacks'>> {
    const { deletion: { project, trigger } } = this;
    const status = await statusAt(this.level);
    const wasCreated = status !== 'DELETE_IN_PROGRESS' || await this.wasCreated();
    if (project) return { wasCreated, project: wasCreated && status === 'DELETE_IN_PROGRESS' ? undefined : await this.ofProject(project) };
    return { wasCreated, ...status === UPDATE_CLEAN_UP && trigger === 'RESOURCE_REMOVAL' ? await this.holders() : undefined };
  }

  private async wasCreated(): Promise<boolean> {
    const { record, place } = this.level;
    for await (const [entry] of record.ownFrom(place.operation)) {
      if (/(CREATE|UPDATE|IMPORT)_COMPLETE/.test(statusOf(entry))) return true;
      if (/^(CREATE|ROLLBACK)_/.test(statusOf(entry))) return false;
    }
    // a stack older than its events was created long ago.
    return true;
  }

  /** The entries of the whole operation from an index on, the newest first: up to when the stack was last settled. */
  private async entries(start: number): Promise<StackEvent[]> {
    const { record, place } = this.level;
    const entries: StackEvent[] = [];
    let began = 0;
    for await (const [entry, index] of record.from(start)) {
      if (index > place.operation && record.isOwn(entry) && /REVIEW_IN_PROGRESS|(CREATE|UPDATE|IMPORT)(_ROLLBACK)?_COMPLETE/.test(statusOf(entry))) break;
      entries.push(entry);
      if (record.isOwn(entry)) began = entries.length;
    }
    return entries.slice(0, began);
  }

  private async ofProject({ arn, name }: OwnProject): Promise<Operation['project']> {
    const { record, place } = this.level;
    const entries = await this.entries(place.deletion);
    const ofProject = entries.filter(entry => isAbout(entry, { type: 'AWS::Rekognition::Project', physicalId: name }));
    const { nestedStack } = this;
    const created = nestedStack === undefined ? ofProject : entries.filter(entry => isAbout(entry, { type: STACK_TYPE, physicalId: nestedStack }));

    const wasThere = createdAt(arn) < timeOf(entries[entries.length - 1]) - CREATION_TOLERANCE || ofProject.some(entry => statusOf(entry).startsWith('IMPORT_'));
    const wasSkipped = ofProject.some(({ ResourceStatusReason: reason }) => reason === 'Resource skipped during UpdateRollback')
      || entries.some(entry => record.isOwn(entry) && entry.ResourceStatus === 'UPDATE_ROLLBACK_FAILED');
    return {
      isNew: created.some(isCreation) && !wasThere && !wasSkipped,
      isUpdated: ofProject.some(({ ResourceStatus: status }) => status === 'UPDATE_COMPLETE'),
    };
  }

  /** The last that was recorded of each resource tells what it has now, but for what it has left behind. */
  private async holders(): Promise<Pick<Operation, 'heir' | 'nestsStacks'>> {
    const { resourceType: type, physicalResourceId: physicalId } = this.deletion;
    const seen = new Set<string | undefined>();
    const entries = await this.entries(0);
    const nestsStacks = entries.some(entry => entry.ResourceType === STACK_TYPE && !this.level.record.isOwn(entry));
    for (const entry of entries) {
      const { ResourceType: itsType, LogicalResourceId: logicalId, PhysicalResourceId: has } = entry;
      const status = statusOf(entry);
      const isLeftBehind = status.startsWith('DELETE_') && has !== physicalId;
      if (itsType !== type || seen.has(logicalId) || isLeftBehind) continue;
      if (has === physicalId && !/DELETE_|_FAILED/.test(status)) return { heir: logicalId, nestsStacks };
      seen.add(logicalId);
    }
    return { heir: undefined, nestsStacks };
  }
}

function isCreation({ ResourceStatus: status, ResourceStatusReason: reason }: StackEvent): boolean {
  return status === 'CREATE_IN_PROGRESS' || status === 'CREATE_COMPLETE' || reason === 'Resource creation Initiated';
}

/** The last part of an ARN. */
function createdAt(arn: string): number {
  return Number(arn.slice(arn.lastIndexOf('/') + 1));
}

async function operationOf({ record, place }: Level): Promise<StackEvent> {
  return (await record.entry(place.operation))!;
}

async function statusAt(level: Level): Promise<string> {
  return statusOf(await operationOf(level));
}
