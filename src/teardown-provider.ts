import { CfnResource, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Provider } from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';
import { HandlerEnvironment } from './private/contract';
import { functionProps, functionRole, NETWORK_INTERFACES, timeoutProblems } from './private/function';
import { HandlerPolicy, Target } from './private/handler-policy';
import { dependLate, resourcesIn } from './private/late-dependencies';
import { FAILED, KEPT, LogMetrics } from './private/log-metrics';
import { configurationOf, networkOf } from './private/network';
import { Permission } from './private/permissions';
import { inlinePolicySize, MAX_INLINE_POLICY_SIZE } from './private/policy-size';
import { TeardownFunctionOptions } from './teardown-function-options';

/**
 * Properties of `TeardownProvider`.
 */
export interface TeardownProviderProps extends TeardownFunctionOptions {
  /**
   * How long to wait between two polls. At least one second, known at synthesis.
   *
   * @default Duration.seconds(10)
   */
  readonly queryInterval?: Duration;

  /**
   * How long a teardown may take before the deletion fails with a message that says what is left. At most one hour, which is
   * CloudFormation's own limit. Must be a whole multiple of `queryInterval`, at least twice as long, and known at synthesis. The handler
   * gives up one poll before the last, so that its message reaches CloudFormation even if one poll gets lost.
   *
   * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-customresource.html
   *
   * @default Duration.minutes(55)
   */
  readonly totalTimeout?: Duration;
}

const DEFAULT_QUERY_INTERVAL = Duration.seconds(10);
const DEFAULT_TOTAL_TIMEOUT = Duration.minutes(55);
const MAX_TOTAL_TIMEOUT = Duration.hours(1);

/** The waits between them grow to 20 seconds: up to 90 seconds in all. The framework makes each invocation twice. */
const MAX_ATTEMPTS = 10;

const SINGLETON_ID = 'cdk-rekognition-teardown.TeardownProvider';

/**
 * The custom resource provider of the teardowns: two Lambda functions with one role, polled by the provider framework of the CDK.
 *
 * The first teardown of a stack creates one with default settings. For other settings, define a provider and pass it to the teardowns
 * as `provider`.
 *
 * Throws if `totalTimeout` is longer than one hour, or not a whole multiple of `queryInterval` that is at least twice as long. Synthesis
 * fails if the policies of its teardowns together exceed the 10,240 characters that a role holds, including those that exist only during
 * an update.
 *
 * @see https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.custom_resources-readme.html#provider-framework
 */
export class TeardownProvider extends Construct implements iam.IGrantable {
  /**
   * Returns the provider with default settings of the stack that `scope` is in, and creates it on the first call.
   *
   * It takes no settings, because they would depend on which construct calls it first.
   *
   * @param scope Any construct of the stack.
   */
  public static getOrCreate(scope: Construct): TeardownProvider {
    const stack = Stack.of(scope);
    return stack.node.tryFindChild(SINGLETON_ID) as TeardownProvider | undefined ?? new TeardownProvider(stack, SINGLETON_ID);
  }

  /**
   * The ARN of the function that CloudFormation calls: the `ServiceToken` of a custom resource.
   */
  public readonly serviceToken: string;

  /**
   * The role of the handler. It may write to its log group, and do what the policies of the teardowns allow.
   */
  public readonly grantPrincipal: iam.IPrincipal;

  /**
   * The log group of the functions: the one that was passed as `logGroup`, or one that is deleted with the provider.
   */
  public readonly logGroup: logs.ILogGroupRef;

  private readonly logMetrics: LogMetrics;
  private readonly role: iam.Role;
  private readonly vpc?: ec2.IVpc;
  private readonly functions: lambda.CfnFunction[];
  private readonly policies: HandlerPolicy[] = [];
  /** The permissions that the teardowns need, evaluated during synthesis. */
  private readonly needs: (() => Permission[])[] = [];

