import type { ResourceType } from '../resource-type';
import type { Resource, ResourceState } from '../stack';
import { identify } from './identity';
import { ResourceSchema, schemaOf } from './schema';

/** They would change how a stack is deployed, or deploy others, so they are not without effect. */
const NEVER_RECORDED = 'AWS::CloudFormation::';

const WHY = 'its type has no effect on Rekognition';

/**
 * A type without an effect on Rekognition is only recorded, so that stacks with it can be deployed: no schedule starts
 * anything, no alarm fires. Its resources have the identifiers and attributes that the schema of the type describes.
 */
export class Recorded implements ResourceType {
  /** The type, if it has a schema and may be without effect. */
  static of(type: string): Recorded | undefined {
    const schema = type.startsWith(NEVER_RECORDED) ? undefined : schemaOf(type);
    return schema && !schema.cloudFormationTransform ? new Recorded(schema) : undefined;
  }

  readonly isOnlyRecorded = true;
  readonly replacedBy: readonly string[];

  private constructor(private readonly schema: ResourceSchema) {
    this.replacedBy = Object.keys(schema.properties).filter(name => schema.properties[name].causesReplacement === 'yes');
  }

  hasAttribute(name: string): boolean {
    return name in this.schema.attributes;
  }

  create(resource: Resource): ResourceState {
    return { ...identify(this.schema, resource), whyRecorded: WHY };
  }

  update({ properties }: Resource, { physicalId, attributes }: Resource): ResourceState {
    const changed = Object.keys(attributes).filter(name => name in properties).map(name => [name, properties[name]]);
    return { physicalId, attributes: { ...attributes, ...Object.fromEntries(changed) }, whyRecorded: WHY };
  }

  delete(): void {}
}
