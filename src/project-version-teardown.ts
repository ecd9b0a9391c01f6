import { CustomResource, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { IProjectRef } from 'aws-cdk-lib/aws-rekognition';
import { Construct } from 'constructs';
import { ProjectVersionTeardownAttributes, ProjectVersionTeardownProperties } from './private/contract';
import { projectVersionPermissions } from './private/permissions';
import { ProjectVersionArn } from './private/project-version-arn';
import { outermostStack } from './private/stacks';
import { TeardownMode, TeardownTrigger, TrainingBehavior } from './teardown-options';
import { TeardownProvider } from './teardown-provider';

/**
 * Properties of `ProjectVersionTeardown`.
 */
export interface ProjectVersionTeardownProps {
  /**
   * The ARN of the project version (a Custom Labels model or a custom adapter) to tear down, such as
   * `arn:aws:rekognition:us-east-1:111122223333:project/parts/version/parts.2026-01-31/1769817600000`.
   *
   * It may be known at deployment only (a parameter, or a value from another resource). A literal is checked at
   * synthesis. The deployment fails if there is no such version.
   */
  readonly projectVersionArn: string;

  /**
   * The project that the version belongs to. It makes the policy narrower: without it the handler may
   * describe the names of all projects of the account.
   *
   * @default - the project is looked up by its name, with `rekognition:DescribeProjects` on all projects
   */
  readonly project?: IProjectRef;

  /**
   * When the version is torn down.
   *
   * @default TeardownTrigger.STACK_DELETION
   */
  readonly trigger?: TeardownTrigger;

  /**
   * Whether the version is deleted or only stopped.
   *
   * @default TeardownMode.DELETE
   */
  readonly mode?: TeardownMode;

  /**
   * What happens when the version is in training at that time.
   *
   * @default TrainingBehavior.WAIT
   */
  readonly trainingBehavior?: TrainingBehavior;

  /**
   * `RETAIN` switches the teardown off: nothing is stopped or deleted, and the handler has no permission to.
   * `RETAIN_ON_UPDATE_OR_DELETE` does the same, as a roll-back never deletes a version anyway. `SNAPSHOT` is refused.
   *
   * @default RemovalPolicy.DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * The provider whose handler does the work, for settings other than the defaults.
   *
   * @default - one provider with default settings for all teardowns of the stack
   */
  readonly provider?: TeardownProvider;
}

/**
 * Tears down one Amazon Rekognition project version (a Custom Labels model or a custom adapter) with the stack: stops
 * it if it runs, waits until it is stopped, deletes it and waits until it is gone.
 *
 * On creation and on updates it only looks whether the version exists, and changes nothing. It never acts on a
 * roll-back, and never on another version than the one with exactly this ARN.
 *
 * If the version cannot be torn down within the provider's `totalTimeout`, the deletion of the stack fails with a
 * message that names the version, its status and what to do.
 *
 * @see https://docs.aws.amazon.com/rekognition/latest/APIReference/API_DeleteProjectVersion.html
 */
export class ProjectVersionTeardown extends Construct {
  /**
   * The ARN of the project version, as given.
   */
  public readonly projectVersionArn: string;

  /**
   * The ARN of the project that the version belongs to, as found at the last deployment.
   *
   * @attribute
   */
  public readonly projectArn: string;

  /**
   * The status of the version as seen at the last deployment that touched this resource, such as `RUNNING`.
   *
   * @see https://docs.aws.amazon.com/rekognition/latest/APIReference/API_ProjectVersionDescription.html
   *
   * @attribute
   */
  public readonly projectVersionStatus: string;

  /**
   * Throws if a literal `projectVersionArn` is not the ARN of a project version, is in another account than the stack,
   * or does not belong to `project`.
   */
  constructor(scope: Construct, id: string, props: ProjectVersionTeardownProps) {
    super(scope, id);

    const version = new ProjectVersionArn(props.projectVersionArn);
    version.assertAccount(Stack.of(this));
    if (props.project) version.assertProject(props.project);
    if (props.removalPolicy === RemovalPolicy.SNAPSHOT) {
      throw new Error('removalPolicy must not be SNAPSHOT: a project version has no snapshots; use DESTROY or RETAIN');
    }

    const provider = props.provider ?? TeardownProvider.getOrCreate(this);
    const trigger = props.trigger ?? TeardownTrigger.STACK_DELETION;
    const mode = props.mode ?? TeardownMode.DELETE;
    const isRetained = [RemovalPolicy.RETAIN, RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE].includes(props.removalPolicy ?? RemovalPolicy.DESTROY);

    const policy = new iam.Policy(this, policyId(trigger, version), {
      statements: projectVersionPermissions(this, { ...props, trigger, mode, isRetained }),
    });
    provider._attach(policy);

    const properties: ProjectVersionTeardownProperties = {
      ProjectVersionArn: props.projectVersionArn,
      ProjectArn: props.project?.projectRef.projectArn,
      Trigger: trigger,
      Mode: mode,
      TrainingBehavior: props.trainingBehavior ?? TrainingBehavior.WAIT,
      RootStackId: outermostStack(this).stackId,
    };
    const resource = new CustomResource(this, 'Resource', {
      resourceType: 'Custom::RekognitionProjectVersionTeardown',
      serviceToken: provider.serviceToken,
      // the most that CloudFormation allows: the handler's own deadline comes first, with a better message.
      serviceTimeout: Duration.hours(1),
      removalPolicy: props.removalPolicy,
      properties,
    });
    // the handler needs the policy until the Delete is over.
    resource.node.addDependency(policy);

    const attribute = (name: keyof ProjectVersionTeardownAttributes) => resource.getAttString(name);
    this.projectVersionArn = props.projectVersionArn;
    this.projectArn = attribute('ProjectArn');
    this.projectVersionStatus = attribute('Status');
  }
}

/**
 * When the construct is pointed at a version of another project, the version of the old one is deleted in the clean-up
 * after the update. With an id of its own per project the old policy lives that long.
 */
function policyId(trigger: TeardownTrigger, version: ProjectVersionArn): string {
  return trigger === TeardownTrigger.RESOURCE_REMOVAL ? `Policy${version.projectName ?? ''}` : 'Policy';
}
