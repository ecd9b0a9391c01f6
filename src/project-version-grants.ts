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
   * The project that the version belongs to. It makes `teardown` narrower.
   *
   * @default - whoever tears the version down may look its project up by name, and so describe all projects
   */
  readonly project?: IProjectRef;
}

/**
 * Grants of what it takes to stop and delete one project version, for example to the role of a pipeline.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrekognition.html
 */
export class ProjectVersionGrants {
  /**
   * Grants on the version with this ARN, literal or known at deployment only.
   *
   * Throws if a literal ARN is not that of a project version, is in another account than the stack of `scope`, or does not
   * belong to `project`.
   *
   * @param scope Where the version is used.
   * @param projectVersionArn The ARN of the project version.
   * @param options The project of the version, if it is at hand.
   */
  public static fromProjectVersionArn(scope: Construct, projectVersionArn: string, options: ProjectVersionGrantsOptions = {}): ProjectVersionGrants {
    const version = new ProjectVersionArn(projectVersionArn);
    version.assertAccount(Stack.of(scope));
    if (options.project) version.assertProject(options.project);
    return new ProjectVersionGrants(projectVersionArn, options.project);
  }

  private constructor(private readonly projectVersionArn: string, private readonly project?: IProjectRef) {}

  /**
   * Allows to stop the version: `rekognition:StopProjectVersion` on its ARN.
   *
   * @param grantee Who is to be allowed.
   */
  public stop(grantee: iam.IGrantable): iam.Grant {
    return grantAll(grantee, [stopVersions(this.projectVersionArn)]);
  }

  /**
   * Allows to delete the version once it is stopped: `rekognition:DeleteProjectVersion` on its ARN.
   *
   * @param grantee Who is to be allowed.
   */
  public delete(grantee: iam.IGrantable): iam.Grant {
    return grantAll(grantee, [deleteVersions(this.projectVersionArn)]);
  }

  /**
   * Allows all that the whole sequence needs: to stop the version, to delete it, and to look how far it is
   * (`rekognition:DescribeProjectVersions` on the project, and without `project` `rekognition:DescribeProjects` on all).
   *
   * @param grantee Who is to be allowed.
   */
  public teardown(grantee: iam.IGrantable): iam.Grant {
    return grantAll(grantee, [stopAndDeleteVersions(this.projectVersionArn), ...describeOne(this.projectVersionArn, this.project)]);
  }
}
