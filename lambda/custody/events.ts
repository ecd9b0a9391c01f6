import type { Stack, StackEvent } from '@aws-sdk/client-cloudformation';
import { describeStack, stackEvents, STACK_TYPE } from '../aws/cloudformation';
import { isFailure } from '../aws/errors';
import { CLOCK_TOLERANCE, REQUEST_TOLERANCE } from '../times';

/** A resource, as the events of a stack identify it. */
export interface Subject {
  readonly type: string;
  readonly physicalId: string;
  /** Undefined for a nested stack, whose physical id is enough. */
  readonly logicalId?: string;
}

/** A resource whose deletion was requested. */
export interface DeletedResource {
  readonly stackId: string;
  readonly resourceType: string;
  readonly logicalResourceId: string;
  readonly physicalResourceId: string;
  /** In milliseconds since the epoch. */
  readonly requestedAt: number;
}

/** The event of the stack itself with which an operation began. */
export interface Beginning {
  readonly eventId: string;
  /** In milliseconds since the epoch. */
  readonly began: number;
}

/**
 * Where the events of a stack show the deletion of a resource: the index of its event, and that of the operation that
 * it belongs to.
 */
export interface Place {
  readonly deletion: number;
  readonly operation: number;
}

/** What the events show of the deletion that was requested. */
export type Search =
  /**
   * `shownSince`: the time of its event or, if that belongs to an earlier attempt in the same cleanup, the time when
   * the latest attempt failed.
   */
  | { readonly is: 'found'; readonly place: Place; readonly shownSince: number }
  /** CloudFormation no longer waits for it. */
  | { readonly is: 'over' }
  /**
   * The events do not show the deletion, or not yet. `newestOwn` is the index of the newest event of the stack itself.
   */
  | { readonly is: 'absent'; readonly newestOwn?: number };

/**
 * The events of a stack, newest first. Pages are read as they are needed. A response may be stale, but only in one way:
 * the newest events are missing. Recorded events never change.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackEvents.html
 */
export class StackEvents {
  private readonly events: StackEvent[] = [];
  private isComplete = false;

  constructor(readonly stackId: string, private readonly pages: AsyncIterator<StackEvent[]> = stackEvents(stackId)) {}

  async eventAt(index: number): Promise<StackEvent | undefined> {
    while (index >= this.events.length && !this.isComplete) {
      const { done, value } = await this.pages.next();
      if (done) this.isComplete = true;
      else this.events.push(...value);
    }
    return this.events[index];
  }

  /** The events from an index to the oldest. */
  async* from(start: number): AsyncGenerator<[StackEvent, number], void> {
    let event: StackEvent | undefined;
    for (let index = start; (event = await this.eventAt(index)); index++) yield [event, index];
  }

  /** The events of the stack itself from an index to the oldest. Each shows the state of an operation. */
  async* ownFrom(start: number): AsyncGenerator<[StackEvent, number], void> {
    for await (const found of this.from(start)) if (this.isOwn(found[0])) yield found;
  }

  /**
   * Whether an event shows a new status of the stack itself. While CloudFormation checks a configuration, it repeats
   * one.
   */
  isOwn(event: StackEvent): boolean {
    return (
      event.ResourceType === STACK_TYPE
      && event.PhysicalResourceId === this.stackId
      && event.DetailedStatus !== 'CONFIGURATION_COMPLETE'
    );
  }

  /**
   * Reads for the deletion that was requested at the given time. Its event counts unless a newer event voids it: an
   * event of the stack itself, the end of the deletion, or a creation or update of the same resource.
   */
  async find(subject: Subject, requestedAt: number, tolerance = REQUEST_TOLERANCE): Promise<Search> {
    let newestOwn: number | undefined;
    let isVoid = false;
    let failedAt: number | undefined;
    let hasEnded = false;
    for await (const [event, index] of this.from(0)) {
      const time = timeOf(event);
      const isOld = time < requestedAt - tolerance;
      // each attempt in a cleanup is a separate request, but may have no event of its own: then the event of the first
      // attempt counts. All other operations try only once, so a failure voids the event.
      const isRetry = failedAt !== undefined && !isVoid;
      if (isOld && newestOwn !== undefined) break;

      if (this.isOwn(event)) {
        newestOwn ??= index;
        isVoid = true;
      } else if (isAbout(event, subject)) {
        const status = statusOf(event);
        if (status === 'DELETE_IN_PROGRESS') {
          if (isOld && !isRetry) continue;
          const isLater = time > requestedAt + tolerance;
          if (isVoid || isLater || (isRetry && failedAt! > requestedAt + CLOCK_TOLERANCE)) return { is: 'over' };
          const operation = await this.nextOwn(index);
          if (operation === undefined) break;
          const place = { deletion: index, operation };
          if (!isRetry) return { is: 'found', place, shownSince: time };
          return statusOf(await this.eventAt(operation)).includes('CLEANUP')
            ? { is: 'found', place, shownSince: failedAt! }
            : { is: 'over' };
        }
        hasEnded ||= status.startsWith('DELETE_') && time >= requestedAt - CLOCK_TOLERANCE;
        if (status !== 'DELETE_FAILED') isVoid = true;
        else if (!isVoid && !isOld) failedAt ??= time;
      }
    }
    return hasEnded ? { is: 'over' } : { is: 'absent', newestOwn };
  }

