import { Deletion, stackCustody } from '../../lambda/custody';
import { STACK_ID, VERSION_ARN } from '../support/arns';
import { awsError, cloudFormation, DescribeStackEventsCommand, DescribeStacksCommand, ListStackResourcesCommand, reset, stackIs, stackWas } from '../support/aws';

const NESTED_ID = STACK_ID.replace('Models', 'Models-Nested-1A2B');
const TYPE = 'Custom::RekognitionProjectVersionTeardown';

const deletion = (trigger: Deletion['trigger'], more: Partial<Deletion> = {}): Deletion => ({
  rootStackId: STACK_ID, stackId: STACK_ID, resourceType: TYPE, logicalResourceId: 'ModelResource', physicalResourceId: VERSION_ARN, trigger, ...more,
});

/** The resources of a stack: logical id, type, physical id, status. */
function stackHas(stackId: string, ...resources: [string, string, string, string][]): void {
  cloudFormation.on(ListStackResourcesCommand, { StackName: stackId }).resolves({
    StackResourceSummaries: resources.map(([LogicalResourceId, ResourceType, PhysicalResourceId, ResourceStatus]) =>
      ({ LogicalResourceId, ResourceType, PhysicalResourceId, ResourceStatus: ResourceStatus as never, LastUpdatedTimestamp: new Date(0) })),
  });
}

beforeEach(reset);

// what each status of the stack means is explored in model.test.ts.

describe('the deletion of a stack', () => {
  test.each([['UPDATE_COMPLETE', true], ['ROLLBACK_FAILED', false]])('that was in %s is judged by that, also after deletions that failed', async (before, act) => {
    stackWas('DELETE_IN_PROGRESS', 'DELETE_FAILED', 'DELETE_IN_PROGRESS', before, 'CREATE_IN_PROGRESS');
    expect(await stackCustody(deletion('STACK_DELETION'))).toMatchObject({ act });
  });

  test.each(['CREATE_IN_PROGRESS', 'ROLLBACK_IN_PROGRESS', 'ROLLBACK_FAILED', 'ROLLBACK_COMPLETE'])('that was in %s, and so never created, keeps', async before => {
    stackWas('DELETE_IN_PROGRESS', before);
    expect((await stackCustody(deletion('STACK_DELETION'))).act).toBe(false);
  });

  test('is looked up by its id, and with what the service may leave out', async () => {
    cloudFormation.on(DescribeStackEventsCommand).resolvesOnce({ NextToken: 'more' }).resolvesOnce({ StackEvents: [{ PhysicalResourceId: STACK_ID } as never] });
    expect((await stackCustody(deletion('STACK_DELETION'))).act).toBe(true);
    expect(cloudFormation.commandCalls(DescribeStackEventsCommand).map(({ args: [{ input }] }) => input.StackName)).toEqual([STACK_ID, STACK_ID]);
  });

  test('that CloudFormation says nothing of keeps', async () => {
    cloudFormation.on(DescribeStacksCommand).resolves({});
    expect(await stackCustody(deletion('RESOURCE_REMOVAL'))).toEqual({ act: false, because: 'the outermost stack is in unknown and the trigger is RESOURCE_REMOVAL' });
  });

  test('that is its own outermost stack is asked for once', async () => {
    stackIs('DELETE_IN_PROGRESS', { RootId: STACK_ID });
    await stackCustody(deletion('STACK_DELETION'));
    expect(cloudFormation.commandCalls(DescribeStacksCommand)).toHaveLength(1);
  });

  test('that was never created is told so in the reason to keep', async () => {
    stackWas('DELETE_IN_PROGRESS', 'ROLLBACK_FAILED');
    expect(await stackCustody(deletion('STACK_DELETION'))).toEqual({ act: false, because: 'the stack was never created: it goes after ROLLBACK_FAILED' });
  });

  test('whose former status is on a later page of events is found out', async () => {
    const event = (ResourceStatus: any) => ({ EventId: '', StackId: STACK_ID, StackName: 'Models', Timestamp: new Date(0), PhysicalResourceId: STACK_ID, ResourceStatus });
    cloudFormation.on(DescribeStackEventsCommand)
      .resolvesOnce({ StackEvents: [event('DELETE_IN_PROGRESS')], NextToken: 'more' })
      .resolvesOnce({ StackEvents: [event('ROLLBACK_FAILED')] });
    expect((await stackCustody(deletion('STACK_DELETION'))).act).toBe(false);
  });

  test('that is older than its events acts', async () => {
    stackWas('DELETE_IN_PROGRESS');
    expect((await stackCustody(deletion('STACK_DELETION'))).act).toBe(true);
  });

  test('acts although another resource of the stack has the same physical id', async () => {
    stackHas(STACK_ID, ['OtherResource', TYPE, VERSION_ARN, 'CREATE_COMPLETE']);
    expect((await stackCustody(deletion('RESOURCE_REMOVAL'))).act).toBe(true);
  });
});

