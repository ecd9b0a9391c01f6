import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';

type Schemas = ReturnType<typeof loadAwsServiceSpecSync>;

/** The published schema of a resource type: its properties, attributes and identifiers. */
export type ResourceSchema = NonNullable<ReturnType<typeof find>>;

let schemas: Schemas | undefined;

/** The schema of a type, if AWS has published one. The first call loads all of them, which takes a second. */
export function schemaOf(type: string): ResourceSchema | undefined {
  return find(schemas ??= loadAwsServiceSpecSync(), type);
}

function find(all: Schemas, type: string) {
  return all.lookup('resource', 'cloudFormationType', 'equals', type).at(0);
}
