import { Fn } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { IProjectRef } from 'aws-cdk-lib/aws-rekognition';
import { inProject } from './project-arn';

/** Actions that are granted together, on the same resource or resources. */
export interface Permission {
  readonly actions: string[];
  readonly resource: string | string[];
}

/** Grants several permissions as one. */
export function grantAll(grantee: iam.IGrantable, permissions: Permission[]): iam.Grant {
  return permissions
    .map(({ actions, resource }) => iam.Grant.addToPrincipal({ grantee, actions, resourceArns: [resource].flat() }))
    .reduce((all, grant) => all.combine(grant));
}

/** To ask CloudFormation what it is about: the stack that knows is the outermost one. */
export function describeStack(rootStackId: string): Permission {
  return { actions: ['cloudformation:DescribeStacks'], resource: rootStackId };
}

/** To ask it why a custom resource is deleted, which takes the history of that stack too. */
export function askWhy(rootStackId: string): Permission {
  return { actions: ['cloudformation:DescribeStackEvents', ...describeStack(rootStackId).actions], resource: rootStackId };
}

/**
 * To find out whether another resource has the same physical id, in the outermost stack and the stacks nested in it,
 * whose names begin with its name.
 */
export function searchStacks(rootStackId: string): Permission {
  const segments = Fn.split('/', rootStackId);
  const nested = `${Fn.select(0, segments)}/${Fn.select(1, segments)}-*`;
  return { actions: ['cloudformation:ListStackResources'], resource: [rootStackId, nested] };
}

export function stopVersions(resource: string): Permission {
  return { actions: ['rekognition:StopProjectVersion'], resource };
}

export function deleteVersions(resource: string): Permission {
  return { actions: ['rekognition:DeleteProjectVersion'], resource };
}

/** One statement for both, as policies have a size limit. */
export function stopAndDeleteVersions(resource: string): Permission {
  return { actions: [...deleteVersions(resource).actions, ...stopVersions(resource).actions], resource };
}

/** The versions of a project are described by the project's ARN. */
export function describeVersions(resource: string): Permission {
  return { actions: ['rekognition:DescribeProjectVersions'], resource };
}

/** The action supports no resource, so it is only granted where it is called. */
export const DESCRIBE_PROJECTS: Permission = { actions: ['rekognition:DescribeProjects'], resource: '*' };

/**
 * To find one version: the number at the end of its ARN is its own creation time, which does not tell the ARN of its
 * project.
 */
export function describeOne(projectVersionArn: string, project?: IProjectRef): Permission[] {
  return project ? [describeVersions(project.projectRef.projectArn)] : [describeVersions(inProject(projectVersionArn, '*')), DESCRIBE_PROJECTS];
}

export function deleteDatasets(resource: string): Permission {
  return { actions: ['rekognition:DeleteDataset'], resource };
}

export function deleteProject(resource: string): Permission {
  return { actions: ['rekognition:DeleteProject'], resource };
}

export function listTags(resource: string): Permission {
  return { actions: ['rekognition:ListTagsForResource'], resource };
}
