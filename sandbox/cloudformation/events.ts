import { randomUUID } from 'node:crypto';
import type { Properties } from './template';

/** One line of a stack's history. */
export interface StackEvent {
  readonly id: string;
  /** Milliseconds since the epoch, on the sandbox's time. */
  readonly time: number;
  readonly stackId: string;
  readonly stackName: string;
  readonly logicalId: string;
  readonly physicalId: string;
  readonly resourceType: string;
  /** Undefined for the stack itself, and for what a cleanup deletes. */
  readonly properties?: Properties;
  readonly status: string;
  readonly detailedStatus?: 'CONFIGURATION_COMPLETE';
  readonly reason?: string;
  /** The same for all events of one operation on the stack; which ones those are is a setting. */
  readonly operationId?: string;
  /** The same for all events that one request has caused. The API does not show it. */
  readonly request: number;
}

/** All events of all stacks, in order. */
export class EventLog {
  readonly events: StackEvent[] = [];
  private readonly byStack = new Map<string, StackEvent[]>();
  private readonly listeners: ((event: StackEvent) => void)[] = [];
  add(entry: Omit<StackEvent, 'id'>): void {
    // [assumed] no two events have the same time: the CDK CLI sorts them by it.
    const time = Math.max(entry.time, (this.events.at(-1)?.time ?? 0) + 1);
    const event = { ...entry, time, id: idOf({ ...entry, time }) };
    this.events.push(event);
    const ofStack = this.byStack.get(event.stackId);
    if (ofStack) ofStack.push(event);
    else this.byStack.set(event.stackId, [event]);
    for (const listener of this.listeners) listener(event);
  }

  /** The events of one stack, oldest first: all of them, or those up to a given time. */
  of(stackId: string, moment = Infinity): readonly StackEvent[] {
    const all = this.byStack.get(stackId) ?? [];
    let count = all.length;
    while (count > 0 && all[count - 1].time > moment) count--;
    return all.slice(0, count);
  }

  onEvent(listener: (event: StackEvent) => void): void {
    this.listeners.push(listener);
  }
}

/**
 * [cited] published event logs: an event of the stack itself has another form of id, and so has a deletion in a
 * cleanup.
 */
function idOf(event: Omit<StackEvent, 'id'>): string {
  if (isOwn(event)) return randomUUID();
  const { logicalId, status, time, properties } = event;
  return properties ? `${logicalId}-${status}-${new Date(time).toISOString()}` : `${logicalId}-${randomUUID()}`;
}

/**
 * Whether an event is one of the stack itself. [cited] a stack is a resource of the type AWS::CloudFormation::Stack,
 * with its own id.
 */
export function isOwn({ physicalId, stackId }: Pick<StackEvent, 'physicalId' | 'stackId'>): boolean {
  return physicalId === stackId;
}
