import { StackStatus } from '@aws-sdk/client-cloudformation';
import { ProjectVersionStatus } from '@aws-sdk/client-rekognition';
import * as handler from '../../lambda/custom-resource/handler';
import { PROJECT_ARN, VERSION_ARN } from '../support/arns';
import {
  BY_TAG, Custody, CUSTODY, CustodyRow, Reason, RENAMINGS, ProjectReason, PROJECT_CUSTODY, TAGS, TEMPLATES,
} from '../support/custody-tables';
import { deleteEvent, minutesAgo, projectEvent } from '../support/events';
import { Answer, FailureRow, FAILURES, KNOWN_STATUSES, NOT_LISTED, Patience, rowsFor, STATUSES } from '../support/tables';
import { changes, enter, requests, World } from '../support/world';

jest.mock('../../lambda/aws/clients', () => ({ ...jest.requireActual('../../lambda/aws/clients'), inRegion: (create: any) => jest.requireActual('../support/world').inRegion(create) }));
// the second description of a project comes a second later, which would add up over a hundred thousand polls.
jest.mock('timers/promises', () => ({ setTimeout: () => Promise.resolve() }));

const OPTIONS = (['DELETE', 'STOP'] as const).flatMap(mode => (['WAIT', 'FAIL'] as const).map(trainingBehavior => ({ mode, trainingBehavior })));
const TRIGGERS = ['STACK_DELETION', 'RESOURCE_REMOVAL'] as const;
const ANSWERS: Answer[] = ['ok', ...FAILURES.map(({ kind }) => kind)];
/** Minutes since the request began: at once, when denials are no longer tolerated, and at the deadline. */
const TIMES = [0, 3, 55];

const VERSIONS = [
  { status: NOT_LISTED, isAdapter: false },
  ...[...KNOWN_STATUSES, 'A_STATUS_OF_TOMORROW'].flatMap(status => [false, true].map(isAdapter => ({ status, isAdapter }))),
];

const STACK_STATUSES = [...Object.values(StackStatus), 'A_STATUS_OF_TOMORROW'];

const BOOLEANS = [false, true];

const CLEAN_UP = 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS';
const UNDOING = /ROLLBACK_(COMPLETE_CLEANUP_)?IN_PROGRESS/;

/** Everything that CloudFormation may answer, without what is not asked in that status. */
const REASONS = STACK_STATUSES.flatMap((status): Reason[] => {
  const common = { status, wasCreated: true, isUndeployed: false, hasSuccessor: false };
  if (status === 'DELETE_IN_PROGRESS') return BOOLEANS.map(wasCreated => ({ ...common, wasCreated }));
  if (status !== CLEAN_UP) return [common];
  return BOOLEANS.flatMap(isUndeployed => BOOLEANS.map(hasSuccessor => ({ ...common, isUndeployed, hasSuccessor })));
});

const ALWAYS = { isNew: false, isUpdated: false, renamed: 'no', template: 'deletes' } as const;

/** The same for a project of the same stack: what the operation did to it. */
function whatWasDone(status: string, wasCreated: boolean): Pick<ProjectReason, 'isNew' | 'isUpdated' | 'renamed' | 'template' | 'isUndeployed'>[] {
  const none = { ...ALWAYS, isUndeployed: false };
  if (status === 'DELETE_IN_PROGRESS' && wasCreated) return [none, ...BOOLEANS.map(isUndeployed => ({ ...none, isUpdated: true, isUndeployed }))];
  if (status === 'DELETE_IN_PROGRESS' || UNDOING.test(status)) return BOOLEANS.map(isNew => ({ ...none, isNew }));
  if (status !== CLEAN_UP) return [none];
  const renamings = RENAMINGS.filter(renamed => renamed !== 'no').flatMap(renamed => TEMPLATES.map(template => ({ ...none, renamed, template })));
  return [none, { ...none, isUndeployed: true }, { ...none, isUpdated: true }, ...renamings];
}

const PROJECT_REASONS: ProjectReason[] = STACK_STATUSES.flatMap(status => (status === 'DELETE_IN_PROGRESS' ? BOOLEANS : [true])
  .flatMap(wasCreated => whatWasDone(status, wasCreated).flatMap(done => BOOLEANS.flatMap(isWholeStack => (['DELETE', 'STOP'] as const)
    .flatMap(mode => TAGS.map(tag => ({ status, wasCreated, isWholeStack, ...done, mode, tag })))))));