  /** The index of the nearest older event of the stack itself. */
  private async nextOwn(index: number): Promise<number | undefined> {
    for await (const [, own] of this.ownFrom(index)) return own;
    return undefined;
  }
}

/**
 * Whether CloudFormation has stopped waiting for a deletion, according to the newest page of events: since the
 * operation that the deletion belongs to, another one has begun, or the deletion has ended.
 */
export async function isNoLongerAwaited(
  { stackId, requestedAt, ...resource }: DeletedResource,
  beginning: Beginning,
): Promise<boolean> {
  const newest = await newestEvents(stackId);
  if (newest === 'unreadable') return !(await isBeingDeleted(stackId));
  const stack = new StackEvents(stackId);
  for (const event of newest) {
    const time = timeOf(event);
    if (event.EventId === beginning.eventId || time < beginning.began) return false;
    if (stack.isOwn(event)) return true;
    if (!isAbout(event, subjectOf(resource)) || statusOf(event) === 'DELETE_IN_PROGRESS') continue;
    if (statusOf(event) !== 'DELETE_FAILED' || time > requestedAt + CLOCK_TOLERANCE) return true;
  }
  return false;
}

async function newestEvents(stackId: string): Promise<StackEvent[] | 'unreadable'> {
  try {
    // there is always a page.
    const { value } = await stackEvents(stackId).next() as IteratorYieldResult<StackEvent[]>;
    return value;
  } catch (error) {
    if (isUnreadable(error)) return 'unreadable';
    throw error;
  }
}

/**
 * Whether an error says that the events cannot be read, now or later: a control character in the reason of any resource
 * does that to those of the whole stack.
 *
 * @see https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1601
 */
export function isUnreadable(error: unknown): boolean {
  return isFailure(error, 'fatal') && error.action === 'cloudformation:DescribeStackEvents';
}

/** Whether a stack and the outermost one around it are being deleted, according to their status. */
export async function isBeingDeleted(stackId: string): Promise<boolean> {
  return (await outermostBeingDeleted(stackId)) !== undefined;
}

/** The outermost stack around a stack, or the stack itself, if both are being deleted. */
export async function outermostBeingDeleted(stackId: string): Promise<Partial<Stack> | undefined> {
  const stack = await describeStack(stackId);
  if (stack.StackStatus !== 'DELETE_IN_PROGRESS') return undefined;
  const outermost = stack.RootId === undefined ? stack : await describeStack(stack.RootId);
  return outermost.StackStatus === 'DELETE_IN_PROGRESS' ? outermost : undefined;
}

/** The type that custom resources have in the events of a cleanup, whatever type the template gives them. */
export const GENERAL_TYPE = 'AWS::CloudFormation::CustomResource';

/** Whether an event may be about a resource of a type. */
export function hasType({ ResourceType: recorded }: Pick<StackEvent, 'ResourceType'>, type: string): boolean {
  return recorded === type || (recorded === GENERAL_TYPE && type.startsWith('Custom::'));
}

export function isAbout(
  event: StackEvent,
  { type, physicalId, logicalId = event.LogicalResourceId }: Subject,
): boolean {
  return hasType(event, type) && event.PhysicalResourceId === physicalId && event.LogicalResourceId === logicalId;
}

export function subjectOf({
  resourceType: type,
  logicalResourceId: logicalId,
  physicalResourceId: physicalId,
}: Omit<DeletedResource, 'stackId' | 'requestedAt'>): Subject {
  return { type, logicalId, physicalId };
}

export function statusOf(event: StackEvent | undefined): string {
  return event?.ResourceStatus ?? 'no status';
}

export function timeOf({ Timestamp: time }: StackEvent): number {
  return time?.getTime() ?? 0;
}
