import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Clock } from '../clock';
import { Iam } from '../iam';
import type { Members, Operations } from '../members';
import { Caller, NotModeled, Permission, Service, ServiceError } from '../service';
import { Environment, ExecutionEnvironment, ExecutionEnvironmentProps, InvocationResult } from './environment';
import type { WarmProcesses } from './warm-processes';

export type { Environment, InvocationResult } from './environment';

/** The secret part of the credentials of a function. Signatures are not checked. If these words appear in a log, something has leaked them. */
export const SECRETS = { AWS_SECRET_ACCESS_KEY: 'sandbox-secret-access-key', AWS_SESSION_TOKEN: 'sandbox-session-token' };

/** A function in the form in which CloudFormation creates it. */
export interface FunctionConfiguration {
  readonly functionName: string;
  readonly functionArn: string;
  readonly handler: string;
  /** The directory of the asset. The code runs in place. */
  readonly codeDirectory: string;
  readonly runtime: string;
  readonly environment: { [name: string]: string };
  readonly timeoutSeconds: number;
  readonly memorySize: number;
  readonly roleArn: string;
  readonly logGroupName: string;
  readonly logFormat: 'Text' | 'JSON';
  readonly applicationLogLevel: string;
  /** Why the function cannot run in the sandbox. An invocation fails with this. */
  readonly obstacle?: string;
}

/** One line of a function's log. */
export interface LogLine {
  /** Milliseconds since the epoch, on the sandbox's time. */
  readonly time: number;
  readonly functionName: string;
  readonly logGroupName: string;
  readonly logStreamName: string;
  readonly text: string;
}

export interface LambdaProps {
  readonly clock: Clock;
  readonly iam: Iam;
  readonly region: string;
  readonly account: string;
  /** Creates an environment for a function. Default: a separate process. */
  readonly startEnvironment?: (props: EnvironmentProps) => Promise<Environment>;
  /** Processes of earlier environments. Without them, every environment starts one. */
  readonly warmProcesses?: WarmProcesses;
}

/** The arguments for creating an environment. */
export type EnvironmentProps = ExecutionEnvironmentProps & FunctionConfiguration;

/** A function and the environments of its current configuration, including ended ones. */
interface DeployedFunction {
  configuration: FunctionConfiguration;
  environments: Set<Environment>;
}

const OPERATIONS: Operations = {
  Invoke: {
    honored: ['FunctionName', 'Payload'],
    only: { InvocationType: 'RequestResponse', LogType: 'None', Qualifier: '$LATEST' },
  },
  GetFunction: { honored: ['FunctionName'], only: { Qualifier: '$LATEST' } },
  GetFunctionConfiguration: { honored: ['FunctionName'], only: { Qualifier: '$LATEST' } },
};

/** Lambda: each concurrent invocation has its own process, which is started on demand and kept for the next invocation. */
export class Lambda implements Service {
  /** The endpoint of all AWS APIs for the processes. */
  endpointUrl = '';
  /** The environment variables with which the processes reach CloudFormation's response URLs. */
  responseEnvironment: { [name: string]: string } = {};
  readonly logs: LogLine[] = [];
  /** [cited] Lambda Developer Guide, quotas: how many functions may run at the same time. Default: any number. */
  concurrentExecutions = Infinity;
  private executing = 0;
  private readonly functions = new Map<string, DeployedFunction>();
  /** All processes, including those of deleted functions. */
  private readonly running = new Set<Environment>();
  private readonly listeners: ((line: LogLine) => void)[] = [];

  constructor(private readonly props: LambdaProps) {}

  create(configuration: FunctionConfiguration): void {
    if (this.has(configuration.functionName)) {
      throw new ServiceError('ResourceConflictException', `Function already exist: ${configuration.functionName}`, 409);
    }
    check(configuration);
    this.functions.set(configuration.functionName, { configuration, environments: new Set() });
  }

  /** From now on invocations run in new processes. */
  update(configuration: FunctionConfiguration): void {
    const deployed = this.find(configuration.functionName);
    check(configuration);
    this.retire(deployed);
    deployed.configuration = configuration;
    deployed.environments = new Set();
  }

  /** [assumed] running invocations may finish: DeleteFunction is documented to reject new invocations, but not to stop running ones. */
  async delete(functionName: string): Promise<void> {
    const deployed = this.find(functionName);
    this.functions.delete(deployed.configuration.functionName);
    await Promise.all(this.retire(deployed).map(({ ended }) => ended));
  }

  has(nameOrArn: string): boolean {
    return this.functions.has(nameOf(nameOrArn));
  }