type Options = typeof OPTIONS[number];
type Outcome = 'complete' | 'wait' | 'fail';

interface Expectation {
  readonly outcome: Outcome;
  readonly change?: string;
}

/** The only row of a table that matches a combination. */
function the<R>(rows: R[], combination: object): R {
  if (rows.length !== 1) throw new Error(`${rows.length} rows for ${JSON.stringify(combination)}`);
  return rows[0];
}

function patient(patience: Patience, minutes: number): Outcome {
  return minutes < { 'never': 0, 'two minutes': 2, 'to the deadline': 55 }[patience] ? 'wait' : 'fail';
}

/** What the tables say about a poll that acts: the change to the version, and the outcome of the poll. */
function expectedAct({ version, answers }: World, options: Options, minutes: number): Expectation {
  const action = the(rowsFor(STATUSES, { ...version, ...options }), { version, options })[options.mode];
  if (action === 'done') return { outcome: 'complete' };
  if (action === 'fail') return { outcome: 'fail' };
  if (action === 'wait') return { outcome: patient('to the deadline', minutes) };

  const change = action === 'stop' ? 'StopProjectVersion' : 'DeleteProjectVersion';
  const failure = FAILURES.find(({ kind }) => kind === answers[change]);
  return { change: `${change} ${VERSION_ARN}`, outcome: failure ? afterFailure(failure, version.status, minutes) : patient('to the deadline', minutes) };
}

function afterFailure({ change: meaning }: FailureRow, status: string, minutes: number): Outcome {
  if (meaning === 'it is gone' && status === NOT_LISTED) return 'complete';
  return patient(meaning === 'it is gone' || meaning === 'its status tells' ? 'to the deadline' : meaning, minutes);
}

async function poll(world: World, event: Parameters<typeof handler.isComplete>[0]): Promise<Expectation> {
  enter(world, event.StartedAt!);
  const outcome = await handler.isComplete(event, { getRemainingTimeInMillis: () => 120_000 }).then(
    ({ IsComplete }) => IsComplete ? 'complete' as const : 'wait' as const,
    error => {
      if (error.name !== 'TeardownError') throw error;
      return 'fail' as const;
    });
  // a project is described twice, so it may be changed twice.
  const [change, ...others] = new Set(changes());
  if (others.length > 0) throw new Error(`more than one change: ${changes()}`);
  return { outcome, change };
}

/** The combinations whose outcome was not the expected one; `count` shows whether there were any combinations at all. */
class Findings {
  count = 0;
  readonly list: string[] = [];

  async check(world: World, event: Parameters<typeof handler.isComplete>[0], expected: Expectation): Promise<void> {
    this.count++;
    const actual = await poll(world, event);
    if (actual.outcome === expected.outcome && actual.change === expected.change) return;
    const { ResourceProperties, StartedAt } = event;
    this.list.push(JSON.stringify({ world, ResourceProperties, StartedAt, expected, actual, requests }));
  }

  none(atLeast: number): void {
    expect(this.list.slice(0, 5)).toEqual([]);
    expect(this.count).toBeGreaterThanOrEqual(atLeast);
  }
}

const WORLD: World = {
  status: 'DELETE_IN_PROGRESS',
  wasCreated: true,
  hasSuccessor: false,
  isUndeployed: false,
  isWholeStack: false,
  ...ALWAYS,
  tag: 'this teardown',
  version: VERSIONS[1],
  answers: {},
};

const versionEvent = (trigger: typeof TRIGGERS[number], { mode, trainingBehavior }: Options, minutes: number, more: object = {}) =>
  deleteEvent({ Trigger: trigger, Mode: mode, TrainingBehavior: trainingBehavior, ...more }, { StartedAt: minutesAgo(minutes), Operation: null });

const teardownEvent = (ownerTag: string | undefined, { mode, trainingBehavior }: Options, minutes: number) =>
  projectEvent('Delete', { OwnerTag: ownerTag, Mode: mode, TrainingBehavior: trainingBehavior }, { StartedAt: minutesAgo(minutes), Operation: null });

/** Every combination of a version, the options and the answer to the change, at each time. */
function* acts(): Generator<{ version: World['version']; options: Options; answers: World['answers']; minutes: number }> {
  for (const version of VERSIONS) {
    for (const options of OPTIONS) {
      const action = the(rowsFor(STATUSES, { ...version, ...options }), { version, options })[options.mode];
      for (const answer of action === 'stop' || action === 'delete' ? ANSWERS : ['ok' as const]) {
        for (const minutes of TIMES) yield { version, options, answers: { StopProjectVersion: answer, DeleteProjectVersion: answer }, minutes };
      }
    }
  }
}

