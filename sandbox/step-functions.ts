import { randomUUID } from 'node:crypto';
import { Clock } from './clock';
import { Iam } from './iam';
import { Lambda } from './lambda';
import { Permission, Service, ServiceError } from './service';
import { parseStateMachine, RetryPlan, StateMachine, StateMachineProps } from './state-machine';

export type { StateMachineProps } from './state-machine';

/** One run of a state machine. */
export interface Execution {
  readonly arn: string;
  readonly machineArn: string;
  readonly input: any;
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';
  output?: any;
  /** With `FAILED`: the name of the error, and what it says. */
  error?: string;
  cause?: string;
}

export interface StepFunctionsProps {
  readonly clock: Clock;
  readonly lambda: Lambda;
  readonly iam: Iam;
  readonly region: string;
  readonly account: string;
}

/** Step Functions: real definitions in an interpreter, with their Lambda tasks and waits in the sandbox. */
export class StepFunctions implements Service {
  readonly executions: Execution[] = [];
  private readonly machines = new Map<string, StateMachine>();
  private readonly aborts = new Map<Execution, AbortController>();
  private readonly terminating = new Set<Execution>();
  /** A bug of the sandbox must not pass for a failed task. */
  private problem?: unknown;

  constructor(private readonly props: StepFunctionsProps) {}

  create(machine: StateMachineProps): void {
    if (this.machines.has(machine.arn)) throw new ServiceError('StateMachineAlreadyExists', `State Machine Already Exists: '${machine.arn}'`);
    this.machines.set(machine.arn, parseStateMachine(machine));
  }

  /** [cited] Step Functions API, UpdateStateMachine: running executions keep the old definition and role. */
  update(machine: StateMachineProps): void {
    this.machine(machine.arn);
    this.machines.set(machine.arn, parseStateMachine(machine));
  }

  /** [cited] Step Functions API, DeleteStateMachine: its executions are terminated on their next state transition. */
  delete(arn: string): void {
    this.machine(arn);
    this.machines.delete(arn);
    for (const execution of this.executions.filter(({ machineArn }) => machineArn === arn)) this.terminating.add(execution);
  }

  /** Ends all executions; a task at work ends with its function's process. */
  async stop(): Promise<void> {
    this.machines.clear();
    for (const abort of this.aborts.values()) abort.abort();
    if (this.problem) throw this.problem;
  }

  permissions(operation: string, input: any): Permission[] {
    return [{ action: `states:${operation}`, resource: input.stateMachineArn }];
  }

  handle(operation: string, input: any): object {
    if (operation !== 'StartExecution') throw new Error(`the sandbox does not know the operation ${operation} of Step Functions`);
    const { stateMachineArn, input: text = '{}', name = randomUUID(), ...unknown } = input;
    if (Object.keys(unknown).length > 0) throw new Error(`the sandbox does not know the parameters ${Object.keys(unknown)} of StartExecution`);

    const machine = this.machine(stateMachineArn);
    const arn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
    if (this.executions.some(other => other.arn === arn)) throw new ServiceError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
    const execution: Execution = { arn, machineArn: stateMachineArn, input: parseInput(text), status: 'RUNNING' };
    this.executions.push(execution);
    void this.props.clock.work(() => this.run(machine, execution));
    return { executionArn: arn, startDate: this.props.clock.now() / 1000 };
  }

  private async run(machine: StateMachine, execution: Execution): Promise<void> {
    const abort = new AbortController();
    this.aborts.set(execution, abort);
    const tasks = Object.entries(machine.states).filter(([, state]) => state.Type === 'Task');
    const { result, abort: abortInterpreter } = machine.interpreter.run(execution.input, {
      overrides: {
        taskResourceLocalHandlers: Object.fromEntries(tasks.map(([name, state]) => [name, this.task(machine, execution, state, abort)])),
        // the tasks themselves wait before a retry, on the sandbox's time.
        retryIntervalOverrides: Object.fromEntries(tasks.map(([name]) => [name, 0])),
      },
    });
    abort.signal.addEventListener('abort', abortInterpreter);
    try {
      execution.output = await result;
      execution.status = 'SUCCEEDED';
    } catch (error) {
      if (abort.signal.aborted) {
        execution.status = 'ABORTED';
      } else {
        execution.status = 'FAILED';
        // the interpreter wraps the error that no state has caught.
        const { name, message } = ((error as Error).cause ?? error) as Error;
        Object.assign(execution, { error: name, cause: message });
      }
    } finally {
      this.aborts.delete(execution);
    }
  }

  /** What the interpreter calls for each attempt at a task. */
  private task(machine: StateMachine, execution: Execution, state: any, abort: AbortController): (input: any) => Promise<any> {
    const retries = new RetryPlan(state.Retry ?? []);
    return async input => {
      if (retries.wait > 0 && !abort.signal.aborted) await this.sleep(retries.wait, abort.signal);
      if (this.terminating.has(execution)) abort.abort();
      if (abort.signal.aborted) throw Object.assign(new Error('aborted'), { isRetryable: false, isCatchable: false });
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

  private async invoke(machine: StateMachine, functionArn: string, input: any): Promise<any> {
    const { iam, lambda } = this.props;
    if (!iam.allows(machine.roleArn, { action: 'lambda:InvokeFunction', resource: functionArn })) {
      const [, partition, , , account] = machine.roleArn.split(':');
      const role = `arn:${partition}:sts::${account}:assumed-role/${machine.roleArn.slice(machine.roleArn.lastIndexOf('/') + 1)}/sandbox`;
      // [assumed] the error's name and text as seen in the histories of real executions.
      throw taskError('Lambda.AWSLambdaException', `User: ${role} is not authorized to perform: lambda:InvokeFunction on resource: ${functionArn} ` +
        'because no identity-based policy allows the lambda:InvokeFunction action ' +
        '(Service: AWSLambda; Status Code: 403; Error Code: AccessDeniedException)');
    }
    const { payload, functionError } = await lambda.invoke(functionArn, JSON.stringify(input)).catch((error: unknown) => {
      if (!(error instanceof ServiceError)) throw this.problem = error;
      // [assumed] likewise.
      throw taskError(`Lambda.${error.code}`, `${error.message} (Service: AWSLambda; Status Code: ${error.status}; Error Code: ${error.code})`);
    });
    // [cited] Step Functions Developer Guide, error handling with Lambda: Error is the errorType, Cause the whole document.
    if (functionError) throw taskError(JSON.parse(payload).errorType, payload);
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

  private machine(arn: string): StateMachine {
    const machine = this.machines.get(arn);
    if (!machine) throw new ServiceError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
    return machine;
  }
}

/** An error as the interpreter shows it to the definition: `Error` is the name, `Cause` the message. */
function taskError(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

function parseInput(text: string): any {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ServiceError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${(error as Error).message}'`);
  }
}
