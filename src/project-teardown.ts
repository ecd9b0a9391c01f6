import { Aspects, CfnResource, CustomResource, IAspect, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnProject, IProjectRef } from 'aws-cdk-lib/aws-rekognition';
import { Construct, IConstruct } from 'constructs';
import { hasTeardown, OWNER_TAG } from './private/owner-tag';
import {
  deleteDatasets, deleteProject, DESCRIBE_PROJECTS, describeVersions, listTags, stopAndDeleteVersions, stopVersions,
} from './private/permissions';
import { inProject } from './private/project-arn';
import { isRetained } from './private/retention';
import { defineTeardown } from './private/teardown-resource';
import { ProjectGrants } from './project-grants';
import { TeardownMode, TeardownOptions } from './teardown-options';

/**
 * Properties of `ProjectTeardown`.
 */
export interface ProjectTeardownProps extends TeardownOptions {
  /**
   * The project whose contents are torn down: a `CfnProject`, or one by `Project.fromProjectArn`. A `CfnProject` can have
   * one teardown in its stack.
   */
  readonly project: IProjectRef;

  /**
   * Whether the project itself is deleted too, when it is empty. For projects that no stack owns, such as those for adapters: a
   * `CfnProject` is deleted by its own stack, so this is refused for one. Has no effect with `TeardownMode.STOP`.
   *
   * @see https://docs.aws.amazon.com/rekognition/latest/APIReference/API_DeleteProject.html
   *
   * @default false
   */
  readonly deleteProject?: boolean;
}

/**
 * Tears down all that an Amazon Rekognition project contains (Custom Labels models or custom adapters, and datasets), so
 * that the project itself can be deleted: stops what runs, waits until it is stopped, deletes everything and waits until it is gone.
 *
 * The contents of a project that is a `CfnProject` of the same stack die with the project: when it is deleted, removed
 * from the stack, replaced, or rolled back in the deployment that created it. Removing, renaming or moving only the
 * teardown deletes nothing. The contents of a project that lives elsewhere are torn down only when the stack of the
 * teardown is deleted.
 *
 * What appears in the project while the teardown runs is torn down too. If the project is not empty within the provider's
 * `totalTimeout`, the deletion of the stack fails with a message that says what is left, in which status and what to do.
 *
 * Throws if the project has a teardown already, if `deleteProject` is set for a `CfnProject`, which its own stack deletes, or
 * if `removalPolicy` is `SNAPSHOT`. Synthesis fails if the contents of a project that is retained would be deleted.
 *
 * @see https://docs.aws.amazon.com/rekognition/latest/APIReference/API_DeleteProject.html
 */
export class ProjectTeardown extends Construct {
  /**
   * Grants for others that are to stop or delete the contents of the project, such as the role of a pipeline.
   */
  public readonly grants: ProjectGrants;

  private readonly resource: CustomResource;

  /**
   * @param scope Where the teardown is defined. With a `CfnProject` of the same stack, that project's life decides, not the teardown's.
   * @param id The id of the teardown in its scope. Changing it deletes nothing.
   * @param props The project, and options.
   */
  constructor(scope: Construct, id: string, props: ProjectTeardownProps) {
    super(scope, id);

    const { project, deleteProject: deletesProject = false } = props;
    const { projectArn } = project.projectRef;
    const owned = CfnProject.isCfnProject(project) && Stack.of(project) === Stack.of(this) ? project : undefined;
    if (CfnProject.isCfnProject(project) && deletesProject) {
      throw new Error(`deleteProject must not be set for the project ${project.node.path}: its own stack deletes it; leave deleteProject out`);
    }
    this.grants = ProjectGrants.fromProject(project);

    this.resource = defineTeardown(this, props, {
      resourceType: 'Custom::RekognitionProjectTeardown',
      properties: {
        ProjectArn: projectArn,
        DeleteProject: deletesProject ? 'true' : 'false',
        OwnerTag: owned ? OWNER_TAG : undefined,
      },
      // a project with another name is another project, though its attributes look the same.
      cleanUpKey: owned?.projectName,
      look: [describeVersions(projectArn), ...owned ? [listTags(projectArn)] : []],
      change: mode => mode === TeardownMode.STOP ? [stopVersions(inProject(projectArn, 'version/*'))] : [
        stopAndDeleteVersions(inProject(projectArn, 'version/*')),
        deleteDatasets(inProject(projectArn, 'dataset/*')),
        DESCRIBE_PROJECTS,
        ...deletesProject ? [deleteProject(projectArn)] : [],
      ],
    });
    if (owned) this.own(owned, props);
  }

  /** Binds the contents of a project to its life. */
  private own(project: CfnProject, { mode = TeardownMode.DELETE, removalPolicy = RemovalPolicy.DESTROY }: TeardownOptions): void {
    if (hasTeardown(project)) {
      throw new Error(`the project ${project.node.path} has a teardown already; a project can have one only (ProjectAutoTeardown leaves out what has one: apply it last)`);
    }
    // the final one, as ids may still be overridden and renamed.
    project.cdkTagManager.setTag(OWNER_TAG, (this.resource.node.defaultChild as CfnResource).logicalId);
    Aspects.of(Stack.of(this)).add(new BeforeDatasets(this.resource));

    this.node.addValidation({
      validate: () => mode === TeardownMode.DELETE && removalPolicy === RemovalPolicy.DESTROY && isRetained(project, this)
        ? [`the project ${project.node.path} is retained, so its contents must not be deleted; use TeardownMode.STOP, or remove the teardown or the retention`]
        : [],
    });
  }
}

/**
 * Lets the teardown go first where the stack has datasets of its own (`AWS::Rekognition::Dataset`): it waits until they
 * can be deleted, and for CloudFormation a dataset that is gone is deleted. At the same time, one of the two would be refused.
 */
class BeforeDatasets implements IAspect {
  constructor(private readonly teardown: CustomResource) {}

  visit(node: IConstruct): void {
    if (!CfnResource.isCfnResource(node) || node.cfnResourceType !== 'AWS::Rekognition::Dataset') return;
    // unless the user wants it the other way round.
    if (!node.node.dependencies.some(dependency => this.teardown.node.scopes.includes(dependency))) {
      this.teardown.node.addDependency(node);
    }
  }
}
