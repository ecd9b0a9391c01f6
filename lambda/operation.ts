import type { StackEvent } from '@aws-sdk/client-cloudformation';
import { describeStack, STACK_TYPE } from './cloudformation';
import { isFailure } from './errors';
import { Beginning, DeletedResource, isAbout, Place, StackRecord, statusOf, Subject, subjectOf, timeOf } from './record';
import { CLOCK_TOLERANCE, CREATION_TOLERANCE, ENTRY_AGE, RECORD_PATIENCE } from './times';

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
}

/** The operation of CloudFormation that a Delete belongs to. It never changes: later reads give the same result. */
export interface Operation extends Beginning {
  /** The status of the stack on which the operation runs, at the time of the Delete. */
  readonly status: string;
  /** That stack: the outermost one, or a nested stack that is not deleted as a whole. */
  readonly stackId: string;
  /** Whether that stack had ever been created. */
  readonly wasCreated: boolean;
  /** Whether the nested stack of the resource is deleted as a whole. */
  readonly isWholeStack: boolean;
  readonly project?: ProjectHistory;
  /** The logical id of another resource with the same physical id, which the operation created or updated: a renamed or moved construct. */
  readonly heir?: string;
  /** Whether the operation created or updated nested stacks, which may contain such a resource. */
  readonly nestsStacks?: boolean;
}

/** What an operation did to a project of the same stack. */
export interface ProjectHistory {
  /** Whether it created the project. */
  readonly isNew: boolean;
  /** Whether it updated the project without renaming it. */
  readonly isUpdated: boolean;
  /** Whether it renamed, and so replaced, the project, but removed or renamed the teardown instead of updating it. */
  readonly isReplacedAlone: boolean;
}

/** What the events show if they do not show the operation. */
export interface Unclear {
  /** For a message: what CloudFormation showed. */
  readonly shown: string;
}

export const UPDATE_CLEAN_UP = 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS';
export const ROLLBACK_CLEAN_UP = 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS';

/** Whether an operation is the cleanup after an update or its rollback, in which CloudFormation tries three times and then forgets the resource. */
export function isCleanUp({ status }: Pick<Operation, 'status'>): boolean {
  return status === UPDATE_CLEAN_UP || status === ROLLBACK_CLEAN_UP;
}

const TEARDOWN_TYPE = /^Custom::Rekognition\w*Teardown$/;

/** One of the stacks from that of the resource up to the one that decides. */
interface Level {
  readonly record: StackRecord;
  readonly place: Place;
}

/**
 * Finds the operation that a Delete belongs to: the nearest older event of the stack itself. If a nested stack is being deleted, the
 * events of its parent decide.
 *
 * @param waited How long the request has been polled, in milliseconds.
 * @param turn Called before further requests. Waits for as many other teardowns as are ahead of this one.
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

/** Where the events of a stack show the deletion of one of its resources. */
async function locate(record: StackRecord, subject: Subject, requestedAt: number, waited: number, tolerance?: number): Promise<Level | Unclear> {
  const found = await record.find(subject, requestedAt, tolerance);
  const events = `the events of the stack ${record.stackId}`;
  const { logicalId: name = subject.physicalId } = subject;
  if (found.is === 'over') return { shown: `${events} show that the requested deletion of ${name} has ended` };
  if (found.is === 'found') {
    return found.shownSince >= requestedAt - ENTRY_AGE || waited >= RECORD_PATIENCE ? { record, place: found.place }
      : { shown: `${events} show a deletion of ${name} that may be an earlier one` };
  }

  const newest = found.newestOwn === undefined ? undefined : await record.entry(found.newestOwn);
  // the deletion of a stack must work whatever CloudFormation records of its resources. An event from right before the request shows that
  // the response is not a stale one from an earlier deletion.
  if (waited >= RECORD_PATIENCE && newest?.ResourceStatus === 'DELETE_IN_PROGRESS' && timeOf(newest) <= requestedAt + CLOCK_TOLERANCE
    && timeOf((await record.entry(0))!) >= requestedAt - ENTRY_AGE) {
    return { record, place: { deletion: 0, operation: found.newestOwn! } };
  }
  return { shown: `${events}, which was last in ${statusOf(newest)}, do not show that it deletes ${name}` };
}

