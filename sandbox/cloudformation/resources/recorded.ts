import { generatedName, ResourceType } from '../resource-type';
import type { Resource, ResourceState } from '../stack';

/** The description of a type whose resources have a name and an ARN. */
export interface RecordedProps {
  /** The property that contains the name. */
  readonly name: string;
  /** The service of the ARN. */
  readonly service: string;
  /** The last part of the ARN. */
  readonly resource: (name: string, properties: Resource['properties']) => string;
  /** What `Ref` returns. Default: the name. */
  readonly ref?: 'arn';
}

/**
 * Types that the sandbox only records, so that stacks with them can be deployed. They have no effect: no schedule starts anything, no alarm fires.
 */
export class Recorded implements ResourceType {
  readonly replacedBy: readonly string[];

  constructor(private readonly props: RecordedProps) {
    this.replacedBy = [props.name];
  }

  create({ stack, logicalId, properties }: Resource): ResourceState {
    // the shortest of the limits on the names of these types.
    const name = properties[this.props.name] ?? generatedName(stack, logicalId, 64);
    const { account, region } = stack.environment;
    const arn = `arn:aws:${this.props.service}:${region}:${account}:${this.props.resource(name, properties)}`;
    return { physicalId: this.props.ref === 'arn' ? arn : name, attributes: { Arn: arn } };
  }

  update(_: Resource, old: Resource): ResourceState {
    return old;
  }

  delete(): void {}
}

// [cited] CloudFormation reference, the return values of each type; Service Authorization Reference, the form of the ARNs.
export const ALARM: RecordedProps = { name: 'AlarmName', service: 'cloudwatch', resource: name => `alarm:${name}` };
export const RULE: RecordedProps = { name: 'Name', service: 'events', resource: (name, { EventBusName: bus }) => `rule/${bus ? `${bus}/` : ''}${name}` };
export const SCHEDULE: RecordedProps = { name: 'Name', service: 'scheduler', resource: (name, { GroupName: group = 'default' }) => `schedule/${group}/${name}` };
export const TOPIC: RecordedProps = { name: 'TopicName', service: 'sns', resource: name => name, ref: 'arn' };
