import { deepStrictEqual } from 'assert';
import { mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { App, Stack } from 'aws-cdk-lib';
import { Sandbox } from '../../sandbox';
import { clientEnvironment } from '../../sandbox/client-environment';
import type { DeployOptions } from '../../sandbox/cloudformation';
import type { Resource } from '../../sandbox/cloudformation/stack';
import type { WarmProcesses } from '../../sandbox/lambda/warm-processes';
import type { Project, ProjectVersion, VersionStatus } from '../../sandbox/rekognition';
import { ServiceError } from '../../sandbox/service';
import { run } from '../clients/client';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

const STACK = 'Inspection';

/** Describes the stack of a row. */
export type Define = (stack: Stack) => void;

/**
 * Somebody who has only what the events of a stack and the log show, the CDK CLI and the AWS CLI: deploys, provokes a
 * message, and follows it to the letter.
 */
export class Operator {
  static async start(commands: string, warmProcesses: WarmProcesses): Promise<Operator> {
    const durations = { starting: MINUTE, stopping: MINUTE, deleting: MINUTE, copying: 2 * HOUR, training: 20 * HOUR };
    const sandbox = await Sandbox.start({ rekognition: { durations }, warmProcesses });
    return new Operator(sandbox, commands, mkdtempSync(path.join(tmpdir(), 'teardown-drill-')));
  }

  /** A project that no stack owns. */
  readonly project: Project;
  private assemblies = 0;

  private constructor(
    readonly sandbox: Sandbox, private readonly commands: string, private readonly workspace: string,
  ) {
    this.project = sandbox.rekognition.createProject('screws');
  }

  async stop(): Promise<void> {
    // the function that has responded to CloudFormation may still be running.
    await this.sandbox.advance(1);
    await this.sandbox.stop();
    rmSync(this.workspace, { recursive: true });
  }

  /** A model in the project, or in another one. */
  model(status: VersionStatus, name = 'v1', project = this.project): ProjectVersion {
    return this.sandbox.rekognition.addVersion(project, name, { status });
  }

  /** Creates or updates the stack, which ends in this status. */
  async deploy(define: Define, expected: string, options?: DeployOptions): Promise<void> {
    const outdir = path.join(this.workspace, `${++this.assemblies}`);
    const app = new App({ outdir, analyticsReporting: false });
    define(new Stack(app, STACK));
    app.synth();
    deepStrictEqual((await this.sandbox.deploy(outdir, STACK, options)).status, expected);
  }

  /** Deletes the stack, which ends in this status. */
  async destroy(expected: string, stackId = STACK): Promise<void> {
    deepStrictEqual((await this.sandbox.destroy(stackId)).status, expected);
  }

  /** The reason of the latest event of a teardown in a status. */
  message(status: string): string {
    const isTeardown = (type: string) => /^Custom::|::CustomResource$/.test(type);
    const events = this.sandbox.events.filter(event => event.status === status && isTeardown(event.resourceType));
    const reason = events.at(-1)?.reason;
    if (reason === undefined) throw new Error(`no teardown is ${status}`);
    // what the handler wrote, without what the provider framework adds.
    return reason.replace(/^.*? Message returned: /s, '').split('\n')[0];
  }

  /** What something that restarts a model does, until it is disabled. */
  restart({ arn }: ProjectVersion): { disable(): void } {
    let enabled = true;
    const { rekognition } = this.sandbox;
    rekognition.onStatus(({ arn: changed, to }) => {
      const version = rekognition.version(arn);
      if (enabled && changed === arn && to === 'STOPPED' && version) rekognition.setStatus(version, 'RUNNING');
    });
    return { disable: () => { enabled = false; } };
  }

  /** Makes calls of the handler fail; returns what ends that. */
  fail(code: string, message: string, ...operations: string[]): () => void {
    return this.sandbox.intercept(({ operation, caller }, next) => {
      if (caller.functionName !== undefined && operations.includes(operation)) throw new ServiceError(code, message);
      return next();
    });
  }

  /** Changes what the handler gets as an answer; returns what ends that. */
  answer(operation: string, change: (answer: any) => object): () => void {
    return this.sandbox.intercept(async (call, next) => {
      const answer = await next();
      return call.operation === operation && call.caller.functionName !== undefined ? change(answer) : answer;
    });
  }

  /** Removes the policies of the teardowns from the role of the handler; returns what restores them. */
  removePolicies(): () => void {
    const { iam } = this.sandbox;
    const policies = Object.values(this.sandbox.stack(STACK).resources)
      .filter(({ type }) => type === 'AWS::IAM::RolePolicy')
      .map(({ properties }) => properties);
    for (const { RoleName, PolicyName } of policies) iam.deleteRolePolicy(RoleName, PolicyName);
    return () => {
      for (const each of policies) iam.putRolePolicy(each.RoleName, each.PolicyName, each.PolicyDocument);
    };
  }

  /** Stops and deletes every model. */
  async deleteByHand(): Promise<void> {
    for (const { arn } of this.sandbox.rekognition.versions) {
      for (const command of ['stop-project-version', 'delete-project-version']) {
        await this.shell(`aws rekognition ${command} --region us-east-1 --project-version-arn ${arn}`);
        await this.sandbox.advance(HOUR);
      }
    }
  }

  /** Deletes the stack, but for its teardown. */
  async deleteStackRetaining({ logicalId }: Resource): Promise<void> {
    const options = `--region us-east-1 --stack-name ${STACK} --retain-resources ${logicalId}`;
    await this.shell(`aws cloudformation delete-stack ${options}`);
    await this.sandbox.advance(HOUR);
    deepStrictEqual(this.sandbox.stack(STACK).status, 'DELETE_COMPLETE');
  }

  /** The teardown in the stack. */
  get teardown(): Resource {
    const resources = Object.values(this.sandbox.stack(STACK).resources);
    return resources.find(({ type }) => type.startsWith('Custom::Rekognition'))!;
  }

  /** Starts the workflow of the stack, which ends within an hour in this status; returns the cause. */
  async startWorkflow(expected: string): Promise<string> {
    const machine = Object.values(this.sandbox.stack(STACK).resources)
      .find(({ type }) => type === 'AWS::StepFunctions::StateMachine')!;
    const call = async (command: string) =>
      JSON.parse(await this.shell(`aws stepfunctions ${command} --region us-east-1 --output json`));
    const { executionArn } = await call(`start-execution --state-machine-arn ${machine.physicalId}`);
    await this.sandbox.advance(HOUR);
    const { status, cause } = await call(`describe-execution --execution-arn ${executionArn}`);
    deepStrictEqual(status, expected);
    return cause;
  }

  /** Runs the commands of a text one by one, as they stand, with an hour between them. */
  async paste(text: string): Promise<string[]> {
    const pasted: string[] = [];
    for (const command of commandsIn(text)) {
      await this.shell(command);
      pasted.push(command);
      await this.sandbox.advance(HOUR);
    }
    return pasted;
  }

  /** The output of a command with AWS CLI v1 on the path. */
  shell(command: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
    return run(['bash', '-e', '-o', 'pipefail', '-c', command], {
      // as on a machine that has no region of its own.
      env: {
        ...clientEnvironment(this.sandbox.url),
        AWS_REGION: undefined,
        AWS_DEFAULT_REGION: undefined,
        PATH: [this.commands, process.env.PATH].join(path.delimiter),
        ...env,
      },
    });
  }

  /** The models that the service has, by name. */
  get models(): { [name: string]: string } {
    return Object.fromEntries(this.sandbox.rekognition.versions.map(({ name, status }) => [name, status]));
  }
}

/** The commands in a message, with whatever sticks to them. A name without options is only mentioned. */
export function commandsIn(text: string): string[] {
  return text.match(/\baws [a-z-]+ [a-z-]+(?: --[a-z-]+ (?:'[^']*'|"[^"]*"|\S+))+/g) ?? [];
}
