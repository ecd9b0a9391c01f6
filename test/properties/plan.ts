import * as fc from 'fast-check';
import type { CloudFormationSettings } from '../../sandbox/cloudformation';
import { DATASET_STATUSES, DatasetStatus, VERSION_STATUSES } from '../../sandbox/rekognition';
import type { RekognitionSettings } from '../../sandbox/rekognition';

/** What one custom resource is asked for; `id` is its logical id, in the root stack or in the nested one. */
interface Common {
  readonly id: string;
  readonly nested: boolean;
  readonly mode: 'DELETE' | 'STOP';
  readonly training: 'WAIT' | 'FAIL';
  readonly retain: boolean;
}

export interface VersionTeardownPlan extends Common {
  /** Which of the world's versions; one behind the last is an ARN that nobody has. */
  readonly version: number;
  readonly withProject: boolean;
  readonly trigger: 'STACK_DELETION' | 'RESOURCE_REMOVAL';
}

/** The teardown of a project that no stack owns. */
export interface ProjectTeardownPlan extends Common {
  readonly project: 'parts' | 'moderation';
  readonly deleteProject: boolean;
}

/** A project of the stack itself, with a teardown or (no longer) without. */
export interface OwnProjectPlan {
  readonly name: 'screws' | 'nuts';
  readonly nested: boolean;
  readonly teardown?: Omit<Common, 'nested' | 'retain'>;
}

/** Something that somebody else does, or the service by itself. */
export interface ActorPlan {
  readonly action: 'start' | 'stop' | 'train' | 'copy' | 'delete' | 'recreate' | 'recreate project' | 'fail' | 'invent' | 'add dataset' | 'untag' | 'forge';
  /** Which version, project or teardown, modulo how many there are. */
  readonly subject: number;
  /** Right before this call of the handler, or after so many seconds. */
  readonly when: { readonly call: number } | { readonly seconds: number };
}

/** Trouble with the handler's calls: from this call on, for so many seconds; 0 is this call alone. */
export interface CallFault {
  readonly kind: 'throttling' | 'server error' | 'late server error' | 'lost response' | 'lost request' | 'denied' | 'young credentials' | 'empty answer' | 'old answer';
  readonly call: number;
  readonly seconds: number;
  readonly service: 'rekognition' | 'cloudformation' | 'any';
}

/** Trouble with a poll (or, for `event`, with the start of a request). */
export interface PollFault {
  readonly kind: 'crash' | 'double poll' | 'late double poll' | 'lost poll' | 'lost answer' | 'double event' | 'lost event';
  /** Which of the step's polls or requests. */
  readonly nth: number;
  /** A crash comes after so many calls. */
  readonly calls: number;
}

/** The trouble of a step of the lifecycle. */
export interface Trouble {
  readonly actors: ActorPlan[];
  readonly callFaults: CallFault[];
  readonly pollFaults: PollFault[];
}

export interface DeletionPlan extends Trouble {
  /** The whole stack, or a stack that is nested in it (or was let go by it) by itself. */
  readonly what: 'stack' | 'nested stack';
}

export interface DeployPlan extends Trouble {
  readonly versions: VersionTeardownPlan[];
  readonly project?: ProjectTeardownPlan;
  readonly own?: OwnProjectPlan;
  /** What makes the deployment fail: as soon as possible, or once all else is there. */
  readonly fails: 'no' | 'early' | 'late';
  readonly onFailure: 'ROLLBACK' | 'DELETE' | 'DO_NOTHING';
  /** Whether an update that fails is not rolled back: UPDATE_FAILED. */
  readonly disableRollback: boolean;
  /** What does not take its old properties back when an update is rolled back. */
  readonly resists: 'nothing' | 'Anchor' | 'Project';
  /** What the owner does about a failed update: roll back, or continue the rollback, without what resists if need be. */
  readonly recovers: boolean;
  /** Whether a project that exists already becomes part of the stack. */
  readonly imports: boolean;
  /** The nested stack's logical id, and whether it is let go where it would be deleted. */
  readonly nestedStack: { readonly id: 'Nested' | 'Inner'; readonly retain: boolean };
  /** What gets into the stack's own project once the deployment is over. */
  readonly fill: { readonly statuses: string[]; readonly dataset?: DatasetStatus };
}

