import { randomUUID } from 'node:crypto';
import { Clock } from './clock';
import { Iam } from './iam';
import { Lambda } from './lambda';
import type { Members, Operations } from './members';
import { NotModeled, Permission, Service, ServiceError } from './service';
import { parseStateMachine, RetryPlan, StateMachine, StateMachineProps } from './state-machine';

export type { StateMachineProps } from './state-machine';

/** One execution of a state machine. */
export interface Execution {
  readonly arn: string;
  readonly machineArn: string;
  readonly input: any;
  readonly name: string;
  /** Milliseconds since the epoch, on the sandbox's time. */
  readonly startedAt: number;
  stoppedAt?: number;
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  output?: any;
  /** If it did not succeed: the name of the error and its cause. */
  error?: string;
  cause?: string;
  /** The number of events in its history. */
  historyEvents: number;
}

/** How an execution ends if it is ended from the outside. */
type End = Pick<Execution, 'status' | 'error' | 'cause'>;

// [cited] Step Functions quotas: events of an execution's history, and bytes of a task's result.
const MAX_HISTORY_EVENTS = 25_000;
const MAX_RESULT_BYTES = 262_144;

export interface StepFunctionsProps {
  readonly clock: Clock;
  readonly lambda: Lambda;
  readonly iam: Iam;
  readonly region: string;
  readonly account: string;
}

const OPERATIONS: Operations = {
  StartExecution: { honored: ['stateMachineArn', 'input', 'name'], ignored: { traceHeader: 'nothing is traced' } },
  DescribeExecution: { honored: ['executionArn'], only: { includedData: 'ALL_DATA' } },
  StopExecution: { honored: ['executionArn', 'error', 'cause'] },
};

/** Step Functions: real definitions in an interpreter, with their Lambda tasks and waits in the sandbox. */
export class StepFunctions implements Service {
  readonly executions: Execution[] = [];
  /** By ARN. One that the sandbox cannot run fails when it is started. */
  private readonly machines = new Map<string, StateMachine | NotModeled>();
  private readonly aborts = new Map<Execution, AbortController>();
  private readonly terminating = new Set<Execution>();
  private readonly ends = new Map<Execution, End>();
  /** A bug in the sandbox must not look like a failed task. */
  private problem?: unknown;

  constructor(private readonly props: StepFunctionsProps) {}

  create(machine: StateMachineProps): void {
    if (this.machines.has(machine.arn)) throw new ServiceError('StateMachineAlreadyExists', `State Machine Already Exists: '${machine.arn}'`);
    this.machines.set(machine.arn, runnable(machine));
  }

  /** [cited] Step Functions API, UpdateStateMachine: running executions keep the old definition and role. */
  update(machine: StateMachineProps): void {
    this.machine(machine.arn);
    this.machines.set(machine.arn, runnable(machine));
  }

  /** [cited] Step Functions API, DeleteStateMachine: its executions are terminated on their next state transition. */
  delete(arn: string): void {
    this.machine(arn);
    this.machines.delete(arn);
    for (const execution of this.executions.filter(({ machineArn }) => machineArn === arn)) this.terminating.add(execution);
  }

  /** Ends all executions. A running task ends with the process of its function. */
  async stop(): Promise<void> {
    this.machines.clear();
    for (const abort of this.aborts.values()) abort.abort();
    if (this.problem) throw this.problem;
  }

  members(operation: string): Members | undefined {
    return OPERATIONS[operation];
  }

  permissions(operation: string, input: any): Permission[] {
    return [{ action: `states:${operation}`, resource: input.stateMachineArn ?? input.executionArn ?? '*' }];
  }

  handle(operation: string, input: any): object {
    switch (operation) {
      case 'StartExecution': return this.start(input);
      case 'DescribeExecution': return describe(this.execution(input));
      case 'StopExecution': return this.stopExecution(input);
      default: throw new NotModeled(`the sandbox does not know the operation ${operation} of Step Functions`);
    }
  }

  private start({ stateMachineArn, input = '{}', name = randomUUID() }: any): object {
    const machine = this.machine(stateMachineArn);
    if (machine instanceof NotModeled) throw machine;
    const arn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
    const parsed = parseInput(input);
    let execution = this.executions.find(other => other.arn === arn);
    if (!execution) {
      execution = { arn, machineArn: stateMachineArn, name, input: parsed, startedAt: this.props.clock.now(), status: 'RUNNING', historyEvents: 0 };
      this.executions.push(execution);
      const started = execution;
      void this.props.clock.work(() => this.run(machine, started));
    } else if (execution.status !== 'RUNNING' || JSON.stringify(execution.input) !== JSON.stringify(parsed)) {
      // [cited] API reference, StartExecution: idempotent with the same name and input while the execution runs.
      throw new ServiceError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
    }
    return { executionArn: arn, startDate: execution.startedAt / 1000 };
  }

