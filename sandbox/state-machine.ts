import { createRequire } from 'node:module';
import type { StateMachine as Interpreter } from 'aws-local-stepfunctions' with { 'resolution-mode': 'import' };
import { NotModeled } from './service';

/** A state machine in the form in which CloudFormation creates it. */
export interface StateMachineProps {
  readonly arn: string;
  /** The Amazon States Language document. */
  readonly definition: string;
  readonly roleArn: string;
  /** Why the sandbox cannot run it. */
  readonly obstacle?: string;
}

/** A definition that the sandbox understands, ready to run. */
export interface StateMachine {
  readonly roleArn: string;
  readonly states: { [name: string]: any };
  /** The timeout of a whole execution. */
  readonly timeoutSeconds?: number;
  readonly interpreter: Interpreter;
}

// the interpreter uses this function, which exists in Node.js since version 22.
(Promise as any).withResolvers ??= function withResolvers<T>() {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((onResolve, onReject) => { [resolve, reject] = [onResolve, onReject]; });
  return { promise, resolve, reject };
};
// the package has types for an ES module only, but its code for `require` is CommonJS.
const { StateMachine: StateMachineInterpreter } = createRequire(__filename)('aws-local-stepfunctions') as { StateMachine: typeof Interpreter };

const COMMON_FIELDS = ['Type', 'Comment', 'InputPath', 'OutputPath'];
const NEXT = ['Next', 'End'];
/** [cited] Amazon States Language, "State type tables", for JSONPath. The interpreter may silently ignore any other field. */
const KNOWN_FIELDS: { readonly [type: string]: readonly string[] | undefined } = {
  Task: ['Resource', 'Parameters', 'ResultSelector', 'ResultPath', 'Retry', 'Catch', ...NEXT],
  Pass: ['Parameters', 'Result', 'ResultPath', ...NEXT],
  Wait: ['Seconds', 'SecondsPath', ...NEXT],
  Choice: ['Choices', 'Default'],
  Succeed: [],
  Fail: ['Error', 'ErrorPath', 'Cause', 'CausePath'],
};
const KNOWN_DOCUMENT_FIELDS = ['Comment', 'StartAt', 'States', 'Version', 'TimeoutSeconds'];
const KNOWN_RETRY_FIELDS = ['ErrorEquals', 'IntervalSeconds', 'MaxAttempts', 'BackoffRate', 'MaxDelaySeconds', 'JitterStrategy'];
const LAMBDA_ARN = /^arn:aws[\w-]*:lambda:/;
/** [cited] Step Functions Developer Guide, "Accessing execution data from the Context object". */
const KNOWN_CONTEXT = /^\$\$\.Execution\.(Id|Input|Name|RoleArn|StartTime)$/;
/** [cited] Amazon States Language on AWS, Task state: the default timeout is 99999999 seconds. Here it is as long as a timer can be. */
const NO_TIMEOUT_SECONDS = 2_000_000;

/** Definitions that the interpreter has accepted, without their ARNs. It compiles its schema each time, which takes longer than a small deployment. */
const VALID = new Set<string>();

/** Reads a definition. Throws for anything that would not run as in AWS. */
export function parseStateMachine({ arn, definition, roleArn }: StateMachineProps): StateMachine {
  const refuse = (what: string) => { throw new NotModeled(`the sandbox does not know ${what}, which the state machine ${arn} uses`); };
  const { TimeoutSeconds: timeoutSeconds, ...document } = JSON.parse(definition, (_, value) => {
    if (typeof value !== 'string') return value;
    if (value.startsWith('{%')) refuse(`JSONata such as ${value}`);
    if (!value.startsWith('$$')) return value;
    if (!KNOWN_CONTEXT.test(value)) refuse(`${value} of the context object`);
    // the interpreter would use its own start time, in real time.
    return value.replace('.Execution', '.SandboxExecution');
  });
  for (const field of Object.keys(document)) if (!KNOWN_DOCUMENT_FIELDS.includes(field)) refuse(field);
  for (const [name, state] of Object.entries<any>(document.States)) {
    const known = KNOWN_FIELDS[state.Type];
    const unknown = [
      ...Object.keys(state).filter(field => ![...COMMON_FIELDS, ...known ?? []].includes(field)),
      ...(state.Retry ?? []).flatMap(Object.keys).filter((field: string) => !KNOWN_RETRY_FIELDS.includes(field)),
    ];
    if (!known) refuse(`the type ${state.Type} of the state ${name}`);
    if (unknown.length > 0) refuse(`${unknown} of the state ${name}`);
    if (state.Type === 'Task' && !LAMBDA_ARN.test(state.Resource)) refuse(`the resource ${state.Resource} of the state ${name}`);
  }
  const states = structuredClone(document.States);
  for (const state of Object.values<any>(document.States)) {
    if (state.Type === 'Wait') waitInTask(state);
    // the default of the interpreter is a minute of real time.
    if (state.Type === 'Task') state.TimeoutSeconds = NO_TIMEOUT_SECONDS;
  }
  const shape = JSON.stringify(document).replace(/"arn:[^"]*"/g, '"arn"');
  const interpreter = new StateMachineInterpreter(document, { validationOptions: { checkArn: false, noValidate: VALID.has(shape) } });
  VALID.add(shape);
  return { roleArn, states, timeoutSeconds, interpreter };
}

/** Replaces Wait states by tasks that pass their input on, because the interpreter would wait in real time. */
function waitInTask(state: any): void {
  const { Seconds: seconds, SecondsPath: path } = state;
  delete state.Seconds;
  delete state.SecondsPath;
  Object.assign(state, { Type: 'Task', Resource: 'wait', Parameters: { 'input.$': '$', ...path === undefined ? { seconds } : { 'seconds.$': path } } });
}

/** A retrier of the Amazon States Language. */
interface Retrier {
  readonly ErrorEquals: string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  /**
   * [cited] Developer guide, "Retrying after an error": FULL is a random delay up to the calculated interval.
   * [assumed] here it is always the whole interval, so that runs are reproducible.
   */
  readonly JitterStrategy?: 'FULL' | 'NONE';
}

/** How long a state waits before its next attempt. The interpreter decides whether there is one. */
export class RetryPlan {
  /** Milliseconds of the sandbox's time. */
  wait = 0;
  private attempts: number[] = [];

  constructor(private readonly retriers: Retrier[]) {}

  failed(error: string): void {
    const index = this.retriers.findIndex(({ ErrorEquals }) => [error, 'States.ALL', 'States.TaskFailed'].some(name => ErrorEquals.includes(name)));
    // [cited] Amazon States Language, 10.3: the defaults.
    const { IntervalSeconds = 1, MaxAttempts = 3, BackoffRate = 2, MaxDelaySeconds = Infinity } = this.retriers[index] ?? { MaxAttempts: 0 };
    const attempt = this.attempts[index] ?? 0;
    if (attempt >= MaxAttempts) return this.reset();
    this.wait = Math.min(IntervalSeconds * BackoffRate ** attempt, MaxDelaySeconds) * 1000;
    this.attempts[index] = attempt + 1;
  }

  /** Called when the state is left: when it is entered again, it starts anew. */
  reset(): void {
    this.wait = 0;
    this.attempts = [];
  }
}
