import { Globals, loadFramework, loadHandler } from './code';
import { KEPT, START } from './latencies';
import type { Meter } from './meter';
import { sdk } from './sdk';
import { Clock, Waits } from '../../sandbox/clock';
import type { ServiceName } from '../../sandbox/in-process';
import type { Environment, EnvironmentProps, InvocationResult, Lambda } from '../../sandbox/lambda';
import type { StepFunctions } from '../../sandbox/step-functions';

/** The services that a function calls. */
export interface Account {
  readonly clock: Clock;
  readonly meter: Meter;
  readonly random: () => number;
  readonly lambda: Lambda;
  readonly stepFunctions: StepFunctions;
  readonly responses: { receive(path: string, body: string): void };
  call(caller: string, service: ServiceName, operation: string, input: object): Promise<object>;
  pass(service: string): Promise<void>;
  after(milliseconds: number): Promise<void>;
}

type Handlers = { readonly [name: string]: (event: object, context: object) => Promise<unknown> };

/** An execution environment in this process, on the world's time: it has its own modules, and handles one event. */
export class InProcess implements Environment {
  readonly ended = Promise.resolve();
  private waits?: Waits;
  private handlers?: Handlers;
  private lastUsed = -Infinity;
  private isAlive = true;

  constructor(private readonly world: Account, private readonly props: EnvironmentProps) {}

  get idle(): boolean {
    return this.isAlive && !this.waits;
  }

  async invoke(payload: string): Promise<InvocationResult> {
    const { world, world: { clock }, props: { handler, memorySize, timeoutSeconds } } = this;
    const began = clock.now();
    const deadline = began + timeoutSeconds * 1000;
    const waits = this.waits = new Waits(clock);
    const isCold = began > this.lastUsed + KEPT;
    let takeBack!: () => void;
    const timedOut = new Promise<InvocationResult>(resolve => {
      takeBack = clock.at(deadline, () => {
        this.kill();
        const errorMessage = `Task timed out after ${timeoutSeconds}.00 seconds`;
        const answer = JSON.stringify({ errorType: 'Sandbox.Timedout', errorMessage });
        resolve({ payload: answer, functionError: 'Unhandled' });
      });
    });
    const run = async () => {
      const [file, name] = handler.split('.');
      const isFramework = file === 'framework';
      await this.sleep(isCold ? (isFramework ? START.sdk : START.bundle) : START.warm);
      if (isCold || !this.handlers) this.handlers = this.load(isFramework);
      return this.handlers[name](JSON.parse(payload), { getRemainingTimeInMillis: () => deadline - clock.now() });
    };
    const finished = run().then(
      result => ({ payload: JSON.stringify(result) ?? 'null' }),
      ({ name: errorType, message: errorMessage, stack = '' }: Error) => ({
        payload: JSON.stringify({ errorType, errorMessage, trace: stack.split('\n') }),
        functionError: 'Unhandled' as const,
      }));
    const result = await Promise.race([finished, timedOut]);
    takeBack();
    waits.end();
    this.waits = undefined;
    this.lastUsed = clock.now();
    world.meter.invocations.push({ began, milliseconds: clock.now() - began, megabytes: memorySize });
    return result;
  }

  waitFor<T>(promise: Promise<T>): Promise<T> {
    // a killed process never continues after a wait.
    if (!this.isAlive) return new Promise<never>(() => {});
    return this.waits ? this.waits.for(promise) : promise;
  }

  kill(): void {
    this.isAlive = false;
  }

  retire(): void {
    this.kill();
  }

  private sleep(milliseconds: number): Promise<void> {
    return this.waitFor(this.world.after(milliseconds));
  }

  private load(isFramework: boolean): Handlers {
    const { world, props: { variables, functionName } } = this;
    const timers = { setTimeout: (milliseconds: number) => this.sleep(milliseconds) };
    const clients = sdk((service, operation, input) =>
      this.waitFor(world.call(functionName, service, operation, input)));
    const outbound = {
      invokeFunction: async ({ FunctionName, Payload }: { FunctionName: string; Payload: string }) => {
        await this.waitFor(world.pass('lambda'));
        const invocation = world.clock.work(() => world.lambda.invoke(FunctionName, Payload));
        const { payload, functionError } = await this.waitFor(invocation);
        return { Payload: Buffer.from(payload), FunctionError: functionError };
      },
      startExecution: async (input: object) => {
        await this.waitFor(world.pass('states'));
        return world.stepFunctions.handle('StartExecution', input);
      },
      httpRequest: async ({ path }: { path: string }, body: string) => {
        await this.waitFor(world.pass('s3'));
        world.responses.receive(path, body);
      },
    };
    const modules: { readonly [name: string]: object | undefined } = {
      'timers/promises': timers, 'node:timers/promises': timers, './outbound': outbound,
    };
    const load = isFramework ? loadFramework : loadHandler;
    return load(this.globals(variables), name => modules[name] ?? clients(name));
  }

  private globals(variables: { [name: string]: string }): Globals {
    const { world: { clock, random } } = this;
    class WorldDate extends Date {
      static override now(): number {
        return clock.now();
      }

      constructor(...given: unknown[]) {
        super(...(given.length === 0 ? [clock.now()] : given) as [number]);
      }
    }
    const silent = () => {};
    return {
      process: Object.create(process, { env: { value: variables } }),
      Date: WorldDate as unknown as DateConstructor,
      Math: Object.create(Math, { random: { value: random } }),
      console: { log: silent, info: silent, warn: silent, error: silent, debug: silent },
      setTimeout: (action, milliseconds = 0, ...args) => {
        const timer = { isCleared: false };
        void this.sleep(milliseconds).then(() => { if (!timer.isCleared) action(...args); });
        return timer;
      },
      clearTimeout: timer => { if (timer) (timer as { isCleared: boolean }).isCleared = true; },
    };
  }
}
