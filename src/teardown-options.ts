import { RemovalPolicy } from 'aws-cdk-lib';
import { TeardownProvider } from './teardown-provider';

/**
 * When a teardown acts.
 *
 * CloudFormation deletes a custom resource in many situations that are not "the stack is being deleted". The handler
 * asks CloudFormation why before it does anything, and keeps the version when it cannot find out.
 */
export enum TeardownTrigger {
  /**
   * Only when the stack is deleted (the outermost one, for a nested stack). Removing the construct from the stack, or
   * pointing it at another version, keeps the version.
   */
  STACK_DELETION = 'STACK_DELETION',

  /**
   * When the stack is deleted, and also when a successful update has removed the construct or pointed it at another
   * version. A roll-back keeps the version, and so does renaming or moving the construct within its stack.
   */
  RESOURCE_REMOVAL = 'RESOURCE_REMOVAL',
}

/**
 * What a teardown does to the versions: adapters do not run and are never stopped.
 */
export enum TeardownMode {
  /**
   * Stops the version if it runs, deletes it and waits until it is gone. A deleted model cannot be undeleted.
   *
   * @see https://docs.aws.amazon.com/rekognition/latest/APIReference/API_DeleteProjectVersion.html
   */
  DELETE = 'DELETE',

  /**
   * Stops the version if it runs, so that it is no longer billed, and keeps it. Datasets and the project are kept too.
   *
   * A status that the library does not know counts as running until a known one that does not run follows.
   *
   * @see https://docs.aws.amazon.com/rekognition/latest/APIReference/API_StopProjectVersion.html
   */
  STOP = 'STOP',
}

/**
 * What a teardown that deletes does about a version that is still in training. Training takes up to 24 hours and cannot be
 * cancelled, and a version cannot be deleted while it lasts.
 */
export enum TrainingBehavior {
  /**
   * Waits for the training to end, up to the provider's `totalTimeout`, and fails the deletion of the stack if it does
   * not. Delete the stack again when the training has finished.
   */
  WAIT = 'WAIT',

  /**
   * Fails the deletion of the stack at once, so that nobody waits an hour in vain. Delete the stack again when the training has finished.
   */
  FAIL = 'FAIL',
}

/**
 * Options of every teardown.
 */
export interface TeardownOptions {
  /**
   * Whether versions are deleted, with the datasets of the project if that is torn down, or only stopped.
   *
   * @default TeardownMode.DELETE
   */
  readonly mode?: TeardownMode;

  /**
   * What happens when a version is in training at that time. Has no effect with `TeardownMode.STOP`, as training is not stopped.
   *
   * @default TrainingBehavior.WAIT
   */
  readonly trainingBehavior?: TrainingBehavior;

  /**
   * `RETAIN` switches the teardown off: nothing is stopped or deleted, and the handler has no permission to.
   * `RETAIN_ON_UPDATE_OR_DELETE` does the same for whatever was deployed with success. `SNAPSHOT` is refused at synthesis. It takes
   * effect with the deployment: deploy it before the stack whose model is to stay is deleted. What an aspect or an override makes of
   * it, such as `RemovalPolicies`, is what counts.
   *
   * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
   *
   * @default RemovalPolicy.DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * The provider whose handler does the work, for settings other than the defaults. CloudFormation lets no custom
   * resource change its provider: give a teardown that is deployed already a new id together with its new provider.
   *
   * @default - one provider with default settings for all teardowns of the stack
   */
  readonly provider?: TeardownProvider;
}
