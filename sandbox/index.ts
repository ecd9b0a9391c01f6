import { RekognitionClient } from '@aws-sdk/client-rekognition';
import { readStack } from './assembly';
import { Clock } from './clock';
import { CloudFormation, CloudFormationSettings, DeployOptions, Stack, StackEvent } from './cloudformation';
import { resourceTypes } from './cloudformation/resources';
import { Recorded } from './cloudformation/resources/recorded';
import { CloudWatchLogs } from './cloudwatch-logs';
import { Iam } from './iam';
import { Lambda } from './lambda';
import type { WarmProcesses } from './lambda/warm-processes';
import { Rekognition, RekognitionSettings } from './rekognition';
import { ResponseEndpoint } from './response-endpoint';
import { S3 } from './s3';
import { ApiServer } from './server';
import type { ApiCallRecord, Interceptor } from './service';
import { Ssm } from './ssm';
import { StepFunctions } from './step-functions';
import { Sts } from './sts';
import { Uploads } from './uploads';

export interface SandboxProps {
  readonly account?: string;
  readonly region?: string;
  readonly rekognition?: Partial<RekognitionSettings>;
  readonly cloudFormation?: Partial<CloudFormationSettings>;
  /** Whether resource types without an effect in the sandbox are refused. By default they are only recorded. */
  readonly strict?: boolean;
  /** Default: a clock that jumps while it is driven. */
  readonly clock?: Clock;
  /** The port to listen on. Default: any free port. */
  readonly port?: number;
  /** Processes of functions of earlier sandboxes. Without them, every function starts its own process. */
  readonly warmProcesses?: WarmProcesses;
  /** Called if the sandbox itself fails. Without it, `stop` rejects. */
  onProblem?(problem: unknown): void;
}

/** A local AWS, on the loopback interface, that deploys cloud assemblies. */
export class Sandbox {
  static async start(props: SandboxProps = {}): Promise<Sandbox> {
    const { account = '111122223333', region = 'us-east-1', clock = new Clock(), port, warmProcesses, onProblem } = props;
    const environment = { account, region };
    const iam = new Iam(account);
    const s3 = new S3({ ...environment, now: () => clock.now() });
    const ssm = new Ssm(environment);
    const sts = new Sts({ iam, account, now: () => clock.now() });
    const rekognition = new Rekognition({ clock, ...environment, settings: props.rekognition });
    const lambda = new Lambda({ clock, iam, warmProcesses, ...environment });
    const logs = new CloudWatchLogs({ ...environment, now: () => clock.now() });
    lambda.onLog(line => logs.add(line));
    const stepFunctions = new StepFunctions({ clock, lambda, iam, ...environment });
    const responses = await ResponseEndpoint.start();
    const cloudFormation = new CloudFormation({
      clock,
      environment,
      settings: props.cloudFormation,
      uploads: new Uploads(s3),
      ssmValue: name => ssm.value(name),
      onProblem,
      recordedType: props.strict ? undefined : type => Recorded.of(type),
      resourceTypes: engine => resourceTypes({ clock, iam, ssm, lambda, logs, stepFunctions, responses, rekognition: () => client }, engine),
    });
    const server = await ApiServer.start({
      clock,
      port,
      region,
      onProblem,
      services: { rekognition, lambda, states: stepFunctions, cloudformation: cloudFormation, s3, ssm, sts, logs },
      callerOf: accessKeyId => iam.callerOf(accessKeyId),
      authorize: (caller, permission) => iam.authorize(caller, permission),
    });
    lambda.endpointUrl = server.url;
    lambda.responseEnvironment = responses.environment;
    // CloudFormation acts with the permissions of the principal that deploys: a key that no function has.
    const client = new RekognitionClient({
      region,
      endpoint: server.url,
      credentials: { accessKeyId: 'CLOUDFORMATION', secretAccessKey: 'none' },
      // [assumed] its handlers retry throttled calls for long enough, because several projects may be deleted at the same time.
      maxAttempts: 10,
    });
    return new Sandbox(clock, rekognition, lambda, iam, ssm, stepFunctions, cloudFormation, responses, s3, server, client);
  }

  private constructor(
    readonly clock: Clock,
    readonly rekognition: Rekognition,
    readonly lambda: Lambda,
    readonly iam: Iam,
    readonly ssm: Ssm,
    readonly stepFunctions: StepFunctions,
    readonly cloudFormation: CloudFormation,
    readonly responses: ResponseEndpoint,
    readonly s3: S3,
    private readonly server: ApiServer,
    private readonly client: RekognitionClient,
  ) {}

  /** The URL at which SDK clients reach all of its APIs. */
  get url(): string {
    return this.server.url;
  }

  /** Every API request so far. */
  get calls(): ApiCallRecord[] {
    return this.server.calls;
  }

  onCall(listener: (record: ApiCallRecord) => void): void {
    this.server.onCall(listener);
  }

  /** Adds an interceptor between requests and their services. Returns a function that removes it. */
  intercept(interceptor: Interceptor): () => void {
    return this.server.intercept(interceptor);
  }

  /** Every event of every stack so far. */
  get events(): StackEvent[] {
    return this.cloudFormation.log.events;
  }

  onEvent(listener: (event: StackEvent) => void): void {
    this.cloudFormation.log.onEvent(listener);
  }

  /** Creates or updates a stack from a cloud assembly (`cdk.out`). The status of the stack shows the result. */
  async deploy(assemblyDirectory: string, stackName: string, options?: DeployOptions): Promise<Stack> {
    return this.cloudFormation.deploy(readStack(assemblyDirectory, stackName), options);
  }

  /** Deletes a stack, which may be a nested one, as far as possible. */
  destroy(stackName: string, retainResources?: readonly string[]): Promise<Stack> {
    return this.cloudFormation.destroy(stackName, retainResources);
  }

  /** A stack by its id, or the latest one with this name. It may already be deleted. */
  stack(nameOrId: string): Stack {
    const stack = this.cloudFormation.stacks.filter(({ id, name }) => id === nameOrId || name === nameOrId).pop();
    if (!stack) throw new Error(`there has never been a stack ${nameOrId}`);
    return stack;
  }

  /** Lets time pass. */
  advance(milliseconds: number): Promise<void> {
    return this.clock.advance(milliseconds);
  }

  /** Ends all processes, servers and executions. Rejects if the sandbox itself has failed. */
  async stop(): Promise<void> {
    const problems: unknown[] = [];
    this.client.destroy();
    for (const service of [this.stepFunctions, this.lambda, this.responses, this.server, this.cloudFormation]) {
      await service.stop().catch(problem => problems.push(problem));
    }
    if (problems.length > 0) throw problems[0];
  }
}
