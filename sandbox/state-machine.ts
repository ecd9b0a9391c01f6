import { createRequire } from 'node:module';
import type { StateMachine as Interpreter } from 'aws-local-stepfunctions' with { 'resolution-mode': 'import' };

/** A state machine as CloudFormation creates it. */
export interface StateMachineProps {
  readonly arn: string;
  /** The Amazon States Language document. */
  readonly definition: string;
  readonly roleArn: string;
}

/** A definition that the sandbox understands, ready to run. */
export interface StateMachine {
  readonly roleArn: string;
  readonly states: { [name: string]: any };
  readonly interpreter: Interpreter;
}

// the interpreter uses this; Node.js has it since version 22.
(Promise as any).withResolvers ??= function withResolvers<T>() {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((onResolve, onReject) => { [resolve, reject] = [onResolve, onReject]; });
  return { promise, resolve, reject };
};
// its types are those of an ES module, its code for `require` is not.
const { StateMachine: StateMachineInterpreter } = createRequire(__filename)('aws-local-stepfunctions') as { StateMachine: typeof Interpreter };

/** States whose meaning does not depend on real time. */
const KNOWN_STATES = ['Task', 'Pass', 'Choice', 'Succeed', 'Fail'];
const UNKNOWN_FIELDS = [
  'TimeoutSeconds', 'TimeoutSecondsPath', 'HeartbeatSeconds', 'HeartbeatSecondsPath', 'QueryLanguage', 'Credentials', 'Assign',
];
const KNOWN_RETRY_FIELDS = ['ErrorEquals', 'IntervalSeconds', 'MaxAttempts', 'BackoffRate', 'MaxDelaySeconds'];
const LAMBDA_ARN = /^arn:aws[\w-]*:lambda:/;
/** [cited] Amazon States Language on AWS, Task state: the default time-out is 99999999 seconds. As long as a timer can be. */
const NO_TIMEOUT_SECONDS = 2_000_000;

/** Reads a definition; throws for anything that would not run as in AWS. */
export function parseStateMachine({ arn, definition, roleArn }: StateMachineProps): StateMachine {
  const document = JSON.parse(definition);
  const refuse = (what: string) => { throw new Error(`the sandbox does not know ${what}, which the state machine ${arn} uses`); };
  for (const field of UNKNOWN_FIELDS) if (field in document) refuse(field);
  if (definition.includes('$$.')) refuse('the context object');
  for (const [name, state] of Object.entries<any>(document.States)) {
    if (!KNOWN_STATES.includes(state.Type)) refuse(`the type ${state.Type} of the state ${name}`);
    const fields = [
      ...Object.keys(state).filter(field => UNKNOWN_FIELDS.includes(field)),
      ...(state.Retry ?? []).flatMap(Object.keys).filter((field: string) => !KNOWN_RETRY_FIELDS.includes(field)),
    ];
    if (fields.length > 0) refuse(`${fields} of the state ${name}`);
    if (state.Type === 'Task') {
      if (!LAMBDA_ARN.test(state.Resource)) refuse(`the resource ${state.Resource} of the state ${name}`);
      // the interpreter's own default is a minute of real time.
      state.TimeoutSeconds = NO_TIMEOUT_SECONDS;
    }
  }
  return { roleArn, states: document.States, interpreter: new StateMachineInterpreter(document, { validationOptions: { checkArn: false } }) };
}

/** A retrier of the Amazon States Language. */
interface Retrier {
  readonly ErrorEquals: string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
}

/** How long a state waits before its next attempt. Whether there is one is the interpreter's decision. */
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

  /** The state is left; when it is entered again it starts afresh. */
  reset(): void {
    this.wait = 0;
    this.attempts = [];
  }
}
