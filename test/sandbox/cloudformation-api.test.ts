import { thing, World } from './cloudformation-world';

let world: World;
beforeEach(() => { world = new World(); });

const call = (operation: string, input: object) => world.cloudFormation.handle(operation, input) as any;

test('a stack is described by name and by id', async () => {
  const { id } = await world.deploy({
    Parameters: { Stage: { Type: 'String', Default: 'x' }, Secret: { Type: 'String', Default: 'y', NoEcho: true } },
    Resources: { A: thing() },
    Outputs: { Name: { Value: { Ref: 'A' }, Description: 'its name' } },
  });
  const { Stacks: [stack] } = call('DescribeStacks', { StackName: 'Shop' });
  expect(stack).toMatchObject({
    StackId: id,
    StackName: 'Shop',
    StackStatus: 'CREATE_COMPLETE',
    CreationTime: expect.any(Date),
    DisableRollback: false,
    Parameters: [{ ParameterKey: 'Stage', ParameterValue: 'x' }, { ParameterKey: 'Secret', ParameterValue: '****' }],
    Outputs: [{ OutputKey: 'Name', OutputValue: 'A-thing', Description: 'its name' }],
  });
  expect(call('DescribeStacks', { StackName: id }).Stacks).toEqual([stack]);
  expect(call('DescribeStacks', {}).Stacks).toEqual([stack]);
});

test('a deleted stack is described only by its id', async () => {
  const { id } = await world.deploy({ Resources: { A: thing() } });
  await world.destroy();
  expect(call('DescribeStacks', { StackName: id }).Stacks).toMatchObject([{ StackStatus: 'DELETE_COMPLETE', DeletionTime: expect.any(Date) }]);
  expect(() => call('DescribeStacks', { StackName: 'Shop' })).toThrow('Stack with id Shop does not exist');
  expect(call('DescribeStacks', {}).Stacks).toEqual([]);
});

test('all stacks are listed, including deleted ones', async () => {
  const { id: first } = await world.deploy({ Resources: { A: thing() } });
  await world.destroy();
  const { id: second } = await world.deploy({ Resources: { A: thing() } });
  expect(call('ListStacks', {}).StackSummaries).toEqual([
    { StackId: first, StackName: 'Shop', StackStatus: 'DELETE_COMPLETE', CreationTime: expect.any(Date), DeletionTime: expect.any(Date) },
    { StackId: second, StackName: 'Shop', StackStatus: 'CREATE_COMPLETE', CreationTime: expect.any(Date) },
  ]);
  expect(world.cloudFormation.permissions('ListStacks', {})).toEqual([{ action: 'cloudformation:ListStacks', resource: '*' }]);
});

test('resources are listed in pages of 100', async () => {
  await world.deploy({ Resources: Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`T${n}`, thing()])) });
  const first = call('ListStackResources', { StackName: 'Shop' });
  const second = call('ListStackResources', { StackName: 'Shop', NextToken: first.NextToken });
  expect(first.StackResourceSummaries).toHaveLength(100);
  expect(second.StackResourceSummaries).toEqual([
    { LogicalResourceId: 'T100', PhysicalResourceId: 'T100-thing', ResourceType: 'Test::Thing', ResourceStatus: 'CREATE_COMPLETE' },
  ]);
  expect(second.NextToken).toBeUndefined();
});

test('the events of a stack are described newest first, in pages of 100', async () => {
  const { id } = await world.deploy({ Resources: Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`T${n}`, thing()])) });
  const first = call('DescribeStackEvents', { StackName: 'Shop' });
  expect(first.StackEvents).toHaveLength(100);
  expect(first.StackEvents[0]).toEqual(expect.objectContaining({
    StackId: id, PhysicalResourceId: id, ResourceType: 'AWS::CloudFormation::Stack', ResourceStatus: 'CREATE_COMPLETE', Timestamp: expect.any(Date),
  }));
  const second = call('DescribeStackEvents', { StackName: id, NextToken: first.NextToken });
  expect(second.StackEvents.at(-1)).toMatchObject({ PhysicalResourceId: id, ResourceStatus: 'CREATE_IN_PROGRESS', ResourceStatusReason: 'User Initiated' });
});

test('every event has a time of its own, so that clients that sort by it get the events in order', async () => {
  await world.deploy({ Resources: { A: thing(), B: thing(), C: thing() } });
  const times = call('DescribeStackEvents', { StackName: 'Shop' }).StackEvents.map(({ Timestamp }: { Timestamp: Date }) => Timestamp.getTime());
  expect(new Set(times).size).toBe(times.length);
  expect(times).toEqual([...times].sort((a, b) => b - a));
});

test('the CDK CLI gets the events of the latest operation only, any other client all of them', async () => {
  const { id } = await world.deploy({ Resources: { A: thing() } });
  await world.destroy();
  const statuses = (userAgent: string) => {
    const events = world.cloudFormation.handle('DescribeStackEvents', { StackName: id }, { arn: 'developer', userAgent }) as any;
    return events.StackEvents.map(({ ResourceStatus }: { ResourceStatus: string }) => ResourceStatus);
  };
  expect(statuses('aws-cdk/2.1148.1 aws-sdk-js/3.1000.0')).toEqual(['DELETE_COMPLETE', 'DELETE_COMPLETE', 'DELETE_IN_PROGRESS', 'DELETE_IN_PROGRESS']);
  expect(statuses('aws-cli/2.30.0')).toContain('CREATE_COMPLETE');
});

test('the permissions apply to the stack, however it is named', async () => {
  const { id } = await world.deploy({ Resources: { A: thing() } });
  const permissions = (input: object) => world.cloudFormation.permissions('DescribeStacks', input);
  expect(permissions({ StackName: 'Shop' })).toEqual([{ action: 'cloudformation:DescribeStacks', resource: id }]);
  expect(permissions({})).toEqual([{ action: 'cloudformation:DescribeStacks', resource: '*' }]);
});

test('an unknown operation fails loudly', () => {
  expect(() => call('ImportStacksToStackSet', {})).toThrow("does not know CloudFormation's operation ImportStacksToStackSet");
});
