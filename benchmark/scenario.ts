import type { Stack as CdkStack } from 'aws-cdk-lib';
import { indexes, ownProjects, projectName, STACK, versionName, versionTeardowns, withAssembly } from './apps';
import { Machine, Peer } from './peers';
import { World } from './world/world';
import type { Project, ProjectVersion, VersionStatus } from '../sandbox/rekognition';

/** The durations of the service in one run, in seconds. */
export interface Phase {
  readonly stopping: number;
  readonly deleting: number;
}

/** A stack to be deleted. */
export interface Scenario {
  readonly projects: number;
  /** The number in each project. */
  readonly versions: number;
  readonly status: VersionStatus;
  /** Whether each project also has its two datasets. */
  readonly hasDatasets?: boolean;
  /** One for each version of one project that no stack owns, or one for each project of the stack. */
  readonly teardowns: 'versions' | 'projects';
}

/** The result of one run. */
export interface Measurement {
  /** From the deletion of the stack until it is gone. */
  readonly seconds: number;
  /** The status of the stack, or the end of the peer. */
  readonly status: string;
  /** The statuses of the remaining versions. */
  readonly remaining: readonly string[];
  /** Calls of the functions or of the peer, without those of CloudFormation itself. */
  readonly calls: number;
  /** The moment of the first accepted request, in seconds. */
  readonly first: number;
  /** The duration of the last poll, and of everything after it, in seconds. */
  readonly end: number;
  readonly dollars: number;
}

/** The remaining time of a training, in seconds: longer than a function runs, shorter than a request takes. */
const TRAINING = 1800;

/** [cited] USD in us-east-1: for a GB second and a request of Lambda (x86), and a transition of Step Functions. */
const PRICES = { gigabyteSecond: 0.0000166667, request: 0.0000002, transition: 0.000025 };

/** Deletes the stack of a scenario. */
export function measure(scenario: Scenario, phase: Phase, perProvider: number): Promise<Measurement> {
  const world = newWorld(phase);
  return withAssembly(definition(world, scenario, perProvider), async directory => {
    const stack = await world.deploy(directory, STACK);
    if (stack.status !== 'CREATE_COMPLETE') throw new Error(`the stack is ${stack.status}`);
    const projects = scenario.teardowns === 'projects' ? world.rekognition.projects : [];
    for (const project of projects) fill(world, project, scenario);
    return measured(world, async () => (await world.cloudFormation.destroy(STACK)).status);
  });
}

/** Measures a scenario without the library. */
export function measurePeer(peer: Peer, scenario: Scenario, phase: Phase): Promise<Measurement> {
  const world = newWorld(phase);
  const projects = indexes(scenario.projects).map(index => world.rekognition.createProject(projectName(index)));
  const versions = projects.flatMap(project => fill(world, project, scenario));
  const act = () => peer.act(new Machine(world, peer.name), versions);
  return measured(world, () => world.clock.drive(() => act().then(() => 'done', (error: Error) => error.name)));
}

async function measured(world: World, act: () => Promise<string>): Promise<Measurement> {
  await world.begin();
  const { meter, clock, rekognition } = world;
  // the remaining time of a training starts now.
  for (const version of rekognition.versions) {
    if (version.status.endsWith('_IN_PROGRESS')) rekognition.setStatus(version, version.status);
  }
  const transitionsBefore = transitions(world);
  const began = clock.now();
  const status = await act();
  const ended = clock.now();
  // a bug in the sandbox must not look like a result.
  await world.stepFunctions.stop();
  const calls = meter.calls.filter(({ caller }) => caller !== 'CloudFormation');
  const isRequest = (operation: string) => /^(Stop|Delete)ProjectVersion$/.test(operation);
  const accepted = calls.find(({ operation, isAccepted }) => isAccepted && isRequest(operation));
  const prices = meter.invocations.map(({ milliseconds, megabytes }) =>
    milliseconds / 1000 * megabytes / 1024 * PRICES.gigabyteSecond + PRICES.request);
  const steps = transitions(world) - transitionsBefore;
  return {
    seconds: (ended - began) / 1000,
    status,
    remaining: rekognition.versions.map(version => version.status),
    calls: calls.length,
    first: ((accepted?.time ?? NaN) - began) / 1000,
    end: (ended - Math.max(...meter.invocations.map(invocation => invocation.began))) / 1000,
    dollars: prices.reduce((sum, price) => sum + price, 0) + steps * PRICES.transition,
  };
}

function newWorld({ stopping, deleting }: Phase): World {
  return new World({ stopping: stopping * 1000, deleting: deleting * 1000, training: TRAINING * 1000 });
}

function definition(world: World, scenario: Scenario, perProvider: number): (stack: CdkStack) => void {
  const names = indexes(scenario.projects).map(projectName);
  if (scenario.teardowns === 'projects') return ownProjects(names, perProvider);
  const [project] = names.map(name => world.rekognition.createProject(name));
  return versionTeardowns(project.arn, fill(world, project, scenario).map(({ arn }) => arn), perProvider);
}

function fill({ rekognition }: World, project: Project, { versions, status, hasDatasets }: Scenario): ProjectVersion[] {
  if (hasDatasets) for (const type of ['TRAIN', 'TEST'] as const) rekognition.addDataset(project, type);
  return indexes(versions).map(index =>
    rekognition.addVersion(project, versionName(index), { status, endsIn: Infinity }));
}

/** State transitions of a standard workflow: one for each attempt at a task, one for the start and one for the end. */
function transitions({ stepFunctions: { executions } }: World): number {
  // the history has four events for start and end, and three for each attempt.
  return executions.reduce((sum, { historyEvents }) => sum + Math.round((historyEvents - 4) / 3) + 2, 0);
}
