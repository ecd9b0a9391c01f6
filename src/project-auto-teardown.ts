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
 * A mixin that adds a `ProjectTeardown` to every `CfnProject`. Use `project.with(new ProjectAutoTeardown())` for one
 * project, and `app.with(new ProjectAutoTeardown())` for all projects that exist below a scope at that point. In Python the
 * method is called `with_`.
 *
 * The mixin skips projects that already have a teardown. Projects that are added later get none, so apply the mixin last.
 *
 * @see https://docs.aws.amazon.com/cdk/v2/guide/mixins.html
 */
export class ProjectAutoTeardown implements IMixin {
  /**
   * @param props Options of every teardown that the mixin adds.
   */
  constructor(private readonly props: ProjectAutoTeardownProps = {}) {}

  /**
   * Whether a construct is a `CfnProject`. The mixin applies to nothing else.
   *
   * @param construct Any construct.
   */
  public supports(construct: IConstruct): boolean {
    return CfnProject.isCfnProject(construct);
  }

  /**
   * Adds a teardown to a `CfnProject`, as its child `AutoTeardown`. Does nothing if the project already has a teardown, or if
   * the construct is something else.
   *
   * @param construct A `CfnProject`.
   */
  public applyTo(construct: IConstruct): void {
    if (!CfnProject.isCfnProject(construct) || hasTeardown(construct)) return;
    new ProjectTeardown(construct, 'AutoTeardown', { ...this.props, project: construct });
  }
}
