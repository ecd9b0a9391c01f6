import { describeStack, outermostStack, stackEvents, stackResources } from '../../../lambda/aws/cloudformation';
import { STACK_ID } from '../../support/arns';
import { awsError, cloudFormation, DescribeStackEventsCommand, DescribeStacksCommand, ListStackResourcesCommand, reset } from '../../support/aws';

const ROOT_ID = STACK_ID.replace('Models', 'Root');

beforeEach(reset);

test('an answer without any members is an empty one', async () => {
  cloudFormation.on(DescribeStacksCommand).resolves({});
  cloudFormation.on(DescribeStackEventsCommand).resolves({});
  cloudFormation.on(ListStackResourcesCommand).resolves({});
  expect(await describeStack(STACK_ID)).toEqual({});
  expect(await stackResources(STACK_ID)).toEqual([]);
  expect(await stackEvents(STACK_ID).next()).toEqual({ done: false, value: [] });
});

test('the outermost stack is the one around a nested stack, or the stack itself', async () => {
  cloudFormation.on(DescribeStacksCommand, { StackName: STACK_ID }).resolves({ Stacks: [{ StackName: 'Models', RootId: ROOT_ID } as never] });
  cloudFormation.on(DescribeStacksCommand, { StackName: ROOT_ID }).resolves({ Stacks: [{ StackName: 'Root' } as never] });
  expect(await outermostStack(STACK_ID)).toMatchObject({ StackName: 'Root' });
  expect(await outermostStack(ROOT_ID)).toMatchObject({ StackName: 'Root' });
});

test('a stack is asked for in its own region, in any partition', async () => {
  for (const partition of ['aws', 'aws-cn', 'aws-us-gov', 'aws-tomorrow-2']) {
    const stackId = `arn:${partition}:cloudformation:xx-west-1:111122223333:stack/Models/1`;
    cloudFormation.on(DescribeStacksCommand, { StackName: stackId }).resolves({ Stacks: [{ StackId: stackId } as never] });
    expect(await describeStack(stackId)).toEqual({ StackId: stackId });
    const client = cloudFormation.commandCalls(DescribeStacksCommand).at(-1)!.thisValue as { config: { region: () => Promise<string> } };
    expect(await client.config.region()).toBe('xx-west-1');
  }
});

test.each(['', 'Models', `x${STACK_ID}`, STACK_ID.replace(':cloudformation:', ':rekognition:'), 'arn:aws:cloudformation::111122223333:stack/Models/1'])('%j is not a stack that could be asked for', async id => {
  await expect(describeStack(id)).rejects.toThrow(`not the ARN of a CloudFormation stack: ${JSON.stringify(id)}`);
});

test.each([
  ['cloudformation:DescribeStacks', () => describeStack(STACK_ID)],
  ['cloudformation:DescribeStackEvents', () => stackEvents(STACK_ID).next()],
  ['cloudformation:ListStackResources', () => stackResources(STACK_ID)],
])('a denied call is named: %s', async (action, read) => {
  cloudFormation.reset();
  cloudFormation.onAnyCommand().rejects(awsError('AccessDenied'));
  await expect(read()).rejects.toMatchObject({ action, resource: STACK_ID, kind: 'denied' });
});