/** The provider's `queryInterval` and `totalTimeout`, in seconds. */
export interface Times {
  readonly queryInterval: number;
  readonly totalTimeout: number;
}

/** The ones that src/teardown-provider.ts has by default. */
export const DEFAULT_TIMES: Times = { queryInterval: 10, totalTimeout: 3300 };

export interface LifecyclePlan {
  readonly times: Times;
  readonly settings: Partial<RekognitionSettings>;
  /** How late CloudFormation's answers are, and what its record shows. */
  readonly cloudFormation: Partial<CloudFormationSettings>;
  /** Whether the project that the stack is going to name is there before. */
  readonly foreignProject: boolean;
  readonly statuses: string[];
  /** How many more versions, with names as long as they can be, are in the first project, all in `crowdStatus`, which may never end. */
  readonly crowd: number;
  readonly crowdStatus: string;
  readonly crowdStays: boolean;
  /** Of the handler's clock against the world's, in seconds. */
  readonly skew: number;
  /** By how much the clocks of the handler's hosts differ from that, each in its own way, in milliseconds. */
  readonly jitter: number;
  /** Of each call, in milliseconds. */
  readonly latency: number;
  /** Whether the service gives only a few items a page. */
  readonly smallPages: boolean;
  readonly deployments: DeployPlan[];
  readonly deletions: DeletionPlan[];
}

/** How often what comes: a suite of its own for each kind of teardown. */
export interface Emphasis {
  readonly versions: number;
  readonly projects: number;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const duration = (usual: number, longest: number) => fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 1, max: usual }) },
  { weight: 1, arbitrary: fc.integer({ min: usual, max: longest }) },
);

const settings: fc.Arbitrary<Partial<RekognitionSettings>> = fc.record({
  durations: fc.record({
    training: duration(4 * MINUTE, 24 * HOUR),
    starting: duration(3 * MINUTE, 70 * MINUTE),
    stopping: duration(3 * MINUTE, 70 * MINUTE),
    deleting: duration(2 * MINUTE, 70 * MINUTE),
    copying: duration(4 * MINUTE, 2 * HOUR),
    projectDeleting: duration(20 * SECOND, 70 * MINUTE),
    datasetChanging: duration(MINUTE, 70 * MINUTE),
    datasetDeleting: duration(MINUTE, 70 * MINUTE),
  }),
  stopWhileStarting: fc.constantFrom('ACCEPTED', 'REFUSED'),
  stopWhenStopped: fc.constantFrom('ACCEPTED', 'REFUSED'),
  refusal: fc.constantFrom('ResourceInUseException', 'InvalidParameterException'),
  deleteWhileDeleting: fc.constantFrom('ACCEPTED', 'ResourceInUseException', 'ResourceNotFoundException'),
  datasetsBlockDeleteProject: fc.boolean(),
  lastPageToken: fc.constantFrom('' as const, undefined),
  lastPageTokenOfProjects: fc.constantFrom('' as const, undefined),
  unknownVersionName: fc.constantFrom('EMPTY', 'ResourceNotFoundException'),
  unknownProjectName: fc.constantFrom('EMPTY', 'ResourceNotFoundException'),
  omitFeature: fc.boolean(),
  requestsPerSecond: fc.option(fc.constant(5), { nil: undefined, freq: 3 }),
  staleReads: fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 100, max: 40 * SECOND }) }),
  staleTags: lateness(),
});

