import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import { IConstruct, IMixin } from 'constructs';
import { hasTeardown } from './private/owner-tag';
import { ProjectTeardown } from './project-teardown';
import { TeardownOptions } from './teardown-options';

/**
 * Properties of `ProjectAutoTeardown`.
 */
export interface ProjectAutoTeardownProps extends TeardownOptions {}

/**
 * A mixin that gives every `CfnProject` it meets a `ProjectTeardown`: `project.with(new ProjectAutoTeardown())` for one
 * project, `app.with(new ProjectAutoTeardown())` for all projects that are below a scope at that moment. In Python the
 * method is called `with_`.
 *
 * A project that has a teardown already, by hand or by the mixin, is left as it is. Projects that are added later get none: apply
 * it last.
 *
 * @see https://docs.aws.amazon.com/cdk/v2/guide/mixins.html
 */
export class ProjectAutoTeardown implements IMixin {
  /**
   * @param props Options for every teardown that it adds.
   */
  constructor(private readonly props: ProjectAutoTeardownProps = {}) {}

  /**
   * Whether this is a `CfnProject`, which is all that the mixin applies to.
   *
   * @param construct Any construct.
   */
  public supports(construct: IConstruct): boolean {
    return CfnProject.isCfnProject(construct);
  }

  /**
   * Adds the teardown to a `CfnProject`, as its child `AutoTeardown`. Does nothing to any other construct, or if the project has
   * a teardown already.
   *
   * @param construct A `CfnProject`.
   */
  public applyTo(construct: IConstruct): void {
    if (!CfnProject.isCfnProject(construct) || hasTeardown(construct)) return;
    new ProjectTeardown(construct, 'AutoTeardown', { ...this.props, project: construct });
  }
}
