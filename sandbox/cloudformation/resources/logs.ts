import { ResourceFailure } from '../errors';
import { generatedName, handlerMessage, onlyKnown, ResourceType } from '../resource-type';
import type { Resource, ResourceState } from '../stack';

/** AWS::Logs::LogGroup. Only its existence is modeled: the lines are stored with the function that wrote them. */
export class LogGroup implements ResourceType {
  // [cited] AWS::Logs::LogGroup: LogGroupName needs replacement.
  readonly replacedBy = ['LogGroupName'];
  private readonly names = new Set<string>();

  create(resource: Resource): ResourceState {
    onlyKnown(resource, ['LogGroupName'], ['RetentionInDays', 'KmsKeyId', 'LogGroupClass', 'Tags']);
    const { account, region } = resource.stack.environment;
    // [cited] CreateLogGroup: 512 characters.
    const name = resource.properties.LogGroupName ?? generatedName(resource.stack, resource.logicalId, 512);
    if (this.names.has(name)) {
      throw new ResourceFailure(handlerMessage(`Resource of type 'AWS::Logs::LogGroup' with identifier '${name}' already exists.`, 'AlreadyExists'));
    }
    this.names.add(name);
    return { physicalId: name, attributes: { Arn: `arn:aws:logs:${region}:${account}:log-group:${name}:*` } };
  }

  update(_: Resource, old: Resource): ResourceState {
    return old;
  }

  delete(resource: Resource): void {
    this.names.delete(resource.physicalId);
  }
}
