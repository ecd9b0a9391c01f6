import type { CloudWatchLogs } from '../../cloudwatch-logs';
import { ResourceFailure } from '../errors';
import { generatedName, handlerMessage, ResourceType } from '../resource-type';
import type { Resource, ResourceState } from '../stack';

/** AWS::Logs::LogGroup. */
export class LogGroup implements ResourceType {
  // [cited] AWS::Logs::LogGroup: LogGroupName needs replacement.
  readonly replacedBy = ['LogGroupName'];
  // nothing expires, and nothing is encrypted.
  readonly properties = ['LogGroupName', 'RetentionInDays', 'KmsKeyId', 'LogGroupClass', 'Tags'];

  constructor(private readonly logs: CloudWatchLogs) {}

  create(resource: Resource): ResourceState {
    const { account, region } = resource.stack.environment;
    // [cited] CreateLogGroup: 512 characters.
    const name = resource.properties.LogGroupName ?? generatedName(resource.stack, resource.logicalId, 512);
    if (this.logs.has(name)) {
      throw new ResourceFailure(handlerMessage(`Resource of type 'AWS::Logs::LogGroup' with identifier '${name}' already exists.`, 'AlreadyExists'));
    }
    this.logs.create(name);
    return { physicalId: name, attributes: { Arn: `arn:aws:logs:${region}:${account}:log-group:${name}:*` } };
  }

  hasAttribute(name: string): boolean {
    return name === 'Arn';
  }

  update(_: Resource, old: Resource): ResourceState {
    return old;
  }

  delete(resource: Resource): void {
    this.logs.delete(resource.physicalId);
  }
}
