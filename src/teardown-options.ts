import { RemovalPolicy } from 'aws-cdk-lib';
import { TeardownProvider } from './teardown-provider';

/**
 * When a teardown acts.
 *
 * CloudFormation deletes a custom resource not only when its stack is deleted. The handler finds out why before it changes anything. If
 * it cannot find out, the deletion fails and the version is kept.
 */
export enum TeardownTrigger {
  /**
   * Only when the stack is deleted (the outermost one, for a nested stack). Removing the construct from the stack, or
   * pointing it at another version, keeps the version.
   */
  STACK_DELETION = 'STACK_DELETION',

  /**
   * When the stack is deleted, and also when a successful update has removed the construct or pointed it at another
   * version. A rollback keeps the version, and so does renaming the construct or moving it within the outermost stack.
   */
  RESOURCE_REMOVAL = 'RESOURCE_REMOVAL',
}

/**
 * What a teardown does with the versions. Adapters do not run and are never stopped.
 */
export enum TeardownMode {
  /**
   * Stops the version if it runs, deletes it and waits until it is gone. A deleted model cannot be restored.
   *
   * @see https://docs.aws.amazon.com/rekognition/latest/APIReference/API_DeleteProjectVersion.html
   */
  DELETE = 'DELETE',

  /**
   * Stops the version if it runs, so that it is no longer billed, and keeps it. Datasets and the project are kept too.
   *
   * A status that the library does not know counts as running until a known status shows that the version does not run.
   *
   * @see https://docs.aws.amazon.com/rekognition/latest/APIReference/API_StopProjectVersion.html
   */
  STOP = 'STOP',
}

/**
 * What a teardown that deletes does when a version is still in training. Training takes up to 24 hours and cannot be
 * cancelled, and the version cannot be deleted until it has finished.
 */
export enum TrainingBehavior {
  /**
   * Waits for the training to finish. If that takes longer than the `totalTimeout` of the provider, the deletion of the stack fails.
   * Delete the stack again when the training has finished.
   */
  WAIT = 'WAIT',

  /**
   * Fails the deletion of the stack at once, instead of waiting for up to an hour. Delete the stack again when the training has finished.
   */
  FAIL = 'FAIL',
}

/**
 * Options of every teardown.
 */
export interface TeardownOptions {
  /**
   * Whether versions are deleted or only stopped. A `ProjectTeardown` that deletes also deletes the datasets of the project.
   *
   * @default TeardownMode.DELETE
   */
  readonly mode?: TeardownMode;

  /**
   * What happens if a version is in training. Has no effect with `TeardownMode.STOP`, which does not stop training.
   *
   * @default TrainingBehavior.WAIT
   */
  readonly trainingBehavior?: TrainingBehavior;

  /**
   * `RETAIN` turns the teardown off: nothing is stopped or deleted, and the handler has no permission to do so.
   * `RETAIN_ON_UPDATE_OR_DELETE` does the same once the deployment has succeeded. `SNAPSHOT` throws. The policy takes
   * effect when it is deployed: to keep a model, deploy it before you delete the stack. What counts is the final template, including changes
   * by aspects and overrides, such as `RemovalPolicies`.
   *
   * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
   *
   * @default RemovalPolicy.DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * The provider whose handler does the work. Pass one for settings other than the defaults. CloudFormation does not allow a custom
   * resource to change its provider: give a deployed teardown a new id together with its new provider.
   *
   * @default - one provider with default settings for all teardowns of the stack
   */
  readonly provider?: TeardownProvider;
}
