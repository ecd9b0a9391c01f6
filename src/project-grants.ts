import * as iam from 'aws-cdk-lib/aws-iam';
import { IProjectRef } from 'aws-cdk-lib/aws-rekognition';
import {
  deleteDatasets, deleteVersions, DESCRIBE_PROJECTS, describeVersions, grantAll, stopAndDeleteVersions, stopVersions,
} from './private/permissions';
import { inProject } from './private/project-arn';

/**
 * Grants of what it takes to stop and delete all that a project contains, for example to the role of a pipeline.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrekognition.html
 */
export class ProjectGrants {
  /**
   * Grants on the contents of this project.
   *
   * @param project The project: a `CfnProject`, or one by `Project.fromProjectArn`.
   */
  public static fromProject(project: IProjectRef): ProjectGrants {
    return new ProjectGrants(project);
  }

  private constructor(private readonly project: IProjectRef) {}

  /**
   * Allows to stop the versions of the project: `rekognition:StopProjectVersion` on all of them.
   *
   * @param grantee Who is to be allowed.
   */
  public stop(grantee: iam.IGrantable): iam.Grant {
    return grantAll(grantee, [stopVersions(this.versions)]);
  }

  /**
   * Allows to delete the versions and datasets of the project: `rekognition:DeleteProjectVersion` and
   * `rekognition:DeleteDataset` on all of them.
   *
   * @param grantee Who is to be allowed.
   */
  public delete(grantee: iam.IGrantable): iam.Grant {
    return grantAll(grantee, [deleteVersions(this.versions), deleteDatasets(this.datasets)]);
  }

  /**
   * Allows all that the whole sequence needs: `stop`, `delete`, and to look what is there (`rekognition:DescribeProjectVersions`
   * on the project, and `rekognition:DescribeProjects` on all projects, which is the only way to list datasets).
   *
   * @param grantee Who is to be allowed.
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
