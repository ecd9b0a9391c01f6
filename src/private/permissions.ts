import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { IProjectRef } from 'aws-cdk-lib/aws-rekognition';
import { IConstruct } from 'constructs';
import { ProjectVersionArn } from './project-version-arn';
import { outermostStack } from './stacks';
import { TeardownMode, TeardownTrigger } from '../teardown-options';

/** What decides which calls a teardown makes. */
export interface PermissionOptions {
  readonly projectVersionArn: string;
  readonly project?: IProjectRef;
  readonly trigger: TeardownTrigger;
  readonly mode: TeardownMode;
  /** Whether a deletion ever reaches the handler. */
  readonly isRetained: boolean;
}

/** Exactly what the handler needs for one version: the table in docs/iam.md. */
export function projectVersionPermissions(scope: IConstruct, options: PermissionOptions): iam.PolicyStatement[] {
  const { project, trigger } = options;
  const version = new ProjectVersionArn(options.projectVersionArn);
  const onRemoval = trigger === TeardownTrigger.RESOURCE_REMOVAL && !options.isRetained;

  const statements = [
    allow(['rekognition:DescribeProjectVersions'], project?.projectRef.projectArn ?? version.anyProjectOfName),
    allow(['cloudformation:DescribeStacks'], outermostStack(scope).stackId),
  ];
  // the action supports no resource, so it is only granted where the project has to be looked up.
  if (!project) statements.push(allow(['rekognition:DescribeProjects'], '*'));
  if (!options.isRetained) {
    statements.push(allow(
      [...options.mode === TeardownMode.DELETE ? ['rekognition:DeleteProjectVersion'] : [], 'rekognition:StopProjectVersion'],
      // when the construct is pointed at another version, this policy is re-scoped before the old one is to be deleted.
      onRemoval ? version.anyVersionOfProject : options.projectVersionArn,
    ));
  }
  if (onRemoval) statements.push(allow(['cloudformation:ListStackResources'], Stack.of(scope).stackId));
  return statements;
}

function allow(actions: string[], resource: string): iam.PolicyStatement {
  return new iam.PolicyStatement({ actions, resources: [resource] });
}
