import { matches, parsePolicy, Part, Policy, PolicyDocument, unknownPolicy } from './policy';
import { Caller, NotModeled, Permission, ServiceError } from './service';

/** A role as the template describes it. */
export interface RoleProps {
  readonly arn: string;
  readonly name: string;
  readonly managedPolicyArns?: string[];
  /** The ARN of the policy that limits what the others allow. */
  readonly permissionsBoundary?: string;
  readonly inlinePolicies?: { name: string; document: PolicyDocument }[];
}

/** One thing that a role's policy allows. */
export interface Grant extends Part {
  readonly role: string;
  readonly policy: string;
}

interface Role {
  readonly arn: string;
  readonly boundary?: string;
  /** The ARNs of the managed policies in the definition of the role. */
  readonly managed: readonly string[];
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

// [cited] AWS Managed Policy Reference Guide: the pages of these.
const MANAGED_POLICIES: { [name: string]: PolicyDocument } = {
  'AdministratorAccess': { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
  'AmazonRekognitionFullAccess': {
    Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'rekognition:*', Resource: '*' }],
  },
  'service-role/AWSLambdaRole': {
    Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: '*' }],
  },
  'service-role/AWSLambdaBasicExecutionRole': {
    Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: LOGS, Resource: '*' }],
  },
  'service-role/AWSLambdaVPCAccessExecutionRole': {
    Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: [...LOGS, ...NETWORK_INTERFACES], Resource: '*' }],
  },
};

// [cited] IAM User Guide, quotas: the inline policies of a role, not counting white space.
const INLINE_POLICY_CHARACTERS = 10_240;

// [assumed] after cdk bootstrap, its roles may still do all that deployments need; their policies have conditions.
const BOOTSTRAP_ROLE = /:role\/cdk-\w+-[\w-]+-role-\d{12}-/;

/**
 * Identity policies of roles, and the principals behind access keys. A change takes effect at once.
 * [assumed] IAM is eventually consistent, but how long a change takes is not documented, so the delay is not modeled.
 */
export class Iam {
  private readonly roles = new Map<string, Role>();
  private readonly callers = new Map<string, Caller>();
  /** The managed policies that templates have created, by ARN. */
  private readonly managed = new Map<string, Policy>();
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

  createManagedPolicy(arn: string, document: PolicyDocument): void {
    this.managed.set(arn, parsePolicy(document));
  }

  /** [cited] IAM API, DeletePolicy: not while it is attached to a role. */
  deleteManagedPolicy(arn: string): void {
    const user = [...this.roles].find(([, { managed }]) => managed.includes(arn));
    if (user) throw new ServiceError('DeleteConflict', `Cannot delete a policy attached to entities: ${user[0]}`, 409);
    this.managed.delete(arn);
  }

  attachRolePolicy(roleName: string, arn: string): void {
    const role = this.role(roleName);
    this.put(roleName, { ...role, managed: [...new Set([...role.managed, arn])] });
  }

  detachRolePolicy(roleName: string, arn: string): void {
    const role = this.role(roleName);
    this.put(roleName, { ...role, managed: role.managed.filter(other => other !== arn) });
  }

  /**
   * Whether the policies of the role allow it: at least one Allow, also in its permissions boundary, and no Deny. A role that does
   * not exist is allowed nothing. Throws if that depends on something that the sandbox cannot evaluate.
   */
  allows(roleArn: string, permission: Permission): boolean {
    const [roleName, role] = [...this.roles].find(([, { arn }]) => arn === roleArn) ?? [];
    if (!roleName || !role) return false;

    const managed = role.managed.map((arn): [string, Policy] => [arn, this.managedPolicy(arn)]);
    const allowed = decide([...managed, ...role.own, ...role.attached], permission, role);
    const boundary = role.boundary && decide([[role.boundary, this.managedPolicy(role.boundary)]], permission, role);
    if (allowed.length === 0 || boundary?.length === 0) return false;
    for (const { policy, part } of allowed) this.needed.add(keyOf({ role: roleName, policy, ...part }));
    return true;
  }

  /** Like `allows`, but true if the sandbox cannot evaluate it. */
  mayAllow(roleArn: string, permission: Permission): boolean {
    try {
      return this.allows(roleArn, permission);
    } catch (error) {
      if (error instanceof NotModeled) return true;
      throw error;
    }
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
    const isHere = !BOOTSTRAP_ROLE.test(roleArn) && [...this.roles.values()].some(role => role.arn === roleArn);
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

  /** [assumed] a managed policy of AWS that is not known denies nothing, which is true of nearly all of them. */
  private managedPolicy(arn: string): Policy {
    const known = MANAGED_POLICIES[arn.replace(/^arn:aws[\w-]*:iam::aws:policy\//, '')];
    return this.managed.get(arn) ?? (known ? parsePolicy(known) : unknownPolicy('Allow', 'it does not have what is'));
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

function roleOf(props: RoleProps, attached: Map<string, Policy>): Role {
  const { arn, permissionsBoundary: boundary, managedPolicyArns: managed = [], inlinePolicies = [] } = props;
  return {
    arn,
    boundary,
    managed,
    own: new Map(inlinePolicies.map(({ name, document }) => [name, parsePolicy(document)])),
    attached,
  };
}

function keyOf({ role, policy, action, resource }: Grant): string {
  return [role, policy, action, resource].join('\n');
}

/** The parts that allow it; none if nothing does, or something denies it. */
function decide(policies: readonly [string, Policy][], permission: Permission, { arn }: Role): { policy: string; part: Part }[] {
  const found = policies.flatMap(([policy, { statements }]) => statements.flatMap(({ effect, parts, obstacle }) =>
    parts.filter(part => matches(part, permission)).map(part => ({ policy, effect, part, obstacle }))));
  const sure = found.filter(({ obstacle }) => obstacle === undefined);
  if (sure.some(({ effect }) => effect === 'Deny')) return [];
  const allowed = sure.filter(({ effect }) => effect === 'Allow');
  // an Allow more would change nothing, but a Deny would.
  const unsure = found.find(({ effect, obstacle }) => obstacle !== undefined && (effect === 'Deny' || allowed.length === 0));
  if (unsure) {
    throw new NotModeled(`the sandbox does not know whether ${arn} may call ${permission.action} on ${permission.resource}: ${unsure.obstacle} `
      + `in the policy ${unsure.policy}`);
  }
  return allowed;
}
