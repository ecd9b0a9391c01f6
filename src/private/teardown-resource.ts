import { createHash } from 'crypto';
import { CustomResource, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { ProjectTeardownProperties, ProjectVersionTeardownProperties, TeardownProperties } from './contract';
import { grantAll, Permission, readRecords } from './permissions';
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
  /**
   * Set where a Delete may be carried out in the clean-up after an update. The policy must then still be what it was
   * before the update: with an id that tells its contents, and this, the old one lives that long.
   */
  readonly cleanUpKey?: string;
  /** What the handler needs to look at the target. */
  readonly look: Permission[];
  /** What it needs to change anything; not granted to a teardown that is switched off. */
  readonly change: (mode: TeardownMode) => Permission[];
}

/** Defines the custom resource of a teardown, and the policy that the handler needs for it, in the teardown's scope. */
export function defineTeardown<T extends keyof ResourceTypes>(
  scope: Construct, options: TeardownOptions, definition: TeardownDefinition<T>,
): CustomResource {
  const { removalPolicy = RemovalPolicy.DESTROY, mode = TeardownMode.DELETE, trainingBehavior = TrainingBehavior.WAIT } = options;
  if (removalPolicy === RemovalPolicy.SNAPSHOT) {
    throw new Error('removalPolicy must not be SNAPSHOT: project versions have no snapshots; use DESTROY or RETAIN');
  }
  const { cleanUpKey } = definition;
  const provider = options.provider ?? TeardownProvider.getOrCreate(scope);
  const rootStackId = outermostStack(scope).stackId;

  const permissions = [
    readRecords(stacksAround(scope)),
    ...definition.look,
    ...removalPolicy === RemovalPolicy.DESTROY ? definition.change(mode) : [],
  ];
  const policy = new iam.Policy(scope, `Policy${cleanUpKey === undefined ? '' : digest(Stack.of(scope).resolve([permissions, cleanUpKey]))}`);
  grantAll(policy, permissions);

  const properties: TeardownProperties = { Mode: mode, TrainingBehavior: trainingBehavior, RootStackId: rootStackId };
  const resource = new CustomResource(scope, 'Resource', {
    resourceType: definition.resourceType,
    serviceToken: provider.serviceToken,
    // the most that CloudFormation allows: the handler's own deadline comes first, with a better message.
    serviceTimeout: Duration.hours(1),
    removalPolicy,
    properties: { ...definition.properties, ...properties },
  });
  provider._attach(resource, policy);
  return resource;
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 8);
}
