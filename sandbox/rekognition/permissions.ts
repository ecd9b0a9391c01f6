import { NotModeled, Permission } from '../service';

/** [cited] Service Authorization Reference, Rekognition: the members of the input that name the resources; none stands for `*`. */
const RESOURCES: { readonly [operation: string]: readonly string[] | undefined } = {
  CreateProject: [],
  DescribeProjects: [],
  DeleteProject: ['ProjectArn'],
  CreateProjectVersion: ['ProjectArn'],
  DescribeProjectVersions: ['ProjectArn'],
  StartProjectVersion: ['ProjectVersionArn'],
  StopProjectVersion: ['ProjectVersionArn'],
  DeleteProjectVersion: ['ProjectVersionArn'],
  // [assumed] "project" in the reference is the destination.
  CopyProjectVersion: ['SourceProjectVersionArn', 'DestinationProjectArn'],
  CreateDataset: ['ProjectArn'],
  DescribeDataset: ['DatasetArn'],
  DeleteDataset: ['DatasetArn'],
  ListProjectPolicies: ['ProjectArn'],
  PutProjectPolicy: ['ProjectArn'],
  DeleteProjectPolicy: ['ProjectArn'],
  TagResource: ['ResourceArn'],
  UntagResource: ['ResourceArn'],
  ListTagsForResource: ['ResourceArn'],
};

export function permissionsFor(operation: string, input: { readonly [member: string]: unknown }): Permission[] {
  const members = RESOURCES[operation];
  if (!members) throw new NotModeled(`the sandbox does not know Rekognition's operation ${operation}`);
  const action = `rekognition:${operation}`;
  // [assumed] an input without the ARN needs the permission on all resources.
  return members.length === 0 ? [{ action, resource: '*' }] : members.map(member => ({ action, resource: String(input[member] ?? '*') }));
}
