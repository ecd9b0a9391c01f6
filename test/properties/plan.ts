import * as fc from 'fast-check';
import { inRareAccounts } from './rare-accounts';
import type { CloudFormationSettings } from '../../sandbox/cloudformation';
import { DATASET_STATUSES, DatasetStatus, VERSION_STATUSES } from '../../sandbox/rekognition';
import type { RekognitionSettings } from '../../sandbox/rekognition';

/** The settings of one custom resource; `id` is its logical id, in the root stack or in the nested one. */
interface Common {
  readonly id: string;
  readonly nested: boolean;
  readonly mode: 'DELETE' | 'STOP';
  readonly training: 'WAIT' | 'FAIL';
  readonly retain: boolean;
}

export interface VersionTeardownPlan extends Common {
  /** Index of one of the world's versions; past the last one, the ARN is of a version that does not exist. */
  readonly version: number;
  readonly withProject: boolean;
  readonly trigger: 'STACK_DELETION' | 'RESOURCE_REMOVAL';
}

/** The teardown of a project that no stack owns. */
export interface ProjectTeardownPlan extends Common {
  readonly project: 'parts' | 'moderation';
  readonly deleteProject: boolean;
}

/** A project of the stack itself, with a teardown or without (perhaps no longer with) one. */
export interface OwnProjectPlan {
  readonly name: 'screws' | 'nuts';
  readonly nested: boolean;
  /** Whether the template retains it; only without a teardown, or with one that stops. */
  readonly retain: boolean;
  readonly teardown?: Omit<Common, 'nested' | 'retain'>;
}

/** Something that another user or the service itself does. */
export interface ActorPlan {
  readonly action: 'start' | 'stop' | 'train' | 'copy' | 'delete' | 'recreate' | 'recreate project' | 'fail' | 'set unknown status' | 'add dataset' | 'untag' | 'forge';
  /** Index of the version, project or teardown, modulo their number. */
  readonly subject: number;
  /** Right before the handler's call with this index, or after this many seconds. */
  readonly when: { readonly call: number } | { readonly seconds: number };
}

/** A fault in the handler's calls: starts with this call and lasts this many seconds; 0 affects only this call. */
export interface CallFault {
  readonly kind: 'throttling' | 'server error' | 'late server error' | 'lost response' | 'lost request' | 'denied' | 'invalid credentials' | 'empty response' | 'stale read';
  readonly call: number;
  readonly seconds: number;
  readonly service: 'rekognition' | 'cloudformation' | 'any';
}

/** A fault in a poll (or, for `event`, in the start of a request). */
export interface PollFault {
  readonly kind: 'crash' | 'double poll' | 'late double poll' | 'lost poll' | 'lost poll result' | 'double event' | 'lost event';
  /** Index of the poll or request within the step. */
  readonly nth: number;
  /** For a crash: the number of calls before it. For a late double poll: how late it is. */
  readonly calls: number;
}

/** The faults and interference of one step of the lifecycle. */
export interface Trouble {
  readonly actors: ActorPlan[];
  readonly callFaults: CallFault[];
  readonly pollFaults: PollFault[];
}

export interface DeletionPlan extends Trouble {
  /** The whole stack, or only a stack that is nested in it (or that it has retained). */
  readonly what: 'stack' | 'nested stack';
  /** The logical ids of the resources that are retained if the deletion before has failed. */
  readonly retains: readonly string[];
}

export interface DeployPlan extends Trouble {
  readonly versions: VersionTeardownPlan[];
  readonly project?: ProjectTeardownPlan;
  readonly own?: OwnProjectPlan;
  /** Whether the deployment fails: as early as possible, or after everything else is created. */
  readonly fails: 'no' | 'early' | 'late';
  readonly onFailure: 'ROLLBACK' | 'DELETE' | 'DO_NOTHING';
  /** Whether a failed update stays in UPDATE_FAILED instead of being rolled back. */
  readonly disableRollback: boolean;
  /** The resource that fails to return to its old properties when an update is rolled back. */
  readonly resists: 'nothing' | 'Anchor' | 'Project';
  /** Whether the owner recovers from a failed update: rolls back, or continues the rollback, skipping what resists if necessary. */
  readonly recovers: boolean;
  /** Whether the deployment imports a project that already exists. */
  readonly imports: boolean;
  /** The nested stack's logical id, and whether it is retained instead of deleted. */
  readonly nestedStack: { readonly id: 'Nested' | 'Inner'; readonly retain: boolean };
  /** What is added to the stack's own project after the deployment. */
  readonly fill: { readonly statuses: string[]; readonly dataset?: DatasetStatus };
}

/** The provider's `queryInterval` and `totalTimeout`, in seconds. */
export interface Times {
  readonly queryInterval: number;
  readonly totalTimeout: number;
}

/** The defaults of src/teardown-provider.ts. */
export const DEFAULT_TIMES: Times = { queryInterval: 10, totalTimeout: 3300 };

