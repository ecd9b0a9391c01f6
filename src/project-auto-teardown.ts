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
 * project, `app.with(new ProjectAutoTeardown())` for all projects that are below a scope at that moment.
 *
 * A project gets one teardown, however often the mixin is applied.
 */
export class ProjectAutoTeardown implements IMixin {
  /**
   * @param props Options for every teardown.
   */
  constructor(private readonly props: ProjectAutoTeardownProps = {}) {}

  /**
   * Whether this is a `CfnProject`.
   *
   * @param construct Any construct.
   */
  public supports(construct: IConstruct): boolean {
    return CfnProject.isCfnProject(construct);
  }

  /**
   * Adds the teardown to a `CfnProject`. Does nothing if it was applied before.
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
