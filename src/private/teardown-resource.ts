import { CfnResource, CustomResource, Duration, Lazy, RemovalPolicy } from 'aws-cdk-lib';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import { Construct } from 'constructs';
import { ProjectTeardownProperties, ProjectVersionTeardownProperties, TeardownProperties } from './contract';
import { Target } from './handler-policy';
import { Permission, readRecords } from './permissions';
import { dynamicReference, notSplit } from './project-arn';
import { renderedAs } from './rendered';
import { Retention, retentionOf } from './retention';
import { outermostStack, stacksAround } from './stacks';
import { TeardownMode, TeardownOptions, TrainingBehavior } from '../teardown-options';
import { TeardownProvider } from '../teardown-provider';

type ResourceTypes = {
  'Custom::RekognitionProjectVersionTeardown': ProjectVersionTeardownProperties;
  'Custom::RekognitionProjectTeardown': ProjectTeardownProperties;
};

/** What one kind of teardown adds to what all have. */
export interface TeardownDefinition<T extends keyof ResourceTypes> {
  readonly resourceType: T;
  readonly properties: Omit<ResourceTypes[T], keyof TeardownProperties>;
  /** The project of the same stack that it refers to, if there is one. */
  readonly project?: CfnProject;
  /** Set where a Delete may be carried out in the clean-up after an update. */
  readonly cleanUpOf?: Target;
  /** Whether it may be asked to change anything, by when its resource stays. */
  readonly acts: (teardown: Retention) => boolean;
  /** What the handler needs to look at the target. */
  readonly look: Permission[];
  /** What it needs to change anything; not granted to a teardown that never does. */
  readonly change: Permission[];
  /** An ARN that is taken apart, and what to use instead where that is not possible. */
  readonly takenApart?: { readonly arn: string; readonly remedy: string };
}

/** Defines the custom resource of a teardown in the teardown's scope, and the policy that the handler needs for it. */
export function defineTeardown<T extends keyof ResourceTypes>(
  scope: Construct, options: TeardownOptions, definition: TeardownDefinition<T>,
): CfnResource {
  const { removalPolicy = RemovalPolicy.DESTROY, mode = TeardownMode.DELETE, trainingBehavior = TrainingBehavior.WAIT } = options;
  if (removalPolicy === RemovalPolicy.SNAPSHOT) {
    throw new Error('removalPolicy must not be SNAPSHOT: project versions have no snapshots; use DESTROY or RETAIN');
  }
  const provider = options.provider ?? TeardownProvider.getOrCreate(scope);
  const properties: TeardownProperties = { Mode: mode, TrainingBehavior: trainingBehavior, RootStackId: outermostStack(scope).stackId };
  const resource = new CustomResource(scope, 'Resource', {
    resourceType: definition.resourceType,
    serviceToken: provider.serviceToken,
    // the most that CloudFormation allows: the handler's own deadline comes first, with a better message.
    serviceTimeout: Duration.hours(1),
    removalPolicy,
    properties: { ...definition.properties, ...properties },
  }).node.defaultChild as CfnResource;

  const { look, change, acts, cleanUpOf, project, takenApart } = definition;
  const refused = () => takenApart && dynamicReference(scope, takenApart.arn);
  const always = [readRecords(stacksAround(scope)), ...look];
  const policy = provider._attach(scope, resource, {
    possible: [...always, ...change],
    // what is retained is known once all aspects have been applied.
    needed: () => refused() ? [] : [...always, ...acts(retentionOf(resource)) ? change : []],
    replacedWith: cleanUpOf,
  });
  if (project) for (const conditional of [resource, policy]) shareCondition(conditional, resource, project);
  scope.node.addValidation({
    validate: () => {
      const reference = refused();
      return reference === undefined ? [] : [`${notSplit(reference)}${takenApart!.remedy}`];
    },
  });
  return resource;
}

/** A teardown, and its policy, are there when their project is; its condition may be set later. A condition of the teardown's own comes first. */
function shareCondition(resource: CfnResource, teardown: CfnResource, project: CfnProject): void {
  resource.addOverride('Condition', Lazy.uncachedString({
    produce: context => {
      const { condition } = teardown.cfnOptions;
      return condition ? context.resolve(condition.logicalId) : renderedAs(project, 'Condition', options => options.condition?.logicalId);
    },
  }));
}
