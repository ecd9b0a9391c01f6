import type { Ssm } from '../../ssm';
import { ResourceFailure } from '../errors';
import { generatedName, handlerMessage, ResourceType } from '../resource-type';
import type { Resource, ResourceState } from '../stack';

/** AWS::SSM::Parameter */
export class Parameter implements ResourceType {
  // [cited] AWS::SSM::Parameter: Name needs replacement.
  readonly replacedBy = ['Name'];
  readonly properties = ['Name', 'Type', 'Value', 'Description', 'Tier', 'Tags', 'DataType', 'AllowedPattern'];

  constructor(private readonly ssm: Ssm) {}

  create(resource: Resource): ResourceState {
    const name = resource.properties.Name ?? generatedName(resource.stack, resource.logicalId, 256);
    if (this.ssm.has(name)) throw new ResourceFailure(handlerMessage(`${name} already exists.`, 'AlreadyExists'));
    return this.put(resource, name);
  }

  hasAttribute(name: string): boolean {
    return ['Type', 'Value'].includes(name);
  }

  /** [cited] AWS::SSM::Parameter, Type: CloudFormation does not support SecureString. */
  problems({ Type: type }: Resource['properties']): string[] {
    if (typeof type !== 'string' || ['String', 'StringList'].includes(type)) return [];
    return [`SSM parameters of type ${type} are not modeled`];
  }

  update(resource: Resource, old: Resource): ResourceState {
    return this.put(resource, old.physicalId);
  }

  delete(resource: Resource): void {
    this.ssm.delete(resource.physicalId);
  }

  private put(resource: Resource, name: string): ResourceState {
    const { Type: type, Value: value } = resource.properties;
    this.ssm.put(name, value, type);
    return { physicalId: name, attributes: { Type: type, Value: value } };
  }
}
