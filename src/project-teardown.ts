import { CfnResource, Stack } from 'aws-cdk-lib';
import { CfnProject, IProjectRef } from 'aws-cdk-lib/aws-rekognition';
import { Construct } from 'constructs';
import { goBeforeDatasets } from './private/datasets';
import { hasTeardown, OWNER_TAG, ownerTagProblems, setOwnerTag } from './private/owner-tag';
import {
  deleteDatasets, deleteProject, DESCRIBE_PROJECTS, describeVersions, listTags, readTemplate, stopAndDeleteVersions, stopVersions,
} from './private/permissions';
import { inProject } from './private/project-arn';
import { accountProblems, assertProjectAccount, cfnProjectOf, ownProject, projectsBehind } from './private/project-search';
import { isRetained, projectRetention, retentionOf } from './private/retention';
import { defineTeardown } from './private/teardown-resource';
import { ProjectGrants } from './project-grants';
import { TeardownMode, TeardownOptions } from './teardown-options';

/**
 * Properties of `ProjectTeardown`.
 */
export interface ProjectTeardownProps extends TeardownOptions {
  /**
   * The project whose contents are torn down: a `CfnProject`, or a project from `Project.fromProjectArn`. A `CfnProject` can have
   * one teardown in its stack. Synthesis fails if its ARN is a dynamic reference (`{{resolve:...}}`).
   */
  readonly project: IProjectRef;

  /**
   * Whether the project itself is deleted too, once it is empty. Use this for projects that no stack owns, such as those for adapters.
   * Must not be set for a `CfnProject`, as its own stack deletes it. Has no effect with `TeardownMode.STOP`.
   *
   * @see https://docs.aws.amazon.com/rekognition/latest/APIReference/API_DeleteProject.html
   *
   * @default false
   */
  readonly deleteProject?: boolean;
}

/**
 * Tears down everything in an Amazon Rekognition project (Custom Labels models or custom adapters, and datasets), so
 * that the project itself can be deleted: stops what runs, waits until it is stopped, deletes everything and waits until it is gone.
 *
 * If the project is a `CfnProject` of the same stack, its contents are deleted together with the project: when it is deleted, removed
 * from the stack, replaced, or rolled back in the deployment that created it. Removing, renaming or moving only the
 * teardown deletes nothing. The contents of any other project are torn down only when the stack of the teardown is deleted.
 *
 * Whatever is added to the project while the teardown runs is torn down too. If the project is not empty within the `totalTimeout` of
 * the provider, the deletion of the stack fails with a message that says what is left, in which status and what to do.
 *
 * Throws if the project already has a teardown, if it is a generic `CfnResource` of the same stack or its tags are one expression
 * (such as an `Fn::If`) instead of a list, if `deleteProject` is set for a `CfnProject`, or if `removalPolicy` is `SNAPSHOT`.
 * Synthesis fails if the teardown would delete the contents of a project that the template retains, if something removes the tag
 * `cdk-rekognition-teardown:owner` from the project, or if the project has more than 50 tags with it.
 *
 * @see https://docs.aws.amazon.com/rekognition/latest/APIReference/API_DeleteProject.html
 */
export class ProjectTeardown extends Construct {
  /**
   * Grants to stop or delete the contents of the project by other means, for example for the role of a pipeline.
   */
  public readonly grants: ProjectGrants;

  /**
   * @param scope Where the teardown is defined. With a `CfnProject` of the same stack, what counts is the life cycle of the project, not
   * that of the teardown.
   * @param id The id of the teardown in its scope. Changing it deletes nothing.
   * @param props The project and options.
   */
  constructor(scope: Construct, id: string, props: ProjectTeardownProps) {
    super(scope, id);

    const { project, deleteProject: deletesProject = false, mode = TeardownMode.DELETE } = props;
    const { projectArn } = project.projectRef;
    const defined = cfnProjectOf(project);
    const owned = ownProject(project, this);
    assertProjectAccount(project, this);
    if (defined && deletesProject) {
      throw new Error(`deleteProject must not be set for the project ${defined.node.path}: its own stack deletes it; leave deleteProject out`);
    }
    if (owned && hasTeardown(owned)) {
      throw new Error(`the project ${owned.node.path} already has a teardown; a project can have only one (apply ProjectAutoTeardown last: it skips projects that have one)`);
    }
    this.grants = ProjectGrants.fromProject(project);

    const contents = inProject(projectArn, '*');
    const versions = inProject(projectArn, 'version/*');
    const deletes = mode === TeardownMode.DELETE;
    const resource = defineTeardown(this, props, {
      resourceType: 'Custom::RekognitionProjectTeardown',
      properties: {
        ProjectArn: projectArn,
        DeleteProject: deletesProject ? 'true' : 'false',
        OwnerTag: owned ? OWNER_TAG : undefined,
      },
      project: owned,
      cleanUpOf: owned ? { arn: projectArn, creationTime: 2 } : undefined,
      // a rollback also deletes the contents of a project of the same stack.
      acts: ({ onRollback, onDeletion, onReplacement }) => !onDeletion || (owned !== undefined && !(onRollback && onReplacement)),
      // the same resource everywhere makes it one statement: during an update, the role may have to hold this policy and the one that it replaces.
      observe: owned
        // CloudFormation may delete what the template retains (RetainExceptOnCreate), if it proves empty.
        ? [readTemplate(Stack.of(this)), describeVersions(contents), listTags(contents), DESCRIBE_PROJECTS]
        : [describeVersions(projectArn)],
      change: [
        deletes ? stopAndDeleteVersions(owned ? contents : versions) : stopVersions(owned ? contents : versions),
        ...deletes ? [deleteDatasets(owned ? contents : inProject(projectArn, 'dataset/*'))] : [],
        ...owned ? [] : [DESCRIBE_PROJECTS],
        ...deletes && deletesProject ? [deleteProject(projectArn)] : [],
      ],
      takenApart: { arn: projectArn, remedy: '' },
    });
    goBeforeDatasets(resource, projectArn, defined);

    if (owned) this.own(owned, resource);
    else this.node.addValidation({ validate: () => accountProblems(project, this) });
    if (deletes) {
      this.node.addValidation({
        validate: () => projectsBehind(project, this).flatMap(found => this.validateRetention(found, resource)),
      });
    }
  }

  /** Binds the contents of a project to its life cycle. */
  private own(project: CfnProject, resource: CfnResource): void {
    setOwnerTag(project, resource);
    this.node.addValidation({ validate: () => ownerTagProblems(project, resource) });
  }

  private validateRetention(project: CfnResource, resource: CfnResource): string[] {
    const teardown = retentionOf(resource);
    const retention = projectRetention(project, this);
    const isOwn = Stack.of(project) === Stack.of(this);
    const isLost = isOwn
      ? (Object.keys(retention) as (keyof typeof retention)[]).some(when => retention[when] && !teardown[when])
      : isRetained(project, this) && !teardown.onDeletion;
    return isLost ? [
      `the project ${project.node.path} is retained, so its contents must not be deleted; use TeardownMode.STOP, or remove the teardown or the retention`,
    ] : [];
  }
}
