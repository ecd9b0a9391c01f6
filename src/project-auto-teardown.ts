import { Annotations, RemovalPolicy, Stage } from 'aws-cdk-lib';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import { IConstruct, IMixin } from 'constructs';
import { isSynthesized } from './private/cdk-internals';
import { hasTeardown } from './private/owner-tag';
import { isRetained } from './private/retention';
import { ProjectTeardown } from './project-teardown';
import { TeardownMode, TeardownOptions } from './teardown-options';

/**
 * Properties of `ProjectAutoTeardown`.
 */
export interface ProjectAutoTeardownProps extends TeardownOptions {}

/**
 * A mixin that adds a `ProjectTeardown` to every `CfnProject`. Use `project.with(new ProjectAutoTeardown())` for one
 * project, and `app.with(new ProjectAutoTeardown())` for all projects that exist below a scope at that point. In Python the
 * method is called `with_`.
 *
 * The mixin skips projects that already have a teardown. It also skips projects that are retained, with the warning
 * `cdk-rekognition-teardown:retainedProject`, unless it adds teardowns that delete nothing. Projects that are added later get
 * none, so apply the mixin last: in an app with CDK Pipelines, inside each stage. A project that is retained only after that
 * fails synthesis.
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
   * Adds a teardown to a `CfnProject`, as its child `AutoTeardown`. Does nothing if the project already has a teardown or is
   * retained, or if the construct is something else. Throws if the stage around the project has been synthesized, as
   * CDK Pipelines do when the stage is added.
   *
   * @param construct A `CfnProject`.
   */
  public applyTo(construct: IConstruct): void {
    if (!CfnProject.isCfnProject(construct) || hasTeardown(construct)) return;
    if (this.deletes && isRetained(construct, construct)) {
      Annotations.of(construct).addWarningV2('cdk-rekognition-teardown:retainedProject',
        `the project ${construct.node.path} is retained, so ProjectAutoTeardown does not add a teardown to it; `
        + 'its models keep running, and are billed, until somebody stops them');
      return;
    }
    assertMayChange(construct);
    new ProjectTeardown(construct, 'AutoTeardown', { ...this.props, project: construct });
  }

  /** Whether its teardowns delete the contents of projects when the stack is deleted. */
  private get deletes(): boolean {
    const { mode = TeardownMode.DELETE, removalPolicy = RemovalPolicy.DESTROY } = this.props;
    return mode === TeardownMode.DELETE && removalPolicy === RemovalPolicy.DESTROY;
  }
}

/** Throws if it is too late to add something to a stage. An app may be synthesized again, as tests do. */
function assertMayChange(project: CfnProject): void {
  const stage = Stage.of(project);
  if (!stage?.parentStage || !isSynthesized(stage)) return;
  throw new Error(`the stage ${stage.node.path} has been synthesized, so no teardown can be added to the project `
    + `${project.node.path}; apply ProjectAutoTeardown inside the stage, after its stacks: `
    + 'CDK Pipelines synthesize a stage when it is added');
}