  /**
   * @param scope A stack or a construct in it. The teardowns of this stack can use the provider.
   * @param id The id of the provider in its scope. Changing it creates another provider, and deployed teardowns cannot change their provider.
   * @param props Settings.
   */
  constructor(scope: Construct, id: string, props: TeardownProviderProps = {}) {
    super(scope, id);

    const queryInterval = props.queryInterval ?? DEFAULT_QUERY_INTERVAL;
    const totalTimeout = props.totalTimeout ?? DEFAULT_TOTAL_TIMEOUT;
    assertTimes(queryInterval, totalTimeout);

    const { vpc, vpcSubnets, securityGroups, environmentEncryption } = props;
    this.vpc = vpc;
    this.logGroup = props.logGroup ?? new logs.LogGroup(this, 'LogGroup', {
      retention: logs.RetentionDays.ONE_YEAR,
      removalPolicy: RemovalPolicy.DESTROY,
    });

    this.logMetrics = new LogMetrics(this, this.logGroup);

    const functions = { ...props, logGroup: this.logGroup };
    this.role = functionRole(this, functions, 'Stops and deletes the Rekognition project versions that the teardowns of this stack name');
    this.grantPrincipal = this.role;
    const interfaces = new HandlerPolicy(this, 'NetworkInterfaces', {
      role: this.role,
      permissions: () => this.isInVpc ? [NETWORK_INTERFACES] : [],
    });
    this.policies.push(interfaces);

    const environment: HandlerEnvironment = {
      TOTAL_TIMEOUT_SECONDS: `${totalTimeout.toSeconds()}`,
      QUERY_INTERVAL_SECONDS: `${queryInterval.toSeconds()}`,
    };
    const handler = (handlerId: string, name: string, description: string) => new lambda.Function(this, handlerId, {
      ...functionProps(this, functions, 'teardown', name),
      description,
      role: this.role,
      // a poll makes at most a handful of calls of at most ten seconds each.
      timeout: Duration.minutes(2),
      environment: { ...environment },
    });

    const onEventHandler = handler('OnEvent', 'onEvent', 'Starts the teardown of a Rekognition project version');
    const isCompleteHandler = handler('IsComplete', 'isComplete', 'Stops and deletes a Rekognition project version, one step at a time');
    this.functions = [onEventHandler, isCompleteHandler].map(({ node }) => node.defaultChild as lambda.CfnFunction);
    for (const { node } of this.functions) node.addDependency(interfaces);

    const framework = new Provider(this, 'Framework', {
      onEventHandler,
      isCompleteHandler,
      queryInterval,
      totalTimeout,
      logGroup: this.logGroup,
      vpc,
      vpcSubnets,
      securityGroups,
      providerFunctionEnvEncryption: environmentEncryption,
    });
    repeatCalls(framework);
    this.serviceToken = framework.serviceToken;
    this.node.addValidation({ validate: () => [...this.validatePolicySize(), ...timeoutProblems(this)] });
  }

  /**
   * The number of deletions that failed, so that something remains that may be billed. It includes each attempt in the
   * cleanup after an update, although its stack ends in `UPDATE_COMPLETE`. It does not include functions that cannot
   * run: an EventBridge rule on the events of the stack does.
   *
   * The first call adds a metric filter to `logGroup`, whose log class must be `STANDARD`. If several providers write
   * to one log group, each metric counts the lines of all of them. The metric outlives the log group.
   *
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/MonitoringLogData.html
   *
   * @param options Properties of the metric. By default, it is the sum over five minutes.
   */
  public metricFailed(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.logMetrics.metric('Failed', FAILED, options);
  }

  /**
   * The number of deletions that kept a version, or the contents of a project. The log says why. What was kept may be
   * running, and this stack no longer tears it down.
   *
   * The first call adds a metric filter to `logGroup`, whose log class must be `STANDARD`. If several providers write
   * to one log group, each metric counts the lines of all of them. The metric outlives the log group.
   *
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/MonitoringLogData.html
   *
   * @param options Properties of the metric. By default, it is the sum over five minutes.
   */
  public metricKept(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.logMetrics.metric('Kept', KEPT, options);
  }

