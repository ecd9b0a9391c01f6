import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { RekognitionClient } from '@aws-sdk/client-rekognition';
import { PROJECT_ARN, STACK_ID, VERSION_ARN } from './arns';
import { awsError } from './aws';
import { Answer, FAILURES, NOT_LISTED, Reason, TAGS } from './tables';

/** One state of everything that the handler can see. */
export interface World extends Reason {
  readonly tag: typeof TAGS[number];
  readonly version: { readonly status: string; readonly isAdapter: boolean };
  /** What an operation answers instead of succeeding, by its name. */
  readonly answers: { readonly [operation: string]: Answer };
}

/** What the handler did in a world: its requests, such as `StopProjectVersion arn:...`. */
export const requests: string[] = [];
let world: World;

export function enter(next: World): void {
  world = next;
  requests.length = 0;
}

/** The requests that change something. */
export function changes(): string[] {
  return requests.filter(request => /^(Stop|Delete|Start|Create|Update|Put|Tag|Untag|Copy)/.test(request));
}

/**
 * Stands in for `lambda/sdk.ts`: real clients, as the paginators insist on them, whose requests end here. Much faster
 * than a mocked client, and there are a lot of worlds.
 */
export function inRegion(create: (configuration: any) => RekognitionClient | CloudFormationClient): () => RekognitionClient | CloudFormationClient {
  const client = create({ region: 'us-east-1' });
  client.send = ({ constructor, input }: { constructor: { name: string }; input: any }) => {
    const operation = constructor.name.replace(/Command$/, '');
    requests.push(`${operation} ${input.ProjectVersionArn ?? input.DatasetArn ?? input.ProjectArn ?? input.ResourceArn ?? input.StackName ?? input.ProjectNames}`);
    const failure = FAILURES.find(({ kind }) => kind === world.answers[operation]);
    if (failure) return Promise.reject(awsError(failure.error));
    const answer = ANSWERS[operation];
    return answer ? Promise.resolve(answer()) : Promise.reject(new Error(`nobody expects a ${operation}`));
  };
  return () => client;
}

const TYPE = 'Custom::RekognitionProjectVersionTeardown';

const ANSWERS: { [operation: string]: () => object } = {
  DescribeStacks: () => ({ Stacks: [{ StackId: STACK_ID, StackStatus: world.status }] }),
  DescribeStackEvents: () => ({
    StackEvents: ['DELETE_IN_PROGRESS', world.before].map(ResourceStatus => ({ PhysicalResourceId: STACK_ID, ResourceStatus })),
  }),
  ListStackResources: () => ({
    StackResourceSummaries: [['ModelResource', 'DELETE_IN_PROGRESS'], ...world.hasHeir ? [['Renamed', 'CREATE_COMPLETE']] : []].map(
      ([LogicalResourceId, ResourceStatus]) => ({ LogicalResourceId, ResourceType: TYPE, PhysicalResourceId: VERSION_ARN, ResourceStatus })),
  }),
  ListTagsForResource: () => {
    if (world.tag === 'project gone') throw awsError('ResourceNotFoundException');
    return { Tags: world.tag === 'nothing' ? {} : { owner: world.tag === 'this teardown' ? 'TeardownResource' : 'Renamed' } };
  },
  DescribeProjects: () => ({ ProjectDescriptions: [{ ProjectArn: PROJECT_ARN, Datasets: [] }] }),
  DescribeProjectVersions: () => ({
    ProjectVersionDescriptions: world.version.status === NOT_LISTED ? [] : [{
      ProjectVersionArn: VERSION_ARN, Status: world.version.status, Feature: world.version.isAdapter ? 'CONTENT_MODERATION' : 'CUSTOM_LABELS',
    }],
  }),
  StopProjectVersion: () => ({ Status: 'STOPPING' }),
  DeleteProjectVersion: () => ({ Status: 'DELETING' }),
};
