import { OTHER_VERSION_ARN, PROJECT_ARN, STACK_ID, VERSION_ARN } from './arns';
import type { Operation } from '../../lambda/custody/operation';
import type { PollEvent } from '../../lambda/custom-resource/teardown';
import type { ProjectVersionTeardownProperties } from '../../src/private/contract';

type Properties = Partial<Record<keyof ProjectVersionTeardownProperties, unknown>>;

export const PROPERTIES: Properties = {
  ProjectVersionArn: VERSION_ARN,
  ProjectArn: PROJECT_ARN,
  Trigger: 'STACK_DELETION',
  Mode: 'DELETE',
  TrainingBehavior: 'WAIT',
  RootStackId: STACK_ID,
};

/** A response URL as CloudFormation makes it; no part of it may be logged. */
export const RESPONSE_URL = 'https://cloudformation-custom-resource-response.s3.amazonaws.com/x?X-Amz-Signature=5ec2e7';

const COMMON = {
  ServiceToken: 'arn:aws:lambda:us-east-1:111122223333:function:onEvent',
  ResponseURL: RESPONSE_URL,
  StackId: STACK_ID,
  RequestId: '3f0a9a5e-0000-4000-8000-000000000002',
  LogicalResourceId: 'ModelResource',
  ResourceType: 'Custom::RekognitionProjectVersionTeardown',
};

function event(request: object, properties: Properties, rest: object): any {
  return { ...COMMON, ...request, ResourceProperties: { ServiceToken: COMMON.ServiceToken, ...PROPERTIES, ...properties }, ...rest };
}

/** The note of `onEvent` about a Delete that the stack's record shows at once; by default, that the stack is deleted. */
export function operation(more: Partial<Operation> = {}): Operation {
  return { status: 'DELETE_IN_PROGRESS', stackId: STACK_ID, eventId: 'operation', began: Date.now(), wasCreated: true, isWholeStack: false, ...more };
}

/** Events as the provider framework passes them on, including the time that `onEvent` noted. */
export function createEvent(properties: Properties = {}, rest: Partial<PollEvent> = {}): PollEvent {
  return event({ RequestType: 'Create', PhysicalResourceId: VERSION_ARN, StartedAt: new Date().toISOString() }, properties, rest);
}

export function updateEvent(properties: Properties = {}, rest: object = {}): PollEvent {
  return event({
    RequestType: 'Update',
    PhysicalResourceId: VERSION_ARN,
    OldResourceProperties: { ...PROPERTIES, ProjectVersionArn: OTHER_VERSION_ARN },
    StartedAt: new Date().toISOString(),
  }, properties, rest);
}

export function deleteEvent(properties: Properties = {}, rest: Partial<PollEvent> = {}): PollEvent {
  return event({
    RequestType: 'Delete',
    PhysicalResourceId: properties.ProjectVersionArn ?? VERSION_ARN,
    StartedAt: new Date().toISOString(),
    Operation: operation(),
  }, properties, rest);
}

const PROJECT_TEARDOWN = { ResourceType: 'Custom::RekognitionProjectTeardown', LogicalResourceId: 'TeardownResource' };

/** The event of a project teardown, by default for a project that is not of the same stack. */
export function projectEvent(request: 'Create' | 'Update' | 'Delete', properties: object = {}, rest: object = {}): PollEvent {
  return {
    ...COMMON,
    ...PROJECT_TEARDOWN,
    RequestType: request,
    PhysicalResourceId: PROJECT_ARN,
    StartedAt: new Date().toISOString(),
    Operation: request === 'Delete' ? operation() : null,
    ResourceProperties: {
      ServiceToken: COMMON.ServiceToken, ProjectArn: PROJECT_ARN, DeleteProject: 'false', Mode: 'DELETE', TrainingBehavior: 'WAIT', RootStackId: STACK_ID, ...properties,
    },
    ...rest,
  } as any;
}

/** The start time of a request of that age. */
export function minutesAgo(minutes: number): string {
  return new Date(Date.now() - minutes * 60_000).toISOString();
}
