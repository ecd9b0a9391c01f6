import { CloudFormationClient, StackEvent } from '@aws-sdk/client-cloudformation';
import { RekognitionClient } from '@aws-sdk/client-rekognition';
import { PROJECT_ARN, STACK_ID, VERSION_ARN } from './arns';
import { awsError } from './aws';
import { ProjectReason, Reason } from './custody-tables';
import { entries, Line } from './record';
import { Answer, FAILURES, NOT_LISTED } from './tables';

/** A state of everything that the handler can see. */
export interface World extends Reason, Omit<ProjectReason, 'mode'> {
  readonly version: { readonly status: string; readonly isAdapter: boolean };
  /** The errors that operations answer with, by operation. */
  readonly answers: { readonly [operation: string]: Answer };
}

/** The requests of the handler in a world, such as `StopProjectVersion arn:...`. */
export const requests: string[] = [];
let world: World;
/** When the request began that the handler works on. */
let requestedAt: number;

export function enter(next: World, startedAt: string): void {
  world = next;
  requestedAt = Date.parse(startedAt);
  requests.length = 0;
}

/** The requests that change something. */
export function changes(): string[] {
  return requests.filter(request => /^(Stop|Delete|Start|Create|Update|Put|Tag|Untag|Copy)/.test(request));
}

/**
 * Replaces `lambda/aws/clients.ts`: real clients, which the paginators require, but their requests end here. This is much faster
 * than a mocked client, and there are many worlds.
 */
export function inRegion(create: (configuration: any) => RekognitionClient | CloudFormationClient): () => RekognitionClient | CloudFormationClient {
  const client = create({ region: 'us-east-1' });
  client.send = ({ constructor, input }: { constructor: { name: string }; input: any }) => {
    const operation = constructor.name.replace(/Command$/, '');
    requests.push(`${operation} ${input.ProjectVersionArn ?? input.DatasetArn ?? input.ProjectArn ?? input.ResourceArn ?? input.StackName ?? input.ProjectNames}`);
    const failure = FAILURES.find(({ kind }) => kind === world.answers[operation]);
    if (failure) return Promise.reject(awsError(failure.error));
    const answer = ANSWERS[operation];
    return answer ? Promise.resolve(answer(input)) : Promise.reject(new Error(`nobody expects a ${operation}`));
  };
  return () => client;
}

const TYPE = 'Custom::RekognitionProjectVersionTeardown';
const PARENT_ID = STACK_ID.replace('Models', 'Parent');

/** The stack before the operation. */
function beginning({ status, wasCreated, isUpdated, isUndeployed, isWholeStack }: World): Line[] {
  if (!wasCreated || status === 'ROLLBACK_IN_PROGRESS') return [['stack', 'CREATE_IN_PROGRESS']];
  const added: Line[] = isUndeployed ? [isWholeStack ? ['Nested', 'CREATE_COMPLETE', STACK_ID] : ['TeardownResource', 'CREATE_COMPLETE', PROJECT_ARN]] : [];
  const failed: Line[] = isUpdated ? [['stack', 'UPDATE_IN_PROGRESS'], ['Project', 'UPDATE_COMPLETE', 'parts'], ...added, ['stack', 'UPDATE_FAILED']] : [];
  return [['stack', 'CREATE_COMPLETE'], ...status === 'DELETE_IN_PROGRESS' ? failed : [['stack', 'UPDATE_IN_PROGRESS'] as const]];
}

/** What the operation has done before. */
function done({ isUndeployed, isWholeStack, isNew, isUpdated, renamed }: World): Line[] {
  const lines: Line[] = [];
  if (isUndeployed) lines.push(['ModelResource', 'CREATE_COMPLETE', VERSION_ARN], ['TeardownResource', 'CREATE_COMPLETE', PROJECT_ARN]);
  if (isWholeStack ? isNew || isUndeployed : false) lines.push(['Nested', 'CREATE_COMPLETE', STACK_ID]);
  if (isNew && !isWholeStack) lines.push(['Project', 'CREATE_COMPLETE', 'parts']);
  if (isUpdated) lines.push(['Project', 'UPDATE_COMPLETE', 'parts']);
  if (renamed !== 'no') lines.push(['Project', 'UPDATE_IN_PROGRESS', 'parts'], ['Project', 'UPDATE_IN_PROGRESS', 'nuts'], ['Project', 'UPDATE_COMPLETE', 'nuts']);
  if (renamed === 'with its teardown') lines.push(['TeardownResource', 'UPDATE_COMPLETE', PROJECT_ARN.replace('parts', 'nuts')]);
  return lines;
}