  /**
   * Grants the handler the permissions of one teardown until its Delete has finished. Each teardown has its own policy, because an update that
   * removes a teardown would remove its permissions from a shared policy before its Delete arrives. Permissions that several teardowns share are
   * in a common policy, which exists as long as one of them does.
   *
   * @internal
   */
  public _attach(scope: Construct, teardown: CfnResource, { possible, needed, replacedWith }: TeardownNeeds): CfnResource {
    // a teardown in another stack has other stacks around it.
    const isCommon = ({ common }: Permission) => common !== undefined && Stack.of(scope) === Stack.of(this);
    const policy = new HandlerPolicy(scope, 'Policy', { role: this.role, permissions: () => needed().filter(permission => !isCommon(permission)), replacedWith });
    this.policies.push(policy);
    this.needs.push(needed);
    teardown.node.addDependency(policy, ...possible.filter(isCommon).map(permission => this.commonPolicy(permission)));
    if (this.vpc) teardown.node.addDependency(this.vpc);
    dependLate(teardown, () => [
      ...networkOf(this.functions, this.vpc?.vpcId),
      // what a deletion logs last must still be counted.
      ...this.logMetrics.filters.flatMap(resourcesIn),
    ]);
    return policy;
  }

  private commonPolicy(permission: Permission): HandlerPolicy {
    const existing = this.node.tryFindChild(permission.common!) as HandlerPolicy | undefined;
    if (existing) return existing;
    const policy = new HandlerPolicy(this, permission.common!, {
      role: this.role,
      permissions: () => this.needs.some(needed => needed().some(({ common }) => common === permission.common)) ? [permission] : [],
    });
    this.policies.push(policy);
    return policy;
  }

  private get isInVpc(): boolean {
    return this.functions.some(resource => configurationOf(resource) !== undefined);
  }

  private validatePolicySize(): string[] {
    const size = inlinePolicySize(this.role, this.policies);
    const during = this.policies.some(({ isReplaced }) => isReplaced) ? ' while an update replaces them' : '';
    return size <= MAX_INLINE_POLICY_SIZE ? [] : [
      `the policies of ${this.needs.length} teardowns need about ${size} characters${during}, but a role holds ${MAX_INLINE_POLICY_SIZE}; `
      + 'spread the teardowns over more than one TeardownProvider (a deployed teardown needs a new id for that), '
      + 'or use ProjectTeardown to tear down all versions of a project at once',
    ];
  }
}

/**
 * Makes the functions of the framework repeat throttled calls for minutes. By default, they give up after about two
 * seconds, and a teardown fails because of a short peak of other functions in the account.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
function repeatCalls(framework: Provider): void {
  const functions = resourcesIn(framework).filter(({ cfnResourceType: type }) => type === 'AWS::Lambda::Function');
  for (const resource of functions) {
    resource.addPropertyOverride('Environment.Variables.AWS_MAX_ATTEMPTS', `${MAX_ATTEMPTS}`);
  }
}

/** The permissions that a teardown needs. */
interface TeardownNeeds {
  /** All that it may need, depending on aspects. */
  readonly possible: Permission[];
  /** What it does need, once all aspects have been applied. */
  readonly needed: () => Permission[];
  readonly replacedWith?: Target;
}

function assertTimes(queryInterval: Duration, totalTimeout: Duration): void {
  if (queryInterval.isUnresolved() || totalTimeout.isUnresolved()) {
    throw new Error('queryInterval and totalTimeout must be known at synthesis, got a token');
  }
  const interval = queryInterval.toSeconds();
  const total = totalTimeout.toSeconds();
  const given = `got: queryInterval ${queryInterval.toHumanString()}, totalTimeout ${totalTimeout.toHumanString()}`;
  if (total > MAX_TOTAL_TIMEOUT.toSeconds()) {
    throw new Error(`totalTimeout must be at most ${MAX_TOTAL_TIMEOUT.toHumanString()}, as CloudFormation waits no longer, ${given}`);
  }
  if (interval < 1 || total % interval !== 0 || total < 2 * interval) {
    throw new Error(`totalTimeout must be a whole multiple of queryInterval, and at least twice as long, ${given}`);
  }
}
