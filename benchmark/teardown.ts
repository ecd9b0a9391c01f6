import type { Stack as CdkStack } from 'aws-cdk-lib';
import { indexes, ownProjects, projectName, STACK, versionName, versionTeardowns, withAssembly } from './apps';
import { Machine } from './peers/machine';
import type { Peer } from './peers/peer';
import { busiestSecond, Meter, percentile } from './world/meter';
import { QUOTA, World } from './world/world';
import type { Project, ProjectVersion, VersionStatus } from '../sandbox/rekognition';

/** The durations of the service in one run, in seconds. */
export interface Phase {
  readonly stopping: number;
  readonly deleting: number;
}

/** What is destroyed. */
export interface Scenario {
  readonly projects: number;
  /** The number in each project. */
  readonly versions: number;
  readonly status: VersionStatus;
  /** Whether each project also has its two datasets. */
  readonly datasets?: boolean;
  /** One for each version of one project that no stack owns, or one for each project of the stack. */
  readonly teardowns: 'versions' | 'projects';
  /** In seconds. Default: that of the library. */
  readonly queryInterval?: number;
}

/** The result of one run. */
export interface Measurement {
  /** From the deletion of the stack until it is gone. */
  readonly seconds: number;
  /** The least time that any caller needs: that of the service and its quota. */
  readonly limit: number;
  readonly status: string;
  /** The statuses of the versions that are left. */
  readonly left: readonly string[];
  /** Calls of the functions or of the peer, without those of CloudFormation itself. */
  readonly calls: { readonly [service: string]: number };
  readonly throttled: number;
  /** Calls to CloudFormation a second, on average and in the busiest second. */
  readonly cloudFormation: { readonly mean: number; readonly peak: number };
  /** When the first accepted request came to each version, in seconds. */
  readonly first: { readonly first: number; readonly median: number; readonly p95: number; readonly worst: number };
  /** The duration of the poll that saw that everything is gone, and of everything after it, in seconds. */
  readonly end: number;
  /** What models cost until the request to stop them, with one inference unit, in USD. */
  readonly waiting: number;
  readonly lambdaMilliseconds: number;
  readonly coldStarts: number;
  readonly transitions: number;
  readonly dollars: number;
}

/** The time left of a training or a copy when the stack is deleted, in seconds: longer than the timeout of a function, shorter than that of CloudFormation. */
const TRAINING = 1800;
const COPYING = 1200;

/** [cited] Rekognition pricing, Custom Labels: USD an hour for an inference unit in us-east-1. */
export const MODEL = 4;

/** [cited] Prices in us-east-1, in USD: for a GB second and a request of Lambda (x86), and for a transition of Step Functions. */
const PRICES = { gigabyteSecond: 0.0000166667, request: 0.0000002, transition: 0.000025 };

/** Destroys the stack of a scenario. */
export function measure(scenario: Scenario, phase: Phase, perProvider: number): Promise<Measurement> {
  const world = newWorld(phase);
  const define = definition(world, scenario, perProvider);
  return withAssembly(define, async directory => {
    const stack = await world.deploy(directory, STACK);
    if (stack.status !== 'CREATE_COMPLETE') throw new Error(`the stack is ${stack.status}`);
    if (scenario.teardowns === 'projects') for (const project of world.rekognition.projects) fill(world, project, scenario);
    return measured(world, scenario, phase, async () => (await world.cloudFormation.destroy(STACK)).status);
  });
}

/** Measures a scenario without the library. */
export function measurePeer(peer: Peer, scenario: Scenario, phase: Phase): Promise<Measurement> {
  const world = newWorld(phase);
  const versions = indexes(scenario.projects).flatMap(index => fill(world, world.rekognition.createProject(projectName(index)), scenario));
  return peer.isFunction ? measureFunction(peer, world, versions, scenario, phase) : measured(world, scenario, phase, async () => {
    const { clock } = world;
    const machine = new Machine(world, peer.name, promise => clock.pause(promise));
    return clock.drive(() => peer.act(machine, versions).then(() => 'done', (error: Error) => `it ends with ${error.name}`));
  });
}

/** A peer that is the function of a custom resource. */
async function measureFunction(peer: Peer, world: World, versions: ProjectVersion[], scenario: Scenario, phase: Phase): Promise<Measurement> {
  const token = world.createFunction('Peer', async (event, wait) => {
    const { RequestType, StackId, RequestId, LogicalResourceId, PhysicalResourceId = 'Peer' } = event;
    let outcome = {};
    try {
      if (RequestType === 'Delete') await peer.act(new Machine(world, peer.name, wait), versions);
    } catch (error) {
      outcome = { Status: 'FAILED', Reason: String(error) };
    }
    await wait(world.pass('s3'));
    world.responses.receive(new URL(event.ResponseURL).pathname, JSON.stringify({
      Status: 'SUCCESS', StackId, RequestId, LogicalResourceId, PhysicalResourceId, ...outcome,
    }));
  }, 900);
  const template = { Resources: { Peer: { Type: 'Custom::Peer', Properties: { ServiceToken: token } } } };
  await world.cloudFormation.deploy({ stackName: STACK, template, assets: new Map() });
  return measured(world, scenario, phase, async () => (await world.cloudFormation.destroy(STACK)).status);
}

