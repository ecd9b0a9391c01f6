import * as iam from 'aws-cdk-lib/aws-iam';
import { IProjectRef } from 'aws-cdk-lib/aws-rekognition';
import {
  deleteDatasets, deleteVersions, DESCRIBE_PROJECTS, describeVersions, grantAll, stopAndDeleteVersions, stopVersions,
} from './private/permissions';
import { inProject } from './private/project-arn';

/**
 * Grants the permissions to stop and delete everything in a project, for example to the role of a pipeline.
 *
 * @example
 * declare const pipelineRole: iam.IRole;
 * declare const screws: rekognition.CfnProject;
 *
 * ProjectGrants.fromProject(screws).teardown(pipelineRole);
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrekognition.html
 */
export class ProjectGrants {
  /**
   * Grants on the contents of a project.
   *
   * @param project A `CfnProject`, or a project from `Project.fromProjectArn`.
   */
  public static fromProject(project: IProjectRef): ProjectGrants {
    return new ProjectGrants(project);
  }

  private constructor(private readonly project: IProjectRef) {}

  /**
   * Grants the permission to stop the versions of the project: `rekognition:StopProjectVersion` on all of them.
   *
   * @param grantee The principal that gets the permissions.
   */
  public stop(grantee: iam.IGrantable): iam.Grant {
    return grantAll(grantee, [stopVersions(this.versions)]);
  }

  /**
   * Grants the permissions to delete the versions and datasets of the project: `rekognition:DeleteProjectVersion` and
   * `rekognition:DeleteDataset` on all of them.
   *
   * @param grantee The principal that gets the permissions.
   */
  public delete(grantee: iam.IGrantable): iam.Grant {
    return grantAll(grantee, [deleteVersions(this.versions), deleteDatasets(this.datasets)]);
  }

  /**
   * Grants all permissions that a teardown of the project needs: those of `stop` and `delete`, `rekognition:DescribeProjectVersions`
   * on the project, and `rekognition:DescribeProjects` on all projects, which is the only way to list datasets.
   *
   * @param grantee The principal that gets the permissions.
   */
  public teardown(grantee: iam.IGrantable): iam.Grant {
    return grantAll(grantee, [
      stopAndDeleteVersions(this.versions), deleteDatasets(this.datasets), describeVersions(this.projectArn), DESCRIBE_PROJECTS,
    ]);
  }

  private get projectArn(): string {
    return this.project.projectRef.projectArn;
  }

  private get versions(): string {
    return inProject(this.projectArn, 'version/*');
  }

  private get datasets(): string {
    return inProject(this.projectArn, 'dataset/*');
  }
}
