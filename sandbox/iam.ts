import { matches, parsePolicy, Part, Policy, PolicyDocument } from './policy';
import { Caller, Permission, ServiceError } from './service';

/** A role as the template describes it. */
export interface RoleProps {
  readonly arn: string;
  readonly name: string;
  readonly managedPolicyArns?: string[];
  readonly inlinePolicies?: { name: string; document: PolicyDocument }[];
}

/** One thing that a role's policy allows. */
export interface Grant extends Part {
  readonly role: string;
  readonly policy: string;
}

interface Role {
  readonly arn: string;
  readonly managed: Map<string, Policy>;
  /** The inline policies in the definition of the role. */
  readonly own: Map<string, Policy>;
  /** The inline policies that `putRolePolicy` attached. */
  readonly attached: Map<string, Policy>;
}

const LOGS = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];
const NETWORK_INTERFACES = [
  'ec2:CreateNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets', 'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses', 'ec2:UnassignPrivateIpAddresses',
];

// [cited] AWS Managed Policy Reference Guide: the pages of these two.
const MANAGED_POLICIES: { [name: string]: PolicyDocument } = {
  'service-role/AWSLambdaBasicExecutionRole': {
    Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: LOGS, Resource: '*' }],
  },
  'service-role/AWSLambdaVPCAccessExecutionRole': {
    Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: [...LOGS, ...NETWORK_INTERFACES], Resource: '*' }],
  },
};

// [cited] IAM User Guide, quotas: the inline policies of a role, not counting white space.
const INLINE_POLICY_CHARACTERS = 10_240;

/**
 * Identity policies of roles, and the principals behind access keys. A change takes effect at once.
 * [assumed] IAM is eventually consistent, but how long a change takes is not documented, so the delay is not modeled.
 */
export class Iam {
  private readonly roles = new Map<string, Role>();
  private readonly callers = new Map<string, Caller>();
  private readonly grants = new Map<string, Grant>();
  private readonly needed = new Set<string>();

  constructor(private readonly account: string = '111122223333') {}

  createRole(props: RoleProps): void {
    if (this.roles.has(props.name)) throw new ServiceError('EntityAlreadyExists', `Role with name ${props.name} already exists.`, 409);
    this.put(props.name, roleOf(props, new Map()));
  }

  updateRole(props: RoleProps): void {
    this.put(props.name, roleOf(props, this.role(props.name).attached));
  }

  deleteRole(name: string): void {
    // [cited] IAM API, DeleteRole: fails with DeleteConflict while policies are attached.
    if (this.role(name).attached.size > 0) throw new ServiceError('DeleteConflict', 'Cannot delete entity, must delete policies first.', 409);
    this.roles.delete(name);
  }

  putRolePolicy(roleName: string, policyName: string, document: PolicyDocument): void {
    const role = this.role(roleName);
    const attached = new Map(role.attached).set(policyName, parsePolicy(document));
    this.put(roleName, { ...role, attached });
  }

  deleteRolePolicy(roleName: string, policyName: string): void {
    if (!this.role(roleName).attached.delete(policyName)) {
      throw new ServiceError('NoSuchEntity', `The role policy with name ${policyName} cannot be found.`, 404);
    }
  }

  hasRolePolicy(roleName: string, policyName: string): boolean {
    return this.role(roleName).attached.has(policyName);
  }

  /** Whether the policies of the role allow it: at least one Allow, and no Deny. A role that does not exist is allowed nothing. */
  allows(roleArn: string, permission: Permission): boolean {
    const [roleName, role] = [...this.roles].find(([, { arn }]) => arn === roleArn) ?? [];
    if (!roleName || !role) return false;

    const found = [...role.managed, ...role.own, ...role.attached].flatMap(([policy, { statements }]) =>
      statements.flatMap(({ effect, parts }) => parts.filter(part => matches(part, permission)).map(part => ({ policy, effect, part }))));
    if (found.length === 0 || found.some(({ effect }) => effect === 'Deny')) return false;

    for (const { policy, part } of found) this.needed.add(keyOf({ role: roleName, policy, ...part }));
    return true;
  }

  authorize(caller: Caller, permission: Permission): boolean {
    return caller.roleArn === undefined || this.allows(caller.roleArn, permission);
  }

  /** Credentials for one execution environment of a function. */
  accessKeyFor(roleArn: string, functionName: string, environment: Required<Pick<Caller, 'kill' | 'waitFor'>>): string {
    return this.accessKey({ arn: assumedRole(roleArn, functionName), roleArn, functionName, ...environment });
  }

  /** Credentials for a caller that assumes a role. A role that the sandbox does not know may do everything. */
  assume(roleArn: string, session: string): { accessKeyId: string; arn: string } {
    const arn = assumedRole(roleArn, session);
    const isHere = [...this.roles.values()].some(role => role.arn === roleArn);
    return { accessKeyId: this.accessKey({ arn, ...isHere && { roleArn } }), arn };
  }

  /** The principal that signs with this key. A key that the sandbox did not issue belongs to the user, who may do everything. */
  callerOf(accessKeyId: string): Caller {
    return this.callers.get(accessKeyId) ?? { arn: `arn:aws:iam::${this.account}:user/${accessKeyId}` };
  }

  /** Permissions in current or former policies of the roles that no call has needed so far. AWS managed policies do not count. */
  unusedPermissions(): Grant[] {
    return [...this.grants].filter(([key]) => !this.needed.has(key)).map(([, grant]) => grant);
  }

  private accessKey(caller: Caller): string {
    const accessKeyId = `ASIASANDBOX${String(this.callers.size + 1).padStart(9, '0')}`;
    this.callers.set(accessKeyId, caller);
    return accessKeyId;
  }

  private put(name: string, role: Role): void {
    const inline = [...role.own, ...role.attached];
    if (inline.reduce((sum, [, { characters }]) => sum + characters, 0) > INLINE_POLICY_CHARACTERS) {
      throw new ServiceError('LimitExceeded', `Maximum policy size of ${INLINE_POLICY_CHARACTERS} bytes exceeded for role ${name}`, 409);
    }
    this.roles.set(name, role);
    for (const [policy, { statements }] of inline) {
      for (const part of statements.filter(({ effect }) => effect === 'Allow').flatMap(({ parts }) => parts)) {
        const grant = { role: name, policy, ...part };
        this.grants.set(keyOf(grant), grant);
      }
    }
  }

  private role(name: string): Role {
    const role = this.roles.get(name);
    if (!role) throw new ServiceError('NoSuchEntity', `The role with name ${name} cannot be found.`, 404);
    return role;
  }
}

function assumedRole(roleArn: string, session: string): string {
  const [, partition, , , account] = roleArn.split(':');
  return `arn:${partition}:sts::${account}:assumed-role/${roleArn.slice(roleArn.lastIndexOf('/') + 1)}/${session}`;
}

function roleOf({ arn, managedPolicyArns = [], inlinePolicies = [] }: RoleProps, attached: Map<string, Policy>): Role {
  return {
    arn,
    managed: new Map(managedPolicyArns.map(policyArn => [policyArn, managedPolicy(policyArn)])),
    own: new Map(inlinePolicies.map(({ name, document }) => [name, parsePolicy(document)])),
    attached,
  };
}

function keyOf({ role, policy, action, resource }: Grant): string {
  return [role, policy, action, resource].join('\n');
}

function managedPolicy(arn: string): Policy {
  const document = MANAGED_POLICIES[arn.replace(/^arn:aws[\w-]*:iam::aws:policy\//, '')];
  if (!document) throw new Error(`the sandbox does not know the managed policy ${arn}`);
  return parsePolicy(document);
}
