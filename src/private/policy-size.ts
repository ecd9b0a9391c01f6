import { CfnResource, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { defaultPolicyOf } from './cdk-internals';
import { HandlerPolicy } from './handler-policy';
import { resourcesOfStack } from './late-dependencies';
import { rendered } from './rendered';

/**
 * The characters of inline policy that a role holds in total, not counting white space.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export const MAX_INLINE_POLICY_SIZE = 10_240;

// no partition with Rekognition has longer ARNs: see https://docs.aws.amazon.com/general/latest/gr/rekognition.html.
const LONGEST_PLACE: Place = { partition: 'aws-us-gov', region: 'us-gov-west-1' };
// Custom Labels is available in fewer regions: see https://docs.aws.amazon.com/general/latest/gr/rekognition.html.
const LONGEST_PLACE_OF_PROJECTS: Place = { partition: 'aws', region: 'ap-southeast-1' };
const LONGEST_STACK_NAME = 128;

interface Place {
  readonly partition: string;
  readonly region: string;
}

/**
 * About how many characters the policies of a role need once they are deployed. An update that replaces a policy needs room for
 * the old one too.
 */
export function inlinePolicySize(role: iam.Role, policies: HandlerPolicy[]): number {
  const deployments = new Map<Stack, Deployment>();
  const sizeOf = (policy: iam.Policy | HandlerPolicy) => {
    const stack = Stack.of(policy);
    const deployment = deployments.get(stack) ?? new Deployment(stack);
    deployments.set(stack, deployment);
    return JSON.stringify(deployment.valueOf(stack.resolve(policy.document))).length;
  };
  const deployed = policies.filter(policy => policy.shouldSynthesize()).map(policy => sizeOf(policy) * (policy.isReplaced ? 2 : 1));
  const defaultPolicy = defaultPolicyOf(role);
  if (defaultPolicy) deployed.push(sizeOf(defaultPolicy));
  return deployed.reduce((sum, characters) => sum + characters, 0);
}

/** Estimates the deployed form of a rendered template, with the longest possible values where something is known about them. */
class Deployment {
  /** The resources whose ARNs can be estimated. */
  private readonly resources: Map<string, CfnResource>;
  /** Estimated once, as it takes time to render a resource. */
  private readonly arns = new Map<string, string>();

  constructor(private readonly stack: Stack) {
    const resources = resourcesOfStack(stack, resource => CfnProject.isCfnProject(resource) || CfnLogGroup.isCfnLogGroup(resource));
    this.resources = new Map(resources.map(resource => [stack.resolve(resource.logicalId), resource]));
  }

  valueOf(value: any): any {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(item => this.valueOf(item));
    const [[name, argument]] = Object.entries<any>(value);
    switch (name) {
      case 'Ref': return this.reference(argument);
      case 'Fn::GetAtt': return this.attribute(argument);
      case 'Fn::Join': return argument[1].map((part: any) => this.valueOf(part)).join(argument[0]);
      case 'Fn::Select': return this.valueOf(argument[1])[argument[0]] ?? '';
      case 'Fn::Split': return this.valueOf(argument[1]).split(argument[0]);
    }
    if (name.startsWith('Fn::')) return UNKNOWN_VALUE;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.valueOf(item)]));
  }

  private reference(name: string): string {
    switch (name) {
      case 'AWS::Partition': return this.place().partition;
      case 'AWS::Region': return this.place().region;
      case 'AWS::AccountId': return ACCOUNT;
      case 'AWS::StackName': return this.stackName;
      case 'AWS::StackId': return this.stackId(this.stackName);
      // the id of a parent of this nested stack.
      default: return /StackId$|StackAround\d+$/.test(name) ? this.stackId('x'.repeat(LONGEST_STACK_NAME)) : UNKNOWN_VALUE;
    }
  }

  private attribute([logicalId, attribute]: [string, string]): string {
    if (attribute !== 'Arn') return UNKNOWN_VALUE;
    const arn = this.arns.get(logicalId) ?? this.arnOf(logicalId);
    this.arns.set(logicalId, arn);
    return arn;
  }

  private arnOf(logicalId: string): string {
    const resource = this.resources.get(logicalId);
    if (CfnProject.isCfnProject(resource)) {
      return `${this.arn('rekognition', LONGEST_PLACE_OF_PROJECTS)}:project/${this.valueOf(rendered(resource).Properties?.ProjectName)}/1769810000000`;
    }
    if (CfnLogGroup.isCfnLogGroup(resource)) {
      return `${this.arn('logs')}:log-group:${this.valueOf(rendered(resource).Properties?.LogGroupName) ?? `${this.stackName}-${logicalId}-123456789012`}:*`;
    }
    return UNKNOWN_VALUE;
  }

  private stackId(name: string): string {
    return `${this.arn('cloudformation')}:stack/${name}/01234567-89ab-cdef-0123-456789abcdef`;
  }

  private arn(service: string, longest?: Place): string {
    const { partition, region } = this.place(longest);
    return `arn:${partition}:${service}:${region}:${ACCOUNT}`;
  }

  private place(longest = LONGEST_PLACE): Place {
    const region = known(this.stack.region);
    return region === undefined ? longest : { region, partition: RegionInfo.get(region).partition ?? longest.partition };
  }

  /** CloudFormation generates the name of a nested stack. */
  private get stackName(): string {
    return known(this.stack.stackName) ?? 'x'.repeat(LONGEST_STACK_NAME);
  }
}

const ACCOUNT = '111122223333';

/** An estimate for a deploy-time value: the ARN of a project version with 150 characters, with names of 32 and 33 characters. */
const UNKNOWN_VALUE = `arn:${LONGEST_PLACE.partition}:rekognition:${LONGEST_PLACE.region}:${ACCOUNT}:project/${'x'.repeat(32)}/version/${'x'.repeat(33)}/1769817600000`;

function known(value: string): string | undefined {
  return Token.isUnresolved(value) ? undefined : value;
}