/** By how many milliseconds something is late, if it is. */
function lateness(): fc.Arbitrary<number> {
  return fc.oneof(
    { weight: 8, arbitrary: fc.constant(0) }, { weight: 3, arbitrary: fc.integer({ min: 1, max: MINUTE }) },
    { weight: 1, arbitrary: fc.integer({ min: MINUTE, max: 3 * MINUTE }) },
  );
}

const stacks: fc.Arbitrary<Partial<CloudFormationSettings>> = fc.record({
  staleStatus: lateness(),
  // up to the handler's patience, or so late that an answer shows nothing of an earlier try: in between, nobody could tell.
  staleEvents: fc.oneof(
    { weight: 8, arbitrary: fc.constant(0) }, { weight: 3, arbitrary: fc.integer({ min: 1, max: 85 * SECOND }) },
    { weight: 1, arbitrary: fc.integer({ min: 10 * MINUTE, max: HOUR }) },
  ),
  // up to the handler's patience: it cannot tell a later list from one that is up to date.
  staleLists: fc.oneof({ weight: 8, arbitrary: fc.constant(0) }, { weight: 4, arbitrary: fc.integer({ min: 1, max: 85 * SECOND }) }),
  deletionEntries: fc.constantFrom('EVERY_TRY', 'EVERY_TRY', 'FIRST_TRY', 'NEVER'),
  operationIds: fc.boolean(),
});

const status = fc.oneof({ weight: 3, arbitrary: fc.constant('RUNNING') }, { weight: 4, arbitrary: fc.constantFrom(...VERSION_STATUSES) });

const common = (id: string[]) => ({
  id: fc.constantFrom(...id),
  nested: fc.boolean(),
  mode: rarely('STOP', 'DELETE', 4),
  training: rarely('FAIL', 'WAIT', 8),
  retain: rarely(true, false, 12),
});

function rarely<const A, const B>(rare: A, usual: B, oneIn: number): fc.Arbitrary<A | B> {
  return fc.oneof({ weight: oneIn - 1, arbitrary: fc.constant<A | B>(usual) }, { weight: 1, arbitrary: fc.constant<A | B>(rare) });
}

const versionTeardown: fc.Arbitrary<VersionTeardownPlan> = fc.record({
  ...common(['A', 'B']),
  version: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(0, 1) },
    { weight: 2, arbitrary: fc.constantFrom(2, 3) },
    { weight: 1, arbitrary: fc.constant(99) },
  ),
  withProject: fc.boolean(),
  trigger: fc.constantFrom('STACK_DELETION', 'RESOURCE_REMOVAL'),
});

const projectTeardown: fc.Arbitrary<ProjectTeardownPlan> = fc.record({
  ...common(['P', 'Q']), project: rarely('moderation', 'parts', 4), deleteProject: fc.boolean(),
});

const ofOwn = common(['X', 'Y']);
const ownProject: fc.Arbitrary<OwnProjectPlan> = fc.record({
  name: rarely('nuts', 'screws', 4),
  nested: rarely(true, false, 4),
  teardown: fc.option(fc.record({ id: ofOwn.id, mode: ofOwn.mode, training: ofOwn.training }), { nil: undefined, freq: 5 }),
});

const when = fc.oneof(
  fc.record({ call: fc.integer({ min: 0, max: 40 }) }),
  fc.record({ seconds: fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 300, max: 3600 })) }),
);

const times: fc.Arbitrary<Times> = fc.oneof(
  fc.constant(DEFAULT_TIMES),
  fc.constantFrom({ queryInterval: 30, totalTimeout: 1800 }, { queryInterval: 60, totalTimeout: 900 }, { queryInterval: 300, totalTimeout: 3600 }),
);

const actor: fc.Arbitrary<ActorPlan> = fc.record({
  action: fc.constantFrom('start', 'stop', 'train', 'copy', 'delete', 'recreate', 'recreate project', 'fail', 'invent', 'add dataset', 'untag', 'forge'),
  subject: fc.nat(20),
  when,
});