/** How many other teardowns the stack began to delete in the second before. The events that show this have already been read. */
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

/** The level of the parent of a stack that is being deleted. Undefined for the outermost stack, and for one that its parent no longer manages. */
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

/** Whether the parent no longer manages a nested stack: it has retained it, or is gone. */
async function wasLetGo(record: StackRecord, nestedStackId: string): Promise<boolean> {
  for await (const [entry] of record.from(0)) {
    if (record.isOwn(entry) && entry.ResourceStatus === 'DELETE_COMPLETE') return true;
    if (isAbout(entry, { type: STACK_TYPE, physicalId: nestedStackId })) return entry.ResourceStatus === 'DELETE_SKIPPED';
  }
  return false;
}

/** Other facts about an operation. Reads only as many events as the verdict needs. */
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

  /** The events of the whole operation from an index on, newest first, back to the last completed operation. */
  private async entries(start: number): Promise<StackEvent[]> {
    const { record, place } = this.level;
    const entries: StackEvent[] = [];
    let began = 0;
    for await (const [entry, index] of record.from(start)) {
      if (index > place.operation && record.isOwn(entry) && /^(REVIEW_IN_PROGRESS|(CREATE|UPDATE|IMPORT)(_ROLLBACK)?_COMPLETE)$/.test(statusOf(entry))) break;
      entries.push(entry);
      if (record.isOwn(entry)) began = entries.length;
    }
    return entries.slice(0, began);
  }

  private async ofProject({ arn, name }: OwnProject): Promise<ProjectHistory> {
    const { record, place } = this.level;
    const entries = await this.entries(place.deletion);
    const ofProject = entries.filter(entry => isAbout(entry, { type: 'AWS::Rekognition::Project', physicalId: name }));
    const { nestedStack } = this;
    const created = nestedStack === undefined ? ofProject : entries.filter(entry => isAbout(entry, { type: STACK_TYPE, physicalId: nestedStack }));

    const wasThere = createdAt(arn) < timeOf(entries[entries.length - 1]) - CREATION_TOLERANCE || ofProject.some(entry => statusOf(entry).startsWith('IMPORT_'));
    const wasSkipped = ofProject.some(({ ResourceStatusReason: reason }) => reason === 'Resource skipped during UpdateRollback')
      || entries.some(entry => record.isOwn(entry) && entry.ResourceStatus === 'UPDATE_ROLLBACK_FAILED');
    // a replacement ends with the new name. Before it, a failed attempt at the same update may have updated the project.
    const isReplaced = ofProject.map(statusOf).find(status => status.startsWith('UPDATE_')) === 'UPDATE_IN_PROGRESS';
    const { resourceType: type, logicalResourceId: logicalId } = this.deletion;
    const isTeardownUpdated = entries.some(entry => entry.ResourceType === type && entry.LogicalResourceId === logicalId && statusOf(entry).startsWith('UPDATE_'));
    return {
      isNew: created.some(isCreation) && !wasThere && !wasSkipped,
      isUpdated: !isReplaced && ofProject.some(({ ResourceStatus: status }) => status === 'UPDATE_COMPLETE'),
      isReplacedAlone: isReplaced && !isTeardownUpdated,
    };
  }

  /** The newest event of each resource shows its current physical id, unless it is about the deletion of an earlier one. */
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
  return status === 'CREATE_IN_PROGRESS' || status === 'CREATE_COMPLETE' || (status === 'UPDATE_IN_PROGRESS' && reason === 'Resource creation Initiated');
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
