import type { Iam } from './iam';
import type { Members, Operations } from './members';
import { Caller, NotModeled, Permission, Service, ServiceError } from './service';

export interface StsProps {
  readonly iam: Iam;
  readonly account: string;
  now(): number;
}

// [cited] AssumeRole, DurationSeconds: one hour by default.
const SESSION_SECONDS = 3600;

const OPERATIONS: Operations = {
  GetCallerIdentity: {},
  AssumeRole: {
    honored: ['RoleArn', 'RoleSessionName', 'DurationSeconds'],
    ignored: {
      ExternalId: 'trust policies are not checked',
      Tags: 'a call fails that depends on a condition or a policy variable',
      TransitiveTagKeys: 'as for Tags',
    },
  },
};

/** STS: the identity of a caller, and the roles with which the CDK CLI deploys. */
export class Sts implements Service {
  constructor(private readonly props: StsProps) {}

  members(operation: string): Members | undefined {
    return OPERATIONS[operation];
  }

  permissions(operation: string, input: any): Permission[] {
    // [cited] GetCallerIdentity: "No permissions are required".
    return operation === 'AssumeRole' ? [{ action: 'sts:AssumeRole', resource: input.RoleArn }] : [];
  }

  handle(operation: string, input: any, caller: Caller): object {
    switch (operation) {
      case 'GetCallerIdentity':
        return { UserId: 'AIDASANDBOX', Account: this.props.account, Arn: caller.arn };
      case 'AssumeRole':
        return this.assumeRole(input);
      default:
        throw new NotModeled(`the sandbox does not know the operation ${operation} of STS`);
    }
  }

  /** Does not check trust policies. [assumed] a role that no template has created is a bootstrap role, which may do everything that deployments need. */
  private assumeRole({ RoleArn: roleArn, RoleSessionName: session, DurationSeconds: seconds = SESSION_SECONDS }: any): object {
    const { iam, account, now } = this.props;
    const [, , , , roleAccount] = roleArn.split(':');
    if (roleAccount !== account) {
      throw new ServiceError('AccessDenied', `${roleArn} is a role of the account ${roleAccount}, and this sandbox is the account ${account}: start it with `
        + `--account ${roleAccount}`, 403);
    }
    const { accessKeyId, arn } = iam.assume(roleArn, session);
    return {
      Credentials: {
        AccessKeyId: accessKeyId, SecretAccessKey: 'sandbox', SessionToken: 'sandbox', Expiration: new Date(Math.max(now(), Date.now()) + Number(seconds) * 1000),
      },
      AssumedRoleUser: { AssumedRoleId: `AROASANDBOX:${session}`, Arn: arn },
    };
  }
}
