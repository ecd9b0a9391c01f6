import { judge } from '../../lambda/custody';
import type { Deletion, Operation } from '../../lambda/operation';
import { PROJECT_ARN, STACK_ID, VERSION_ARN } from '../support/arns';
import { awsError, cloudFormation, DescribeStacksCommand, ListStackResourcesCommand, ListTagsForResourceCommand, rekognition, reset } from '../support/aws';
import { operation } from '../support/events';

const PATIENCE = 90_000;
const NESTED_ID = STACK_ID.replace('Models', 'Models-Nested-1A2B');
const TYPE = 'Custom::RekognitionProjectVersionTeardown';
const LATER = 'a second look at the resources of the stacks has to confirm whether another one has the same id';
const CLEAN_UP = operation({ status: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS' });

const deletion = (more: Partial<Deletion> = {}): Deletion => ({
  stackId: STACK_ID, resourceType: TYPE, logicalResourceId: 'ModelResource', physicalResourceId: VERSION_ARN, requestedAt: Date.now(), trigger: 'RESOURCE_REMOVAL', ...more,
});

/** The resources of a stack: logical id, type, physical id, status. */
function stackHas(stackId: string, ...resources: [string, string, string, string][]): void {
  cloudFormation.on(ListStackResourcesCommand, { StackName: stackId }).resolves({
    StackResourceSummaries: resources.map(([LogicalResourceId, ResourceType, PhysicalResourceId, ResourceStatus]) =>
      ({ LogicalResourceId, ResourceType, PhysicalResourceId, ResourceStatus: ResourceStatus as never, LastUpdatedTimestamp: new Date(0) })),
  });
}

beforeEach(() => {
  reset();
  cloudFormation.on(DescribeStacksCommand).callsFake(({ StackName: StackId }) => (
    { Stacks: [{ StackId, RootId: StackId === STACK_ID ? undefined : STACK_ID }] }
  ));
});

// model.test.ts explores what each operation means.

describe('the cleanup after an update that removes a teardown', () => {
  const verdict = (waited = PATIENCE, more: Partial<Deletion> = {}) => judge(CLEAN_UP, deletion(more), waited);

  test('acts when no other resource has the version', async () => {
    stackHas(STACK_ID, ['ModelResource', TYPE, VERSION_ARN, 'DELETE_IN_PROGRESS'], ['Project', 'AWS::Rekognition::Project', 'parts', 'CREATE_COMPLETE']);
    expect(await verdict()).toEqual({ custody: 'act', because: 'the stack was in UPDATE_COMPLETE_CLEANUP_IN_PROGRESS and the trigger is RESOURCE_REMOVAL' });
  });

  test('keeps a version that belongs to another resource according to the record, without further calls', async () => {
    expect(await judge({ ...CLEAN_UP, heir: 'Renamed' }, deletion(), 0)).toEqual({ custody: 'keep', because: 'the resource Renamed still refers to it' });
    expect(cloudFormation.calls()).toHaveLength(0);
  });

  test('ignores resources without properties in the answer', async () => {
    cloudFormation.on(ListStackResourcesCommand).resolvesOnce({ NextToken: 'more' }).resolvesOnce({ StackResourceSummaries: [{} as never] });
    expect(await verdict()).toMatchObject({ custody: 'act' });
  });

  test('keeps a version that belongs to a resource without a status', async () => {
    cloudFormation.on(ListStackResourcesCommand).resolves({ StackResourceSummaries: [{ ResourceType: TYPE, LogicalResourceId: 'Other', PhysicalResourceId: VERSION_ARN } as never] });
    expect(await verdict()).toMatchObject({ custody: 'keep' });
  });

  test('fails when the resources cannot be listed, and names the call', async () => {
    cloudFormation.on(ListStackResourcesCommand).rejects(awsError('AccessDenied'));
    await expect(verdict()).rejects.toMatchObject({ action: 'cloudformation:ListStackResources', resource: STACK_ID, kind: 'denied' });
  });

  test('keeps a version that belongs to a renamed construct', async () => {
    stackHas(STACK_ID, ['RenamedResource', TYPE, VERSION_ARN, 'CREATE_COMPLETE']);
    expect(await verdict()).toEqual({ custody: 'keep', because: 'the resource RenamedResource still refers to it' });
  });

  test('does not keep a version that belongs to another resource in a list until it is listed again a minute and a half later: that resource may be about to be deleted', async () => {
    stackHas(STACK_ID, ['OtherResource', TYPE, VERSION_ARN, 'UPDATE_COMPLETE']);
    expect(await verdict(PATIENCE - 1)).toEqual({ custody: 'unclear', because: LATER });
  });

  test('acts at once in a stack without nested stacks when no list shows the version', async () => {
    stackHas(STACK_ID);
    expect(await verdict(0)).toMatchObject({ custody: 'act' });
  });

  test('acts when the other resources with the version are deleted too', async () => {
    stackHas(STACK_ID, ['OtherResource', TYPE, VERSION_ARN, 'DELETE_IN_PROGRESS'], ['ThirdResource', TYPE, VERSION_ARN, 'DELETE_COMPLETE']);
    expect(await verdict()).toMatchObject({ custody: 'act' });
  });

  test('acts when its own resource is still shown with its earlier status', async () => {
    stackHas(STACK_ID, ['ModelResource', TYPE, VERSION_ARN, 'UPDATE_COMPLETE']);
    expect(await verdict()).toMatchObject({ custody: 'act' });
  });

  test('acts when a resource of another type has the same physical id', async () => {
    stackHas(STACK_ID, ['Runner', 'Custom::ModelRunner', VERSION_ARN, 'CREATE_COMPLETE'], ['Other', TYPE, `${VERSION_ARN}0`, 'CREATE_COMPLETE']);
    expect(await verdict()).toMatchObject({ custody: 'act' });
  });

  test.each([['into', STACK_ID], ['out of', NESTED_ID]])('keeps a version that belongs to a construct that was moved %s a nested stack', async (_, stackId) => {
    const [root, nested]: [string, string, string, string][] = [
      ['ModelResource', TYPE, stackId === STACK_ID ? `${VERSION_ARN}0` : VERSION_ARN, 'CREATE_COMPLETE'],
      ['ModelResource', TYPE, stackId === STACK_ID ? VERSION_ARN : `${VERSION_ARN}0`, 'CREATE_COMPLETE'],
    ];
    stackHas(STACK_ID, ['Gone', 'AWS::CloudFormation::Stack', `${NESTED_ID}0`, 'DELETE_COMPLETE'], ['Nested', 'AWS::CloudFormation::Stack', NESTED_ID, 'UPDATE_COMPLETE'], root);
    stackHas(NESTED_ID, nested);
    expect(await verdict(PATIENCE, { stackId })).toEqual({ custody: 'keep', because: 'the resource ModelResource still refers to it' });
  });

  test('lists again a minute and a half later when the update has touched nested stacks that no list shows yet', async () => {
    stackHas(STACK_ID);
    const judgeAfter = (waited: number) => judge({ ...CLEAN_UP, nestsStacks: true }, deletion(), waited);
    expect(await judgeAfter(PATIENCE - 1)).toEqual({ custody: 'unclear', because: LATER });
    expect(await judgeAfter(PATIENCE)).toMatchObject({ custody: 'act' });
  });

  test.each([['around it', NESTED_ID], ['in it', STACK_ID]])('lists again a minute and a half later when there are stacks %s, as lists may be stale', async (_, stackId) => {
    stackHas(STACK_ID, ['Nested', 'AWS::CloudFormation::Stack', NESTED_ID, 'UPDATE_COMPLETE']);
    stackHas(NESTED_ID);
    expect(await verdict(PATIENCE - 1, { stackId })).toEqual({ custody: 'unclear', because: LATER });
    expect(await verdict(PATIENCE, { stackId })).toMatchObject({ custody: 'act' });
  });

  test('never acts while a nested stack is listed without an id, because a construct may have been moved into it', async () => {
    stackHas(STACK_ID, ['Nested', 'AWS::CloudFormation::Stack', NESTED_ID, 'UPDATE_COMPLETE']);
    stackHas(NESTED_ID, ['Inner', 'AWS::CloudFormation::Stack', '', 'CREATE_IN_PROGRESS']);
    const because = 'CloudFormation lists a nested stack without an id, and another resource in it may have the same id';
    expect(await verdict(10 * PATIENCE)).toEqual({ custody: 'unclear', because });
  });

  test('lists again when a list does not even show the nested stack of the resource', async () => {
    stackHas(STACK_ID);
    expect(await verdict(PATIENCE - 1, { stackId: NESTED_ID })).toEqual({ custody: 'unclear', because: LATER });
  });

  test('lists again when a list shows a nested stack that has no id yet', async () => {
    stackHas(STACK_ID, ['Nested', 'AWS::CloudFormation::Stack', '', 'CREATE_IN_PROGRESS']);
    expect(await verdict(PATIENCE - 1)).toEqual({ custody: 'unclear', because: LATER });
    expect(await verdict(PATIENCE)).toMatchObject({ custody: 'unclear' });
    stackHas(STACK_ID, ['Nested', 'AWS::CloudFormation::Stack', NESTED_ID, 'CREATE_COMPLETE']);
    stackHas(NESTED_ID);
    expect(await verdict(PATIENCE)).toMatchObject({ custody: 'act' });
  });
});

describe('a project of the same stack', () => {
  const ofProject = deletion({ logicalResourceId: 'Teardown', physicalResourceId: PROJECT_ARN, project: { arn: PROJECT_ARN, name: 'parts', ownerTag: 'owner' } });
  const verdict = () => judge({ ...CLEAN_UP, project: { isNew: false, isUpdated: false, isReplacedAlone: false } }, ofProject, 0);

  test.each<[string, Partial<Operation>]>([
    ['act: the stack was in DELETE_IN_PROGRESS', { status: 'DELETE_IN_PROGRESS' }],
    ['act: the stack was in DELETE_IN_PROGRESS and the project was created by what is undone',
      { status: 'DELETE_IN_PROGRESS', wasCreated: false, project: { isNew: true, isUpdated: false, isReplacedAlone: false } }],
    ['keep: the stack was in ROLLBACK_IN_PROGRESS and the project existed before', { status: 'ROLLBACK_IN_PROGRESS' }],
    ['keep: the stack was in UPDATE_IN_PROGRESS', { status: 'UPDATE_IN_PROGRESS' }],
    [`act: the stack was in ${CLEAN_UP.status} and the nested stack is deleted as a whole`, { ...CLEAN_UP, isWholeStack: true }],
    [`keep: the stack was in ${CLEAN_UP.status} and the same update kept the project`, { ...CLEAN_UP, project: { isNew: false, isUpdated: true, isReplacedAlone: false } }],
    [`act: the stack was in ${CLEAN_UP.status} and the tag of the project names this teardown`, CLEAN_UP],
  ])('is judged by its operation, and the log says why: %s', async (expected, found) => {
    rekognition.on(ListTagsForResourceCommand).resolves({ Tags: { owner: 'Teardown' } });
    const { custody, because } = await judge(operation(found), ofProject, 0);
    expect(`${custody}: ${because}`).toBe(expected);
  });

  test.each([
    ['another teardown', { owner: 'Renamed' }, 'is Renamed'], ['no teardown', { team: 'vision' }, 'is missing'], ['nothing at all', undefined, 'is missing'],
  ])('that an update leaves alone although its tag names %s is unclear, and the tag is named', async (_, Tags, is) => {
    rekognition.on(ListTagsForResourceCommand).resolves({ Tags });
    expect(await verdict()).toEqual({ custody: 'unclear', because: `the update did not change the project, but its tag owner ${is} and should be Teardown` });
  });

  test('that an update renames while it removes or renames the teardown is unclear: CloudFormation may retain it', async () => {
    rekognition.on(ListTagsForResourceCommand).resolves({ Tags: { owner: 'Teardown' } });
    const renamed = { ...CLEAN_UP, project: { isNew: false, isUpdated: false, isReplacedAlone: true } };
    expect(await judge(renamed, ofProject, PATIENCE)).toEqual({ custody: 'unclear', because: expect.stringContaining('one that CloudFormation retains') });
    expect(await judge({ ...renamed, isWholeStack: true }, ofProject, 0)).toMatchObject({ custody: 'act' });
  });

  test.each<[string, boolean, object]>([
    ['what is undone created it', true, { custody: 'act', because: 'the stack was in ROLLBACK_IN_PROGRESS and the project was created by what is undone' }],
    ['it was there before', false, { custody: 'keep', because: 'the stack was in ROLLBACK_IN_PROGRESS and the project existed before' }],
  ])('is judged in a rollback by whether %s, whatever its tag names', async (_, isNew, judged) => {
    const rollback = operation({ status: 'ROLLBACK_IN_PROGRESS', wasCreated: false, project: { isNew, isUpdated: false, isReplacedAlone: false } });
    expect(await judge(rollback, ofProject, 0)).toEqual(judged);
    expect(rekognition.calls()).toHaveLength(0);
  });

  test('has its tags read by its own ARN', async () => {
    rekognition.on(ListTagsForResourceCommand, { ResourceArn: PROJECT_ARN }).resolves({ Tags: { owner: 'Teardown' } });
    expect(await verdict()).toMatchObject({ custody: 'act' });
  });

  test('is kept when it is gone', async () => {
    rekognition.on(ListTagsForResourceCommand).rejects(awsError('ResourceNotFoundException'));
    expect(await verdict()).toEqual({ custody: 'keep', because: 'the project is gone' });
  });

  test('fails when its tags cannot be read', async () => {
    rekognition.on(ListTagsForResourceCommand).rejects(awsError('AccessDeniedException'));
    await expect(verdict()).rejects.toMatchObject({ action: 'rekognition:ListTagsForResource', resource: PROJECT_ARN, kind: 'denied' });
  });
});

test('a status that this release does not know is named as the reason', async () => {
  expect(await judge(operation({ status: 'MIGRATION_IN_PROGRESS' }), deletion(), 0))
    .toEqual({ custody: 'unclear', because: `the stack ${STACK_ID} was in MIGRATION_IN_PROGRESS, a status that this release does not know` });
});

test('removing a teardown in any operation but an update keeps the version', async () => {
  const because = 'the stack was in ROLLBACK_IN_PROGRESS and the trigger is RESOURCE_REMOVAL';
  expect(await judge(operation({ status: 'ROLLBACK_IN_PROGRESS' }), deletion(), PATIENCE)).toEqual({ custody: 'keep', because });
});

test('a stack that was never created is named as the reason to keep the version', async () => {
  expect(await judge(operation({ wasCreated: false }), deletion(), 0)).toEqual({ custody: 'keep', because: 'the stack being deleted was never created' });
});
