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
  readonly status: string;
  readonly reason?: string;
  /** The same for all events of one operation on the stack. */
  readonly operationId: string;
}

/** All events of all stacks, in order. */
export class EventLog {
  readonly events: StackEvent[] = [];
  private readonly byStack = new Map<string, StackEvent[]>();
  private readonly listeners: ((event: StackEvent) => void)[] = [];

  add(entry: Omit<StackEvent, 'id'>): void {
    // [assumed] no two events have the same time: the CDK CLI sorts them by it.
    const time = Math.max(entry.time, (this.events.at(-1)?.time ?? 0) + 1);
    // [assumed] the format of the ids.
    const event = { ...entry, time, id: `${entry.logicalId}-${entry.status}-${this.events.length}` };
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

/** Whether an event is one of the stack itself. [cited] a stack is a resource of the type AWS::CloudFormation::Stack, with its own id. */
export function isOwn({ physicalId, stackId }: StackEvent): boolean {
  return physicalId === stackId;
}