  /** [cited] API reference, StopExecution. [assumed] if the execution has ended, it changes nothing and returns the time of the end. */
  private stopExecution({ executionArn, error, cause }: any): object {
    const execution = this.execution({ executionArn });
    this.end(execution, { status: 'ABORTED', error, cause });
    return { stopDate: (execution.stoppedAt ?? this.props.clock.now()) / 1000 };
  }

  private end(execution: Execution, end: End): void {
    if (!this.ends.has(execution)) this.ends.set(execution, end);
    this.aborts.get(execution)?.abort();
  }

  private async run(machine: StateMachine, execution: Execution): Promise<void> {
    const { clock } = this.props;
    const { arn, name, input, startedAt } = execution;
    const abort = new AbortController();
    this.aborts.set(execution, abort);
    const states = Object.entries(machine.states);
    const tasks = states.filter(([, state]) => state.Type === 'Task').map(([task, state]) => [task, this.task(machine, execution, state, abort)]);
    const waits = states.filter(([, state]) => state.Type === 'Wait').map(([wait]) => [wait, this.wait(execution, abort)]);
    const { result, abort: abortInterpreter, eventLogs } = machine.interpreter.run(input, {
      overrides: {
        taskResourceLocalHandlers: Object.fromEntries([...tasks, ...waits]),
        // the tasks themselves wait before a retry, on the sandbox's time.
        retryIntervalOverrides: Object.fromEntries(tasks.map(([task]) => [task, 0])),
      },
      context: { SandboxExecution: { Id: arn, Input: input, Name: name, RoleArn: machine.roleArn, StartTime: new Date(startedAt).toISOString() } },
    });
    abort.signal.addEventListener('abort', abortInterpreter);
    void this.count(execution, eventLogs);
    const cancel = machine.timeoutSeconds === undefined ? () => {} : clock.at(startedAt + machine.timeoutSeconds * 1000,
      // [cited] API reference, DescribeExecution: the status. [assumed] the name of the error is that of the timeout of a state.
      () => this.end(execution, { status: 'TIMED_OUT', error: 'States.Timeout' }));
    let end: End & Pick<Execution, 'output'>;
    try {
      end = { status: 'SUCCEEDED', output: await result };
    } catch (error) {
      // the interpreter wraps an error that no state has caught.
      const { name: errorName, message } = ((error as Error).cause ?? error) as Error;
      end = abort.signal.aborted ? this.ends.get(execution) ?? { status: 'ABORTED' } : { status: 'FAILED', error: errorName, cause: message };
    }
    cancel();
    this.aborts.delete(execution);
    execution.historyEvents++;
    Object.assign(execution, end, { stoppedAt: clock.now() });
  }

  /** [cited] API reference, GetExecutionHistory: the types of events. Each task counts its own events, and `run` counts the last event. */
  private async count(execution: Execution, events: AsyncIterable<{ type: string }>): Promise<void> {
    for await (const { type } of events) {
      if (['ExecutionStarted', 'StateEntered', 'StateExited'].includes(type)) execution.historyEvents++;
      if (execution.historyEvents < MAX_HISTORY_EVENTS) continue;
      // [cited] quotas: "If the execution history reaches this quota, the execution will fail." [assumed] the error's name.
      this.end(execution, { status: 'FAILED', error: 'States.Runtime', cause: `The execution reached the maximum number of history events (${MAX_HISTORY_EVENTS}).` });
    }
  }

  private wait(execution: Execution, abort: AbortController): (input: any) => Promise<any> {
    return async ({ seconds, input }) => {
      this.checkTransition(execution, abort);
      // [cited] Amazon States Language, 10.5: an integer of at least 0.
      if (!Number.isInteger(seconds) || seconds < 0) throw finalError('States.Runtime', `${JSON.stringify(seconds)} is not a number of seconds to wait`);
      await this.sleep(seconds * 1000, abort.signal);
      return input;
    };
  }

