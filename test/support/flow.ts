import { mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import { secretsIn } from './secrets';
import { Sandbox } from '../../sandbox';
import type { CloudFormationSettings, DeployOptions, Stack as SandboxStack } from '../../sandbox/cloudformation';
import { WarmProcesses } from '../../sandbox/lambda/warm-processes';
import type { Project, ProjectVersion, RekognitionSettings, VersionStatus } from '../../sandbox/rekognition';
import type { Staleness } from '../../sandbox/staleness';
import { ProjectVersionTeardown, ProjectVersionTeardownProps, TeardownProvider } from '../../src';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

const STACK = 'Models';

const warmProcesses = new WarmProcesses();
afterAll(() => warmProcesses.end());

/** A version, before the teardown changes it. */
export type VersionOptions = Parameters<Sandbox['rekognition']['addVersion']>[2];

/**
 * Deploys apps into a sandbox and shows what happens to the versions in it. At the end, every flow checks that no
 * log contains a response URL or a credential.
 */
export class Flow {
  static async start(settings: Partial<RekognitionSettings> = {}, cloudFormation?: Partial<CloudFormationSettings>): Promise<Flow> {
    // each poll runs two functions, and twenty minutes of polls show no more than one.
    const durations = { starting: MINUTE, stopping: MINUTE / 3, deleting: MINUTE / 3, copying: MINUTE, ...settings.durations };
    const rekognition = { ...settings, durations };
    return new Flow(await Sandbox.start({ rekognition, cloudFormation, warmProcesses }), mkdtempSync(path.join(tmpdir(), 'teardown-flow-')));
  }

  /** The project that the versions are in; no stack owns it. */
  readonly project: Project;
  private assemblies = 0;

  private constructor(readonly sandbox: Sandbox, private readonly workspace: string) {
    this.project = sandbox.rekognition.createProject('parts');
  }

  /** Puts a version into the project. */
  version(status: VersionStatus, options: VersionOptions = {}, name = 'v1'): ProjectVersion {
    return this.sandbox.rekognition.addVersion(this.project, name, { ...options, status });
  }

  /** Creates or updates the stack as `define` describes it. */
  deploy(define: (stack: Stack) => void, options?: DeployOptions): Promise<SandboxStack> {
    return this.deployStack(STACK, define, options);
  }

  /** Creates another stack, which does not belong to the app. */
  deployForeign(define: (stack: Stack) => void): Promise<SandboxStack> {
    return this.deployStack('Foreign', define);
  }

  /** Deploys a stack with one teardown. */
  async deployTeardown(version: ProjectVersion, props: Partial<ProjectVersionTeardownProps> = {}): Promise<void> {
    const stack = await this.deploy(teardownOf(version, props));
    expect(stack.status).toMatch(/^(CREATE|UPDATE)_COMPLETE$/);
  }

  destroy(): Promise<SandboxStack> {
    return this.sandbox.destroy(STACK);
  }

  /** The latest nested stack whose logical id begins with this text. */
  nested(logicalId = 'Nested'): SandboxStack {
    const found = this.sandbox.cloudFormation.stacks.filter(({ parent, name }) => parent && name.startsWith(`${STACK}-${logicalId}`)).pop();
    if (!found) throw new Error(`there has never been a nested stack ${logicalId}`);
    return found;
  }

  /** Deletes a nested stack on its own, as is possible in the console. */
  destroyNested(logicalId?: string): Promise<SandboxStack> {
    return this.sandbox.destroy(this.nested(logicalId).id);
  }

  /** Continues a failed rollback without these resources (logical ids; `Nested.Id` for one in a nested stack). */
  continueUpdateRollback(...resourcesToSkip: string[]): Promise<SandboxStack> {
    return this.sandbox.cloudFormation.continueUpdateRollback(STACK, resourcesToSkip);
  }

  /** Rolls back what failed with `disableRollback`. */
  rollBack(): Promise<SandboxStack> {
    return this.sandbox.cloudFormation.rollBack(STACK);
  }

  /** From now on, reads are stale: by this many milliseconds, or by what a function returns for each read, numbered from 0. */
  late({ status, events, lists, tags }: { status?: Staleness; events?: Staleness; lists?: Staleness; tags?: Staleness }): void {
    const { cloudFormation, rekognition } = this.sandbox;
    if (status !== undefined) cloudFormation.settings.staleStatus = status;
    if (events !== undefined) cloudFormation.settings.staleEvents = events;
    if (lists !== undefined) cloudFormation.settings.staleLists = lists;
    if (tags !== undefined) rekognition.settings.staleTags = tags;
  }

  /** What the service lists, by name. */
  get left(): { [name: string]: string } {
    return Object.fromEntries(this.sandbox.rekognition.versions.map(({ name, status }) => [name, status]));
  }

  /** The requests that change a version, in order, such as `StopProjectVersion v1`. */
  get changes(): string[] {
    return this.sandbox.calls
      .filter(({ operation }) => /^(Stop|Delete|Start)ProjectVersion$/.test(operation))
      .map(({ operation, input, error }) => `${operation} ${input.ProjectVersionArn.split('/')[3]}${error ? ` ${error}` : ''}`);
  }

  /** The messages of the handler's structured log lines. */
  get log(): any[] {
    return this.sandbox.lambda.logs.flatMap(({ text }) => {
      try {
        const { message } = JSON.parse(text);
        return typeof message === 'object' ? [message] : [];
      } catch {
        return [];
      }
    });
  }

  /** Why the handler kept versions. */
  get kept(): string[] {
    return this.log.filter(({ message }) => message === 'kept').map(({ because }) => because);
  }

  /** Why a resource failed the last time. In a cleanup, its type is not recorded. */
  failure(status = 'DELETE_FAILED', resourceType = 'Custom::RekognitionProjectVersionTeardown'): string {
    const types = [resourceType, 'AWS::CloudFormation::CustomResource'];
    const events = this.sandbox.events.filter(event => event.status === status && types.includes(event.resourceType));
    return events.at(-1)?.reason ?? `no ${resourceType} is ${status}`;
  }

  async stop(): Promise<void> {
    // the function that has responded to CloudFormation may still be running, and a killed process cannot be reused.
    await this.sandbox.advance(1);
    const logs = this.sandbox.lambda.logs.map(({ text }) => text);
    await this.sandbox.stop();
    rmSync(this.workspace, { recursive: true });
    expect(secretsIn(logs)).toEqual({});
  }

  private deployStack(name: string, define: (stack: Stack) => void, options?: DeployOptions): Promise<SandboxStack> {
    const outdir = path.join(this.workspace, `${++this.assemblies}`);
    const app = new App({ outdir, analyticsReporting: false });
    define(new Stack(app, name));
    app.synth();
    return this.sandbox.deploy(outdir, name, options);
  }
}

export function teardownOf(version: ProjectVersion, props: Partial<ProjectVersionTeardownProps> = {}, id = 'Model'): (stack: Stack) => void {
  return stack => { new ProjectVersionTeardown(stack, id, { projectVersionArn: version.arn, ...props }); };
}

/** For flows in which nothing changes until the deadline: polls a sixth as often. */
export function patientProvider(stack: Stack): TeardownProvider {
  return new TeardownProvider(stack, 'Patient', { queryInterval: Duration.minutes(1) });
}

/** A resource whose creation fails, because its name is taken, after everything that it depends on has been created. */
export function failing(stack: Stack, flow: Flow): void {
  const taken = new CfnProject(stack, 'Failing', { projectName: flow.project.name });
  for (const child of stack.node.children) if (child !== taken) taken.node.addDependency(child);
}
