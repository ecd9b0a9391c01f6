import { IProjectRef } from 'aws-cdk-lib/aws-rekognition';
import { Construct } from 'constructs';
import { ProjectVersionTeardownAttributes } from './private/contract';
import { describeOne, searchStacks, stopAndDeleteVersions, stopVersions } from './private/permissions';
import { accountProblems, assertProjectAccount, ownProject, projectsBehind } from './private/project-search';
import { ProjectVersionArn } from './private/project-version-arn';
import { rendered } from './private/rendered';
import { warnOfOthers } from './private/same-version';
import { outermostStack } from './private/stacks';
import { defineTeardown } from './private/teardown-resource';
import { ProjectVersionGrants } from './project-version-grants';
import { TeardownMode, TeardownOptions, TeardownTrigger } from './teardown-options';

/**
 * Properties of `ProjectVersionTeardown`.
 */
export interface ProjectVersionTeardownProps extends TeardownOptions {
  /**
   * The ARN of the project version (a Custom Labels model or a custom adapter) to tear down, such as
   * `arn:aws:rekognition:us-east-1:111122223333:project/parts/version/parts.2026-01-31/1769817600000`.
   *
   * 20 to 2048 characters. The version may be in a different region from the stack, but not in a different account. It may be a
   * deploy-time value, such as a parameter or an attribute of another resource. A literal is checked at synthesis. The deployment fails
   * if the version does not exist. A dynamic reference (`{{resolve:...}}`) works only with `project` and
   * `TeardownTrigger.STACK_DELETION`, because CloudFormation cannot split it. Otherwise synthesis fails.
   *
   * @see https://docs.aws.amazon.com/rekognition/latest/APIReference/API_ProjectVersionDescription.html
   */
  readonly projectVersionArn: string;

  /**
   * The project that the version belongs to: a `CfnProject`, or a project from `Project.fromProjectArn`. Pass it to narrow the policy:
   * without it, the handler may describe all projects of the account.
   *
   * @default - the handler looks up the project by its name, with `rekognition:DescribeProjects` on all projects
   */
  readonly project?: IProjectRef;

  /**
   * When the version is torn down: only with the stack, or also when an update removes or repoints the construct.
   *
   * @default TeardownTrigger.STACK_DELETION
   */
  readonly trigger?: TeardownTrigger;
}

/**
 * Tears down one Amazon Rekognition project version (a Custom Labels model or a custom adapter) with the stack: stops
 * it if it runs, waits until it is stopped, deletes it and waits until it is gone.
 *
 * On creation and updates, it only checks that the version exists. If it does not, the creation fails. A teardown never acts on a
 * rollback, and never on a version other than the one with exactly this ARN.
 *
 * If the version cannot be torn down within the `totalTimeout` of the provider, the deletion of the stack fails with a
 * message that names the version, its status and what to do.
 *
 * Throws if a literal `projectVersionArn` is not the ARN of a project version, is in a different account from the stack, or does not
 * belong to `project`, and if `removalPolicy` is `SNAPSHOT`.
 *
 * @see https://docs.aws.amazon.com/rekognition/latest/APIReference/API_DeleteProjectVersion.html
 */
export class ProjectVersionTeardown extends Construct {
  /**
   * The ARN of the project version as given, possibly a token.
   */
  public readonly projectVersionArn: string;

  /**
   * The ARN of the project that the version belongs to, as found at the last deployment that touched this resource.
   *
   * @attribute
   */
  public readonly projectArn: string;

  /**
   * The status of the version at the last deployment that touched this resource, such as `RUNNING`. It is
   * `NOT_FOUND` if the version was already gone when something else was updated.
   *
   * @see https://docs.aws.amazon.com/rekognition/latest/APIReference/API_ProjectVersionDescription.html
   *
   * @attribute
   */
  public readonly projectVersionStatus: string;

  /**
   * Grants to stop or delete the version by other means, for example for the role of a pipeline.
   */
  public readonly grants: ProjectVersionGrants;

  /**
   * @param scope Where the teardown is defined. What counts is the deletion of the outermost stack around it.
   * @param id The id of the teardown in its scope. Changing it deletes nothing.
   * @param props The version and options.
   */
  constructor(scope: Construct, id: string, props: ProjectVersionTeardownProps) {
    super(scope, id);

    const { projectVersionArn, project, trigger = TeardownTrigger.STACK_DELETION } = props;
    this.grants = ProjectVersionGrants.fromProjectVersionArn(this, projectVersionArn, { project });

    if (project) {
      assertProjectAccount(project, this);
      this.node.addValidation({ validate: () => [...accountProblems(project, this), ...this.differencesTo(project)] });
    }

    const onRemoval = trigger === TeardownTrigger.RESOURCE_REMOVAL;
    const { mode } = props;
    const resource = defineTeardown(this, props, {
      resourceType: 'Custom::RekognitionProjectVersionTeardown',
      properties: { ProjectVersionArn: projectVersionArn, ProjectArn: project?.projectRef.projectArn, Trigger: trigger },
      project: project && ownProject(project, this),
      cleanUpOf: onRemoval ? { arn: projectVersionArn, creationTime: 4 } : undefined,
      acts: ({ onDeletion, onReplacement }) => !onDeletion || (onRemoval && !onReplacement),
      observe: describeOne(projectVersionArn, project),
      change: [
        mode === TeardownMode.STOP ? stopVersions(projectVersionArn) : stopAndDeleteVersions(projectVersionArn),
        ...onRemoval ? [searchStacks(outermostStack(this))] : [],
      ],
      takenApart: onRemoval || !project
        ? { arn: projectVersionArn, remedy: onRemoval ? ', or TeardownTrigger.STACK_DELETION with the project of the version' : ', or pass the project of the version' }
        : undefined,
    });
    warnOfOthers(this, { projectVersionArn, mode, resource });

    const attribute = (name: keyof ProjectVersionTeardownAttributes) => resource.getAtt(name).toString();
    this.projectVersionArn = projectVersionArn;
    this.projectArn = attribute('ProjectArn');
    this.projectVersionStatus = attribute('Status');
  }

  /** What shows that the version does not belong to its project, once the app is complete. */
  private differencesTo(project: IProjectRef): string[] {
    const version = new ProjectVersionArn(this.projectVersionArn);
    return projectsBehind(project, this).flatMap(found => {
      const name: unknown = rendered(found).Properties?.ProjectName;
      return version.differencesTo({ projectName: typeof name === 'string' ? name : undefined, ...found.env });
    }).slice(0, 1);
  }
}
