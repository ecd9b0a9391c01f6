import { NotModeled, ResourceFailure } from '../errors';
import { generatedName, handlerMessage, onlyKnown, ResourceType } from '../resource-type';
import type { Resource, ResourceState } from '../stack';

/** AWS::SSM::Parameter, of type String. */
export class Parameter implements ResourceType {
  // [cited] AWS::SSM::Parameter: Name needs replacement.
  readonly replacedBy = ['Name'];
  private readonly names = new Set<string>();

  create(resource: Resource): ResourceState {
    const state = parameter(resource, resource.properties.Name ?? generatedName(resource.stack, resource.logicalId, 256));
    if (this.names.has(state.physicalId)) {
      throw new ResourceFailure(handlerMessage(`${state.physicalId} already exists.`, 'AlreadyExists'));
    }
    this.names.add(state.physicalId);
    return state;
  }

  update(resource: Resource, old: Resource): ResourceState {
    return parameter(resource, old.physicalId);
  }

  delete(resource: Resource): void {
    this.names.delete(resource.physicalId);
  }
}

function parameter(resource: Resource, name: string): ResourceState {
  onlyKnown(resource, ['Name', 'Type', 'Value'], ['Description', 'Tier', 'Tags']);
  const { Type: type, Value: value } = resource.properties;
  if (type !== 'String') throw new NotModeled(`${resource.logicalId} is an SSM parameter of a type that is not modeled: ${type}`);
  return { physicalId: name, attributes: { Type: type, Value: value } };
}
