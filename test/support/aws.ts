import { CloudFormationClient, DescribeStackEventsCommand, DescribeStacksCommand, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import {
  DeleteDatasetCommand, DeleteProjectCommand, DeleteProjectVersionCommand, DescribeProjectsCommand, DescribeProjectVersionsCommand,
  ListTagsForResourceCommand, ProjectVersionDescription, RekognitionClient, StopProjectVersionCommand,
} from '@aws-sdk/client-rekognition';
import { mockClient } from 'aws-sdk-client-mock';
import { PROJECT_ARN, STACK_ID, VERSION_ARN } from './arns';

/** Both services that the handler calls. A command without an answer fails the test. */
export const rekognition = mockClient(RekognitionClient);
export const cloudFormation = mockClient(CloudFormationClient);

const UNANSWERED = new Error('the test gave this command no answer');

export function awsError(name: string, message = 'as told by the service', details: object = {}): Error {
  return Object.assign(new Error(message), { name, $metadata: {}, ...details });
}

/** An account without versions, where the stack is being deleted and nothing may be changed. */
export function reset(): void {
  rekognition.reset();
  cloudFormation.reset();
  rekognition.onAnyCommand().rejects(UNANSWERED);
  cloudFormation.onAnyCommand().rejects(UNANSWERED);
  stackIs('DELETE_IN_PROGRESS');
  stackWas('DELETE_IN_PROGRESS', 'UPDATE_COMPLETE');
  versionIs();
}

export function stackIs(StackStatus: string, more: object = {}): void {
  cloudFormation.on(DescribeStacksCommand).resolves({
    Stacks: [{ StackName: 'Models', StackId: STACK_ID, CreationTime: new Date(0), StackStatus: StackStatus as never, ...more }],
  });
}

/** The statuses that the stack went through, the latest first, among events of its resources. */
export function stackWas(...statuses: string[]): void {
  cloudFormation.on(DescribeStackEventsCommand).resolves({
    StackEvents: statuses.flatMap(status => [['something', 'CREATE_IN_PROGRESS'], [STACK_ID, status]]).map(([PhysicalResourceId, ResourceStatus]) => (
      { EventId: '', StackId: STACK_ID, StackName: 'Models', Timestamp: new Date(0), PhysicalResourceId, ResourceStatus: ResourceStatus as never }
    )),
  });
}

/** What the control plane lists: the version in this status, or nothing. */
export function versionIs(Status?: string, more: Partial<ProjectVersionDescription> = {}): void {
  rekognition.on(DescribeProjectsCommand).resolves({ ProjectDescriptions: [{ ProjectArn: PROJECT_ARN }], NextToken: '' });
  rekognition.on(DescribeProjectVersionsCommand).resolves({
    ProjectVersionDescriptions: Status === undefined ? [] : [{ ProjectVersionArn: VERSION_ARN, Status: Status as never, ...more }],
    NextToken: '',
  });
}

/** The changes that were asked for, in order, such as `StopProjectVersion`. */
export function changes(): { operation: string; arn: string }[] {
  return rekognition.calls()
    .map(call => call.args[0])
    .filter(command => /^(Stop|Delete)/.test(command.constructor.name))
    .map(command => ({ operation: command.constructor.name.replace('Command', ''), arn: Object.values(command.input)[0] as string }));
}

export {
  DeleteDatasetCommand, DeleteProjectCommand, DeleteProjectVersionCommand, DescribeProjectsCommand, DescribeProjectVersionsCommand,
  DescribeStackEventsCommand, DescribeStacksCommand, ListStackResourcesCommand, ListTagsForResourceCommand, StopProjectVersionCommand,
};
