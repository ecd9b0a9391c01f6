import { CfnResource, CustomResource, Duration, Lazy, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import { Construct } from 'constructs';
import { ProjectTeardownProperties, ProjectVersionTeardownProperties, TeardownProperties } from './contract';
import { Target } from './handler-policy';
import { Permission, readRecords } from './permissions';
import { dynamicReference, notSplit } from './project-arn';
import { isRendering, renderedAs } from './rendered';
import { Retention, retentionOf } from './retention';
import { outermostStack, stacksAround } from './stacks';
import { TeardownMode, TeardownOptions, TrainingBehavior } from '../teardown-options';
import { TeardownProvider } from '../teardown-provider';

type ResourceTypes = {
  'Custom::RekognitionProjectVersionTeardown': ProjectVersionTeardownProperties;
  'Custom::RekognitionProjectTeardown': ProjectTeardownProperties;
};

/** How one kind of teardown differs from the other. */
export interface TeardownDefinition<T extends keyof ResourceTypes> {
  readonly resourceType: T;
  readonly properties: Omit<ResourceTypes[T], keyof TeardownProperties>;
  /** The project of the same stack that it refers to, if there is one. */
  readonly project?: CfnProject;
  /** Set where the cleanup after an update may carry out a Delete. */
  readonly cleanUpOf?: Target;
  /** Whether the teardown may have to change anything, depending on when its resource is retained. */
  readonly acts: (teardown: Retention) => boolean;
  /** The permissions to observe the target. */
  readonly observe: Permission[];
  /** The permissions to change it, not granted to a teardown that never does. */
  readonly change: Permission[];
  /** An ARN that the template splits, and what to use instead where that is not possible. */
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
  const [otherAccount] = otherPlace('account', scope, provider);
  if (otherAccount !== undefined) throw new Error(otherAccount);
  scope.node.addValidation({ validate: () => otherPlace('region', scope, provider) });
  const { observe, change, acts, cleanUpOf, project, takenApart } = definition;
  const properties: TeardownProperties = { Mode: mode, TrainingBehavior: trainingBehavior, RootStackId: outermostStack(scope).stackId };
  const resource: CfnResource = new CustomResource(scope, 'Resource', {
    resourceType: definition.resourceType,
    serviceToken: provider.serviceToken,
    // the most that CloudFormation allows. The deadline of the handler is earlier, and its message is more useful.
    serviceTimeout: Duration.hours(1),
    removalPolicy,
    properties: {
      ...definition.properties,
      ...properties,
      // aspects may still change what is retained. It is not known while the resource is rendered to find that out.
      Retained: project && Lazy.uncachedAny({
        produce: () => isRendering() || acts(retentionOf(resource)) ? undefined : 'true',
      }),
    },
  }).node.defaultChild as CfnResource;

  const refused = () => takenApart && dynamicReference(scope, takenApart.arn);
  const always = [readRecords(stacksAround(scope)), ...observe];
  const policy = provider._attach(scope, resource, {
    possible: [...always, ...change],
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

/** CloudFormation calls a function in the region of the stack, and Rekognition serves only roles of the same account. */
function otherPlace(what: 'account' | 'region', scope: Construct, provider: TeardownProvider): string[] {
  const stack = Stack.of(scope);
  const { [what]: wanted } = stack;
  const { [what]: given } = Stack.of(provider);
  return [wanted, given].some(value => Token.isUnresolved(value)) || wanted === given ? [] : [
    `provider must be in the ${what} of the stack ${stack.node.path}, ${wanted}, got: ${provider.node.path} in ${given}; `
    + 'define a TeardownProvider in that stack, or leave provider out',
  ];
}

/** A teardown and its policy exist if their project does, whose condition may be set later. A condition of the teardown itself takes precedence. */
function shareCondition(resource: CfnResource, teardown: CfnResource, project: CfnProject): void {
  resource.addOverride('Condition', Lazy.uncachedString({
    produce: context => {
      const { condition } = teardown.cfnOptions;
      return condition ? context.resolve(condition.logicalId) : renderedAs(project, 'Condition', options => options.condition?.logicalId);
    },
  }));
}
