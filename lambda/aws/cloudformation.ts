import {
  CloudFormationClient,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  ListStackResourcesCommand,
  Stack,
  StackEvent,
  StackResourceSummary,
} from '@aws-sdk/client-cloudformation';
import { call } from './errors';
import { TeardownError } from '../failure';
import { inRegion } from './clients';

const clientIn = inRegion(configuration => new CloudFormationClient(configuration));

/** The type of a nested stack, and of a stack itself in its own events. */
export const STACK_TYPE = 'AWS::CloudFormation::Stack';

export async function describeStack(stackId: string): Promise<Partial<Stack>> {
  const client = clientOf(stackId);
  const { Stacks } = await call('cloudformation:DescribeStacks', stackId, () =>
    client.send(new DescribeStacksCommand({ StackName: stackId })),
  );
  return Stacks?.[0] ?? {};
}

/** The outermost stack around a stack, or the stack itself. */
export async function outermostStack(stackId: string): Promise<Partial<Stack>> {
  const stack = await describeStack(stackId);
  return stack.RootId === undefined ? stack : describeStack(stack.RootId);
}

/** The events of a stack, page by page, newest first. */
export async function* stackEvents(stackId: string): AsyncGenerator<StackEvent[], void> {
  const client = clientOf(stackId);
  let NextToken: string | undefined;
  do {
    const page = await call('cloudformation:DescribeStackEvents', stackId,
      () => client.send(new DescribeStackEventsCommand({ StackName: stackId, NextToken })));
    yield page.StackEvents ?? [];
    NextToken = page.NextToken;
  } while (NextToken);
}

export async function stackResources(stackId: string): Promise<StackResourceSummary[]> {
  const client = clientOf(stackId);
  const resources: StackResourceSummary[] = [];
  let NextToken: string | undefined;
  do {
    const page = await call('cloudformation:ListStackResources', stackId,
      () => client.send(new ListStackResourcesCommand({ StackName: stackId, NextToken })));
    resources.push(...page.StackResourceSummaries ?? []);
    NextToken = page.NextToken;
  } while (NextToken);
  return resources;
}

/** The template of a stack, after its macros. */
export async function templateOf(stackId: string): Promise<string> {
  const client = clientOf(stackId);
  const { TemplateBody = '' } = await call('cloudformation:GetTemplate', stackId,
    () => client.send(new GetTemplateCommand({ StackName: stackId, TemplateStage: 'Processed' })));
  return TemplateBody;
}

function clientOf(stackId: string): CloudFormationClient {
  const [, region] = /^arn:[^:]+:cloudformation:([a-z\d-]+):/.exec(stackId) ?? [];
  if (!region) {
    throw new TeardownError(`This is not the ARN of a CloudFormation stack: ${JSON.stringify(stackId)}. [invalid]`);
  }
  return clientIn(region);
}
