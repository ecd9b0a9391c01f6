/** One line of a stack's history. */
export interface StackEvent {
  /** Milliseconds since the epoch, on the sandbox's time. */
  readonly time: number;
  readonly stackId: string;
  readonly stackName: string;
  readonly logicalId: string;
  readonly physicalId: string;
  readonly resourceType: string;
  readonly status: string;
  readonly reason?: string;
}

/** All events of all stacks, in order. */
export class EventLog {
  readonly events: StackEvent[] = [];
  private readonly listeners: ((event: StackEvent) => void)[] = [];

  add(event: StackEvent): void {
    this.events.push(event);
    for (const listener of this.listeners) listener(event);
  }

  onEvent(listener: (event: StackEvent) => void): void {
    this.listeners.push(listener);
  }
}
