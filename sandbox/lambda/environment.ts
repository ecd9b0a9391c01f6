import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, IncomingMessage, Server, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Clock, Waits } from '../clock';
import { RuntimeProcess } from './process';
import type { WarmProcesses } from './warm-processes';

/** The result of an invocation. */
export interface InvocationResult {
  readonly payload: string;
  readonly functionError?: 'Unhandled';
}

/** Where the code of a function runs, one invocation at a time. */
export interface Environment {
  /** Whether the next invocation may come here. */
  readonly idle: boolean;
  /** Settles when the environment has ended. */
  readonly ended: Promise<void>;
  invoke(payload: string): Promise<InvocationResult>;
  /** Waits for something on behalf of the open invocation, which releases time meanwhile. */
  waitFor<T>(promise: Promise<T>): Promise<T>;
  /** Ends it at once. An open invocation fails. */
  kill(): void;
  /** Ends an idle environment, which will not be invoked again. */
  retire(): void;
}

export interface ExecutionEnvironmentProps {
  readonly clock: Clock;
  readonly functionArn: string;
  readonly codeDirectory: string;
  readonly timeoutSeconds: number;
  /** The process gets only these variables and the address of the Runtime API. */
  readonly variables: { [name: string]: string };
  /** Processes of earlier environments. Without them, every environment starts one. */
  readonly warmProcesses?: WarmProcesses;
  onLine(line: string): void;
}

interface Invocation {
  readonly requestId: string;
  readonly payload: string;
  readonly settle: (result: InvocationResult) => void;
  readonly waits: Waits;
  result?: InvocationResult;
}

/** [cited] Lambda Developer Guide, execution environment lifecycle: Init has 10 seconds, after which it counts as part of the invocation. */
const INIT_SECONDS = 10;

/**
 * One process that runs the code of a function, and the Lambda Runtime API that it uses. It handles one invocation at a time.
 * An invocation is over when the runtime asks for the next one or the process has ended, so its log is complete by then.
 */
export class ExecutionEnvironment implements Environment {
  static async start(props: ExecutionEnvironmentProps): Promise<ExecutionEnvironment> {
    const server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return new ExecutionEnvironment(props, server);
  }

  readonly ended: Promise<void>;
  private readonly process: RuntimeProcess;
  private letGo!: (reason: string) => void;
  private alive = true;
  private invocation?: Invocation;
  private next?: ServerResponse;
  private stopTimer?: () => void;
  private wake?: () => void;

