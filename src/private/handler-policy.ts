import { createHash } from 'crypto';
import { Lazy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { isReported, isSupplied } from './cdk-internals';
import { Permission, statementOf } from './permissions';
import { arnPart } from './project-arn';
import { isRendering } from './rendered';

export interface HandlerPolicyProps {
  readonly role: iam.Role;
  /** What is allowed, evaluated during synthesis. A policy without permissions is left out of the template. */
  readonly permissions: () => Permission[];
  /**
   * Set where the cleanup after an update may carry out a Delete: CloudFormation then replaces the policy when the target
   * changes, and the old policy lives until the cleanup.
   */
  readonly replacedWith?: Target;
}

/** A project or version, by its ARN. */
export interface Target {
  readonly arn: string;
  /** Which part of the ARN, between slashes, is the creation time. */
  readonly creationTime: number;
}

/** IAM allows 128. The rest is for a hash and a creation time. */
const MAX_NAME = 100;

/**
 * An inline policy of the handler's role. Not an `AWS::IAM::Policy`, which CloudFormation never replaces.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-rolepolicy.html
 */
export class HandlerPolicy extends iam.CfnRolePolicy {
  /** Whether the policy may exist at the same time as the one that it replaces. */
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
    // keeps the given order: the CDK's minimization sorts by token numbers.
    return new iam.PolicyDocument({ statements: merged(this.props.permissions()).map(statementOf), minimize: false });
  }

  public shouldSynthesize(): boolean {
    return !isSupplied(this.props.role) && (isRendering() || this.props.permissions().length > 0);
  }

  /** Several stacks with one role may have the same logical id. */
  private nameFor(logicalId: string): string {
    const name = logicalId.slice(0, MAX_NAME) + createHash('sha256').update(`${this.node.path} ${logicalId}`).digest('hex').slice(0, 8);
    const { replacedWith: target } = this.props;
    return target ? `${name}-${arnPart(target.arn, target.creationTime)}` : name;
  }

  /** Adds the permissions to the policy report of the CDK, if there is one: customized roles collect statements only for it. */
  private report(): string[] {
    const { role, permissions } = this.props;
    if (isReported(role) && !this.isReported) {
      this.isReported = true;
      for (const permission of permissions()) role.addToPrincipalPolicy(statementOf(permission));
    }
    return [];
  }
}

/** One statement per resource, as the policies of a role have a size limit. */
function merged(permissions: Permission[]): Permission[] {
  const byResource = new Map<string, Permission>();
  for (const { actions, resource } of permissions) {
    const key = JSON.stringify(resource);
    byResource.set(key, { actions: [...byResource.get(key)?.actions ?? [], ...actions].sort(), resource });
  }
  return [...byResource.values()];
}
