import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { IProjectRef } from 'aws-cdk-lib/aws-rekognition';
import { Construct } from 'constructs';
import { deleteVersions, describeOne, grantAll, stopAndDeleteVersions, stopVersions } from './private/permissions';
import { ProjectVersionArn } from './private/project-version-arn';

/**
 * Options of `ProjectVersionGrants.fromProjectVersionArn`.
 */
export interface ProjectVersionGrantsOptions {
  /**
   * The project that the version belongs to. With it, `teardown` grants narrower permissions.
   *
   * @default - `teardown` also grants `rekognition:DescribeProjects` on all projects, to look the project up by its name
   */
  readonly project?: IProjectRef;
}

/**
 * Grants the permissions to stop and delete one project version, for example to the role of a pipeline.
 *
 * @example
 * declare const pipelineRole: iam.IRole;
 *
 * const model = 'arn:aws:rekognition:us-east-1:111122223333:project/screw-inspection/version/v1/1769817600000';
 * ProjectVersionGrants.fromProjectVersionArn(this, model).stop(pipelineRole);
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrekognition.html
 */
export class ProjectVersionGrants {
  /**
   * Grants on the version with this ARN, which may be a deploy-time value.
   *
   * Throws if a literal ARN is not that of a project version, is in a different account from the stack of `scope`, or does not belong to
   * `project`.
   *
   * @param scope Any construct of the stack that uses the version.
   * @param projectVersionArn The ARN of the project version.
   * @param options The project of the version, if you have it.
   */
  public static fromProjectVersionArn(scope: Construct, projectVersionArn: string, options: ProjectVersionGrantsOptions = {}): ProjectVersionGrants {
    const version = new ProjectVersionArn(projectVersionArn);
    version.assertAccount(Stack.of(scope));
    if (options.project) version.assertProject(options.project);
    return new ProjectVersionGrants(projectVersionArn, options.project);
  }

  private constructor(private readonly projectVersionArn: string, private readonly project?: IProjectRef) {}

  /**
   * Grants the permission to stop the version: `rekognition:StopProjectVersion` on its ARN.
   *
   * @param grantee The principal that gets the permissions.
   */
  public stop(grantee: iam.IGrantable): iam.Grant {
    return grantAll(grantee, [stopVersions(this.projectVersionArn)]);
  }

  /**
   * Grants the permission to delete the version once it is stopped: `rekognition:DeleteProjectVersion` on its ARN.
   *
   * @param grantee The principal that gets the permissions.
   */
  public delete(grantee: iam.IGrantable): iam.Grant {
    return grantAll(grantee, [deleteVersions(this.projectVersionArn)]);
  }

  /**
   * Grants all permissions that a teardown of the version needs: those of `stop` and `delete`, `rekognition:DescribeProjectVersions` on
   * the project and, without `project`, `rekognition:DescribeProjects` on all projects.
   *
   * @param grantee The principal that gets the permissions.
   */
  public teardown(grantee: iam.IGrantable): iam.Grant {
    return grantAll(grantee, [stopAndDeleteVersions(this.projectVersionArn), ...describeOne(this.projectVersionArn, this.project)]);
  }
}
