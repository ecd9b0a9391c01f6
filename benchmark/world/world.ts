import type { RekognitionClient } from '@aws-sdk/client-rekognition';
import { Account, InProcess } from './environment';
import { CALL } from './latencies';
import { Meter } from './meter';
import { random } from './random';
import { rekognitionClient } from './sdk';
import { readStack } from '../../sandbox/assembly';
import { Clock } from '../../sandbox/clock';
import { CloudFormation, Stack } from '../../sandbox/cloudformation';
import { resourceTypes } from '../../sandbox/cloudformation/resources';
import { CloudWatchLogs } from '../../sandbox/cloudwatch-logs';
import { Iam } from '../../sandbox/iam';
import type { ServiceName } from '../../sandbox/in-process';
import { EnvironmentProps, Lambda } from '../../sandbox/lambda';
import { Durations, Rekognition } from '../../sandbox/rekognition';
import { ServiceError } from '../../sandbox/service';
import { Ssm } from '../../sandbox/ssm';
import { StepFunctions } from '../../sandbox/step-functions';

/** The time at which every world begins: results must not depend on the date. */
export const EPOCH = Date.UTC(2026, 0, 1);

/** [cited] Rekognition quotas: requests a second for each of these operations, per account. */
export const QUOTA = 5;

const ENVIRONMENT = { account: '111122223333', region: 'us-east-1' };

// [assumed] how often CloudFormation's own handlers retry a throttled call, and how long they wait at first.
const ATTEMPTS = 10;
const BACKOFF = 500;

/** The prefix of CloudFormation's presigned response URLs. */
class Responses {
  private readonly waiting = new Map<string, (body: string) => void>();
  private count = 0;

  expect(onResponse: (body: string) => void): string {
    const path = `/${++this.count}`;
    this.waiting.set(path, onResponse);
    return `https://responses.test${path}`;
  }

  forget(url: string): void {
    this.waiting.delete(new URL(url).pathname);
  }

  receive(path: string, body: string): void {
    this.waiting.get(path)?.(body);
  }
}

/**
 * An account on a clock that only jumps: the sandbox, with its functions in this process instead of in processes of
 * their own. It lacks permissions, which cost nothing, and the wire.
 */
export class World implements Account {
  readonly clock = new Clock(0, EPOCH);
  readonly meter = new Meter();
  readonly random = random(20_260_101);
  readonly responses = new Responses();
  readonly rekognition: Rekognition;
  readonly lambda: Lambda;
  readonly stepFunctions: StepFunctions;
  readonly cloudFormation: CloudFormation;

  constructor(durations: Partial<Durations>) {
    const { clock, responses } = this;
    const iam = new Iam();
    this.rekognition = new Rekognition({ clock, ...ENVIRONMENT, settings: { durations } });
    const startEnvironment = async (props: EnvironmentProps) => new InProcess(this, props);
    this.lambda = new Lambda({ clock, iam, ...ENVIRONMENT, startEnvironment });
    this.stepFunctions = new StepFunctions({ clock, lambda: this.lambda, iam, ...ENVIRONMENT });
    const ssm = new Ssm(ENVIRONMENT);
    const logs = new CloudWatchLogs({ ...ENVIRONMENT, now: () => clock.now() });
    const client = this.administrator();
    this.cloudFormation = new CloudFormation({
      clock,
      environment: ENVIRONMENT,
      ssmValue: name => ssm.value(name),
      resourceTypes: engine => resourceTypes({
        clock,
        iam,
        ssm,
        lambda: this.lambda,
        logs,
        stepFunctions: this.stepFunctions,
        responses,
        rekognition: () => client,
      }, engine),
    });
  }

  deploy(assemblyDirectory: string, stackName: string): Promise<Stack> {
    return this.cloudFormation.deploy(readStack(assemblyDirectory, stackName));
  }

  /** From now on, the quota of the account applies and everything is counted. What was deployed is a day old. */
  async begin(): Promise<void> {
    await this.clock.advance(24 * 60 * 60_000);
    this.rekognition.settings.requestsPerSecond = QUOTA;
    this.meter.reset();
  }

  /** Makes a call, which takes its time. The caller must hold time and wait for it. */
  async call(caller: string, service: ServiceName, operation: string, input: object): Promise<object> {
    await this.pass(service);
    const time = this.clock.now();
    let isAccepted = false;
    try {
      const output = this[service === 'rekognition' ? 'rekognition' : 'cloudFormation'].handle(operation, input);
      isAccepted = true;
      return output;
    } finally {
      this.meter.calls.push({ time, operation, caller, isAccepted });
    }
  }

  /** Takes as long as a call to that service. */
  pass(service: string): Promise<void> {
    return this.after(CALL[service]);
  }

  after(milliseconds: number): Promise<void> {
    return new Promise(resolve => this.clock.at(this.clock.now() + milliseconds, resolve));
  }

  /** CloudFormation's own client: it acts with the permissions of whoever deploys, and outlasts throttling. */
  private administrator(): RekognitionClient {
    const Client = rekognitionClient(async (service, operation, input) => {
      for (let attempt = 1; ; attempt++) {
        try {
          return await this.clock.pause(this.call('CloudFormation', service, operation, input));
        } catch (error) {
          const isThrottled = error instanceof ServiceError && error.code === 'ProvisionedThroughputExceededException';
          if (!isThrottled || attempt === ATTEMPTS) throw error;
          await this.clock.sleep(this.random() * Math.min(20_000, BACKOFF * 2 ** attempt));
        }
      }
    });
    return new Client({ region: ENVIRONMENT.region });
  }
}