export interface LifecyclePlan {
  readonly times: Times;
  readonly settings: Partial<RekognitionSettings>;
  /** How stale CloudFormation's responses are, and what its events show. */
  readonly cloudFormation: Partial<CloudFormationSettings>;
  /** Whether a project with the name that the stack uses already exists. */
  readonly foreignProject: boolean;
  readonly statuses: string[];
  /** How many extra versions, with names of the maximum length, are in the first project. All are in `crowdStatus`, forever if `crowdStays`. */
  readonly crowd: number;
  readonly crowdStatus: string;
  readonly crowdStays: boolean;
  /** Offset of the handler's clock from the world's, in seconds. */
  readonly skew: number;
  /** By how much the clocks of the handler's individual hosts deviate from that, in milliseconds. */
  readonly jitter: number;
  /** Latency of each call, in milliseconds. */
  readonly latency: number;
  /** Whether the service returns only a few items per page. */
  readonly smallPages: boolean;
  readonly deployments: DeployPlan[];
  readonly deletions: DeletionPlan[];
}

/** What to generate more of: each kind of teardown has its own suite. */
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

/** By how many milliseconds something is late; mostly 0. */
function lateness(): fc.Arbitrary<number> {
  return fc.oneof(
    { weight: 8, arbitrary: fc.constant(0) }, { weight: 3, arbitrary: fc.integer({ min: 1, max: MINUTE }) },
    { weight: 1, arbitrary: fc.integer({ min: MINUTE, max: 3 * MINUTE }) },
  );
}

const stacks: fc.Arbitrary<Partial<CloudFormationSettings>> = fc.record({
  staleStatus: lateness(),
  // as stale as the handler tolerates, or so stale that a response shows nothing of an earlier deletion: in between, it could not tell.
  staleEvents: fc.oneof(
    { weight: 8, arbitrary: fc.constant(0) }, { weight: 3, arbitrary: fc.integer({ min: 1, max: 85 * SECOND }) },
    { weight: 1, arbitrary: fc.integer({ min: 10 * MINUTE, max: HOUR }) },
  ),
  // as stale as the handler tolerates: it cannot tell a staler list from a current one.
  staleLists: fc.oneof({ weight: 8, arbitrary: fc.constant(0) }, { weight: 4, arbitrary: fc.integer({ min: 1, max: 85 * SECOND }) }),
  deletionEntries: fc.constantFrom('EVERY_TRY', 'EVERY_TRY', 'FIRST_TRY', 'NEVER'),
  cleanupRetries: fc.constantFrom('AT_ONCE', 'AT_THE_END'),
  cleanupTypes: fc.constantFrom('GENERAL', 'GENERAL', 'TEMPLATE'),
  operationIds: fc.constantFrom('NONE', 'WHOLE', 'NOT_ROLLBACK', 'NOT_CLEANUP'),
  reasons: fc.constantFrom('USUAL', 'USUAL', 'WITH_HOOKS', 'OTHERS', 'NONE'),
  consistencyChecks: rarely(true, false, 3),
  controlCharacters: rarely(true, false, 12),
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
  retain: rarely(true, false, 3),
  teardown: fc.option(fc.record({ id: ofOwn.id, mode: ofOwn.mode, training: ofOwn.training }), { nil: undefined, freq: 5 }),
}).map(plan => ({ ...plan, retain: plan.retain && plan.teardown?.mode !== 'DELETE' }));

const when = fc.oneof(
  fc.record({ call: fc.integer({ min: 0, max: 40 }) }),
  fc.record({ seconds: fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 300, max: 3600 })) }),
);

const times: fc.Arbitrary<Times> = fc.oneof(
  fc.constant(DEFAULT_TIMES),
  fc.constantFrom({ queryInterval: 30, totalTimeout: 1800 }, { queryInterval: 60, totalTimeout: 900 }, { queryInterval: 300, totalTimeout: 3600 }),
);

const actor: fc.Arbitrary<ActorPlan> = fc.record({
  action: fc.constantFrom('start', 'stop', 'train', 'copy', 'delete', 'recreate', 'recreate project', 'fail', 'set unknown status', 'add dataset', 'untag', 'forge'),
  subject: fc.nat(20),
  when,
});

const callFault: fc.Arbitrary<CallFault> = fc.record({
  kind: fc.constantFrom('throttling', 'server error', 'late server error', 'lost response', 'lost request', 'denied', 'invalid credentials', 'empty response', 'stale read'),
  call: fc.integer({ min: 0, max: 50 }),
  seconds: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 6, arbitrary: fc.integer({ min: 1, max: 90 }) },
    { weight: 1, arbitrary: fc.integer({ min: 90, max: 4000 }) }),
  service: fc.constantFrom('rekognition', 'cloudformation', 'any'),
});

const pollFault: fc.Arbitrary<PollFault> = fc.record({
  kind: fc.constantFrom('crash', 'double poll', 'late double poll', 'lost poll', 'lost poll result', 'double event', 'lost event'),
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

const deletion: fc.Arbitrary<DeletionPlan> = fc.record({
  what: rarely('nested stack', 'stack', 5),
  retains: fc.oneof(
    { weight: 4, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.subarray(['A', 'B', 'P', 'X', 'Y', 'Project', 'Nested']) },
  ),
}).chain(plan => trouble.map(more => ({ ...plan, ...more })));

/** Any lifecycle: up to three deployments, followed by two or three deletions. */
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
    // docs/custody.md promises nothing beyond a minute.
    skew: fc.oneof(fc.constant(0), fc.integer({ min: -60, max: 60 })),
    jitter: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 2 * SECOND })),
    latency: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 3000 }) }),
    smallPages: fc.boolean(),
    deployments: fc.array(deployment(emphasis), { minLength: 1, maxLength: 3, size: 'max' }),
    deletions: fc.array(deletion, { minLength: 2, maxLength: 3, size: 'max' }),
  }).chain(inRareAccounts);
}