  /** Why the function, or the one that it is the provider framework of, cannot run in the sandbox. */
  obstacle(nameOrArn: string): string | undefined {
    const { configuration } = this.find(nameOrArn);
    const { functionName, environment } = configuration;
    const obstacle = obstacleOf(configuration, nameOrArn);
    if (obstacle) return `${functionName}: ${obstacle}`;
    // [cited] aws-cdk-lib, provider framework: the variables with the functions that it invokes.
    const { USER_ON_EVENT_FUNCTION_ARN: onEvent, USER_IS_COMPLETE_FUNCTION_ARN: isComplete } = environment;
    return [onEvent, isComplete].filter(arn => arn && this.has(arn)).map(arn => this.obstacle(arn)).find(Boolean);
  }

  /** Must be called inside `clock.work`: the function holds time for its caller, and releases it while it sleeps. */
  async invoke(nameOrArn: string, payload: string): Promise<InvocationResult> {
    const deployed = this.find(nameOrArn);
    const { configuration } = deployed;
    const obstacle = obstacleOf(configuration, nameOrArn);
    if (obstacle) return this.refuse(configuration, obstacle);
    // [cited] API reference, Invoke. [cited] aws-cdk issues: the text.
    if (this.executing >= this.concurrentExecutions) {
      throw new ServiceError('TooManyRequestsException', 'Rate Exceeded.', 429);
    }
    this.executing++;
    try {
      return await this.run(deployed, payload);
    } finally {
      this.executing--;
    }
  }

  private async run(deployed: DeployedFunction, payload: string): Promise<InvocationResult> {
    const { configuration, environments } = deployed;
    const environment = [...environments].find(({ idle }) => idle) ?? await this.launch(configuration);
    environments.add(environment);
    const result = await environment.invoke(payload);
    if (this.functions.get(configuration.functionName)?.environments !== environments) environment.retire();
    return result;
  }

  /** Kills the function's processes, as a crash of their environments would. */
  kill(functionName: string): void {
    for (const environment of this.find(functionName).environments) environment.kill();
  }

  onLog(listener: (line: LogLine) => void): void {
    this.listeners.push(listener);
  }

  /** Ends all processes; open invocations fail. */
  async stop(): Promise<void> {
    this.functions.clear();
    for (const environment of this.running) environment.idle ? environment.retire() : environment.kill();
    await Promise.all([...this.running].map(({ ended }) => ended));
  }

  members(operation: string): Members | undefined {
    return OPERATIONS[operation];
  }

  permissions(operation: string, input: any): Permission[] {
    // [cited] Service Authorization Reference, Lambda: Invoke needs InvokeFunction, the others their own name.
    const action = `lambda:${operation === 'Invoke' ? 'InvokeFunction' : operation}`;
    return [{ action, resource: this.arnOf(input.FunctionName) }];
  }

  async handle(operation: string, input: any, caller?: Caller): Promise<object> {
    switch (operation) {
      case 'Invoke': {
        const { FunctionName: name, Payload: event } = input;
        const { clock } = this.props;
        // [assumed] without a payload, the event is an empty object.
        const run = () => this.invoke(name, event || '{}');
        // a calling function only waits, possibly for several functions at once. A call from a user's client drives time.
        const { payload, functionError } = await (caller?.waitFor ? caller.waitFor(clock.work(run)) : clock.drive(run));
        return { Payload: payload, ...functionError && { FunctionError: functionError } };
      }
      case 'GetFunction':
        return { Configuration: this.describe(input.FunctionName) };
      case 'GetFunctionConfiguration':
        return this.describe(input.FunctionName);
      default:
        throw new NotModeled(`the sandbox does not know the operation ${operation} of Lambda`);
    }
  }

  /** The result of a function that cannot run. */
  private refuse(configuration: FunctionConfiguration, obstacle: string): InvocationResult {
    const errorMessage = `the sandbox cannot run ${configuration.functionName}: ${obstacle}`;
    this.log(configuration, 'sandbox', errorMessage);
    return { payload: JSON.stringify({ errorType: 'Sandbox.NotModeled', errorMessage }), functionError: 'Unhandled' };
  }

  private describe(nameOrArn: string): object {
    const { configuration } = this.find(nameOrArn);
    return {
      FunctionName: configuration.functionName,
      FunctionArn: configuration.functionArn,
      Runtime: configuration.runtime,
      Role: configuration.roleArn,
      Handler: configuration.handler,
      Timeout: configuration.timeoutSeconds,
      MemorySize: configuration.memorySize,
      Version: '$LATEST',
      // [assumed] a new function is Pending for a moment only when it has a VPC, and CloudFormation waits for that.
      State: 'Active',
      LastUpdateStatus: 'Successful',
    };
  }

  private arnOf(nameOrArn: string): string {
    const { region, account } = this.props;
    return `arn:aws:lambda:${region}:${account}:function:${nameOf(nameOrArn)}`;
  }

