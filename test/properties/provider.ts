import { framework, Outbound, waitFor } from './framework';
import { Answer, Api, Invocation } from './handler';
import type { PollFault, Times } from './plan';
import type { Statistics } from './statistics';
import type { Clock } from '../../sandbox/clock';

/** The event of a custom resource, as CloudFormation sends it. */
export interface ResourceEvent {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly RequestId: string;
  readonly StackId: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string;
  readonly ResourceType: string;
  readonly ResponseURL: string;
  readonly ResourceProperties: { readonly [name: string]: string | undefined };
}

/** One request from CloudFormation, and what has become of it. */
export interface Request {
  readonly event: ResourceEvent;
  readonly startedAt: number;
  /** When the poll began that reported completion or failure. */
  lastLookAt?: number;
  /** An injected fault killed the handler, so it could not report anything itself. */
  crashed: boolean;
  /** How many consecutive polls have been lost. */
  lostInARow: number;
  /** Not sent by CloudFormation. */
  readonly isForged?: boolean;
  crashAfter?: number;
  respondedAt?: number;
}

export interface ProviderProps {
  readonly clock: Clock;
  readonly times: Times;
  readonly statistics: Statistics;
  readonly api: Api;
  /** The clock offset of the next invocation's host, in milliseconds. */
  skew(): number;
  fault(kind: 'poll' | 'event', nth: number): PollFault | undefined;
  onRequest(request: Request): void;
  onResponse(request: Request, body: string): void;
  onProblem(problem: unknown): void;
}

/** The functions and the state machine behind a ServiceToken, and where their responses go. */
export class Provider implements Outbound {
  readonly requests = new Map<string, Request>();
  /** The number of waiters and late invocations that are still running. */
  active = 0;
  private polls = 0;
  private events = 0;
  private urls = 0;
  private readonly waiting = new Map<string, (body: string) => void>();

  constructor(private readonly props: ProviderProps) {}

  /** Restarts the numbering of polls and events that faults refer to. */
  nextStep(): void {
    this.polls = 0;
    this.events = 0;
  }

  // CloudFormation's side.

  has(): boolean {
    return true;
  }

  async invokeAsync(payload: string): Promise<{ payload: string; functionError?: string }> {
    const { clock, fault } = this.props;
    const event: ResourceEvent = JSON.parse(payload);
    if (!this.requests.has(event.RequestId)) this.receive(event);
    const trouble = fault('event', this.events++);
    if (trouble?.kind === 'lost event') return { payload: '{}', functionError: 'Unhandled' };
    // Lambda delivers asynchronous events at least once.
    if (trouble) this.inBackground(async () => { await clock.sleep(3000); await framework.onEvent(JSON.parse(payload)); });
    await framework.onEvent(event);
    return { payload: 'null' };
  }

  /** Someone other than CloudFormation invokes the function. */
  forge(event: ResourceEvent): void {
    this.receive(event, true);
    this.inBackground(() => framework.onEvent(event));
  }

  expect(onResponse: (body: string) => void): string {
    const path = `/${++this.urls}`;
    this.waiting.set(path, onResponse);
    return `https://responses.test${path}`;
  }

  forget(url: string): void {
    this.waiting.delete(new URL(url).pathname);
  }

  // the provider framework's side.

  async invoke(functionName: string, payload: string): Promise<Answer> {
    const { clock, api, skew, statistics } = this.props;
    const event: ResourceEvent = JSON.parse(payload);
    const request = this.requests.get(event.RequestId)!;
    const invocation = new Invocation(clock, request.event.RequestId, api, skew());
    if (functionName === 'isComplete') statistics.count('polls');
    const answer = await invocation.run(functionName, event);
    const isLast = answer.FunctionError !== undefined || JSON.parse(answer.Payload).IsComplete;
    if (functionName === 'isComplete' && isLast) request.lastLookAt ??= invocation.startedAt;
    return answer;
  }

  startWaiter(input: string): void {
    this.inBackground(() => waitFor(this.props.clock, this.props.times, () => this.poll(input)));
  }

  respond(path: string, body: string): void {
    const { clock, onResponse } = this.props;
    const request = this.requests.get(JSON.parse(body).RequestId)!;
    // only the first response counts.
    if (request.respondedAt === undefined) {
      request.respondedAt = clock.now();
      onResponse(request, body);
    }
    this.waiting.get(path)?.(body);
  }

  private receive(event: ResourceEvent, isForged = false): void {
    const { clock, statistics, onRequest } = this.props;
    const request = { event, startedAt: clock.now(), crashed: false, lostInARow: 0, isForged };
    this.requests.set(event.RequestId, request);
    statistics.count('requests', isForged ? 'forged' : event.RequestType);
    onRequest(request);
  }

  private async poll(input: string): Promise<void> {
    const { clock, fault } = this.props;
    const event: ResourceEvent = JSON.parse(input);
    const trouble = fault('poll', this.polls++);
    const request = this.requests.get(event.RequestId)!;
    // it may run several times at once and modifies its event, so each run gets a copy.
    const again = () => framework.isComplete({ ...event }).finally(() => { request.lostInARow = 0; });
    switch (trouble?.kind) {
      case 'crash':
        request.crashAfter = trouble.calls;
        return again();
      case 'lost poll':
        request.lostInARow++;
        throw new Error('the framework was not reached');
      case 'lost poll result':
        request.lostInARow++;
        await this.invoke('isComplete', input);
        throw new Error('the framework ended before it could return the result');
      case 'late double poll':
        this.inBackground(async () => {
          await clock.sleep(1000 + 4000 * trouble.calls);
          // nobody receives its result.
          await again().catch(() => {});
        });
        return again();
      case 'double poll': {
        const [first] = await clock.pause(Promise.allSettled([clock.work(again), clock.work(again)]));
        if (first.status === 'rejected') throw first.reason;
        return undefined;
      }
      default:
        return again();
    }
  }

  private inBackground(task: () => Promise<void>): void {
    this.active++;
    this.props.clock.work(task).catch(this.props.onProblem).finally(() => { this.active--; });
  }
}
