import { AsyncLocalStorage } from 'node:async_hooks';
import * as cloudFormationSdk from '@aws-sdk/client-cloudformation';
import * as rekognitionSdk from '@aws-sdk/client-rekognition';
import * as lambda from '../../lambda/custom-resource/handler';
import * as workflow from '../../lambda/workflow/handler';
import { Clock, Waits } from '../../sandbox/clock';
import { Command, inProcess, ServiceName } from '../../sandbox/in-process';
import { ACCOUNT, REGION } from '../support/arns';

/** The handler's own timer, on the sandbox's time. */
jest.mock('timers/promises', () => ({ setTimeout: (milliseconds: number) => mockSleep(milliseconds) }));

/** The result of a function's invocation, as the Lambda API returns it. */
export interface Answer {
  readonly Payload: string;
  readonly FunctionError?: string;
}

/** Handles the API calls of an invocation. */
export type Api = (invocation: Invocation, service: ServiceName, operation: string, input: any) => Promise<object>;

// the `timeout` of the functions in src/teardown-provider.ts; that of a workflow's function is longer.
const FUNCTION_TIMEOUT = 120_000;

/** When every world begins: the outcome must not depend on the time of the run. */
export const EPOCH = Date.UTC(2026, 0, 1);

const RealDate = Date;
const invocations = new AsyncLocalStorage<Invocation>();
const handlers: { readonly [name: string]: (event: any, context: any) => Promise<unknown> } = { ...lambda, ...workflow };

/** One invocation of the handler: its clock, and whether it is still alive. */
export class Invocation {
  readonly startedAt: number;
  calls = 0;
  dead = false;
  /** Kills the process in the middle of whatever it is doing. */
  die!: (message: string) => void;
  private readonly waits: Waits;

  /** `skew`: the offset of its clock, in milliseconds. */
  constructor(readonly clock: Clock, readonly requestId: string, readonly api: Api, private readonly skew: number) {
    this.startedAt = clock.now();
    this.waits = new Waits(clock);
  }

  get now(): number {
    return this.clock.now() + this.skew;
  }

  sleep(milliseconds: number): Promise<void> {
    return this.waits.for(new Promise(resolve => this.clock.at(this.clock.now() + milliseconds, resolve)));
  }

  /** Runs `onEvent` or `isComplete` of the real handler, or `round` of a workflow. Must be called inside `clock.work`. */
  async run(name: string, event: object): Promise<Answer> {
    const timeout = this.startedAt + FUNCTION_TIMEOUT;
    const died = new Promise<Answer>(resolve => {
      this.die = message => {
        this.dead = true;
        resolve(failure(message, 'Runtime.ExitError'));
      };
    });
    const takeBack = this.clock.at(timeout, () => this.die('Task timed out after 120.00 seconds'));
    const context = { getRemainingTimeInMillis: () => timeout - this.clock.now() };
    const finished = invocations.run(this, async () => handlers[name](event, context))
      .then(result => ({ Payload: JSON.stringify(result) }), (error: Error) => failure(error.message, error.name, error.stack));
    const answer = await Promise.race([finished, died]);
    takeBack();
    this.waits.end();
    return answer;
  }
}

/** Runs a part of the handler by itself, with an API of its own. */
export function withApi<T>(clock: Clock, api: Api, work: () => Promise<T>): Promise<T> {
  return invocations.run(new Invocation(clock, 'none', api, 0), work);
}

// as Lambda reports an error that a handler threw.
function failure(errorMessage: string, errorType: string, stack = ''): Answer {
  return { FunctionError: 'Unhandled', Payload: JSON.stringify({ errorMessage, errorType, trace: stack.split('\n') }) };
}

function mockSleep(milliseconds: number): Promise<void> {
  return invocations.getStore()!.sleep(milliseconds);
}

/** Sandbox time (as the host sees it) inside the handler; everywhere else, time stands still. */
function now(): number {
  return invocations.getStore()?.now ?? EPOCH;
}

class SandboxDate extends RealDate {
  static override now(): number {
    return now();
  }

  constructor(...given: unknown[]) {
    super(...(given.length === 0 ? [now()] : given) as [number]);
  }
}

/** CloudFormation's own client, which calls the world under test. */
export const administrator = new rekognitionSdk.RekognitionClient({ region: REGION });

/** The target of the administrator's calls. */
export const account: { rekognition?: { handle(operation: string, input: any): object } } = {};

/** Replaces the clients' `send`, so that no call uses the network. */
function send(service: ServiceName, client: object, command: Command): Promise<object> {
  return inProcess(service, command, (operation, input) => {
    if (client === administrator) return account.rekognition!.handle(operation, input);
    const invocation = invocations.getStore();
    if (!invocation) throw new Error(`${operation} was called outside of an invocation`);
    return invocation.api(invocation, service, operation, input);
  });
}

/** Connects the handler to the sandbox. To be called once in each test file, as Jest loads the modules anew for each. */
export function install(): void {
  Object.assign(process.env, { AWS_REGION: REGION, AWS_ACCOUNT_ID: ACCOUNT });
  globalThis.Date = SandboxDate as DateConstructor;
  // the outcome must depend only on the seed.
  Math.random = () => 0.5;
  // a run throws many errors whose stacks are rarely read, but capturing them takes up to a tenth of the time.
  if (process.env.REPLAY === undefined) Error.stackTraceLimit = 0;
  // these tests do not check the handler's log lines.
  Object.assign(console, { info: () => {}, warn: () => {}, error: () => {} });
  for (const [service, client] of [['rekognition', rekognitionSdk.RekognitionClient], ['cloudformation', cloudFormationSdk.CloudFormationClient]] as const) {
    (client.prototype as { send: unknown }).send = function (this: object, command: Command) { return send(service, this, command); };
  }
}