function recordOf(stackId: string): StackEvent[] {
  const { isWholeStack, status, isUndeployed, isUpdated } = world;
  const goes: Line[] = [['ModelResource', 'DELETE_IN_PROGRESS', VERSION_ARN], ['TeardownResource', 'DELETE_IN_PROGRESS', PROJECT_ARN]];
  const end = { stackId, end: requestedAt };
  if (isWholeStack && stackId === STACK_ID) {
    const added: Line[] = isUndeployed ? [['ModelResource', 'CREATE_COMPLETE', VERSION_ARN], ['TeardownResource', 'CREATE_COMPLETE', PROJECT_ARN]] : [];
    const changed: Line[] = isUpdated ? [['Project', 'UPDATE_COMPLETE', 'parts']] : [];
    return entries([['stack', 'CREATE_COMPLETE', '', '', 100], ...added, ...changed, ['stack', 'DELETE_IN_PROGRESS', '', '', 0], ...goes.map(([id, status_, arn]): Line => [id, status_, arn, '', 0])], end);
  }
  const isDeleted = status === 'DELETE_IN_PROGRESS';
  const ending: Line[] = isWholeStack ? [['Nested', 'DELETE_IN_PROGRESS', STACK_ID]] : goes;
  return entries([...beginning(world), ...isDeleted && world.wasCreated ? [] : done(world), ['stack', status], ...ending], end);
}

const ANSWERS: { [operation: string]: (input: any) => object } = {
  DescribeStacks: ({ StackName: StackId }) => ({
    Stacks: [{ StackId, ParentId: world.isWholeStack && StackId === STACK_ID ? PARENT_ID : undefined }],
  }),
  DescribeStackEvents: ({ StackName }) => ({ StackEvents: recordOf(StackName).reverse() }),
  ListStackResources: () => ({
    StackResourceSummaries: [['ModelResource', 'DELETE_IN_PROGRESS'], ...world.hasSuccessor ? [['Renamed', 'CREATE_COMPLETE']] : []].map(
      ([LogicalResourceId, ResourceStatus]) => ({ LogicalResourceId, ResourceType: TYPE, PhysicalResourceId: VERSION_ARN, ResourceStatus })),
  }),
  ListTagsForResource: () => {
    if (world.tag === 'project gone') throw awsError('ResourceNotFoundException');
    return { Tags: world.tag === 'nothing' ? {} : { owner: world.tag === 'this teardown' ? 'TeardownResource' : 'Renamed' } };
  },
  GetTemplate: () => ({
    TemplateBody: JSON.stringify({
      Resources: {
        Project: {
          Type: 'AWS::Rekognition::Project',
          UpdateReplacePolicy: world.template === 'retains' ? 'Retain' : 'Delete',
          Properties: { ProjectName: world.template === 'cannot tell' ? { Ref: 'Name' } : 'nuts' },
        },
      },
    }),
  }),
  DescribeProjects: () => ({ ProjectDescriptions: world.tag === 'project gone' ? [] : [{ ProjectArn: PROJECT_ARN, Datasets: [] }] }),
  DescribeProjectVersions: () => ({
    ProjectVersionDescriptions: world.version.status === NOT_LISTED ? [] : [{
      ProjectVersionArn: VERSION_ARN, Status: world.version.status, Feature: world.version.isAdapter ? 'CONTENT_MODERATION' : 'CUSTOM_LABELS',
    }],
  }),
  StopProjectVersion: () => ({ Status: 'STOPPING' }),
  DeleteProjectVersion: () => ({ Status: 'DELETING' }),
};
