import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import { IConstruct, IMixin } from 'constructs';
import { ProjectTeardown } from './project-teardown';
import { TeardownOptions } from './teardown-options';

const ID = 'AutoTeardown';

/**
 * Properties of `ProjectAutoTeardown`.
 */
export interface ProjectAutoTeardownProps extends TeardownOptions {}

/**
 * A mixin that gives every `CfnProject` it meets a `ProjectTeardown`: `project.with(new ProjectAutoTeardown())` for one
 * project, `app.with(new ProjectAutoTeardown())` for all projects that are below a scope at that moment. In Python the
 * method is called `with_`.
 *
 * A project gets one teardown, however often the mixin is applied. Projects that are added later get none.
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
   * Adds the teardown to a `CfnProject`, as its child `AutoTeardown`. Does nothing to any other construct, or if it was applied before.
   *
   * Throws if the project has a teardown that was defined by hand.
   *
   * @param construct A `CfnProject`.
   */
  public applyTo(construct: IConstruct): void {
    if (!CfnProject.isCfnProject(construct) || construct.node.tryFindChild(ID)) return;
    new ProjectTeardown(construct, ID, { ...this.props, project: construct });
  }
}