const { info, warn, error } = console;

beforeAll(() => {
  // the project has just been created, by the operation that may be rolled back.
  jest.useFakeTimers({ now: Number(PROJECT_ARN.split('/').at(-1)), doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'setTimeout', 'clearTimeout'] });
  process.env.TOTAL_TIMEOUT_SECONDS = '3300';
  process.env.QUERY_INTERVAL_SECONDS = '15';
  // nobody reads most of its many stack traces.
  Error.stackTraceLimit = 0;
  // a spy would store every line.
  Object.assign(console, { info: () => {}, warn: () => {}, error: () => {} });
});

afterAll(() => {
  Object.assign(console, { info, warn, error });
  jest.useRealTimers();
});

describe('the tables', () => {
  test('cover every status that the service documents', () => {
    expect([...KNOWN_STATUSES].sort()).toEqual(Object.values(ProjectVersionStatus).sort());
  });

  test('have exactly one row for every combination, and no other rows', () => {
    const used = new Set<object>();
    for (const version of VERSIONS) for (const options of OPTIONS) used.add(the(rowsFor(STATUSES, { ...version, ...options }), { version, options }));
    for (const reason of REASONS) used.add(the(rowsFor(CUSTODY, reason), reason));
    for (const reason of PROJECT_REASONS) used.add(the(rowsFor(PROJECT_CUSTODY, reason), reason));
    expect([...STATUSES, ...CUSTODY, ...PROJECT_CUSTODY].filter(row => !used.has(row))).toEqual([]);
  });
});

