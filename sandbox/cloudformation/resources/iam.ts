import { randomBytes } from 'node:crypto';
import type { Iam, RoleProps } from '../../iam';
import { ServiceError } from '../../service';
import { generatedName, ResourceType } from '../resource-type';
import type { Resource, ResourceState } from '../stack';

/** AWS::IAM::Role. The sandbox does not check who may assume it: a function has the role that its template names. */
export class Role implements ResourceType {
  // [cited] AWS::IAM::Role: RoleName and Path need replacement.
  readonly replacedBy = ['RoleName', 'Path'];
  readonly properties = [
    'RoleName', 'Path', 'ManagedPolicyArns', 'Policies', 'PermissionsBoundary',
    'AssumeRolePolicyDocument', 'Description', 'Tags', 'MaxSessionDuration',
  ];

  constructor(private readonly iam: Iam) {}

  create(resource: Resource): ResourceState {
    const { RoleName: given, Path: path = '/' } = resource.properties;
    // [cited] IAM quotas: 64 characters.
    const name = given ?? generatedName(resource.stack, resource.logicalId, 64);
    const arn = `arn:aws:iam::${resource.stack.environment.account}:role${path}${name}`;
    this.iam.createRole(roleProps(resource, name, arn));
    // [cited] IAM User Guide, "Unique identifiers": AROA for roles.
    return { physicalId: name, attributes: { Arn: arn, RoleId: `AROA${randomBytes(8).toString('hex').toUpperCase()}` } };
  }

  hasAttribute(name: string): boolean {
    return ['Arn', 'RoleId'].includes(name);
  }

  update(resource: Resource, old: Resource): ResourceState {
    this.iam.updateRole(roleProps(resource, old.physicalId, old.attributes.Arn as string));
    return old;
  }

  delete(resource: Resource): void {
    unlessGone(() => this.iam.deleteRole(resource.physicalId));
  }
}

function roleProps(resource: Resource, name: string, arn: string): RoleProps {
  const { ManagedPolicyArns: managedPolicyArns, Policies: policies = [], PermissionsBoundary: permissionsBoundary } = resource.properties;
  const inlinePolicies = policies.map((policy: any) => ({ name: policy.PolicyName, document: policy.PolicyDocument }));
  return { name, arn, managedPolicyArns, permissionsBoundary, inlinePolicies };
}

/** AWS::IAM::ManagedPolicy: one document, attached to its roles. */
export class ManagedPolicy implements ResourceType {
  // [cited] AWS::IAM::ManagedPolicy: these need replacement.
  readonly replacedBy = ['ManagedPolicyName', 'Path', 'Description'];
  // users and groups call nothing in the sandbox.
  readonly properties = ['ManagedPolicyName', 'Path', 'PolicyDocument', 'Roles', 'Description', 'Users', 'Groups'];

  constructor(private readonly iam: Iam) {}

  create(resource: Resource): ResourceState {
    const { ManagedPolicyName: given, Path: path = '/' } = resource.properties;
    const name = given ?? generatedName(resource.stack, resource.logicalId, 128);
    const arn = `arn:aws:iam::${resource.stack.environment.account}:policy${path}${name}`;
    this.put(resource, arn);
    return { physicalId: arn, attributes: { PolicyArn: arn } };
  }

  hasAttribute(name: string): boolean {
    return name === 'PolicyArn';
  }

  update(resource: Resource, old: Resource): ResourceState {
    this.put(resource, old.physicalId);
    this.detach(old, role => !rolesOf(resource).includes(role));
    return old;
  }

  delete(resource: Resource): void {
    this.detach(resource, () => true);
    this.iam.deleteManagedPolicy(resource.physicalId);
  }

  private put(resource: Resource, arn: string): void {
    this.iam.createManagedPolicy(arn, resource.properties.PolicyDocument);
    for (const role of rolesOf(resource)) this.iam.attachRolePolicy(role, arn);
  }

  private detach(resource: Resource, from: (role: string) => boolean): void {
    for (const role of rolesOf(resource).filter(from)) unlessGone(() => this.iam.detachRolePolicy(role, resource.physicalId));
  }
}

function rolesOf({ properties: { Roles: roles = [] } }: Resource): string[] {
  return roles;
}

/** AWS::IAM::Policy: one document, inline in each of its roles. */
export class Policy implements ResourceType {
  // users and groups call nothing in the sandbox.
  readonly properties = ['PolicyName', 'PolicyDocument', 'Roles', 'Users', 'Groups'];

  constructor(private readonly iam: Iam) {}

  create(resource: Resource): ResourceState {
    this.put(resource);
    return { physicalId: generatedName(resource.stack, resource.logicalId, 128), attributes: {} };
  }

  hasAttribute(): boolean {
    return false;
  }

  // [cited] AWS::IAM::Policy: no property needs replacement.
  update(resource: Resource, old: Resource): ResourceState {
    this.put(resource);
    const { PolicyName: name } = resource.properties;
    this.remove(old, role => name !== old.properties.PolicyName || !rolesOf(resource).includes(role));
    return old;
  }

  delete(resource: Resource): void {
    this.remove(resource, () => true);
  }

  private put(resource: Resource): void {
    const { PolicyName: name, PolicyDocument: document } = resource.properties;
    for (const role of rolesOf(resource)) this.iam.putRolePolicy(role, name, document);
  }

  private remove(resource: Resource, from: (role: string) => boolean): void {
    const { PolicyName: name } = resource.properties;
    for (const role of rolesOf(resource).filter(from)) unlessGone(() => this.iam.deleteRolePolicy(role, name));
  }
}

/** AWS::IAM::RolePolicy: one document, inline in one role. */
export class RolePolicy implements ResourceType {
  // [cited] AWS::IAM::RolePolicy: PolicyName and RoleName need replacement.
  readonly replacedBy = ['PolicyName', 'RoleName'];
  readonly properties = ['PolicyName', 'PolicyDocument', 'RoleName'];

  constructor(private readonly iam: Iam) {}

  create(resource: Resource): ResourceState {
    const { PolicyName: name, RoleName: role } = resource.properties;
    // [cited] resource type handler contract, create: AlreadyExists for a policy that exists, although PutRolePolicy would overwrite it.
    if (this.iam.hasRolePolicy(role, name)) throw new ServiceError('AlreadyExists', `Resource of type 'AWS::IAM::RolePolicy' with identifier '${name}|${role}' already exists.`, 409);
    this.put(resource);
    // [cited] AWS::IAM::RolePolicy: its primary identifier.
    return { physicalId: `${name}|${role}`, attributes: {} };
  }

  hasAttribute(): boolean {
    return false;
  }

  update(resource: Resource, old: Resource): ResourceState {
    this.put(resource);
    return old;
  }

  delete({ properties }: Resource): void {
    unlessGone(() => this.iam.deleteRolePolicy(properties.RoleName, properties.PolicyName));
  }

  private put(resource: Resource): void {
    const { PolicyName: name, PolicyDocument: document, RoleName: role } = resource.properties;
    // [cited] IAM API, PutRolePolicy: at most 128 characters of [\w+=,.@-].
    if (!/^[\w+=,.@-]{1,128}$/.test(name)) throw new ServiceError('ValidationError', `The specified value for policyName is invalid: ${name}`);
    this.iam.putRolePolicy(role, name, document);
  }
}

/** [cited] resource type handler contract, delete: CloudFormation treats a resource that no longer exists as deleted. */
function unlessGone(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof ServiceError && error.code === 'NoSuchEntity')) throw error;
  }
}