const callFault: fc.Arbitrary<CallFault> = fc.record({
  kind: fc.constantFrom('throttling', 'server error', 'late server error', 'lost response', 'lost request', 'denied', 'young credentials', 'empty answer', 'old answer'),
  call: fc.integer({ min: 0, max: 50 }),
  seconds: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 6, arbitrary: fc.integer({ min: 1, max: 90 }) },
    { weight: 1, arbitrary: fc.integer({ min: 90, max: 4000 }) }),
  service: fc.constantFrom('rekognition', 'cloudformation', 'any'),
});

const pollFault: fc.Arbitrary<PollFault> = fc.record({
  kind: fc.constantFrom('crash', 'double poll', 'late double poll', 'lost poll', 'lost answer', 'double event', 'lost event'),
  nth: fc.nat(12),
  calls: fc.nat(5),
});

const trouble: fc.Arbitrary<Trouble> = fc.record({
  actors: fc.array(actor, { maxLength: 3, size: 'max' }),
  callFaults: fc.array(callFault, { maxLength: 3, size: 'max' }),
  pollFaults: fc.array(pollFault, { maxLength: 2, size: 'max' }),
});

function deployment(emphasis: Emphasis): fc.Arbitrary<DeployPlan> {
  return fc.record({
    versions: fc.uniqueArray(versionTeardown, { maxLength: emphasis.versions, selector: ({ id, nested: within }) => `${id} ${within}`, size: 'max' }),
    project: emphasis.projects > 0 ? fc.option(projectTeardown, { nil: undefined }) : fc.constant(undefined),
    own: emphasis.projects > 0 ? fc.option(ownProject, { nil: undefined, freq: 4 }) : fc.constant(undefined),
    fails: fc.oneof({ weight: 6, arbitrary: fc.constant('no' as const) }, { weight: 2, arbitrary: fc.constantFrom('early' as const, 'late' as const) }),
    onFailure: fc.constantFrom('ROLLBACK', 'ROLLBACK', 'DELETE', 'DO_NOTHING'),
    disableRollback: rarely(true, false, 6),
    resists: fc.oneof({ weight: 6, arbitrary: fc.constant('nothing' as const) }, { weight: 1, arbitrary: fc.constantFrom('Anchor' as const, 'Project' as const) }),
    recovers: fc.boolean(),
    imports: rarely(true, false, 3),
    nestedStack: fc.record({ id: rarely('Inner', 'Nested', 4), retain: rarely(true, false, 6) }),
    fill: fc.record({ statuses: fc.array(status, { maxLength: 4 }), dataset: fc.option(fc.constantFrom(...DATASET_STATUSES), { nil: undefined }) }),
  }).chain(plan => trouble.map(more => ({ ...plan, ...more })));
}

/** Any lifecycle: up to three deployments, and then deletions until the stack is gone or somebody gives up. */
export function lifecycles(emphasis: Emphasis): fc.Arbitrary<LifecyclePlan> {
  return fc.record({
    times,
    settings,
    cloudFormation: stacks,
    foreignProject: rarely(true, false, 5),
    statuses: fc.array(status, { minLength: 7, maxLength: 7 }),
    crowd: fc.oneof(
      { weight: emphasis.projects > 0 ? 10 : 40, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.integer({ min: 6, max: 60 }) },
    ),
    crowdStatus: status,
    crowdStays: fc.boolean(),
    skew: fc.oneof(fc.constant(0), fc.integer({ min: -120, max: 120 })),
    jitter: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 2 * SECOND })),
    latency: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 3000 }) }),
    smallPages: fc.boolean(),
    deployments: fc.array(deployment(emphasis), { minLength: 1, maxLength: 3, size: 'max' }),
    deletions: fc.array(fc.tuple(trouble, rarely('nested stack', 'stack', 5)).map(([more, what]) => ({ ...more, what })), { minLength: 2, maxLength: 3, size: 'max' }),
  });
}
