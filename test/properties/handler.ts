import { AsyncLocalStorage } from 'node:async_hooks';
import * as cloudFormationSdk from '@aws-sdk/client-cloudformation';
import * as rekognitionSdk from '@aws-sdk/client-rekognition';
import * as lambda from '../../lambda';
import * as workflow from '../../lambda/workflow';
import { Clock, Waits } from '../../sandbox/clock';
import { Command, inProcess, ServiceName } from '../../sandbox/in-process';
import { ACCOUNT, REGION } from '../support/arns';

/** The handler's own timer, on the sandbox's time. */
jest.mock('timers/promises', () => ({ setTimeout: (milliseconds: number) => mockSleep(milliseconds) }));

/** What a function's invocation answers, as the Lambda API says it. */
export interface Answer {
  readonly Payload: string;
  readonly FunctionError?: string;
}

/** Carries out the calls of an invocation. */
export type Api = (invocation: Invocation, service: ServiceName, operation: string, input: any) => Promise<object>;

// the `timeout` of the functions in src/teardown-provider.ts; a workflow's has more.
const FUNCTION_TIMEOUT = 120_000;

/** When every world begins: what happens must not depend on when it is tried. */
export const EPOCH = Date.UTC(2026, 0, 1);

const RealDate = Date;
const invocations = new AsyncLocalStorage<Invocation>();
const handlers: { readonly [name: string]: (event: any, context: any) => Promise<unknown> } = { ...lambda, ...workflow };

/** One invocation of the handler: its clock, and whether it is still alive. */
export class Invocation {
  readonly startedAt: number;
  calls = 0;
  dead = false;
  /** Ends the process in the middle of whatever it does. */
  die!: (message: string) => void;
  private readonly waits: Waits;

  /** `skew`: of its clock, in milliseconds. */
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

  /** Runs `onEvent` or `isComplete` of the real handler, or `round` of a workflow. To be called inside `clock.work`. */
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

/** Inside the handler it is sandbox time (as its host sees it), everywhere else time stands still. */
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

/** CloudFormation's own client, which calls whatever world is being tried. */
export const administrator = new rekognitionSdk.RekognitionClient({ region: REGION });

/** What the administrator's calls go to. */
export const account: { rekognition?: { handle(operation: string, input: any): object } } = {};

/** In the place of the clients' own way to the network. */
function send(service: ServiceName, client: object, command: Command): Promise<object> {
  return inProcess(service, command, (operation, input) => {
    if (client === administrator) return account.rekognition!.handle(operation, input);
    const invocation = invocations.getStore();
    if (!invocation) throw new Error(`${operation} was called outside of an invocation`);
    return invocation.api(invocation, service, operation, input);
  });
}

/** Puts the handler of this process into the sandbox. Once for each test file, as its modules are its own. */
export function install(): void {
  Object.assign(process.env, { AWS_REGION: REGION, AWS_ACCOUNT_ID: ACCOUNT });
  globalThis.Date = SandboxDate as DateConstructor;
  // what happens must depend on the seed alone.
  Math.random = () => 0.5;
  // of the many errors of a run, hardly one is looked at: their stacks would take up to a tenth of the time.
  if (process.env.REPLAY === undefined) Error.stackTraceLimit = 0;
  // the handler's log lines are not looked at here.
  console.info = () => {};
  for (const [service, client] of [['rekognition', rekognitionSdk.RekognitionClient], ['cloudformation', cloudFormationSdk.CloudFormationClient]] as const) {
    (client.prototype as { send: unknown }).send = function (this: object, command: Command) { return send(service, this, command); };
  }
}