describe('the clean-up after an update', () => {
  beforeEach(() => stackIs('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', { StackId: STACK_ID }));

  test('acts, and says that it is one', async () => {
    stackHas(STACK_ID, ['ModelResource', TYPE, VERSION_ARN, 'DELETE_IN_PROGRESS'], ['Project', 'AWS::Rekognition::Project', 'parts', 'CREATE_COMPLETE']);
    expect(await stackCustody(deletion('RESOURCE_REMOVAL'))).toMatchObject({ act: true, isCleanUp: true });
  });

  test('takes nothing for an heir that the service says nothing of', async () => {
    cloudFormation.on(ListStackResourcesCommand).resolvesOnce({ NextToken: 'more' }).resolvesOnce({ StackResourceSummaries: [{} as never] });
    expect((await stackCustody(deletion('RESOURCE_REMOVAL'))).act).toBe(true);
  });

  test('keeps what a resource has whose status the service does not tell', async () => {
    cloudFormation.on(ListStackResourcesCommand).resolves({ StackResourceSummaries: [{ ResourceType: TYPE, LogicalResourceId: 'Other', PhysicalResourceId: VERSION_ARN } as never] });
    expect((await stackCustody(deletion('RESOURCE_REMOVAL'))).act).toBe(false);
  });

  test('fails when the resources cannot be listed, and says which call that was', async () => {
    cloudFormation.on(ListStackResourcesCommand).rejects(awsError('AccessDenied'));
    await expect(stackCustody(deletion('RESOURCE_REMOVAL'))).rejects.toMatchObject({ action: 'cloudformation:ListStackResources', resource: STACK_ID, kind: 'denied' });
  });

  test('keeps what a renamed construct has', async () => {
    stackHas(STACK_ID, ['RenamedResource', TYPE, VERSION_ARN, 'CREATE_COMPLETE']);
    expect(await stackCustody(deletion('RESOURCE_REMOVAL'))).toEqual({ act: false, because: 'RenamedResource of the same stack still has it' });
  });

  test('acts when the others that have it are deleted too', async () => {
    stackHas(STACK_ID, ['OtherResource', TYPE, VERSION_ARN, 'DELETE_IN_PROGRESS'], ['ThirdResource', TYPE, VERSION_ARN, 'DELETE_COMPLETE']);
    expect((await stackCustody(deletion('RESOURCE_REMOVAL'))).act).toBe(true);
  });

  test('acts when its own resource is still shown as it was', async () => {
    stackHas(STACK_ID, ['ModelResource', TYPE, VERSION_ARN, 'UPDATE_COMPLETE']);
    expect((await stackCustody(deletion('RESOURCE_REMOVAL'))).act).toBe(true);
  });

  test('acts when it is something else that has the same physical id', async () => {
    stackHas(STACK_ID, ['Runner', 'Custom::ModelRunner', VERSION_ARN, 'CREATE_COMPLETE'], ['Other', TYPE, `${VERSION_ARN}0`, 'CREATE_COMPLETE']);
    expect((await stackCustody(deletion('RESOURCE_REMOVAL'))).act).toBe(true);
  });

  test.each([['into', STACK_ID], ['out of', NESTED_ID]])('keeps what a construct has that was moved %s a nested stack', async (_, stackId) => {
    const [root, nested]: [string, string, string, string][] = [
      ['ModelResource', TYPE, stackId === STACK_ID ? `${VERSION_ARN}0` : VERSION_ARN, 'CREATE_COMPLETE'],
      ['ModelResource', TYPE, stackId === STACK_ID ? VERSION_ARN : `${VERSION_ARN}0`, 'CREATE_COMPLETE'],
    ];
    stackHas(STACK_ID, ['Gone', 'AWS::CloudFormation::Stack', `${NESTED_ID}0`, 'DELETE_COMPLETE'], ['Nested', 'AWS::CloudFormation::Stack', NESTED_ID, 'UPDATE_COMPLETE'], root);
    stackHas(NESTED_ID, nested);
    expect(await stackCustody(deletion('RESOURCE_REMOVAL', { stackId }))).toEqual({ act: false, because: 'ModelResource of the same stack still has it' });
  });
});
