import { Fn, Resource } from 'aws-cdk-lib';
import { IProjectRef, ProjectReference } from 'aws-cdk-lib/aws-rekognition';
import { Construct } from 'constructs';
import { assertProjectArn } from './private/project-arn';

/**
 * Amazon Rekognition projects that this app does not define.
 *
 * @see https://docs.aws.amazon.com/rekognition/latest/customlabels-dg/mp-create-project.html
 */
export class Project {
  /**
   * References a project by its ARN, such as `arn:aws:rekognition:us-east-1:111122223333:project/parts/1769810000000`. The project
   * may belong to another app or to no stack at all, like projects for adapters, which CloudFormation cannot create.
   *
   * Throws if a literal ARN is not that of a project. Synthesis does not check that the project exists. The teardown does when it is
   * deployed.
   *
   * @see https://docs.aws.amazon.com/rekognition/latest/APIReference/API_ProjectDescription.html
   *
   * @param scope The scope of the reference.
   * @param id The id of the reference in its scope.
   * @param projectArn The ARN of the project, 20 to 2048 characters. It may be a deploy-time value.
   */
  public static fromProjectArn(scope: Construct, id: string, projectArn: string): IProjectRef {
    assertProjectArn(projectArn);

    class Import extends Resource implements IProjectRef {
      public readonly projectRef: ProjectReference = {
        projectArn,
        projectName: Fn.select(1, Fn.split('/', projectArn)),
      };
    }

    return new Import(scope, id, { environmentFromArn: projectArn });
  }

  private constructor() {}
}