describe('a version', () => {
  const reasonsOf = (row: CustodyRow) => REASONS.filter(reason => rowsFor(CUSTODY, reason)[0] === row);
  const cases = CUSTODY.flatMap(row => TRIGGERS.map((trigger): [string, string, Custody, CustodyRow] => [row.says, trigger, row[trigger], row]));

  test.each(cases.filter(([, , custody]) => custody === 'act'))('when the stack is in %s, with %s, is dealt with as its status says', async (_, trigger, __, row) => {
    const findings = new Findings();
    for (const reason of reasonsOf(row)) {
      for (const { version, options, answers, minutes } of acts()) {
        const world = { ...WORLD, ...reason, version, answers };
        // lists may be stale for a minute and a half.
        const expected: Expectation = reason.status === CLEAN_UP && minutes === 0 ? { outcome: 'wait' } : expectedAct(world, options, minutes);
        await findings.check(world, versionEvent(trigger as any, options, minutes), expected);
      }
    }
    findings.none(1000);
  });

  test.each(cases.filter(([, , custody]) => custody !== 'act'))('when the stack is in %s, with %s: %s, without a change', async (_, trigger, custody, row) => {
    const findings = new Findings();
    for (const reason of reasonsOf(row)) {
      for (const version of VERSIONS) {
        for (const options of OPTIONS) {
          for (const minutes of TIMES) {
            // a version that only a list shows counts after it is listed again a minute later.
            const isTooEarly = reason.hasSuccessor && !reason.isUndeployed && trigger === 'RESOURCE_REMOVAL' && minutes === 0;
            const expected: Expectation = { outcome: custody === 'unclear' ? patient('two minutes', minutes) : isTooEarly ? 'wait' : 'complete' };
            await findings.check({ ...WORLD, ...reason, version }, versionEvent(trigger as any, options, minutes), expected);
            if (requests.some(request => !/^(Describe|ListStackResources)/.test(request))) findings.list.push(requests.join());
          }
        }
      }
    }
    findings.none(100);
  });

  test.each<[string, Partial<Reason>]>([
    ['DescribeStacks', {}], ['DescribeStackEvents', {}], ['ListStackResources', { status: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS' }],
  ])('is kept in any status as long as %s does not answer', async (operation, reason) => {
    const findings = new Findings();
    for (const version of VERSIONS) {
      for (const options of OPTIONS) {
        for (const { kind, ask } of FAILURES) {
          for (const minutes of TIMES) {
            const world = { ...WORLD, ...reason, version, answers: { [operation]: kind } };
            // lists are read after a minute and a half only, and events that cannot be read may be read later.
            const isLater = operation === 'ListStackResources' || (operation === 'DescribeStackEvents' && kind === 'fatal');
            const outcome = isLater && minutes === 0 ? 'wait' : patient(ask, minutes);
            await findings.check(world, versionEvent('RESOURCE_REMOVAL', options, minutes), { outcome });
          }
        }
      }
    }
    findings.none(1000);
  });

  test.each([['DescribeProjectVersions', PROJECT_ARN], ['DescribeProjects', undefined]])('that %s does not show is left alone, unless there is no such project', async (operation, project) => {
    const findings = new Findings();
    for (const options of OPTIONS) {
      for (const { kind, ask } of FAILURES) {
        for (const change of ANSWERS) {
          for (const minutes of TIMES) {
            const answers = { [operation]: kind, StopProjectVersion: change, DeleteProjectVersion: change };
            const unseen = { ...WORLD, version: VERSIONS[0], answers };
            const expected: Expectation = kind === 'gone' ? expectedAct(unseen, options, minutes) : { outcome: patient(ask, minutes) };
            await findings.check({ ...WORLD, answers }, versionEvent('STACK_DELETION', options, minutes, { ProjectArn: project }), expected);
          }
        }
      }
    }
    findings.none(300);
  });
});

describe('a version in a project', () => {
  /** In a project, a version that is not listed does not exist. */
  const expectedIn = (world: World, options: Options, minutes: number): Expectation =>
    world.version.status === NOT_LISTED ? { outcome: 'complete' } : expectedAct(world, options, minutes);

  const expectedOf = (custody: Custody, world: World, options: Options, minutes: number): Expectation => {
    // the tag may be stale.
    if (world.status === 'DELETE_IN_PROGRESS' && world.isUpdated && !world.isUndeployed && minutes === 0) return { outcome: 'wait' };
    if (custody === 'act') return expectedIn(world, options, minutes);
    return { outcome: custody === 'keep' ? 'complete' : patient('two minutes', minutes) };
  };

  test.each(CUSTODY.map(row => [row.says, row.STACK_DELETION, row] as const))('that lives elsewhere, when the stack is in %s: %s', async (_, custody, row) => {
    const findings = new Findings();
    for (const reason of REASONS.filter(candidate => rowsFor(CUSTODY, candidate)[0] === row)) {
      for (const { version, options, answers, minutes } of acts()) {
        const world = { ...WORLD, ...reason, version, answers };
        await findings.check(world, teardownEvent(undefined, options, minutes), expectedOf(custody, world, options, minutes));
      }
    }
    findings.none(1000);
  });

  test.each(PROJECT_CUSTODY.map(row => [row.says, row.answer, row] as const))('of the same stack, when that is in %s: %s', async (_, answer, row) => {
    const findings = new Findings();
    for (const [index, reason] of PROJECT_REASONS.filter(candidate => rowsFor(PROJECT_CUSTODY, candidate)[0] === row).entries()) {
      const custody = answer === 'the tag decides' ? BY_TAG[reason.tag] : answer;
      let nth = index;
      for (const { version, options, answers, minutes } of acts()) {
        // each reason with some of the acts, and each act with some of the reasons.
        if (options.mode !== reason.mode || nth++ % (custody === 'act' ? 7 : 31) !== 0) continue;
        const world = { ...WORLD, ...reason, version, answers };
        await findings.check(world, teardownEvent('owner', options, minutes), expectedOf(custody, world, options, minutes));
        if (reason.status !== CLEAN_UP && !reason.isUpdated && requests.some(request => request.startsWith('ListTags'))) findings.list.push(requests.join());
      }
    }
    findings.none(10);
  });

  test.each(['ListTagsForResource', 'DescribeStackEvents'])('of the same stack is kept in any status as long as %s does not answer', async operation => {
    const findings = new Findings();
    for (const version of VERSIONS) {
      for (const options of OPTIONS) {
        for (const { kind, ask } of FAILURES.filter(failure => failure.kind !== 'gone')) {
          for (const minutes of TIMES) {
            const world = { ...WORLD, status: CLEAN_UP, version, answers: { [operation]: kind } };
            const isLater = operation === 'DescribeStackEvents' && kind === 'fatal';
            await findings.check(world, teardownEvent('owner', options, minutes), { outcome: isLater && minutes === 0 ? 'wait' : patient(ask, minutes) });
          }
        }
      }
    }
    findings.none(1000);
  });
});
