import type { Stack as CdkStack } from 'aws-cdk-lib';
import { indexes, ownProjects, projectName, STACK, versionName, versionTeardowns, withAssembly } from './apps';
import { busiestSecond, Meter, percentile } from './world/meter';
import { QUOTA, World } from './world/world';
import type { Project, ProjectVersion, VersionStatus } from '../sandbox/rekognition';

/** How long the service takes in one run, in seconds. */
export interface Phase {
  readonly stopping: number;
  readonly deleting: number;
}

/** What is destroyed. */
export interface Scenario {
  readonly projects: number;
  /** In each project. */
  readonly versions: number;
  readonly status: VersionStatus;
  /** One for each version of one project that no stack owns, or one for each project of the stack. */
  readonly teardowns: 'versions' | 'projects';
}

/** What one run costs. */
export interface Measurement {
  /** From the deletion of the stack on until it is gone. */
  readonly seconds: number;
  /** What no caller could be faster than: the service's own time and its quota. */
  readonly limit: number;
  readonly status: string;
  /** Versions that are still there. */
  readonly left: number;
  /** Of the functions, or of the peer; not CloudFormation's own. */
  readonly calls: { readonly [service: string]: number };
  readonly throttled: number;
  /** Of CloudFormation's API, in the mean and in the busiest second. */
  readonly cloudFormation: { readonly mean: number; readonly peak: number };
  /** When the first accepted request came to each version, in seconds. */
  readonly first: { readonly median: number; readonly p95: number; readonly worst: number };
  readonly lambdaMilliseconds: number;
  readonly coldStarts: number;
  readonly transitions: number;
  readonly dollars: number;
}

/** What to pay in us-east-1: for a GB second and a request of Lambda (x86), and for a transition of Step Functions. */
const PRICES = { gigabyteSecond: 0.0000166667, request: 0.0000002, transition: 0.000025 };

/** Destroys a stack of such a scenario. */
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

/** Runs something that is to make an end of all versions of a world with such a scenario, and no stack. */
export function measurePeer(scenario: Scenario, phase: Phase, act: (world: World) => Promise<void>): Promise<Measurement> {
  const world = newWorld(phase);
  for (let index = 0; index < scenario.projects; index++) fill(world, world.rekognition.createProject(projectName(index)), scenario);
  return measured(world, scenario, phase, async () => {
    await world.clock.drive(() => act(world));
    return 'DONE';
  });
}

export async function measured(world: World, scenario: Scenario, phase: Phase, act: () => Promise<string>): Promise<Measurement> {
  await world.begin();
  const { meter, clock, rekognition } = world;
  const transitionsBefore = transitions(world);
  const versions = rekognition.versions.map(({ arn }) => arn);
  const began = clock.now();
  const status = await act();
  const seconds = (clock.now() - began) / 1000;
  const own = meter.calls.filter(({ caller }) => caller !== 'CloudFormation');
  const asked = own.filter(({ service }) => service === 'cloudformation');
  const firsts = versions.map(arn => firstRequest(meter, arn)).map(time => (time - began) / 1000);
  const steps = transitions(world) - transitionsBefore;
  return {
    seconds,
    limit: limitOf(scenario, phase),
    status,
    left: rekognition.versions.length,
    calls: count(own.map(({ service }) => service)),
    throttled: own.filter(({ error }) => error === 'ProvisionedThroughputExceededException').length,
    cloudFormation: { mean: asked.length / seconds, peak: busiestSecond(asked.map(({ time }) => time)) },
    first: { median: percentile(firsts, 0.5), p95: percentile(firsts, 0.95), worst: percentile(firsts, 1) },
    lambdaMilliseconds: meter.invocations.reduce((sum, { milliseconds }) => sum + milliseconds, 0),
    coldStarts: meter.invocations.filter(({ isCold }) => isCold).length,
    transitions: steps,
    dollars: meter.invocations.reduce((sum, { milliseconds, megabytes }) =>
      sum + milliseconds / 1000 * megabytes / 1024 * PRICES.gigabyteSecond + PRICES.request, 0) + steps * PRICES.transition,
  };
}

/** The service's own time, and what the quota makes of so many requests of one kind. */
export function limitOf({ projects, versions, status }: Scenario, { stopping, deleting }: Phase): number {
  return (status === 'RUNNING' ? stopping : 0) + deleting + projects * versions / QUOTA;
}

function newWorld({ stopping, deleting }: Phase): World {
  return new World({ stopping: stopping * 1000, deleting: deleting * 1000 });
}

function definition(world: World, scenario: Scenario, perProvider: number): (stack: CdkStack) => void {
  const names = indexes(scenario.projects).map(projectName);
  if (scenario.teardowns === 'projects') return ownProjects(names, perProvider);
  const [project] = names.map(name => world.rekognition.createProject(name));
  return versionTeardowns(project.arn, fill(world, project, scenario).map(({ arn }) => arn), perProvider);
}

function fill(world: World, project: Project, { versions, status }: Scenario): ProjectVersion[] {
  return indexes(versions).map(index => world.rekognition.addVersion(project, versionName(index), { status }));
}

function firstRequest({ calls }: Meter, arn: string): number {
  return calls.find(({ operation, subject, error }) => subject === arn && error === undefined && /^(Stop|Delete)ProjectVersion$/.test(operation))?.time ?? Infinity;
}

/** Of a standard workflow, by its history: one for each attempt at a task, one to begin and one to end. */
function transitions({ stepFunctions: { executions } }: World): number {
  // started, entered, exited, ended and three for each attempt.
  return executions.reduce((sum, { historyEvents }) => sum + Math.round((historyEvents - 4) / 3) + 2, 0);
}

function count(keys: readonly string[]): { [key: string]: number } {
  const counts: { [key: string]: number } = {};
  for (const key of keys) counts[key] = (counts[key] ?? 0) + 1;
  return counts;
}
