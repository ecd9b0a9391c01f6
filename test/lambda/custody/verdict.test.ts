import type { Deletion, Operation } from '../../../lambda/custody/operation';
import { judge } from '../../../lambda/custody/verdict';
import { PROJECT_ARN, STACK_ID, VERSION_ARN } from '../../support/arns';
import {
  awsError, cloudFormation, DescribeProjectsCommand, DescribeStacksCommand, GetTemplateCommand, ListStackResourcesCommand, ListTagsForResourceCommand,
  rekognition, reset,
} from '../../support/aws';
import { operation } from '../../support/events';

const PATIENCE = 90_000;
const NESTED_ID = STACK_ID.replace('Models', 'Models-Nested-1A2B');
const TYPE = 'Custom::RekognitionProjectVersionTeardown';
const LATER = 'a later look at the resources of the stacks has to show whether another one has the same id';
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
    expect(await judge({ ...CLEAN_UP, successor: 'Renamed' }, deletion(), 0)).toEqual({ custody: 'keep', because: 'the resource Renamed still refers to it' });
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

  test.each<[string, () => void]>([
    ['another resource has the version', () => stackHas(STACK_ID, ['OtherResource', TYPE, VERSION_ARN, 'UPDATE_COMPLETE'])],
    ['no resource has it', () => stackHas(STACK_ID)],
  ])('believes no list for a minute and a half, and reads none: %s', async (_, has) => {
    has();
    expect(await verdict(PATIENCE - 1)).toEqual({ custody: 'unclear', because: LATER });
    expect(cloudFormation.commandCalls(ListStackResourcesCommand)).toHaveLength(0);
  });

  test('keeps a version that no completed deployment had a teardown of, without further calls', async () => {
    expect(await judge({ ...CLEAN_UP, isUndeployed: true }, deletion(), 0)).toEqual({ custody: 'keep', because: 'no completed deployment ever had this teardown of it' });
    expect(cloudFormation.calls()).toHaveLength(0);
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

  test('never acts while a nested stack is listed without an id, because a construct may have been moved into it', async () => {
    stackHas(STACK_ID, ['Nested', 'AWS::CloudFormation::Stack', NESTED_ID, 'UPDATE_COMPLETE']);
    stackHas(NESTED_ID, ['Inner', 'AWS::CloudFormation::Stack', '', 'CREATE_IN_PROGRESS']);
    const because = 'CloudFormation lists a nested stack without an id, and another resource in it may have the same id';
    expect(await verdict(10 * PATIENCE)).toEqual({ custody: 'unclear', because });
  });

  test('lists again when a list shows a nested stack that has no id yet', async () => {
    stackHas(STACK_ID, ['Nested', 'AWS::CloudFormation::Stack', '', 'CREATE_IN_PROGRESS']);
    expect(await verdict(PATIENCE)).toMatchObject({ custody: 'unclear' });
    stackHas(STACK_ID, ['Nested', 'AWS::CloudFormation::Stack', NESTED_ID, 'CREATE_COMPLETE']);
    stackHas(NESTED_ID);
    expect(await verdict(PATIENCE)).toMatchObject({ custody: 'act' });
  });
});

