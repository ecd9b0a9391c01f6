import type { Ssm } from '../../ssm';
import { NotModeled, ResourceFailure } from '../errors';
import { generatedName, handlerMessage, onlyKnown, ResourceType } from '../resource-type';
import type { Resource, ResourceState } from '../stack';

/** AWS::SSM::Parameter */
export class Parameter implements ResourceType {
  // [cited] AWS::SSM::Parameter: Name needs replacement.
  readonly replacedBy = ['Name'];

  constructor(private readonly ssm: Ssm) {}

  create(resource: Resource): ResourceState {
    const name = resource.properties.Name ?? generatedName(resource.stack, resource.logicalId, 256);
    if (this.ssm.has(name)) throw new ResourceFailure(handlerMessage(`${name} already exists.`, 'AlreadyExists'));
    return this.put(resource, name);
  }

  update(resource: Resource, old: Resource): ResourceState {
    return this.put(resource, old.physicalId);
  }

  delete(resource: Resource): void {
    this.ssm.delete(resource.physicalId);
  }

  private put(resource: Resource, name: string): ResourceState {
    onlyKnown(resource, ['Name', 'Type', 'Value'], ['Description', 'Tier', 'Tags', 'DataType', 'AllowedPattern']);
    const { Type: type, Value: value } = resource.properties;
    // [cited] AWS::SSM::Parameter, Type: CloudFormation does not support SecureString.
    if (!['String', 'StringList'].includes(type)) throw new NotModeled(`${resource.logicalId} is an SSM parameter of type ${type}`);
    this.ssm.put(name, value, type);
    return { physicalId: name, attributes: { Type: type, Value: value } };
  }
}
