import { Globals, loadFramework, loadHandler } from './code';
import { KEPT, START } from './latencies';
import { sdk } from './sdk';
import type { World } from './world';
import { Waits } from '../../sandbox/clock';
import type { Environment, EnvironmentProps, InvocationResult } from '../../sandbox/lambda';

type Handlers = { readonly [name: string]: (event: object, context: object) => Promise<unknown> };

/** An execution environment in this process, on the world's time: it has its own modules, and handles one invocation at a time. */
export class InProcess implements Environment {
  readonly ended = Promise.resolve();
  private waits?: Waits;
  private handlers?: Handlers;
  private lastUsed = -Infinity;
  private isAlive = true;

  constructor(private readonly world: World, private readonly props: EnvironmentProps) {}

  get idle(): boolean {
    return this.isAlive && !this.waits;
  }

  async invoke(payload: string): Promise<InvocationResult> {
    const { world, world: { clock }, props: { functionName, handler, memorySize, timeoutSeconds } } = this;
    const began = clock.now();
    const deadline = began + timeoutSeconds * 1000;
    const waits = this.waits = new Waits(clock);
    const isCold = began > this.lastUsed + KEPT;
    let takeBack!: () => void;
    const timedOut = new Promise<InvocationResult>(resolve => {
      takeBack = clock.at(deadline, () => {
        this.kill();
        resolve({ payload: JSON.stringify({ errorType: 'Sandbox.Timedout', errorMessage: `Task timed out after ${timeoutSeconds}.00 seconds` }), functionError: 'Unhandled' });
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
      (error: Error) => ({
        payload: JSON.stringify({ errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') }), functionError: 'Unhandled' as const,
      }));
    const result = await Promise.race([finished, timedOut]);
    takeBack();
    waits.end();
    this.waits = undefined;
    this.lastUsed = clock.now();
    world.meter.invocations.push({ functionName, began, milliseconds: clock.now() - began, megabytes: memorySize, isCold });
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
    const local = world.handlers.get(functionName);
    if (local) return { handler: event => local(event, promise => this.waitFor(promise)) };
    const timers = { setTimeout: (milliseconds: number) => this.sleep(milliseconds) };
    const clients = sdk((service, operation, input) => this.waitFor(world.call(functionName, service, operation, input)));
    const outbound = {
      invokeFunction: async ({ FunctionName, Payload }: { FunctionName: string; Payload: string }) => {
        await this.waitFor(world.pass('lambda'));
        const { payload, functionError } = await this.waitFor(world.clock.work(() => world.lambda.invoke(FunctionName, Payload)));
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