  private constructor(private readonly props: ExecutionEnvironmentProps, private readonly server: Server) {
    server.on('request', (request, response) => { this.serve(request, response).catch(() => response.destroy()); });
    const { warmProcesses } = props;
    const variables = { ...props.variables, AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${(server.address() as AddressInfo).port}` };
    const program = { ...props, variables };
    this.process = warmProcesses?.start(program) ?? new RuntimeProcess(program);
    const retired = new Promise<string>(resolve => { this.letGo = resolve; });
    this.ended = Promise.race([this.process.ended, retired]).then(reason => this.end(reason));
  }

  /** Whether the next invocation may come here. */
  get idle(): boolean {
    return this.alive && !this.invocation;
  }

  invoke(payload: string): Promise<InvocationResult> {
    return new Promise(settle => {
      this.invocation = { requestId: randomUUID(), payload, settle, waits: new Waits(this.props.clock) };
      this.startTimer(INIT_SECONDS + this.props.timeoutSeconds);
      this.deliver();
    });
  }

  /** Waits for something on behalf of the open invocation, which releases time meanwhile. */
  waitFor<T>(promise: Promise<T>): Promise<T> {
    return this.invocation ? this.invocation.waits.for(promise) : promise;
  }

  /** Kills the process. An open invocation fails. */
  kill(): void {
    this.alive = false;
    this.invocation?.waits.end();
    this.process.kill();
  }

  /** Ends an idle environment. Its process may be used again. */
  retire(): void {
    const { warmProcesses, codeDirectory } = this.props;
    if (!warmProcesses || !this.next) return this.kill();
    this.alive = false;
    warmProcesses.keep(codeDirectory, this.process);
    this.letGo('retired');
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === '/sandbox/sleep') return this.sleep(Number(await text(request)), response);

    const [, operation] = /^\/2018-06-01\/runtime\/(?:invocation\/)?(.*)$/.exec(request.url!) ?? [];
    if (request.method === 'GET' && operation === 'next') {
      // what the process wrote before this request is still in the pipe and arrives after one turn of the event loop.
      await turnOfEventLoop();
      this.next = response;
      if (this.invocation?.result) this.finish(this.invocation.result);
      else this.deliver();
      return;
    }

    const body = await text(request);
    const id = this.invocation?.requestId;
    const result = operation === `${id}/response` ? { payload: body }
      : operation === `${id}/error` || operation === 'init/error' ? { payload: body, functionError: 'Unhandled' as const }
        : undefined;
    if (result && this.invocation) this.invocation.result ??= result;
    // [cited] Lambda Runtime API: 202 for an accepted response, 403 for anything that is rejected.
    response.writeHead(result ? 202 : 403).end();
  }

  /** Responds when that time has passed, the invocation is over or the process has ended. The process asks again if necessary. */
  private async sleep(milliseconds: number, response: ServerResponse): Promise<void> {
    const { clock } = this.props;
    await this.waitFor(new Promise<void>(resolve => {
      const takeBack = clock.at(clock.now() + milliseconds, resolve);
      this.wake = () => {
        takeBack();
        resolve();
      };
      response.once('close', this.wake);
    }));
    response.writeHead(200, { 'Sandbox-Clock-Ahead-Ms': clock.ahead }).end();
  }

  /** Passes the open invocation to the runtime once the runtime has asked for one. */
  private deliver(): void {
    const { next, invocation } = this;
    if (!next || !invocation) return;
    const { clock, functionArn, timeoutSeconds } = this.props;
    this.next = undefined;
    this.startTimer(timeoutSeconds);
    next.writeHead(200, {
      'Content-Type': 'application/json',
      'Lambda-Runtime-Aws-Request-Id': invocation.requestId,
      'Lambda-Runtime-Deadline-Ms': clock.now() + timeoutSeconds * 1000,
      'Lambda-Runtime-Invoked-Function-Arn': functionArn,
      'Sandbox-Clock-Ahead-Ms': clock.ahead,
    }).end(invocation.payload);
  }

  /** Uses sandbox time, and also real time for a process that hangs, which stops sandbox time. */
  private startTimer(seconds: number): void {
    this.stopTimer?.();
    const { clock, timeoutSeconds } = this.props;
    const timeOut = () => {
      this.invocation!.result = this.failure('Sandbox.Timedout', `Task timed out after ${timeoutSeconds.toFixed(2)} seconds`);
      this.kill();
    };
    const timer = setTimeout(timeOut, seconds * 1000);
    const takeBack = clock.at(clock.now() + seconds * 1000, timeOut);
    this.stopTimer = () => {
      clearTimeout(timer);
      takeBack();
    };
  }

  private finish(result: InvocationResult): void {
    this.stopTimer?.();
    const { settle, waits } = this.invocation!;
    waits.end();
    this.wake?.();
    this.invocation = undefined;
    settle(result);
  }

  private async end(reason: string): Promise<void> {
    this.alive = false;
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
    if (!this.invocation) return;
    this.finish(this.invocation.result ?? this.failure('Runtime.ExitError', `Runtime exited ${reason}`));
  }

  /** [cited] Lambda Developer Guide, troubleshooting invocations: how the platform itself reports a failure. */
  private failure(errorType: string, message: string): InvocationResult {
    const errorMessage = `RequestId: ${this.invocation!.requestId} Error: ${message}`;
    return { payload: JSON.stringify({ errorType, errorMessage }), functionError: 'Unhandled' };
  }
}

async function turnOfEventLoop(): Promise<void> {
  await new Promise(setImmediate);
  await new Promise(setImmediate);
}