  /** The interpreter calls this for each attempt at a task. */
  private task(machine: StateMachine, execution: Execution, state: any, abort: AbortController): (input: any) => Promise<any> {
    const retries = new RetryPlan(state.Retry ?? []);
    return async input => {
      if (retries.wait > 0 && !abort.signal.aborted) await this.sleep(retries.wait, abort.signal);
      this.checkTransition(execution, abort);
      // scheduled, started, and the result.
      execution.historyEvents += 3;
      try {
        const output = await this.invoke(machine, state.Resource, input);
        retries.reset();
        return output;
      } catch (error) {
        retries.failed((error as Error).name);
        throw error;
      }
    };
  }

  private checkTransition(execution: Execution, abort: AbortController): void {
    if (this.terminating.has(execution)) abort.abort();
    if (abort.signal.aborted) throw finalError('ExecutionAborted', 'aborted');
  }

  private async invoke(machine: StateMachine, functionArn: string, input: any): Promise<any> {
    const { iam, lambda } = this.props;
    if (!iam.allows(machine.roleArn, { action: 'lambda:InvokeFunction', resource: functionArn })) {
      const [, partition, , , account] = machine.roleArn.split(':');
      const role = `arn:${partition}:sts::${account}:assumed-role/${machine.roleArn.slice(machine.roleArn.lastIndexOf('/') + 1)}/sandbox`;
      // [assumed] the name and the text of the error, as seen in the histories of real executions.
      throw taskError('Lambda.AWSLambdaException', `User: ${role} is not authorized to perform: lambda:InvokeFunction on resource: ${functionArn} ` +
        'because no identity-based policy allows the lambda:InvokeFunction action ' +
        '(Service: AWSLambda; Status Code: 403; Error Code: AccessDeniedException)');
    }
    const { payload, functionError } = await lambda.invoke(functionArn, JSON.stringify(input)).catch((error: unknown) => {
      if (!(error instanceof ServiceError)) throw this.problem = error;
      // [assumed] as above.
      throw taskError(`Lambda.${error.code}`, `${error.message} (Service: AWSLambda; Status Code: ${error.status}; Error Code: ${error.code})`);
    });
    // [cited] Step Functions Developer Guide, error handling with Lambda: Error is the errorType, Cause the whole document.
    if (functionError) throw taskError(JSON.parse(payload).errorType, payload);
    // [cited] Developer guide, "Error names", with its size.
    if (Buffer.byteLength(payload) > MAX_RESULT_BYTES) throw finalError('States.DataLimitExceeded', `The result is larger than ${MAX_RESULT_BYTES} bytes.`);
    return JSON.parse(payload);
  }

  private sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.props;
    return clock.pause(new Promise(resolve => {
      const end = () => {
        cancel();
        signal.removeEventListener('abort', end);
        resolve();
      };
      const cancel = clock.at(clock.now() + milliseconds, end);
      signal.addEventListener('abort', end);
    }));
  }

  private execution({ executionArn }: any): Execution {
    const execution = this.executions.find(({ arn }) => arn === executionArn);
    if (!execution) throw new ServiceError('ExecutionDoesNotExist', `Execution Does Not Exist: '${executionArn}'`);
    return execution;
  }

  private machine(arn: string): StateMachine | NotModeled {
    const machine = this.machines.get(arn);
    if (!machine) throw new ServiceError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
    return machine;
  }
}

function runnable(machine: StateMachineProps): StateMachine | NotModeled {
  if (machine.obstacle) return new NotModeled(`the sandbox cannot run ${machine.arn}: ${machine.obstacle}`);
  try {
    return parseStateMachine(machine);
  } catch (error) {
    if (error instanceof NotModeled) return error;
    throw error;
  }
}

function describe({ arn, machineArn, name, status, startedAt, stoppedAt, input, output, error, cause }: Execution): object {
  return {
    executionArn: arn,
    stateMachineArn: machineArn,
    name,
    status,
    startDate: startedAt / 1000,
    input: JSON.stringify(input),
    ...stoppedAt !== undefined && { stopDate: stoppedAt / 1000 },
    ...output !== undefined && { output: JSON.stringify(output) },
    ...error !== undefined && { error },
    ...cause !== undefined && { cause },
  };
}

/** An error in the form that the interpreter passes to the definition: `Error` is the name, `Cause` the message. */
function taskError(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

/** [cited] Developer guide, "Error names": nothing retries or catches some of them. */
function finalError(name: string, message: string): Error {
  return Object.assign(taskError(name, message), { isRetryable: false, isCatchable: false });
}

function parseInput(text: string): any {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ServiceError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${(error as Error).message}'`);
  }
}
