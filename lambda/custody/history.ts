import type { StackEvent } from '@aws-sdk/client-cloudformation';
import { hasType, isAbout, Place, StackEvents, statusOf, Subject, subjectOf, timeOf } from './events';
import type { Deletion, OwnProject } from './operation';
import { isCompleted, phaseOf } from './stack-status';
import { describeStack, STACK_TYPE } from '../aws/cloudformation';
import { CREATION_TOLERANCE } from '../times';

/** A stack, and where its events show the deletion of the resource or of the nested stack around it. */
export interface Level {
  readonly stack: StackEvents;
  readonly place: Place;
}

/** What the events show besides the operation, as far as the verdict needs it. */
export interface Facts {
  /** Whether the stack on which the operation runs had ever been created. */
  readonly wasCreated: boolean;
  /** Whether no completed deployment ever had the teardown, or the nested stack around it, with this physical id. */
  readonly isUndeployed?: boolean;
  readonly project?: ProjectHistory;
  /**
   * The logical id of another resource with the same physical id, which the operation created or updated: a renamed or
   * moved construct.
   */
  readonly successor?: string;
}

/** What an operation did to a project of the same stack. */
export interface ProjectHistory {
  /** Whether it created the project. */
  readonly isNew: boolean;
  /**
   * Whether it updated the project without renaming it. In a deletion: whether the update did that which has failed
   * before.
   */
  readonly isUpdated: boolean;
  /** Set if it renamed, and so replaced, the project. */
  readonly renamed?: Renaming;
}

export interface Renaming {
  /** The logical id of the project. */
  readonly logicalId: string;
  /** Undefined if the events do not show it. */
  readonly newName?: string;
  /** Whether the teardown was updated with it, and neither removed nor renamed. */
  readonly withTeardown: boolean;
}

const PROJECT_TYPE = 'AWS::Rekognition::Project';

/**
 * Collects the facts. Reads only as many events as the verdict needs.
 *
 * @param levels From the stack that decides down to that of the resource.
 */
export async function factsOf(levels: readonly Level[], status: string, deletion: Deletion): Promise<Facts> {
  const history = new History(levels, deletion);
  const phase = phaseOf(status);
  const wasCreated = phase !== 'deletion' || await history.wasCreated();
  if (phase === 'update cleanup') return { wasCreated, ...await history.ofCleanUp() };
  if (!deletion.project || phase === 'in progress' || phase === undefined) return { wasCreated };
  if (phase === 'deletion' && wasCreated) return { wasCreated, ...await history.ofDeletion(deletion.project) };
  return { wasCreated, project: await history.ofProjectBeingUndone(deletion.project) };
}

class History {
  private readonly top: Level;
  private readonly own: Level;
  /** The id of the nested stack that is deleted as a whole. */
  private readonly nestedStack?: string;

  constructor(levels: readonly Level[], private readonly deletion: Deletion) {
    this.top = levels[0];
    this.own = levels[levels.length - 1];
    this.nestedStack = levels.at(1)?.stack.stackId;
  }

  async wasCreated(): Promise<boolean> {
    const { stack, place } = this.top;
    for await (const [event] of stack.ownFrom(place.operation)) {
      if (/(CREATE|UPDATE|IMPORT)_COMPLETE/.test(statusOf(event))) return true;
      if (/^(CREATE|ROLLBACK)_/.test(statusOf(event))) return false;
    }
    // a stack older than its events was created long ago.
    return true;
  }

  async ofCleanUp(): Promise<Omit<Facts, 'wasCreated'>> {
    const { project, trigger } = this.deletion;
    if (!project && trigger !== 'RESOURCE_REMOVAL') return {};
    if (await this.isUndeployed()) return { isUndeployed: true };
    if (!project) return { successor: await this.successor() };
    return this.nestedStack === undefined ? { project: await this.ofProjectInUpdate(project) } : {};
  }

  /**
   * What the attempt at an update that succeeded did to the project. An earlier attempt may have done something else.
   */
  private async ofProjectInUpdate({ name }: OwnProject): Promise<ProjectHistory> {
    const { own: { stack, place }, deletion: { resourceType, logicalResourceId } } = this;
    const attempt = await this.backTo(isAtRest, stack, place.deletion);
    const ofProject = attempt.filter(event => isAbout(event, { type: PROJECT_TYPE, physicalId: name }));
    // a replacement ends with the new name.
    const isReplaced = ofProject.map(statusOf).find(status => status.startsWith('UPDATE_')) === 'UPDATE_IN_PROGRESS';
    if (!isReplaced) return { isNew: false, isUpdated: ofProject.some(isUpdate) };

    const logicalId = ofProject[0].LogicalResourceId!;
    const withNewName = attempt.find(
      ({ PhysicalResourceId: has, ...event }) => isOf(event, PROJECT_TYPE, logicalId) && has && has !== name,
    );
    const withTeardown = attempt.some(
      event => isOf(event, resourceType, logicalResourceId) && statusOf(event).startsWith('UPDATE_'),
    );
    return {
      isNew: false,
      isUpdated: false,
      renamed: { logicalId, newName: withNewName?.PhysicalResourceId, withTeardown },
    };
  }

  /** What an update that failed, and left the stack as it was, has done before the stack was deleted. */
  async ofDeletion({ name }: OwnProject): Promise<Omit<Facts, 'wasCreated'>> {
    const { top, own } = this;
    const before = await first(
      top.stack.ownFrom(top.place.operation),
      ([event]) => !statusOf(event).startsWith('DELETE_'),
    );
    if (!before || !['UPDATE_FAILED', 'UPDATE_ROLLBACK_FAILED'].includes(statusOf(before[0]))) return {};
    const events = await eventsSince(own, await completedAt(top.stack, top.place.operation));
    const isUpdated = events.some(event => isAbout(event, { type: PROJECT_TYPE, physicalId: name }) && isUpdate(event));
    return { project: { isNew: false, isUpdated }, isUndeployed: isUpdated && await this.isUndeployed() };
  }

