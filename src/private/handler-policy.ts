import { createHash } from 'crypto';
import { Lazy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { Permission, statementOf } from './permissions';
import { arnPart } from './project-arn';

export interface HandlerPolicyProps {
  readonly role: iam.Role;
  /** What is allowed, as it is when the app is synthesized. A policy that would allow nothing is left out of the template. */
  readonly permissions: () => Permission[];
  /**
   * Set where a Delete may be carried out in the clean-up after an update: CloudFormation then replaces the policy when the
   * target is another one, and the old policy lives until the clean-up.
   */
  readonly replacedWith?: Target;
}

/** A project or version, by its ARN. */
export interface Target {
  readonly arn: string;
  /** Which part of the ARN, between slashes, is the time of creation. */
  readonly creationTime: number;
}

/** The most that IAM allows is 128; the rest is for a hash and a time of creation. */
const MAX_NAME = 100;

/**
 * An inline policy of the handler's role. Not an `AWS::IAM::Policy`, which CloudFormation never replaces.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-rolepolicy.html
 */
export class HandlerPolicy extends iam.CfnRolePolicy {
  /** Whether the policy may have to stand beside the one that it replaces. */
  readonly isReplaced: boolean;
  private isReported = false;

  constructor(scope: Construct, id: string, private readonly props: HandlerPolicyProps) {
    super(scope, id, {
      roleName: props.role.roleName,
      policyName: Lazy.uncachedString({ produce: context => this.nameFor(context.resolve(this.logicalId)) }),
      policyDocument: Lazy.uncachedAny({ produce: () => this.document }),
    });
    this.isReplaced = props.replacedWith !== undefined;
    this.node.addValidation({ validate: () => this.report() });
  }

  get document(): iam.PolicyDocument {
    // in the order in which they are given: the CDK's own minimization sorts by the numbers of tokens.
    return new iam.PolicyDocument({ statements: merged(this.props.permissions()).map(statementOf), minimize: false });
  }

  public shouldSynthesize(): boolean {
    return !this.isSupplied && this.props.permissions().length > 0;
  }

  /** Whether the role is one that the app supplies (`iam.Role.customizeRoles`): then nothing of IAM may be in the template. */
  private get isSupplied(): boolean {
    return this.props.role.node.tryFindChild('Resource') === undefined;
  }

  /** The same logical id may be there in several stacks with one role. */
  private nameFor(logicalId: string): string {
    const name = logicalId.slice(0, MAX_NAME) + createHash('sha256').update(`${this.node.path} ${logicalId}`).digest('hex').slice(0, 8);
    const { replacedWith: target } = this.props;
    return target ? `${name}-${arnPart(target.arn, target.creationTime)}` : name;
  }

  /** Tells the CDK's policy report what the role needs, where there is one: its customized roles collect statements for nothing else. */
  private report(): string[] {
    const { node } = this.props.role;
    if (node.tryFindChild(`PrecreatedRole${node.id}`) && !this.isReported) {
      this.isReported = true;
      for (const permission of this.props.permissions()) this.props.role.addToPrincipalPolicy(statementOf(permission));
    }
    return [];
  }
}

/** One statement for all that is allowed on the same resources, as a role's policies have a size limit. */
function merged(permissions: Permission[]): Permission[] {
  const byResource = new Map<string, Permission>();
  for (const { actions, resource } of permissions) {
    const key = JSON.stringify(resource);
    byResource.set(key, { actions: [...byResource.get(key)?.actions ?? [], ...actions].sort(), resource });
  }
  return [...byResource.values()];
}
