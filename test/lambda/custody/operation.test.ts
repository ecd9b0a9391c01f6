import type { StackEvent } from '@aws-sdk/client-cloudformation';
import { isNoLongerAwaited } from '../../../lambda/custody/events';
import { Deletion, findOperation, isCleanUp } from '../../../lambda/custody/operation';
import { OTHER_VERSION_ARN, PROJECT_ARN, STACK_ID, VERSION_ARN } from '../../support/arns';
import { awsError, cloudFormation, DescribeStackEventsCommand, DescribeStacksCommand, page, reset } from '../../support/aws';
import { entries, INITIATED, Line, REPLACES } from '../../support/record';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const PATIENCE = 90 * SECOND;
const PARENT_ID = STACK_ID.replace('Models', 'Parent');
const NESTED_ID = STACK_ID.replace('Models', 'Models-Nested-1A2B');

const CREATED: Line[] = [
  ['stack', 'CREATE_IN_PROGRESS'],
  ['Model', 'CREATE_IN_PROGRESS'], ['Model', 'CREATE_IN_PROGRESS', VERSION_ARN, INITIATED], ['Model', 'CREATE_COMPLETE', VERSION_ARN],
  ['stack', 'CREATE_COMPLETE'],
];
const DELETED: Line[] = [['stack', 'DELETE_IN_PROGRESS'], ['Model', 'DELETE_IN_PROGRESS', VERSION_ARN]];
const CLEANED_UP: Line[] = [['stack', 'UPDATE_IN_PROGRESS'], ['stack', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'], ['Model', 'DELETE_IN_PROGRESS', VERSION_ARN]];
const others = (count: number): Line[] => Array.from({ length: count }, (_, index) => [`Other${index}`, 'DELETE_IN_PROGRESS', `other-${index}`, undefined, 0.1]);

let records: { [stackId: string]: StackEvent[] };
let parents: { [stackId: string]: string };
let pageSize: number;

beforeEach(() => {
  reset();
  records = {};
  parents = {};
  pageSize = 100;
  cloudFormation.on(DescribeStackEventsCommand).callsFake(({ StackName, NextToken = '0' }) => {
    if (!records[StackName]) throw awsError('ValidationError', `Stack [${StackName}] does not exist`);
    return page([...records[StackName]].reverse(), Number(NextToken), pageSize);
  });
  cloudFormation.on(DescribeStacksCommand).callsFake(({ StackName: StackId }) => ({ Stacks: [{ StackId, ParentId: parents[StackId] }] }));
});

const pagesRead = () => cloudFormation.commandCalls(DescribeStackEventsCommand).length;

const deletion = (more: Partial<Deletion> = {}): Deletion => ({
  stackId: STACK_ID,
  resourceType: 'Custom::RekognitionProjectVersionTeardown',
  logicalResourceId: 'Model',
  physicalResourceId: VERSION_ARN,
  requestedAt: Date.now(),
  trigger: 'STACK_DELETION',
  ...more,
});

/** The operation that the record of a stack shows, or what it shows instead. */
async function find(lines: Line[], more: Partial<Deletion> = {}, waited = 0) {
  records[STACK_ID] = entries(lines);
  return findOperation(deletion(more), waited);
}

const UNCLEAR = { shown: expect.stringMatching(/do not show that it deletes Model$/) };
const OVER = { shown: expect.stringMatching(/the requested deletion of Model has ended$/) };

describe('the operation that a Delete belongs to', () => {
  test.each<[string, Line[], object]>([
    ['the deletion of the stack', [...CREATED, ...DELETED], { status: 'DELETE_IN_PROGRESS', wasCreated: true }],
    ['the cleanup after an update', [...CREATED, ...CLEANED_UP], { status: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', wasCreated: true }],
    ['the rollback of a creation', [...CREATED.slice(0, -1), ['stack', 'ROLLBACK_IN_PROGRESS'], ['Model', 'DELETE_IN_PROGRESS', VERSION_ARN]], { status: 'ROLLBACK_IN_PROGRESS', wasCreated: true }],
    ['the cleanup after the rollback of an update', [
      ...CREATED, ['stack', 'UPDATE_IN_PROGRESS'], ['stack', 'UPDATE_ROLLBACK_IN_PROGRESS'], ['stack', 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS'],
      ['Model', 'DELETE_IN_PROGRESS', VERSION_ARN],
    ], { status: 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS' }],
    ['a status of tomorrow', [...CREATED, ['stack', 'MIGRATION_IN_PROGRESS'], ['Model', 'DELETE_IN_PROGRESS', VERSION_ARN]], { status: 'MIGRATION_IN_PROGRESS' }],
  ])('is %s', async (_, lines, expected) => {
    expect(await find(lines)).toMatchObject({ stackId: STACK_ID, isWholeStack: false, ...expected });
  });

  test.each<[string, Line[], number]>([
    ['alone', [], 0],
    ['after others that the stack begins to delete', others(3), 3],
    ['after a teardown of a project', [['Teardown', 'DELETE_IN_PROGRESS', PROJECT_ARN, undefined, 0]], 1],
    ['after something else', [['Nested', 'DELETE_IN_PROGRESS', NESTED_ID, undefined, 0]], 0],
    ['after the end of another', [['Other', 'DELETE_COMPLETE', 'other', undefined, 0]], 0],
    ['seconds after another', [['Other', 'DELETE_IN_PROGRESS', 'other', undefined, 0], ['Nested', 'DELETE_IN_PROGRESS', NESTED_ID, undefined, 2]], 0],
  ])('is looked for after waiting its turn: %s', async (_, before, ahead) => {
    const [stackDeleted, [logicalId, status, physicalId]] = DELETED;
    records[STACK_ID] = entries([...CREATED, stackDeleted, ...before, [logicalId, status, physicalId, undefined, 0], ...others(7)]);
    const turn = jest.fn(async () => expect(cloudFormation.commandCalls(DescribeStacksCommand)).toHaveLength(0));
    expect(await findOperation(deletion(), 0, turn)).toMatchObject({ status: 'DELETE_IN_PROGRESS' });
    expect(turn.mock.calls).toEqual([[ahead]]);
  });

  test('is found below hundreds of entries, on a later page', async () => {
    expect(await find([...CREATED, ...DELETED, ...others(140)])).toMatchObject({ status: 'DELETE_IN_PROGRESS', wasCreated: true });
    expect(pagesRead()).toBe(2);
  });

  const OLDER = Array.from({ length: 500 }, (): Line => ['Other', 'UPDATE_COMPLETE', 'other']);

  test.each<[string, Line[], Partial<Deletion>]>([
    ['of a stack that had been created', [...CREATED, ...DELETED], {}],
    ['in an update, whatever was before', CLEANED_UP, {}],
    ['before the request', CREATED, { requestedAt: Date.now() + 10 * MINUTE }],
  ])('is read no further back than the verdict needs: %s', async (_, lines, more) => {
    await find([...OLDER, ...lines], more);
    expect(pagesRead()).toBe(1);
  });

  test('is identified by its event', async () => {
    expect(await find([...CREATED, ...DELETED])).toMatchObject({ eventId: 'stack-5' });
    records[STACK_ID][5].EventId = undefined;
    expect(await findOperation(deletion(), 0)).toMatchObject({ eventId: 'unknown' });
  });

  test('is not that of a resource whose physical id is the id of the stack', async () => {
    expect(await find([...CREATED, ['stack', 'DELETE_IN_PROGRESS'], ['Other', 'DELETE_FAILED', STACK_ID], ['Model', 'DELETE_IN_PROGRESS', VERSION_ARN], ['Other', 'DELETE_COMPLETE', STACK_ID]]))
      .toMatchObject({ status: 'DELETE_IN_PROGRESS' });
  });

  test('is found even if CloudFormation leaves everything out of an event', async () => {
    records[STACK_ID] = [...entries([...CREATED, ...DELETED]), {} as StackEvent];
    expect(await findOperation(deletion(), 0)).toMatchObject({ status: 'DELETE_IN_PROGRESS' });
    records[STACK_ID][5].ResourceStatus = undefined;
    expect(await findOperation(deletion(), 0)).toMatchObject({ status: 'no status' });
  });

  test('is that of the replaced resource, not of its replacement', async () => {
    const lines: Line[] = [
      ...CREATED, ['stack', 'UPDATE_IN_PROGRESS'],
      ['Model', 'UPDATE_IN_PROGRESS', VERSION_ARN, REPLACES], ['Model', 'UPDATE_IN_PROGRESS', OTHER_VERSION_ARN, INITIATED], ['Model', 'UPDATE_COMPLETE', OTHER_VERSION_ARN],
      ['stack', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'], ['Model', 'DELETE_IN_PROGRESS', VERSION_ARN],
    ];
    expect(await find(lines)).toMatchObject({ status: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS' });
    expect(await find(lines, { physicalResourceId: OTHER_VERSION_ARN })).toEqual(UNCLEAR);
  });

  test('is the latest one, after failed deletions', async () => {
    const failed: Line[] = [...DELETED, ['Model', 'DELETE_FAILED', VERSION_ARN], ['stack', 'DELETE_FAILED']];
    expect(await find([...CREATED, ...failed, ...failed, ['stack', 'DELETE_IN_PROGRESS', undefined, undefined, 60], ['Model', 'DELETE_IN_PROGRESS', VERSION_ARN]]))
      .toMatchObject({ status: 'DELETE_IN_PROGRESS', wasCreated: true });
  });

  test('is that of the first attempt when a cleanup tries again, whether or not each attempt is recorded', async () => {
    const tried: Line[] = [...CREATED, ...CLEANED_UP, ['Model', 'DELETE_FAILED', VERSION_ARN, 'no', 55 * 60]];
    const requestedAt = Date.now() + 10 * SECOND;
    expect(await find(tried, { requestedAt })).toMatchObject({ status: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS' });
    expect(await find([...tried, ['Model', 'DELETE_IN_PROGRESS', VERSION_ARN, undefined, 0]], { requestedAt })).toMatchObject({ status: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS' });
  });

  test.each<[number, number, object]>([
    [0.2, 0, { status: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS' }],
    [0.5, 0, { shown: expect.stringMatching(/show a deletion of Model that may be an earlier one$/) }],
    [4, 0, { shown: expect.stringMatching(/show a deletion of Model that may be an earlier one$/) }],
    [4, PATIENCE, { status: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS' }],
    [6, PATIENCE, UNCLEAR],
  ])('is that of a cleanup whose last attempt failed %f min before, after polling for %i ms: the answer may be stale', async (minutes, waited, expected) => {
    const tried: Line[] = [...CREATED, ...CLEANED_UP, ['Model', 'DELETE_FAILED', VERSION_ARN, 'no', 60]];
    expect(await find(tried, { requestedAt: Date.now() + minutes * MINUTE }, waited)).toMatchObject(expected);
  });

  test('is that of a creation that failed with the id in its response', async () => {
    const lines: Line[] = [
      ['stack', 'CREATE_IN_PROGRESS'], ['Model', 'CREATE_IN_PROGRESS'], ['Model', 'CREATE_IN_PROGRESS', VERSION_ARN, INITIATED], ['Model', 'CREATE_FAILED', VERSION_ARN],
      ['stack', 'ROLLBACK_IN_PROGRESS'], ['Model', 'DELETE_IN_PROGRESS', VERSION_ARN],
    ];
    expect(await find(lines)).toMatchObject({ status: 'ROLLBACK_IN_PROGRESS' });
  });
});

test.each([
  ['UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', true], ['UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS', true], ['UPDATE_IN_PROGRESS', false], ['DELETE_IN_PROGRESS', false],
])('%s is a cleanup: %j', (status, expected) => {
  expect(isCleanUp({ status })).toBe(expected);
});

describe('an event that is more than fifteen seconds older than the request', () => {
  const late = (waited: number) => find([...CREATED, ...DELETED], { requestedAt: Date.now() + 20 * SECOND }, waited);

  test('counts once even a stale answer would show the end of an earlier attempt', async () => {
    expect(await late(PATIENCE - 1)).toEqual({ shown: expect.stringMatching(/show a deletion of Model that may be an earlier one$/) });
    expect(await late(PATIENCE)).toMatchObject({ status: 'DELETE_IN_PROGRESS' });
  });

  test('of a nested stack does not count in its parent: CloudFormation has one clock', async () => {
    parents[NESTED_ID] = PARENT_ID;
    records[NESTED_ID] = entries([...CREATED, ...DELETED], { stackId: NESTED_ID });
    records[PARENT_ID] = entries([...CREATED, ['stack', 'DELETE_IN_PROGRESS'], ['Nested', 'DELETE_IN_PROGRESS', NESTED_ID]], { stackId: PARENT_ID, end: Date.now() - 2 * MINUTE });
    expect(await findOperation(deletion({ stackId: NESTED_ID }), PATIENCE)).toEqual({ shown: expect.stringContaining(PARENT_ID) });
  });
});

describe('the operation is unclear', () => {
  test.each<[string, Line[]]>([
    ['the stack is not yet being deleted', CREATED],
    ['the deletion of the resource is not yet there', [...CREATED, ['stack', 'DELETE_IN_PROGRESS']]],
    ['another resource of the same id is deleted', [...CREATED, ['stack', 'DELETE_IN_PROGRESS'], ['Other', 'DELETE_IN_PROGRESS', VERSION_ARN]]],
    ['the same resource is deleted with another id', [...CREATED, ['stack', 'DELETE_IN_PROGRESS'], ['Model', 'DELETE_IN_PROGRESS', OTHER_VERSION_ARN]]],
    ['the record shows an earlier deletion only', [...CREATED, ...DELETED, ['stack', 'CREATE_COMPLETE', undefined, undefined, 600]]],
    ['nothing is recorded', []],
    ['the operation is no longer recorded', [['Model', 'DELETE_IN_PROGRESS', VERSION_ARN]]],
  ])('while %s', async (_, lines) => {
    expect(await find(lines)).toEqual(UNCLEAR);
  });

  test('while nothing is recorded, no matter how long, and the message says what the record shows', async () => {
    expect(await find([], {}, 10 * MINUTE)).toEqual({ shown: `the events of the stack ${STACK_ID}, which was last in no status, do not show that it deletes Model` });
    expect(await find(CREATED, { requestedAt: Date.now() + 10 * MINUTE })).toEqual({ shown: expect.stringContaining('which was last in CREATE_COMPLETE, ') });
  });

  test.each<[string, Line[]]>([
    ['the stack has moved on', [...CREATED, ...DELETED, ['stack', 'DELETE_FAILED']]],
    ['the deletion is complete', [...CREATED, ...DELETED, ['Model', 'DELETE_COMPLETE', VERSION_ARN]]],
    ['it is complete in a cleanup', [...CREATED, ...CLEANED_UP, ['Model', 'DELETE_COMPLETE', VERSION_ARN]]],
    ['the resource was retained', [...CREATED, ...DELETED, ['Model', 'DELETE_SKIPPED', VERSION_ARN]]],
    ['the resource has been created again', [...CREATED, ...DELETED, ['Model', 'CREATE_COMPLETE', VERSION_ARN]]],
    ['the end of the deletion is all that is recorded of it', [...CREATED, ['stack', 'DELETE_IN_PROGRESS'], ['Model', 'DELETE_COMPLETE', VERSION_ARN]]],
  ])('once %s, because the request is over', async (_, lines) => {
    expect(await find(lines)).toEqual(OVER);
    expect(await find(lines, {}, 10 * MINUTE)).toEqual(OVER);
  });

  test('once the deletion has failed, or an attempt of a cleanup has failed since the request began, but not before', async () => {
    const failed: Line = ['Model', 'DELETE_FAILED', VERSION_ARN, 'no', 60];
    expect(await find([...CREATED, ...DELETED, failed], { requestedAt: Date.now() })).toEqual(OVER);
    expect(await find([...CREATED, ...CLEANED_UP, failed], { requestedAt: Date.now() - 60 * SECOND })).toEqual(OVER);
    expect(await find([...CREATED, ...CLEANED_UP, failed])).toMatchObject({ status: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS' });
  });

  test('for a request whose resource was deleted much later', async () => {
    expect(await find([...CREATED, ...DELETED], { requestedAt: Date.now() - 10 * MINUTE })).toEqual(OVER);
  });

  test('for a second delivery of a request that was answered long ago, even when the stack is deleted later', async () => {
    const lines: Line[] = [...CREATED, ...CLEANED_UP, ['Model', 'DELETE_COMPLETE', VERSION_ARN], ['stack', 'UPDATE_COMPLETE'], ['stack', 'DELETE_IN_PROGRESS', undefined, undefined, 600]];
    expect(await find(lines, { requestedAt: Date.now() - 10 * MINUTE }, 10 * MINUTE)).toEqual(OVER);
  });
});

describe('a stack that is being deleted, and whose record does not mention the resource,', () => {
  const lines: Line[] = [...CREATED, ['stack', 'DELETE_IN_PROGRESS'], ...others(3)];

  test('counts as the reason after a minute and a half', async () => {
    expect(await find(lines, {}, PATIENCE - 1)).toEqual(UNCLEAR);
    expect(await find(lines, {}, PATIENCE)).toMatchObject({ status: 'DELETE_IN_PROGRESS', wasCreated: true });
  });

  test('does not count if its deletion began after the request', async () => {
    expect(await find(lines, { requestedAt: Date.now() - MINUTE }, PATIENCE)).toEqual(UNCLEAR);
  });

  test('does not count if nothing was recorded right before the request, as in a stale answer about an earlier deletion', async () => {
    expect(await find(lines, { requestedAt: Date.now() + 2 * MINUTE }, PATIENCE)).toEqual(UNCLEAR);
  });

  test.each(['UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'ROLLBACK_IN_PROGRESS', 'CREATE_COMPLETE'])('does not count in %s', async status => {
    expect(await find([...CREATED, ['stack', status]], {}, 10 * MINUTE)).toEqual(UNCLEAR);
  });
});

describe('a stack that is deleted', () => {
  const after = (...statuses: string[]): Line[] => [...statuses.map((status): Line => ['stack', status]), ...DELETED];

  test.each([
    ['CREATE_IN_PROGRESS'], ['CREATE_IN_PROGRESS', 'CREATE_FAILED'], ['CREATE_IN_PROGRESS', 'ROLLBACK_IN_PROGRESS', 'ROLLBACK_COMPLETE'],
    ['CREATE_IN_PROGRESS', 'ROLLBACK_IN_PROGRESS', 'ROLLBACK_FAILED', 'DELETE_IN_PROGRESS', 'DELETE_FAILED'], ['REVIEW_IN_PROGRESS', 'CREATE_IN_PROGRESS'],
    ['CREATE_IN_PROGRESS', 'CREATE_FAILED', 'UPDATE_IN_PROGRESS', 'UPDATE_FAILED'],
    ['CREATE_IN_PROGRESS', 'CREATE_FAILED', 'UPDATE_IN_PROGRESS', 'UPDATE_ROLLBACK_IN_PROGRESS', 'UPDATE_ROLLBACK_COMPLETE'],
  ])('after %s was never created', async (...statuses) => {
    expect(await find(after(...statuses))).toMatchObject({ wasCreated: false });
  });

  test.each([
    ['CREATE_COMPLETE'], ['CREATE_FAILED', 'UPDATE_IN_PROGRESS', 'UPDATE_COMPLETE'], ['CREATE_FAILED', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'], ['IMPORT_COMPLETE'],
    ['CREATE_COMPLETE', 'UPDATE_IN_PROGRESS', 'UPDATE_ROLLBACK_FAILED'], ['UPDATE_IN_PROGRESS'], ['CREATE_COMPLETE', 'DELETE_IN_PROGRESS', 'DELETE_FAILED'], [],
  ])('after %s had been created', async (...statuses) => {
    expect(await find(after(...statuses))).toMatchObject({ wasCreated: true });
  });
});

describe('a nested stack', () => {
  const GOES: Line[] = [['stack', 'DELETE_IN_PROGRESS'], ['Nested', 'DELETE_IN_PROGRESS', NESTED_ID]];
  const around = (lines: Line[]) => { records[PARENT_ID] = entries(lines, { stackId: PARENT_ID }); };
  const findNested = (waited = 0, lines: Line[] = [...CREATED, ...DELETED], more: Partial<Deletion> = {}) => {
    records[NESTED_ID] = entries(lines, { stackId: NESTED_ID });
    parents[NESTED_ID] = PARENT_ID;
    return findOperation(deletion({ stackId: NESTED_ID, ...more }), waited);
  };

  test('that is deleted gets the reason from its parent', async () => {
    around([...CREATED, ...GOES]);
    expect(await findNested()).toMatchObject({ status: 'DELETE_IN_PROGRESS', stackId: PARENT_ID, isWholeStack: true, wasCreated: true });
  });

  test('whose parent was never created was not created either', async () => {
    around([['stack', 'CREATE_IN_PROGRESS'], ['Nested', 'CREATE_COMPLETE', NESTED_ID], ...GOES]);
    expect(await findNested()).toMatchObject({ stackId: PARENT_ID, wasCreated: false });
  });

  test('that an update of its parent removes is part of that update', async () => {
    around([...CREATED, ['stack', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'], ['Nested', 'DELETE_IN_PROGRESS', NESTED_ID]]);
    expect(await findNested()).toMatchObject({ status: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', stackId: PARENT_ID, isWholeStack: true });
  });

  test('that cleans up after its own update does not ask its parent', async () => {
    expect(await findNested(0, [...CREATED, ...CLEANED_UP])).toMatchObject({ status: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', stackId: NESTED_ID, isWholeStack: false });
    expect(cloudFormation.commandCalls(DescribeStacksCommand)).toHaveLength(0);
  });

  test('asks all parents up to the outermost stack, even if each deletion took long to get there', async () => {
    const ROOT_ID = STACK_ID.replace('Models', 'Root');
    parents[PARENT_ID] = ROOT_ID;
    records[ROOT_ID] = entries([...CREATED, ['stack', 'DELETE_IN_PROGRESS'], ['Nested', 'DELETE_IN_PROGRESS', PARENT_ID], ['Other', 'DELETE_COMPLETE', 'x', '', 1800]], { stackId: ROOT_ID });
    records[PARENT_ID] = entries([...CREATED, ...GOES, ['Other', 'DELETE_COMPLETE', 'x', '', 1798]], { stackId: PARENT_ID });
    const own: Line[] = [...CREATED, ['stack', 'DELETE_IN_PROGRESS'], ['Other', 'DELETE_COMPLETE', 'x', '', 1796], ['Model', 'DELETE_IN_PROGRESS', VERSION_ARN, '', 0]];
    expect(await findNested(0, own)).toMatchObject({ status: 'DELETE_IN_PROGRESS', stackId: ROOT_ID });
  });

  test.each<[string, Line[]]>([
    ['is not being deleted', CREATED],
    ['has another nested stack deleted', [...CREATED, ['stack', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'], ['Nested2', 'DELETE_IN_PROGRESS', `${NESTED_ID}2`]]],
    ['had it updated at last', [...CREATED, ['stack', 'UPDATE_IN_PROGRESS'], ['Nested', 'UPDATE_COMPLETE', NESTED_ID], ['stack', 'UPDATE_COMPLETE']]],
  ])('that somebody deletes on its own is unclear while its parent %s', async (_, lines) => {
    around(lines);
    expect(await findNested()).toEqual({ shown: expect.stringContaining(`the events of the stack ${PARENT_ID}, which was last in `) });
  });

  test.each<[string, Line[]]>([
    ['retained it', [...CREATED, ['stack', 'UPDATE_IN_PROGRESS'], ['stack', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'], ['Nested', 'DELETE_SKIPPED', NESTED_ID], ['stack', 'UPDATE_COMPLETE']]],
    ['is gone', [...CREATED, ['stack', 'DELETE_IN_PROGRESS'], ['stack', 'DELETE_COMPLETE']]],
  ])('is independent once its parent %s', async (_, lines) => {
    around(lines);
    expect(await findNested(PATIENCE - 1)).toEqual({ shown: expect.stringContaining(`the events of the stack ${PARENT_ID}`) });
    expect(await findNested(PATIENCE)).toMatchObject({ status: 'DELETE_IN_PROGRESS', stackId: NESTED_ID, isWholeStack: false, wasCreated: true });
  });

  test('counts as an outermost stack when CloudFormation no longer knows its parent', async () => {
    expect(await findNested(PATIENCE - 1)).toEqual({ shown: `the stack ${PARENT_ID} seems to be gone` });
    expect(await findNested(PATIENCE)).toMatchObject({ status: 'DELETE_IN_PROGRESS', stackId: NESTED_ID });
  });

  test('that somebody deletes on its own two minutes after a failed deletion of its parent is unclear, even if a stale answer does not show the failure', async () => {
    around([...CREATED, ...GOES, ['Other', 'DELETE_COMPLETE', 'x', '', 110]]);
    expect(await findNested()).toEqual({ shown: expect.stringContaining(`the events of the stack ${PARENT_ID}`) });
  });

  test('fails if it may not ask its parent', async () => {
    cloudFormation.on(DescribeStackEventsCommand, { StackName: PARENT_ID }).rejects(awsError('AccessDenied'));
    await expect(findNested()).rejects.toMatchObject({ kind: 'denied', action: 'cloudformation:DescribeStackEvents', resource: PARENT_ID });
  });

  test('that is deleted as a whole in a rollback has a new project if the nested stack itself is new', async () => {
    const project = { arn: PROJECT_ARN.replace(/\d+$/, `${Date.now()}`), name: 'parts', ownerTag: 'owner', mode: 'DELETE' as const };
    const rolledBack = (created: Line[]): Line[] => [...CREATED, ['stack', 'UPDATE_IN_PROGRESS'], ['Other', 'CREATE_COMPLETE', OTHER_VERSION_ARN], ...created, ['stack', 'UPDATE_ROLLBACK_IN_PROGRESS'],
      ['stack', 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS'], ['Nested', 'DELETE_IN_PROGRESS', NESTED_ID]];
    around(rolledBack([['Nested', 'CREATE_IN_PROGRESS', NESTED_ID, INITIATED]]));
    expect(await findNested(0, undefined, { project })).toMatchObject({ project: { isNew: true } });
    around(rolledBack([]));
    expect(await findNested(0, undefined, { project })).toMatchObject({ project: { isNew: false } });
  });
});

describe('a project of the same stack', () => {
  const created = (age: number) => PROJECT_ARN.replace(/\d+$/, `${Date.now() - age}`);
  const ofProject = { resourceType: 'Custom::RekognitionProjectTeardown', logicalResourceId: 'Teardown' };
  const findProject = (lines: Line[], age = 10 * SECOND) => {
    const arn = created(age);
    const goes: Line = ['Teardown', 'DELETE_IN_PROGRESS', arn];
    const known = lines.map(([id, status, physicalId, ...more]): Line => [id, status, physicalId === 'ARN' ? arn : physicalId, ...more]);
    return find([...known, goes], { ...ofProject, physicalResourceId: arn, project: { arn, name: 'parts', ownerTag: 'owner', mode: 'DELETE' } });
  };
  const PROJECT: Line[] = [['Project', 'CREATE_IN_PROGRESS'], ['Project', 'CREATE_IN_PROGRESS', 'parts', INITIATED], ['Project', 'CREATE_COMPLETE', 'parts']];
  const ROLLED_BACK: Line[] = [['stack', 'UPDATE_ROLLBACK_IN_PROGRESS'], ['stack', 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS']];

  test.each<[string, Line[]]>([
    ['a creation that is rolled back', [['stack', 'CREATE_IN_PROGRESS'], ...PROJECT, ['stack', 'ROLLBACK_IN_PROGRESS']]],
    ['a creation that goes at once', [['stack', 'CREATE_IN_PROGRESS'], ...PROJECT, ['stack', 'DELETE_IN_PROGRESS']]],
    ['a creation whose remains go', [['stack', 'CREATE_IN_PROGRESS'], ...PROJECT, ['stack', 'CREATE_FAILED'], ['stack', 'DELETE_IN_PROGRESS']]],
    ['an update that is rolled back', [...CREATED, ['stack', 'UPDATE_IN_PROGRESS'], ...PROJECT, ...ROLLED_BACK]],
    ['an update that failed before, and is rolled back with the next one', [
      ...CREATED, ['stack', 'UPDATE_IN_PROGRESS'], ...PROJECT, ['stack', 'UPDATE_FAILED'], ['stack', 'UPDATE_IN_PROGRESS'], ...ROLLED_BACK,
    ]],
    ['an update that had begun its cleanup and is rolled back with its parent', [
      ...CREATED, ['stack', 'UPDATE_IN_PROGRESS'], ...PROJECT, ['stack', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'], ...ROLLED_BACK,
    ]],
    ['an update in which only the end of its creation has its name', [...CREATED, ['stack', 'UPDATE_IN_PROGRESS'], ['Project', 'CREATE_COMPLETE', 'parts'], ...ROLLED_BACK]],
    ['an update in which only the beginning of its creation is recorded', [...CREATED, ['stack', 'UPDATE_IN_PROGRESS'], ['Project', 'CREATE_IN_PROGRESS', 'parts'], ...ROLLED_BACK]],
    ['a replacement that is rolled back', [
      ...CREATED, ['stack', 'UPDATE_IN_PROGRESS'], ['Project', 'UPDATE_IN_PROGRESS', 'nuts', REPLACES], ['Project', 'UPDATE_IN_PROGRESS', 'parts', INITIATED],
      ['Project', 'UPDATE_COMPLETE', 'parts'], ...ROLLED_BACK,
    ]],
  ])('is new in %s', async (_, lines) => {
    expect(await findProject(lines)).toMatchObject({ project: { isNew: true, isUpdated: false } });
  });

  test.each<[string, Line[], number]>([
    ['was there before the update', [...PROJECT, ...CREATED, ['stack', 'UPDATE_IN_PROGRESS'], ...ROLLED_BACK], 10 * SECOND],
    ['was deployed a moment before the update', [['stack', 'CREATE_IN_PROGRESS'], ...PROJECT, ['stack', 'CREATE_COMPLETE', '', '', 0], ['stack', 'UPDATE_IN_PROGRESS', '', '', 0], ...ROLLED_BACK], 0],
    ['was imported by the update', [...CREATED, ['stack', 'UPDATE_IN_PROGRESS'], ['Project', 'IMPORT_IN_PROGRESS', 'parts'], ...PROJECT, ...ROLLED_BACK], 10 * SECOND],
    ['is older than the update that seems to create it', [...CREATED, ['stack', 'UPDATE_IN_PROGRESS'], ...PROJECT, ...ROLLED_BACK], 2 * MINUTE],
    ['was skipped by the rollback', [
      ...CREATED, ['stack', 'UPDATE_IN_PROGRESS'], ...PROJECT, ['stack', 'UPDATE_ROLLBACK_FAILED'], ['stack', 'UPDATE_ROLLBACK_IN_PROGRESS'],
      ['Project', 'UPDATE_COMPLETE', 'parts', 'Resource skipped during UpdateRollback'], ['stack', 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS'],
    ], 10 * SECOND],
    ['is from an update whose rollback has failed once', [...CREATED, ['stack', 'UPDATE_IN_PROGRESS'], ...PROJECT, ['stack', 'UPDATE_ROLLBACK_FAILED'], ...ROLLED_BACK], 10 * SECOND],
    ['was updated', [...CREATED, ['stack', 'UPDATE_IN_PROGRESS'], ['Project', 'UPDATE_IN_PROGRESS', 'parts'], ['Project', 'UPDATE_COMPLETE', 'parts'], ...ROLLED_BACK], 10 * SECOND],
    ['was recorded between two operations', [...CREATED, ...PROJECT, ['stack', 'UPDATE_IN_PROGRESS'], ...ROLLED_BACK], 10 * SECOND],
    ['shares its name with what was created', [...CREATED, ['stack', 'UPDATE_IN_PROGRESS'], ['Other', 'CREATE_COMPLETE', 'parts'], ...ROLLED_BACK], 10 * SECOND],
    ['failed to be created', [...CREATED, ['stack', 'UPDATE_IN_PROGRESS'], ['Project', 'CREATE_FAILED', 'parts'], ...ROLLED_BACK], 10 * SECOND],
    ['was updated, with the reason of a creation', [...CREATED, ['stack', 'UPDATE_IN_PROGRESS'], ['Project', 'UPDATE_COMPLETE', 'parts', INITIATED], ...ROLLED_BACK], 10 * SECOND],
    ['has another name', [...CREATED, ['stack', 'UPDATE_IN_PROGRESS'], ['Project', 'CREATE_COMPLETE', 'nuts'], ...ROLLED_BACK], 10 * SECOND],
  ])('is not new when it %s', async (_, lines, age) => {
    expect(await findProject(lines, age)).toMatchObject({ project: { isNew: false } });
  });

  test.each<[string, Line[], boolean]>([
    ['it is', [['Project', 'UPDATE_IN_PROGRESS', 'parts'], ['Project', 'UPDATE_COMPLETE', 'parts']], true],
    ['only the end of that is recorded', [['Project', 'UPDATE_COMPLETE', 'parts']], true],
    ['nothing of it is recorded', [], false],
    ['CloudFormation has begun to delete it', [['Project', 'DELETE_IN_PROGRESS', 'parts']], false],
    ['it is replaced by one of another name', [['Project', 'UPDATE_IN_PROGRESS', 'parts', REPLACES], ['Project', 'UPDATE_IN_PROGRESS', 'nuts', INITIATED], ['Project', 'UPDATE_COMPLETE', 'nuts']], false],
  ])('is updated by an update if %s', async (_, updated, isUpdated) => {
    const before: Line[] = [...CREATED, ['stack', 'UPDATE_IN_PROGRESS'], ['Project', 'UPDATE_COMPLETE', 'parts'], ['stack', 'UPDATE_COMPLETE']];
    expect(await findProject([...before, ['stack', 'UPDATE_IN_PROGRESS'], ...updated, ['stack', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS']]))
      .toMatchObject({ project: { isNew: false, isUpdated } });
  });

  const FAILED: Line[] = [['stack', 'UPDATE_IN_PROGRESS'], ['Project', 'UPDATE_IN_PROGRESS', 'parts'], ['Project', 'UPDATE_COMPLETE', 'parts'], ['stack', 'UPDATE_FAILED']];
  const REPLACED: Line[] = [['Project', 'UPDATE_IN_PROGRESS', 'parts', REPLACES], ['Project', 'UPDATE_IN_PROGRESS', 'nuts', INITIATED], ['Project', 'UPDATE_COMPLETE', 'nuts']];
  const OTHER_ARN = PROJECT_ARN.replace('parts', 'nuts');
  const TEARDOWN: Line[] = [['Teardown', 'UPDATE_IN_PROGRESS', PROJECT_ARN], ['Teardown', 'UPDATE_COMPLETE', OTHER_ARN]];
  const inCleanUp = (...lines: Line[]) => findProject([...CREATED, ...lines, ['stack', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS']]);

  test.each<[string, Line[], object]>([
    ['replaces', REPLACED, { isUpdated: false, renamed: { newName: 'nuts' } }],
    ['changes', [['Project', 'UPDATE_COMPLETE', 'parts']], { isUpdated: true }],
    ['leaves', [], { isUpdated: false }],
  ])('that a failed attempt at the update changed is updated only if the attempt that succeeds updates it: it %s it', async (_, next, project) => {
    expect(await inCleanUp(...FAILED, ['stack', 'UPDATE_IN_PROGRESS'], ...next)).toMatchObject({ project });
  });

  test.each<[string, Line[], Line[], boolean]>([
    ['is removed', REPLACED, [], false],
    ['is renamed', REPLACED, [['Renamed', 'CREATE_COMPLETE', OTHER_ARN]], false],
    ['is removed, and CloudFormation has begun to delete the project', [...REPLACED, ['Project', 'DELETE_IN_PROGRESS', 'parts']], [], false],
    ['is removed, and that of another project is updated', REPLACED, [['Teardown2', 'UPDATE_COMPLETE', OTHER_ARN]], false],
    ['is updated with it', REPLACED, TEARDOWN, true],
  ])('is renamed with its teardown or without it: its teardown %s', async (_, ofIt, ofTeardown, withTeardown) => {
    expect(await inCleanUp(['stack', 'UPDATE_IN_PROGRESS'], ...ofIt, ...ofTeardown)).toMatchObject({
      project: { isNew: false, isUpdated: false, renamed: { logicalId: 'Project', newName: 'nuts', withTeardown } },
    });
  });

  test.each<[string, Line[]]>([
    ['keeps its name', [['Project', 'UPDATE_IN_PROGRESS', 'parts'], ['Project', 'UPDATE_COMPLETE', 'parts']]],
    ['is removed with its teardown', []],
  ])('is not renamed when it %s', async (_, lines) => {
    expect((await inCleanUp(['stack', 'UPDATE_IN_PROGRESS'], ...lines) as any).project).not.toHaveProperty('renamed');
  });

  test('is renamed although the events do not show its new name', async () => {
    expect(await inCleanUp(['stack', 'UPDATE_IN_PROGRESS'], REPLACED[0], ['Project', 'UPDATE_COMPLETE', ''])).toMatchObject({ project: { renamed: { newName: undefined } } });
  });

  test('is renamed without its teardown also in a stack whose name is the logical id of the teardown', async () => {
    const arn = created(10 * SECOND);
    const lines: Line[] = [...CREATED, ['stack', 'UPDATE_IN_PROGRESS'], ...REPLACED, ['stack', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'], ['Models', 'DELETE_IN_PROGRESS', arn]];
    expect(await find(lines, { logicalResourceId: 'Models', physicalResourceId: arn, project: { arn, name: 'parts', ownerTag: 'owner', mode: 'DELETE' } })).toMatchObject({ project: { renamed: { withTeardown: false } } });
  });

  const DELETION: Line[] = [['stack', 'DELETE_IN_PROGRESS']];
  test.each<[string, Line[], { isUpdated: boolean; isUndeployed?: boolean } | undefined]>([
    ['was changed by an update that failed right before', [...FAILED, ...DELETION], { isUpdated: true }],
    ['was changed by an update whose rollback failed', [...FAILED, ['stack', 'UPDATE_ROLLBACK_FAILED'], ...DELETION], { isUpdated: true }],
    ['was changed by an attempt before the last one', [...FAILED, ['stack', 'UPDATE_IN_PROGRESS'], ['stack', 'UPDATE_FAILED'], ...DELETION], { isUpdated: true }],
    ['was changed before, and the deletion has failed once', [...FAILED, ...DELETION, ['stack', 'DELETE_FAILED'], ...DELETION], { isUpdated: true }],
    ['was changed by an update that failed and that added its teardown', [...FAILED.slice(0, -1), ['Teardown', 'CREATE_COMPLETE', 'ARN'], ...FAILED.slice(-1), ...DELETION], { isUpdated: true, isUndeployed: true }],
    ['was left alone by the update that failed, which changed another one', [['stack', 'UPDATE_IN_PROGRESS'], ['Project', 'UPDATE_IN_PROGRESS', 'parts'], ['Project2', 'UPDATE_COMPLETE', 'nuts'], ['stack', 'UPDATE_FAILED'], ...DELETION], { isUpdated: false }],
    ['was left alone by the update that failed', [['stack', 'UPDATE_IN_PROGRESS'], ['stack', 'UPDATE_FAILED'], ...DELETION], { isUpdated: false }],
    ['was changed by an update that was completed', [['stack', 'UPDATE_IN_PROGRESS'], ['Project', 'UPDATE_COMPLETE', 'parts'], ['stack', 'UPDATE_COMPLETE'], ['stack', 'UPDATE_IN_PROGRESS'], ['stack', 'UPDATE_FAILED'], ...DELETION], { isUpdated: false }],
    ['was changed by a failed attempt, and the next one succeeded', [...FAILED, ['stack', 'UPDATE_IN_PROGRESS'], ['stack', 'UPDATE_COMPLETE'], ...DELETION], undefined],
  ])('whose stack is deleted %s', async (_, lines, project) => {
    const found = await findProject([...CREATED, ...lines]);
    expect(found).toMatchObject({ status: 'DELETE_IN_PROGRESS', wasCreated: true });
    if (!project) return expect(found).not.toHaveProperty('project');
    const { isUndeployed = false, ...facts } = project;
    return expect(found).toMatchObject({ isUndeployed, project: { isNew: false, ...facts } });
  });

  test('is what it was before the request, no matter what happens later', async () => {
    const arn = created(10 * SECOND);
    const lines: Line[] = [...CREATED, ['stack', 'UPDATE_IN_PROGRESS'], ['stack', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'], ['Teardown', 'DELETE_IN_PROGRESS', arn], ['Project', 'UPDATE_COMPLETE', 'parts']];
    expect(await find(lines, { ...ofProject, physicalResourceId: arn, project: { arn, name: 'parts', ownerTag: 'owner', mode: 'DELETE' } })).toMatchObject({ project: { isUpdated: false } });
  });

  test.each(['DELETE_IN_PROGRESS', 'UPDATE_IN_PROGRESS', 'MIGRATION_IN_PROGRESS'])('is not looked up in %s', async status => {
    const found = await findProject([...CREATED, ['stack', status]]);
    expect(found).toMatchObject({ status });
    expect(found).not.toHaveProperty('project');
  });

  test.each([[0, true], [1, false]])('is new if it was created at most a minute before the operation, and %d ms', async (more, isNew) => {
    const now = Date.now();
    jest.spyOn(Date, 'now').mockReturnValue(now);
    const lines: Line[] = [['stack', 'UPDATE_IN_PROGRESS'], ...PROJECT, ...ROLLED_BACK];
    // each event is a second later than the one before it, and the last one is that of the teardown.
    expect(await findProject([...CREATED, ...lines], lines.length * SECOND + MINUTE + more)).toMatchObject({ project: { isNew } });
    jest.restoreAllMocks();
  });
});

describe('the type of custom resources in cleanups', () => {
  const GENERAL = 'AWS::CloudFormation::CustomResource';
  const generally = async (lines: Line[], more: Partial<Deletion> = {}) => {
    records[STACK_ID] = entries(lines).map(entry => entry.ResourceType?.startsWith('Custom::') && entry.ResourceStatus?.startsWith('DELETE_') ? { ...entry, ResourceType: GENERAL } : entry);
    return findOperation(deletion(more), PATIENCE);
  };

  test('is understood', async () => {
    expect(await generally([...CREATED, ...CLEANED_UP])).toMatchObject({ status: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS' });
    expect(await generally([...CREATED, ...CLEANED_UP, ['Model', 'DELETE_COMPLETE', VERSION_ARN]])).toEqual(OVER);
  });

  test('does not make a resource its own successor that a failed attempt has updated', async () => {
    const attempt: Line[] = [['stack', 'UPDATE_IN_PROGRESS'], ['Model', 'UPDATE_IN_PROGRESS', VERSION_ARN], ['Model', 'UPDATE_COMPLETE', VERSION_ARN], ['stack', 'UPDATE_FAILED']];
    expect(await generally([...CREATED, ...attempt, ...CLEANED_UP], { trigger: 'RESOURCE_REMOVAL' })).toMatchObject({ successor: undefined });
  });

  test('hides no successor that is deleted as well', async () => {
    const lines: Line[] = [...CREATED, ['stack', 'UPDATE_IN_PROGRESS'], ['Other', 'UPDATE_COMPLETE', VERSION_ARN], ...CLEANED_UP.slice(1), ['Other', 'DELETE_IN_PROGRESS', VERSION_ARN]];
    expect(await generally(lines, { trigger: 'RESOURCE_REMOVAL' })).toMatchObject({ successor: undefined });
  });

  test('counts as a teardown among those that go first', async () => {
    records[STACK_ID] = entries([...CREATED, ...CLEANED_UP.slice(0, -1), ['Other', 'DELETE_IN_PROGRESS', 'other', '', 0], ['Model', 'DELETE_IN_PROGRESS', VERSION_ARN, '', 0.1]])
      .map(entry => entry.LogicalResourceId === 'Other' ? { ...entry, ResourceType: GENERAL } : entry);
    const turn = jest.fn(async () => {});
    await findOperation(deletion(), 0, turn);
    expect(turn.mock.calls).toEqual([[1]]);
  });
});

describe('a teardown that is removed in a cleanup', () => {
  const UPDATE: Line[] = [['stack', 'UPDATE_IN_PROGRESS']];
  const FAILS: Line[] = [['stack', 'UPDATE_FAILED'], ...UPDATE];
  const MADE: Line[] = [['Model', 'CREATE_IN_PROGRESS'], ['Model', 'CREATE_COMPLETE', VERSION_ARN]];
  const POINTED: Line[] = [['Model', 'UPDATE_IN_PROGRESS', OTHER_VERSION_ARN], ['Model', 'UPDATE_COMPLETE', VERSION_ARN]];
  const BACK: Line[] = [['Model', 'UPDATE_IN_PROGRESS', VERSION_ARN], ['Model', 'UPDATE_COMPLETE', OTHER_VERSION_ARN]];
  const DONE: Line[] = [['stack', 'CREATE_IN_PROGRESS'], ['stack', 'CREATE_COMPLETE']];
  const removed = (lines: Line[]) => find([...lines, ...CLEANED_UP.slice(1)], { trigger: 'RESOURCE_REMOVAL' });

  test.each<[string, Line[]]>([
    ['a failed attempt created it', [...DONE, ...UPDATE, ...MADE, ...FAILS]],
    ['a failed attempt pointed it there, and the next one back', [...DONE, ...UPDATE, ...POINTED, ...FAILS, ...BACK]],
    ['it was created with a stack whose creation failed', [DONE[0], ...MADE, ['stack', 'CREATE_FAILED'], ...UPDATE]],
    ['a failed attempt created it, and the next one changed it', [...DONE, ...UPDATE, ...MADE, ...FAILS, ['Model', 'UPDATE_IN_PROGRESS', VERSION_ARN], ...FAILS]],
  ])('was never part of a completed deployment if %s', async (_, lines) => {
    expect(await removed(lines)).toMatchObject({ status: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', isUndeployed: true });
  });

  test.each<[string, Line[]]>([
    ['the deployment before had it', [...CREATED, ...UPDATE]],
    ['an attempt pointed it elsewhere, and the next one back, and the next one removes it', [...CREATED, ...UPDATE, ...BACK, ...FAILS, ...POINTED, ...FAILS]],
    ['a failed attempt changed it', [...CREATED, ...UPDATE, ['Model', 'UPDATE_IN_PROGRESS', VERSION_ARN], ['Model', 'UPDATE_COMPLETE', VERSION_ARN], ...FAILS]],
    ['it is replaced', [...CREATED, ...UPDATE, ...BACK]],
    ['the events do not go back to its creation', UPDATE],
  ])('was part of a completed deployment if %s', async (_, lines) => {
    expect(await removed(lines)).not.toMatchObject({ isUndeployed: true });
  });

  describe('in a nested stack', () => {
    const inNested = (own: Line[], parent: Line[]) => {
      records[NESTED_ID] = entries(own, { stackId: NESTED_ID });
      records[PARENT_ID] = entries(parent, { stackId: PARENT_ID });
      parents[NESTED_ID] = PARENT_ID;
      return findOperation(deletion({ stackId: NESTED_ID, trigger: 'RESOURCE_REMOVAL' }), PATIENCE);
    };
    const OWN: Line[] = [...DONE, ['stack', 'UPDATE_IN_PROGRESS', '', '', 60], ...MADE, ['stack', 'UPDATE_COMPLETE'], ['stack', 'UPDATE_IN_PROGRESS', '', '', 60], ...CLEANED_UP.slice(1)];
    const NESTED: Line[] = [['Nested', 'UPDATE_COMPLETE', NESTED_ID]];

    test('was never part of a completed deployment if its nested stack was complete, but not that of its parent', async () => {
      expect(await inNested(OWN, [...DONE, ['stack', 'UPDATE_IN_PROGRESS', '', '', 57], ...NESTED, ['stack', 'UPDATE_FAILED'], ['stack', 'UPDATE_IN_PROGRESS', '', '', 60], ['stack', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', '', '', 2]]))
        .toMatchObject({ isUndeployed: true });
    });

    test('was never part of one even if the update of the parent is completed meanwhile', async () => {
      expect(await inNested(OWN, [
        ...DONE, ['stack', 'UPDATE_IN_PROGRESS', '', '', 57], ...NESTED, ['stack', 'UPDATE_FAILED'], ['stack', 'UPDATE_IN_PROGRESS', '', '', 55],
        ['stack', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', '', '', 5], ['stack', 'UPDATE_COMPLETE'],
      ])).toMatchObject({ isUndeployed: true });
    });

    test('was part of one if the update of the parent that created it was completed', async () => {
      expect(await inNested(OWN, [...DONE, ['stack', 'UPDATE_IN_PROGRESS', '', '', 57], ...NESTED, ['stack', 'UPDATE_COMPLETE'], ['stack', 'UPDATE_IN_PROGRESS', '', '', 60], ['stack', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', '', '', 2]]))
        .not.toMatchObject({ isUndeployed: true });
    });

    test('was part of one if the nested stack is updated on its own', async () => {
      expect(await inNested(OWN, [...DONE, ['Other', 'CREATE_COMPLETE', 'x', '', 125]])).not.toMatchObject({ isUndeployed: true });
    });

    test('was never part of one if a failed attempt has created the nested stack', async () => {
      const created: Line[] = [['stack', 'CREATE_IN_PROGRESS'], ...MADE, ['stack', 'CREATE_COMPLETE'], ['stack', 'DELETE_IN_PROGRESS', '', '', 60], DELETED[1]];
      const parent: Line[] = [...DONE, ['stack', 'UPDATE_IN_PROGRESS'], ['Nested', 'CREATE_COMPLETE', NESTED_ID, '', 3], ...FAILS, ['stack', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', '', '', 58], ['Nested', 'DELETE_IN_PROGRESS', NESTED_ID]];
      expect(await inNested(created, parent)).toMatchObject({ isUndeployed: true, isWholeStack: true });
      expect(await inNested(created, parent)).not.toHaveProperty('project');
    });
  });
});

describe('events of the stack itself', () => {
  test('that only repeat a status do not count', async () => {
    const repeats = (entry: StackEvent): StackEvent => ({ ...entry, DetailedStatus: 'CONFIGURATION_COMPLETE', ResourceStatusReason: 'Eventual consistency check initiated' });
    records[STACK_ID] = entries([...CREATED, ...DELETED, ['stack', 'DELETE_IN_PROGRESS']]);
    records[STACK_ID][7] = repeats(records[STACK_ID][7]);
    expect(await findOperation(deletion(), 0)).toMatchObject({ status: 'DELETE_IN_PROGRESS', eventId: 'stack-5' });
    expect(await isNoLongerAwaited(deletion(), { eventId: 'stack-5', began: 0 })).toBe(false);
  });

  test.each(['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'DELETE_FAILED', 'UPDATE_FAILED'])(
    'show that one is missing if they say %s, in which CloudFormation deletes nothing', async status => {
      expect(await find([...CREATED, ['stack', status], ['Model', 'DELETE_IN_PROGRESS', VERSION_ARN]]))
        .toEqual({ shown: `the events of the stack ${STACK_ID} show a deletion in ${status}, in which CloudFormation deletes nothing` });
    });
});

describe('events that cannot be read', () => {
  const INVALID = awsError('ValidationError', 'The response contains control characters or otherwise invalid characters');
  const stacksAre = (own: object, root: object) => cloudFormation.on(DescribeStacksCommand)
    .callsFake(({ StackName: StackId }) => ({ Stacks: [StackId === STACK_ID ? { StackId, RootId: PARENT_ID, ...own } : { StackId, ...root }] }));
  const DELETING = { StackStatus: 'DELETE_IN_PROGRESS' };
  const CREATED_ONCE = { ...DELETING, Outputs: [{ OutputKey: 'Url' }] };
  const UNREADABLE = { shown: expect.stringMatching(/^the events of the stack .* cannot be read \(.*control characters/) };

  beforeEach(() => { cloudFormation.on(DescribeStackEventsCommand).rejects(INVALID); });

  test('are unclear for a minute and a half; then the deletion of a stack that was created goes on', async () => {
    stacksAre(DELETING, CREATED_ONCE);
    expect(await findOperation(deletion(), PATIENCE - 1)).toEqual(UNREADABLE);
    expect(await findOperation(deletion(), PATIENCE)).toMatchObject({ status: 'DELETE_IN_PROGRESS', wasCreated: true });
  });

  test('let the deletion of a single stack go on', async () => {
    stacksAre({ ...CREATED_ONCE, RootId: undefined }, {});
    expect(await findOperation(deletion(), PATIENCE)).toMatchObject({ status: 'DELETE_IN_PROGRESS' });
  });

  test.each<[string, object, object]>([
    ['the stack is not being deleted', { StackStatus: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS' }, CREATED_ONCE],
    ['the outermost stack is not being deleted', DELETING, { ...CREATED_ONCE, StackStatus: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS' }],
    ['the stack has no outputs, and may never have been created', DELETING, DELETING],
  ])('are unclear if %s', async (_, own, root) => {
    stacksAre(own, root);
    expect(await findOperation(deletion(), 10 * PATIENCE)).toEqual(UNREADABLE);
  });

  test('show nothing before a change either: the status of the stacks decides whether the deletion is over', async () => {
    stacksAre(DELETING, DELETING);
    expect(await isNoLongerAwaited(deletion(), { eventId: 'x', began: 0 })).toBe(false);
    stacksAre({ StackStatus: 'DELETE_FAILED' }, DELETING);
    expect(await isNoLongerAwaited(deletion(), { eventId: 'x', began: 0 })).toBe(true);
  });

  test.each(['AccessDenied', 'Throttling'])('are something else than an error that passes: %s', async name => {
    cloudFormation.on(DescribeStackEventsCommand).rejects(awsError(name));
    await expect(findOperation(deletion(), PATIENCE)).rejects.toThrow(name);
    await expect(isNoLongerAwaited(deletion(), { eventId: 'x', began: 0 })).rejects.toThrow(name);
  });
});

describe('the successor in the record', () => {
  const updated = (...lines: Line[]): Line[] => [...CREATED, ['stack', 'UPDATE_IN_PROGRESS'], ...lines, ['stack', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'], ['Model', 'DELETE_IN_PROGRESS', VERSION_ARN]];

  test.each<[string, Line[], string | undefined]>([
    ['a construct that was renamed', updated(['Renamed', 'CREATE_IN_PROGRESS', VERSION_ARN, INITIATED], ['Renamed', 'CREATE_COMPLETE', VERSION_ARN]), 'Renamed'],
    ['a construct that was pointed at it', updated(['Other', 'UPDATE_COMPLETE', VERSION_ARN]), 'Other'],
    ['no construct that is deleted as well', updated(['Other', 'UPDATE_COMPLETE', VERSION_ARN]).concat([['Other', 'DELETE_IN_PROGRESS', VERSION_ARN]]), undefined],
    ['no construct that could not be created', updated(['Other', 'CREATE_IN_PROGRESS', VERSION_ARN, INITIATED], ['Other', 'CREATE_FAILED', VERSION_ARN]), undefined],
    ['no construct that has left it for another version', updated(['Other', 'UPDATE_IN_PROGRESS', VERSION_ARN], ['Other', 'UPDATE_COMPLETE', OTHER_VERSION_ARN]), undefined],
    ['a construct that has left another version for it', updated(['Other', 'UPDATE_COMPLETE', VERSION_ARN]).concat([['Other', 'DELETE_IN_PROGRESS', OTHER_VERSION_ARN]]), 'Other'],
    ['no construct with another version', updated(['Other', 'CREATE_COMPLETE', OTHER_VERSION_ARN]), undefined],
    ['no resource of another type', updated(['Nested', 'CREATE_COMPLETE', VERSION_ARN]), undefined],
    ['nothing from an earlier attempt, which may be about to be deleted', [...CREATED, ['stack', 'UPDATE_IN_PROGRESS'], ['Other', 'CREATE_COMPLETE', VERSION_ARN], ['stack', 'UPDATE_FAILED'], ...updated().slice(CREATED.length)], undefined],
    ['nothing from an earlier operation', [['stack', 'UPDATE_IN_PROGRESS'], ['Other', 'CREATE_COMPLETE', VERSION_ARN], ...updated()], undefined],
  ])('is %s', async (_, lines, successor) => {
    expect(await find(lines, { trigger: 'RESOURCE_REMOVAL' })).toMatchObject({ successor });
  });

  test('is not looked for when a removal keeps the version anyway', async () => {
    const renamed = updated(['Renamed', 'CREATE_COMPLETE', VERSION_ARN]);
    expect(await find(renamed)).not.toHaveProperty('successor');
    expect(await find([...renamed.slice(0, -2), ['stack', 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS'], ['Model', 'DELETE_IN_PROGRESS', VERSION_ARN]], { trigger: 'RESOURCE_REMOVAL' }))
      .not.toHaveProperty('successor');
  });

  test('is a construct with the same id that was moved out of a nested stack', async () => {
    parents[NESTED_ID] = PARENT_ID;
    records[NESTED_ID] = entries([...CREATED, ['stack', 'DELETE_IN_PROGRESS', '', '', 60], DELETED[1]], { stackId: NESTED_ID });
    records[PARENT_ID] = entries([
      ...CREATED, ['stack', 'UPDATE_IN_PROGRESS'], ['Model', 'CREATE_COMPLETE', VERSION_ARN], ['stack', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'], ['Nested', 'DELETE_IN_PROGRESS', NESTED_ID],
    ], { stackId: PARENT_ID });
    expect(await findOperation(deletion({ stackId: NESTED_ID, trigger: 'RESOURCE_REMOVAL' }), 0)).toMatchObject({ successor: 'Model' });
  });
});

describe('a deletion whose operation is known is over', () => {
  const began = Date.now() - 10 * SECOND;
  const over = async (lines: Line[], more: { end?: number; requestedAt?: number } = {}) => {
    records[STACK_ID] = entries(lines, more);
    return isNoLongerAwaited(deletion({ requestedAt: more.requestedAt ?? began }), { eventId: 'stack-0', began });
  };

  test.each<[string, Line[]]>([
    ['the stack has moved on', [...DELETED, ['stack', 'DELETE_FAILED', '', '', 20]]],
    ['it is complete', [['Model', 'DELETE_COMPLETE', VERSION_ARN]]],
    ['it has failed', [['Model', 'DELETE_FAILED', VERSION_ARN, 'no', 20]]],
  ])('once %s', async (_, lines) => {
    expect(await over(lines, { end: began + 20 * SECOND })).toBe(true);
  });

  test.each<[string, Line[], number]>([
    ['nothing more is recorded', DELETED, began],
    ['others have ended', [...DELETED, ['Other', 'DELETE_COMPLETE', OTHER_VERSION_ARN]], began + SECOND],
    ['an earlier try has failed', [['Model', 'DELETE_FAILED', VERSION_ARN]], began + SECOND],
    ['its beginning is the newest', [['stack', 'DELETE_IN_PROGRESS', '', '', 0]], began],
    ['the answer is older than the operation', [...CREATED, ...DELETED, ['stack', 'DELETE_FAILED']], began - MINUTE],
    ['nothing is answered', [], began],
  ])('not while %s', async (_, lines, end) => {
    expect(await over(lines, { end })).toBe(false);
  });

  test('in the millisecond in which it began', async () => {
    expect(await over([['stack', 'DELETE_IN_PROGRESS', '', '', 0], ['Model', 'DELETE_COMPLETE', VERSION_ARN, '', 0]], { end: began })).toBe(true);
  });

  test('according to the newest page alone', async () => {
    pageSize = 2;
    expect(await over([['stack', 'DELETE_FAILED'], ...others(2)], { end: began + 20 * SECOND })).toBe(false);
    expect(pagesRead()).toBe(1);
  });
});