async function measured(world: World, scenario: Scenario, phase: Phase, act: () => Promise<string>): Promise<Measurement> {
  await world.begin();
  const { meter, clock, rekognition } = world;
  // the remaining training and copying times start now.
  for (const version of rekognition.versions) if (/ING$|_IN_PROGRESS$/.test(version.status) && version.status !== 'RUNNING') rekognition.setStatus(version, version.status);
  const transitionsBefore = transitions(world);
  const versions = rekognition.versions.map(({ arn }) => arn);
  const began = clock.now();
  const status = await act();
  const seconds = (clock.now() - began) / 1000;
  // a bug in the sandbox must not look like a result.
  await world.stepFunctions.stop();
  const own = meter.calls.filter(({ caller }) => caller !== 'CloudFormation');
  const asked = own.filter(({ service }) => service === 'cloudformation');
  const firsts = versions.map(arn => firstRequest(meter, arn)).map(time => (time - began) / 1000);
  const steps = transitions(world) - transitionsBefore;
  return {
    seconds,
    limit: limitOf(scenario, phase),
    status,
    left: rekognition.versions.map(version => version.status),
    calls: count(own.map(({ service }) => service)),
    throttled: own.filter(({ error }) => error === 'ProvisionedThroughputExceededException').length,
    cloudFormation: { mean: asked.length / seconds, peak: busiestSecond(asked.map(({ time }) => time)) },
    first: { first: percentile(firsts, 0), median: percentile(firsts, 0.5), p95: percentile(firsts, 0.95), worst: percentile(firsts, 1) },
    end: seconds - (Math.max(...meter.invocations.map(invocation => invocation.began)) - began) / 1000,
    waiting: scenario.status === 'RUNNING' ? firsts.reduce((sum, time) => sum + time, 0) / 3600 * MODEL : 0,
    lambdaMilliseconds: meter.invocations.reduce((sum, { milliseconds }) => sum + milliseconds, 0),
    coldStarts: meter.invocations.filter(({ isCold }) => isCold).length,
    transitions: steps,
    dollars: meter.invocations.reduce((sum, { milliseconds, megabytes }) =>
      sum + milliseconds / 1000 * megabytes / 1024 * PRICES.gigabyteSecond + PRICES.request, 0) + steps * PRICES.transition,
  };
}

/** The time of the service, plus the time that the quota takes for this many requests of one kind. */
function limitOf({ projects, versions, status }: Scenario, { stopping, deleting }: Phase): number {
  const before: { readonly [status: string]: number | undefined } = {
    RUNNING: stopping, STARTING: stopping, STOPPING: stopping, TRAINING_IN_PROGRESS: TRAINING, COPYING_IN_PROGRESS: COPYING,
  };
  return (before[status] ?? 0) + deleting + projects * versions / QUOTA;
}

function newWorld({ stopping, deleting }: Phase): World {
  return new World({ stopping: stopping * 1000, deleting: deleting * 1000, training: TRAINING * 1000, copying: COPYING * 1000 });
}

function definition(world: World, scenario: Scenario, perProvider: number): (stack: CdkStack) => void {
  const names = indexes(scenario.projects).map(projectName);
  if (scenario.teardowns === 'projects') return ownProjects(names, perProvider, scenario.queryInterval);
  const [project] = names.map(name => world.rekognition.createProject(name));
  return versionTeardowns(project.arn, fill(world, project, scenario).map(({ arn }) => arn), perProvider, scenario.queryInterval);
}

function fill(world: World, project: Project, { versions, status, datasets }: Scenario): ProjectVersion[] {
  if (datasets) for (const type of ['TRAIN', 'TEST'] as const) world.rekognition.addDataset(project, type);
  return indexes(versions).map(index => world.rekognition.addVersion(project, versionName(index), { status, endsIn: Infinity }));
}

function firstRequest({ calls }: Meter, arn: string): number {
  return calls.find(({ operation, subject, error }) => subject === arn && error === undefined && /^(Stop|Delete)ProjectVersion$/.test(operation))?.time ?? Infinity;
}

/** State transitions of a standard workflow, from its history: one for each attempt at a task, one for the start and one for the end. */
function transitions({ stepFunctions: { executions } }: World): number {
  // started, entered, exited, ended and three for each attempt.
  return executions.reduce((sum, { historyEvents }) => sum + Math.round((historyEvents - 4) / 3) + 2, 0);
}

function count(keys: readonly string[]): { [key: string]: number } {
  const counts: { [key: string]: number } = {};
  for (const key of keys) counts[key] = (counts[key] ?? 0) + 1;
  return counts;
}