describe('a project of the same stack', () => {
  const ofProject = deletion({ logicalResourceId: 'Teardown', physicalResourceId: PROJECT_ARN, project: { arn: PROJECT_ARN, name: 'parts', ownerTag: 'owner', mode: 'DELETE' } });
  const verdict = () => judge({ ...CLEAN_UP, project: { isNew: false, isUpdated: false } }, ofProject, 0);

  test.each<[string, Partial<Operation>]>([
    ['act: the stack was in DELETE_IN_PROGRESS', { status: 'DELETE_IN_PROGRESS' }],
    ['act: the stack was in DELETE_IN_PROGRESS and the project was created by what is undone',
      { status: 'DELETE_IN_PROGRESS', wasCreated: false, project: { isNew: true, isUpdated: false } }],
    ['keep: the stack was in ROLLBACK_IN_PROGRESS and the project existed before', { status: 'ROLLBACK_IN_PROGRESS' }],
    ['keep: the stack was in UPDATE_IN_PROGRESS', { status: 'UPDATE_IN_PROGRESS' }],
    [`act: the stack was in ${CLEAN_UP.status} and the nested stack is deleted as a whole`, { ...CLEAN_UP, isWholeStack: true }],
    [`keep: the stack was in ${CLEAN_UP.status} and the same update kept the project`, { ...CLEAN_UP, project: { isNew: false, isUpdated: true } }],
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

  describe('that an update renames', () => {
    const renaming = (withTeardown: boolean) => ({ ...CLEAN_UP, project: { isNew: false, isUpdated: false, renamed: { logicalId: 'Project', newName: 'nuts', withTeardown } } });
    const templateIs = (template: unknown) => cloudFormation.on(GetTemplateCommand, { StackName: STACK_ID, TemplateStage: 'Processed' })
      .resolves({ TemplateBody: typeof template === 'string' ? template : JSON.stringify(template) });
    const project = (ProjectName: unknown, UpdateReplacePolicy?: string) => ({ Resources: { Project: { Type: 'AWS::Rekognition::Project', UpdateReplacePolicy, Properties: { ProjectName } } } });
    const RETAINS = 'the update renamed the project, and the new template retains the old one';
    const DELETES = 'the update renamed the project, and the new template does not retain the old one';
    const MAY_RETAIN = expect.stringContaining('may be one that CloudFormation retains');

    test.each<[string, unknown, boolean, object]>([
      ['retains the old one', project('nuts', 'Retain'), true, { custody: 'keep', because: RETAINS }],
      ['retains the old one, and has no teardown', project('nuts', 'Retain'), false, { custody: 'keep', because: RETAINS }],
      ['deletes the old one', project('nuts', 'Delete'), true, { custody: 'act', because: DELETES }],
      ['says nothing of the old one, and has no teardown', project('nuts'), false, { custody: 'act', because: DELETES }],
      ['has an unknown policy', project('nuts', 'Archive'), false, { custody: 'unclear', because: MAY_RETAIN }],
      ['has no literal name', project({ Ref: 'Name' }, 'Delete'), false, { custody: 'unclear', because: MAY_RETAIN }],
      ['has no properties', { Resources: { Project: { Type: 'AWS::Rekognition::Project' } } }, false, { custody: 'unclear', because: MAY_RETAIN }],
      ['has another resource of that id', { Resources: { Project: { Type: 'AWS::SNS::Topic' } } }, false, { custody: 'unclear', because: MAY_RETAIN }],
      ['does not have it', { Resources: { Project: null } }, false, { custody: 'unclear', because: MAY_RETAIN }],
      ['is no JSON', 'Resources:\n  Project: {}', false, { custody: 'unclear', because: MAY_RETAIN }],
      ['is still the old one', project('parts'), false, { custody: 'unclear', because: MAY_RETAIN }],
      ['has no literal name, with its teardown', project({ Ref: 'Name' }), true, { custody: 'act', because: expect.stringContaining('the tag of the project names this teardown') }],
    ])('is judged by the new template, if that proves itself: it %s', async (_, template, withTeardown, expected) => {
      rekognition.on(ListTagsForResourceCommand).resolves({ Tags: { owner: 'Teardown' } });
      templateIs(template);
      expect(await judge(renaming(withTeardown), ofProject, PATIENCE)).toEqual(expected);
    });

    test('is unclear for a minute and a half while CloudFormation shows the old template', async () => {
      templateIs(project('parts'));
      expect(await judge(renaming(true), ofProject, PATIENCE - 1)).toEqual({ custody: 'unclear', because: 'the template that CloudFormation shows is not the one that renamed the project' });
    });

    test('has its models stopped by a teardown that only stops them, even if the old project is retained', async () => {
      rekognition.on(ListTagsForResourceCommand).resolves({ Tags: { owner: 'Teardown' } });
      templateIs(project('nuts', 'Retain'));
      const stops = { ...ofProject, project: { ...ofProject.project!, mode: 'STOP' as const } };
      for (const withTeardown of [true, false]) expect(await judge(renaming(withTeardown), stops, 0)).toMatchObject({ custody: 'act' });
      expect(cloudFormation.calls()).toHaveLength(0);
    });

    test('is judged without a template when its nested stack is deleted as a whole', async () => {
      expect(await judge({ ...renaming(false), isWholeStack: true }, ofProject, 0)).toMatchObject({ custody: 'act' });
      expect(cloudFormation.calls()).toHaveLength(0);
    });

    test('fails when the template may not be read', async () => {
      cloudFormation.on(GetTemplateCommand).rejects(awsError('AccessDenied'));
      await expect(judge(renaming(true), ofProject, 0)).rejects.toMatchObject({ action: 'cloudformation:GetTemplate', resource: STACK_ID, kind: 'denied' });
    });
  });

  test.each<[string, object | undefined, object]>([
    ['this teardown', { owner: 'Teardown' }, { custody: 'act', because: 'the stack was in DELETE_IN_PROGRESS and the tag of the project names this teardown' }],
    ['another teardown', { owner: 'Renamed' }, { custody: 'keep', because: 'an update that failed changed the project, and its tag owner is Renamed now' }],
    ['no teardown', {}, { custody: 'keep', because: 'an update that failed changed the project, and its tag owner is missing now' }],
  ])('that a failed update has changed before its stack is deleted goes with %s in its tag', async (_, Tags, expected) => {
    rekognition.on(ListTagsForResourceCommand).resolves({ Tags: Tags as never });
    const found = operation({ project: { isNew: false, isUpdated: true } });
    expect(await judge(found, ofProject, PATIENCE - 1)).toEqual({ custody: 'unclear', because: 'an update that failed changed the project, and its tag owner may be stale' });
    expect(await judge(found, ofProject, PATIENCE)).toEqual(expected);
  });

  test('that a failed update has changed, and that is gone, is kept', async () => {
    rekognition.on(ListTagsForResourceCommand).rejects(awsError('ResourceNotFoundException'));
    rekognition.on(DescribeProjectsCommand).resolves({});
    expect(await judge(operation({ project: { isNew: false, isUpdated: true } }), ofProject, PATIENCE)).toEqual({ custody: 'keep', because: 'the project is gone' });
  });

  test('that a failed update has changed is kept if that update has also added its teardown, whatever the tag names', async () => {
    expect(await judge(operation({ isUndeployed: true, project: { isNew: false, isUpdated: true } }), ofProject, 0))
      .toEqual({ custody: 'keep', because: 'no completed deployment ever had this teardown of it' });
    expect(rekognition.calls()).toHaveLength(0);
  });

  test('that no completed deployment had a teardown of is kept, also in a nested stack that is deleted as a whole', async () => {
    for (const isWholeStack of [false, true]) {
      expect(await judge({ ...CLEAN_UP, isUndeployed: true, isWholeStack }, ofProject, 0)).toEqual({ custody: 'keep', because: 'no completed deployment ever had this teardown of it' });
    }
  });

  test.each<[string, boolean, object]>([
    ['what is undone created it', true, { custody: 'act', because: 'the stack was in ROLLBACK_IN_PROGRESS and the project was created by what is undone' }],
    ['it was there before', false, { custody: 'keep', because: 'the stack was in ROLLBACK_IN_PROGRESS and the project existed before' }],
  ])('is judged in a rollback by whether %s, whatever its tag names', async (_, isNew, judged) => {
    const rollback = operation({ status: 'ROLLBACK_IN_PROGRESS', wasCreated: false, project: { isNew, isUpdated: false } });
    expect(await judge(rollback, ofProject, 0)).toEqual(judged);
    expect(rekognition.calls()).toHaveLength(0);
  });

  test('has its tags read by its own ARN', async () => {
    rekognition.on(ListTagsForResourceCommand, { ResourceArn: PROJECT_ARN }).resolves({ Tags: { owner: 'Teardown' } });
    expect(await verdict()).toMatchObject({ custody: 'act' });
  });

  test('is kept when it is gone', async () => {
    rekognition.on(ListTagsForResourceCommand).rejects(awsError('ResourceNotFoundException'));
    rekognition.on(DescribeProjectsCommand).resolves({ ProjectDescriptions: [{ ProjectArn: `${PROJECT_ARN}0` }] });
    expect(await verdict()).toEqual({ custody: 'keep', because: 'the project is gone' });
  });

  test('is unclear when only the call for its tags does not find it', async () => {
    rekognition.on(ListTagsForResourceCommand).rejects(awsError('ResourceNotFoundException'));
    rekognition.on(DescribeProjectsCommand).resolves({ ProjectDescriptions: [{ ProjectArn: PROJECT_ARN }] });
    expect(await verdict()).toMatchObject({ custody: 'unclear' });
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

test.each(['UPDATE_COMPLETE', 'DELETE_FAILED', 'REVIEW_IN_PROGRESS'])('%s is no status in which CloudFormation deletes anything', async status => {
  expect(await judge(operation({ status }), deletion(), 0))
    .toEqual({ custody: 'unclear', because: `the stack ${STACK_ID} was in ${status}, in which CloudFormation deletes nothing` });
});

test('removing a teardown in any operation but an update keeps the version', async () => {
  const because = 'the stack was in ROLLBACK_IN_PROGRESS and the trigger is RESOURCE_REMOVAL';
  expect(await judge(operation({ status: 'ROLLBACK_IN_PROGRESS' }), deletion(), PATIENCE)).toEqual({ custody: 'keep', because });
});

test('a stack that was never created is named as the reason to keep the version', async () => {
  expect(await judge(operation({ wasCreated: false }), deletion(), 0)).toEqual({ custody: 'keep', because: 'the stack being deleted was never created' });
});
