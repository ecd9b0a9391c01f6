import {
  CloudFormationClient, DescribeStackEventsCommand, DescribeStacksCommand, GetTemplateCommand, ListStackResourcesCommand, StackEvent,
} from '@aws-sdk/client-cloudformation';
import {
  DeleteDatasetCommand, DeleteProjectCommand, DeleteProjectVersionCommand, DescribeProjectsCommand, DescribeProjectVersionsCommand,
  ListTagsForResourceCommand, ProjectVersionDescription, RekognitionClient, StopProjectVersionCommand,
} from '@aws-sdk/client-rekognition';
import { mockClient } from 'aws-sdk-client-mock';
import { PROJECT_ARN, STACK_ID, VERSION_ARN } from './arns';

/** Mocks both services that the handler calls. A command without an answer fails the test. */
export const rekognition = mockClient(RekognitionClient);
export const cloudFormation = mockClient(CloudFormationClient);

const UNANSWERED = new Error('the test gave this command no answer');

export function awsError(name: string, message = 'as the service says', details: object = {}): Error {
  return Object.assign(new Error(message), { name, $metadata: {}, ...details });
}

/** An account without versions, where the stack is being deleted and nothing may be changed. */
export function reset(): void {
  rekognition.reset();
  cloudFormation.reset();
  rekognition.onAnyCommand().rejects(UNANSWERED);
  cloudFormation.onAnyCommand().rejects(UNANSWERED);
  stackIs('DELETE_IN_PROGRESS');
  recordIs([]);
  versionIs();
}

export function stackIs(StackStatus: string, more: object = {}): void {
  cloudFormation.on(DescribeStacksCommand).resolves({
    Stacks: [{ StackName: 'Models', StackId: STACK_ID, CreationTime: new Date(0), StackStatus: StackStatus as never, ...more }],
  });
}

/** The events of a stack, given oldest first, in the pages in which the service returns them. */
export function recordIs(entries: readonly StackEvent[], stackId = STACK_ID, pageSize = 100): void {
  const newestFirst = [...entries].reverse();
  cloudFormation.on(DescribeStackEventsCommand).callsFake(({ StackName, NextToken = '0' }) => {
    if (StackName !== stackId) throw new Error(`the test has no record of ${StackName}`);
    return page(newestFirst, Number(NextToken), pageSize);
  });
}

export function page(newestFirst: readonly StackEvent[], start: number, pageSize: number): { StackEvents: StackEvent[]; NextToken?: string } {
  const end = start + pageSize;
  return { StackEvents: newestFirst.slice(start, end), NextToken: end < newestFirst.length ? `${end}` : undefined };
}

/** What the control plane lists: the version in this status, or nothing. */
export function versionIs(Status?: string, more: Partial<ProjectVersionDescription> = {}): void {
  rekognition.on(DescribeProjectsCommand).resolves({ ProjectDescriptions: [{ ProjectArn: PROJECT_ARN }], NextToken: '' });
  rekognition.on(DescribeProjectVersionsCommand).resolves({
    ProjectVersionDescriptions: Status === undefined ? [] : [{ ProjectVersionArn: VERSION_ARN, Status: Status as never, ...more }],
    NextToken: '',
  });
}

/** The calls that change something, in order, such as `StopProjectVersion`. */
export function changes(): { operation: string; arn: string }[] {
  return rekognition.calls()
    .map(call => call.args[0])
    .filter(command => /^(Stop|Delete)/.test(command.constructor.name))
    .map(command => ({ operation: command.constructor.name.replace('Command', ''), arn: Object.values(command.input)[0] as string }));
}

export {
  DeleteDatasetCommand, DeleteProjectCommand, DeleteProjectVersionCommand, DescribeProjectsCommand, DescribeProjectVersionsCommand,
  DescribeStackEventsCommand, DescribeStacksCommand, GetTemplateCommand, ListStackResourcesCommand, ListTagsForResourceCommand,
  StopProjectVersionCommand,
};