  /** Whether the operation that is undone, by its rollback or by the deletion of the stack, has created the project. */
  async ofProjectBeingUndone({ arn, name }: OwnProject): Promise<ProjectHistory> {
    const { top: { stack, place }, nestedStack } = this;
    const events = await this.backTo(isCompleted, stack, place.deletion);
    const isNew = nestedStack === undefined ? gotItsId(events, { type: PROJECT_TYPE, physicalId: name })
      : gotItsId(events, { type: STACK_TYPE, physicalId: nestedStack });
    const wasThere =
      createdAt(arn) < timeOf(events[events.length - 1]) - CREATION_TOLERANCE
      || events.some(
        event => isAbout(event, { type: PROJECT_TYPE, physicalId: name }) && statusOf(event).startsWith('IMPORT_'),
      );
    // only after this, somebody can have let the rollback skip the project.
    const mayBeSkipped = events.some(event => stack.isOwn(event) && event.ResourceStatus === 'UPDATE_ROLLBACK_FAILED');
    return { isNew: isNew && !wasThere && !mayBeSkipped, isUpdated: false };
  }

  /**
   * The newest event of each resource shows its current physical id, unless it is about the deletion of an earlier one.
   * What an earlier attempt has created may be about to be deleted too.
   */
  private async successor(): Promise<string | undefined> {
    const { resourceType: type, physicalResourceId: physicalId } = this.deletion;
    const seen = new Set<string | undefined>();
    for (const event of await this.backTo(isAtRest, this.top.stack, 0)) {
      const { LogicalResourceId: logicalId, PhysicalResourceId: has } = event;
      const status = statusOf(event);
      const isLeftBehind = status.startsWith('DELETE_') && has !== physicalId;
      if (!hasType(event, type) || seen.has(logicalId) || isLeftBehind) continue;
      if (has === physicalId && !/DELETE_|_FAILED/.test(status)) return logicalId;
      seen.add(logicalId);
    }
    return undefined;
  }

  private async isUndeployed(): Promise<boolean> {
    // what is in a nested stack is never older than that.
    return gotItsId(await eventsSince(this.own, await this.lastCompleted()), subjectOf(this.deletion));
  }

  /**
   * When the last deployment before the operation was completed. Where the parent of a nested stack runs the operation,
   * its own events show that: an update of the parent may have failed after the nested stack was complete.
   */
  private async lastCompleted(): Promise<number> {
    let { stack, place: { operation: index } } = this.top;
    for (;;) {
      const { ParentId: parentId } = await describeStack(stack.stackId);
      const completed = await completedAt(stack, index);
      if (parentId === undefined) return completed;
      const began = timeOf((await stack.eventAt(index))!);
      const parent = new StackEvents(parentId);
      const current = await first(parent.ownFrom(0), ([event]) => timeOf(event) <= began);
      if (!current || phaseOf(statusOf(current[0])) === 'at rest') return completed;
      [stack, index] = [parent, current[1]];
    }
  }

  /**
   * The events of the whole operation from an index on, newest first, back to the last event of the stack itself before
   * it that shows such a status.
   */
  private async backTo(isEnd: (status: string) => boolean, stack: StackEvents, start: number): Promise<StackEvent[]> {
    const events: StackEvent[] = [];
    let began = 0;
    for await (const [event, index] of stack.from(start)) {
      if (index > this.top.place.operation && stack.isOwn(event) && isEnd(statusOf(event))) break;
      events.push(event);
      if (stack.isOwn(event)) began = events.length;
    }
    return events.slice(0, began);
  }
}

/** The events of a level from its deletion back to a time. */
async function eventsSince({ stack, place }: Level, time: number): Promise<StackEvent[]> {
  const events: StackEvent[] = [];
  for await (const [event] of stack.from(place.deletion)) {
    if (event.Timestamp && timeOf(event) <= time) break;
    events.push(event);
  }
  return events;
}

/** When a stack last completed an operation, before the event with this index. */
async function completedAt(stack: StackEvents, index: number): Promise<number> {
  const completed = await first(stack.ownFrom(index), ([event]) => isCompleted(statusOf(event)));
  return completed ? timeOf(completed[0]) : -Infinity;
}

async function first<T>(all: AsyncIterable<T>, fits: (one: T) => boolean): Promise<T | undefined> {
  for await (const one of all) if (fits(one)) return one;
  return undefined;
}

/**
 * Whether a resource got its physical id in these events, newest first: by its creation, or by an update from another
 * id.
 */
function gotItsId(events: readonly StackEvent[], subject: Subject): boolean {
  const changes = events.filter(event => /^(CREATE|UPDATE)_(IN_PROGRESS|COMPLETE)$/.test(statusOf(event)));
  const its = changes.find(event => isAbout(event, subject));
  if (!its) return false;
  const oldest = changes.filter(event => isOf(event, subject.type, its.LogicalResourceId)).at(-1)!;
  return statusOf(oldest).startsWith('CREATE_') || oldest.PhysicalResourceId !== subject.physicalId;
}

function isOf(event: StackEvent, type: string, logicalId: string | undefined): boolean {
  return hasType(event, type) && event.LogicalResourceId === logicalId;
}

function isUpdate({ ResourceStatus: status }: StackEvent): boolean {
  return status === 'UPDATE_COMPLETE';
}

function isAtRest(status: string): boolean {
  return phaseOf(status) === 'at rest';
}

/** The last part of an ARN. */
function createdAt(arn: string): number {
  return Number(arn.slice(arn.lastIndexOf('/') + 1));
}
