import { Fn, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { IProjectRef } from 'aws-cdk-lib/aws-rekognition';
import { inProject } from './project-arn';

/** Actions that are granted together on the same resources. */
export interface Permission {
  readonly actions: string[];
  readonly resource: string | string[];
  /** The name of the common policy, for a permission that is the same for all teardowns of a provider that need it. */
  readonly common?: string;
}

export function statementOf({ actions, resource }: Permission): iam.PolicyStatement {
  return new iam.PolicyStatement({ actions, resources: [resource].flat() });
}

/** Grants several permissions as one. */
export function grantAll(grantee: iam.IGrantable, permissions: Permission[]): iam.Grant {
  return permissions
    .map(({ actions, resource }) => iam.Grant.addToPrincipal({ grantee, actions, resourceArns: [resource].flat() }))
    .reduce((all, grant) => all.combine(grant));
}

/** To find the operation that a Delete belongs to in the events of these stacks, and the parents of these stacks. */
export function readRecords(stackIds: string[]): Permission {
  return { actions: ['cloudformation:DescribeStackEvents', 'cloudformation:DescribeStacks'], resource: stackIds, common: 'Records' };
}

/** To find out whether an update that has renamed a project retains the old one. */
export function readTemplate(stack: Stack): Permission {
  return { actions: ['cloudformation:GetTemplate'], resource: stack.stackId, common: 'Template' };
}

/** To find out whether another resource has the same physical id, in the outermost stack and the stacks nested in it. */
export function searchStacks(outermost: Stack): Permission {
  return { actions: ['cloudformation:ListStackResources'], resource: [outermost.stackId, nestedIn(outermost)], common: 'Stacks' };
}

/**
 * How many characters of the name of its parent the name of a nested stack contains at least: CloudFormation truncates it to make room
 * for the logical id and a suffix.
 */
const KEPT_OF_NAME = 24;

/** The stacks nested in a stack: their names begin with its name. */
function nestedIn({ stackId, stackName }: Stack): string {
  const segments = Fn.split('/', stackId);
  const isCut = !Token.isUnresolved(stackName) && stackName.length > KEPT_OF_NAME;
  return `${Fn.select(0, segments)}/${isCut ? stackName.slice(0, KEPT_OF_NAME) : `${Fn.select(1, segments)}-`}*`;
}

export function stopVersions(resource: string | string[]): Permission {
  return { actions: ['rekognition:StopProjectVersion'], resource };
}

export function deleteVersions(resource: string | string[]): Permission {
  return { actions: ['rekognition:DeleteProjectVersion'], resource };
}

/** One statement for both, as policies have a size limit. */
export function stopAndDeleteVersions(resource: string | string[]): Permission {
  return { actions: [...deleteVersions(resource).actions, ...stopVersions(resource).actions], resource };
}

/** The permission to describe versions is on the project. */
export function describeVersions(resource: string | string[]): Permission {
  return { actions: ['rekognition:DescribeProjectVersions'], resource };
}

/** The action does not support resource-level permissions, so it is granted only where it is called. */
export const DESCRIBE_PROJECTS: Permission = { actions: ['rekognition:DescribeProjects'], resource: '*', common: 'Projects' };

/**
 * To find one version. The number at the end of its ARN is its own creation time, so the ARN of its project cannot be derived
 * from it.
 */
export function describeOne(projectVersionArn: string, project?: IProjectRef): Permission[] {
  return project ? [describeVersions(project.projectRef.projectArn)] : [describeVersions(inProject(projectVersionArn, '*')), DESCRIBE_PROJECTS];
}

export function deleteDatasets(resource: string | string[]): Permission {
  return { actions: ['rekognition:DeleteDataset'], resource };
}

export function deleteProject(resource: string | string[]): Permission {
  return { actions: ['rekognition:DeleteProject'], resource };
}

export function listTags(resource: string): Permission {
  return { actions: ['rekognition:ListTagsForResource'], resource };
}