  private find(nameOrArn: string): DeployedFunction {
    const deployed = this.functions.get(nameOf(nameOrArn));
    if (!deployed) throw new ServiceError('ResourceNotFoundException', `Function not found: ${this.arnOf(nameOrArn)}`, 404);
    return deployed;
  }

  private async launch(configuration: FunctionConfiguration): Promise<Environment> {
    const { clock, iam, region, warmProcesses, startEnvironment = (props: EnvironmentProps) => ExecutionEnvironment.start(props) } = this.props;
    const { functionName, logGroupName, roleArn, logFormat } = configuration;
    const logStreamName = `${new Date(clock.now()).toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]${randomUUID().replaceAll('-', '')}`;
    const environment: Environment = await startEnvironment({
      ...configuration,
      clock,
      warmProcesses,
      onLine: line => this.log(configuration, logStreamName, line),
      variables: {
        PATH: process.env.PATH!,
        TZ: ':UTC',
        LAMBDA_TASK_ROOT: configuration.codeDirectory,
        _HANDLER: configuration.handler,
        AWS_REGION: region,
        AWS_DEFAULT_REGION: region,
        AWS_ACCESS_KEY_ID: iam.accessKeyFor(roleArn, functionName, {
          kill: () => environment.kill(),
          waitFor: promise => environment.waitFor(promise),
        }),
        ...SECRETS,
        AWS_EXECUTION_ENV: `AWS_Lambda_${configuration.runtime}`,
        AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
        AWS_LAMBDA_FUNCTION_NAME: functionName,
        AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(configuration.memorySize),
        AWS_LAMBDA_LOG_GROUP_NAME: logGroupName,
        AWS_LAMBDA_LOG_STREAM_NAME: logStreamName,
        AWS_LAMBDA_LOG_FORMAT: logFormat,
        // whoever reads the log cannot act on the warnings of the SDK that the CDK's own functions use.
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
        // [cited] Lambda Developer Guide, log level filtering: for JSON only.
        ...logFormat === 'JSON' && { AWS_LAMBDA_LOG_LEVEL: configuration.applicationLogLevel },
        NODE_PATH,
        // no program that a function starts may download anything.
        npm_config_offline: 'true',
        AWS_ENDPOINT_URL: this.endpointUrl,
        ...this.responseEnvironment,
        ...configuration.environment,
      },
    });
    this.running.add(environment);
    void environment.ended.then(() => this.running.delete(environment));
    // the function was stopped or deleted while this environment started.
    if (!this.has(functionName)) environment.kill();
    return environment;
  }

  /** Ends idle processes. Busy ones end with their invocation. */
  private retire({ environments }: DeployedFunction): Environment[] {
    const idle = [...environments].filter(environment => environment.idle);
    for (const environment of idle) environment.retire();
    return idle;
  }

  /** If a function has no permission to write its log, the log is silently lost, as in AWS. */
  private log({ functionName, logGroupName, roleArn }: FunctionConfiguration, logStreamName: string, text: string): void {
    const { clock, iam, region, account } = this.props;
    // [assumed] both actions are on the log stream: published error messages name it.
    const resource = `arn:aws:logs:${region}:${account}:log-group:${logGroupName}:log-stream:${logStreamName}`;
    if (!['logs:CreateLogStream', 'logs:PutLogEvents'].every(action => iam.mayAllow(roleArn, { action, resource }))) return;
    const line = { time: clock.now(), functionName, logGroupName, logStreamName, text };
    this.logs.push(line);
    for (const listener of this.listeners) listener(line);
  }
}

function check({ codeDirectory, obstacle }: FunctionConfiguration): void {
  if (!obstacle && !existsSync(codeDirectory)) throw new Error(`there is no code in ${codeDirectory}`);
}

/** [cited] API reference, Invoke: a function by its name or its ARN, each with or without a version or alias. */
const FUNCTION = /^(?:arn:aws[\w-]*:lambda:[\w-]+:)?(?:\d{12}:)?(?:function:)?([\w-]+)(?::([\w$-]+))?$/;

function nameOf(nameOrArn: string): string {
  return FUNCTION.exec(nameOrArn)?.[1] ?? nameOrArn;
}

/** Why an invocation of the function by this name fails. */
function obstacleOf({ obstacle }: FunctionConfiguration, nameOrArn: string): string | undefined {
  const qualifier = FUNCTION.exec(nameOrArn)?.[2] ?? '$LATEST';
  return obstacle ?? (qualifier === '$LATEST' ? undefined : `it has no version or alias ${qualifier} in the sandbox`);
}

/** Where the runtime finds the SDK: see runtime/modules.cjs. */
const NODE_PATH = join(__dirname, '..', '..', 'node_modules');
