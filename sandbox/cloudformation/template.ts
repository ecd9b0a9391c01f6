import { isDeepStrictEqual } from 'node:util';
import { ServiceError } from '../service';

// the type of a property value depends on the resource type.
export type Properties = { readonly [name: string]: any };

export type DeletionPolicy = 'Delete' | 'Retain' | 'RetainExceptOnCreate';

export interface ResourceDefinition {
  readonly type: string;
  readonly properties: Properties;
  readonly dependsOn: string[];
  readonly condition?: string;
  readonly deletionPolicy: DeletionPolicy;
  readonly updateReplacePolicy: DeletionPolicy;
  /** What has an effect only on types that the sandbox only records. */
  readonly withoutEffect: readonly string[];
}

export interface ParameterDefinition {
  readonly Type: string;
  readonly Default?: string | number;
  readonly AllowedValues?: (string | number)[];
  readonly AllowedPattern?: string;
  readonly ConstraintDescription?: string;
  readonly MinLength?: number | string;
  readonly MaxLength?: number | string;
  readonly MinValue?: number | string;
  readonly MaxValue?: number | string;
  readonly NoEcho?: boolean | string;
}

export interface OutputDefinition {
  readonly Value: unknown;
  readonly Description?: string;
  readonly Condition?: string;
  readonly Export?: { readonly Name: unknown };
}

export interface Template {
  /** The text of the template. */
  readonly source: string;
  /** What the sandbox does not know of it, whatever its types are. */
  readonly problems: readonly string[];
  readonly description?: string;
  readonly parameters: { readonly [name: string]: ParameterDefinition };
  readonly mappings: { readonly [map: string]: { readonly [top: string]: { readonly [second: string]: unknown } } };
  readonly conditions: { readonly [name: string]: unknown };
  readonly resources: { readonly [logicalId: string]: ResourceDefinition };
  readonly outputs: { readonly [name: string]: OutputDefinition };
}

// [assumed] `Rules` can be ignored: they only check parameters, and the rule that the CDK writes asks for a bootstrapped account, which the sandbox always is.
const SECTIONS = ['AWSTemplateFormatVersion', 'Description', 'Metadata', 'Rules', 'Parameters', 'Mappings', 'Conditions', 'Resources', 'Outputs'];
const RESOURCE_ATTRIBUTES = ['Type', 'Properties', 'DependsOn', 'Condition', 'DeletionPolicy', 'UpdateReplacePolicy', 'Metadata'];
/** [cited] CreationPolicy and UpdatePolicy attributes: each for a few types, which the sandbox only records. */
const PROGRESS_ATTRIBUTES = ['CreationPolicy', 'UpdatePolicy'];
const PARAMETER_ATTRIBUTES = [
  'Type', 'Default', 'AllowedValues', 'AllowedPattern', 'MinLength', 'MaxLength', 'MinValue', 'MaxValue', 'NoEcho',
  'Description', 'ConstraintDescription',
];
/** [cited] DeletionPolicy attribute: Snapshot deletes the resource, too. */
const DELETION_POLICIES: { readonly [name: string]: DeletionPolicy } = {
  Delete: 'Delete', Retain: 'Retain', RetainExceptOnCreate: 'RetainExceptOnCreate', Snapshot: 'Delete',
};

/** Reads a template, with all that the sandbox would ignore as its problems. */
export function parseTemplate(source: { [section: string]: any }, text: string = JSON.stringify(source)): Template {
  const problems = [
    ...unknownFields('the template', source, SECTIONS),
    ...Object.entries<object>(source.Parameters ?? {})
      .flatMap(([name, parameter]) => unknownFields(`the parameter ${name}`, parameter, PARAMETER_ATTRIBUTES)),
  ];
  const resources = Object.entries<any>(source.Resources ?? {});
  // [cited] Template anatomy: "Resources (required)".
  if (resources.length === 0) throw new ServiceError('ValidationError', 'At least one Resources member must be defined.');
  return {
    source: text,
    problems: [...problems, ...resources.flatMap(([logicalId, resource]) => problemsOfResource(logicalId, resource))],
    description: source.Description,
    parameters: source.Parameters ?? {},
    mappings: source.Mappings ?? {},
    conditions: source.Conditions ?? {},
    resources: Object.fromEntries(resources.map(([logicalId, resource]) => [logicalId, parseResource(resource)])),
    outputs: source.Outputs ?? {},
  };
}

/** Whether two definitions are equal. [cited] Metadata attribute: "you can't update metadata by itself". */
export function isSameTemplate(one: Template, other: Template): boolean {
  const { source: _, ...rest } = one;
  const { source: __, ...otherRest } = other;
  return isDeepStrictEqual(rest, otherRest);
}

function problemsOfResource(logicalId: string, source: { [attribute: string]: any }): string[] {
  const { DeletionPolicy: deletion = 'Delete', UpdateReplacePolicy: replace = 'Delete' } = source;
  const policies = [deletion, replace].filter(policy => !(policy in DELETION_POLICIES));
  return [
    ...unknownFields(`the resource ${logicalId}`, source, [...RESOURCE_ATTRIBUTES, ...PROGRESS_ATTRIBUTES]),
    ...policies.map(policy => `the resource ${logicalId} has a deletion policy that is not modeled: ${policy}`),
  ];
}

function parseResource(source: { [attribute: string]: any }): ResourceDefinition {
  const { DeletionPolicy: deletion = 'Delete', UpdateReplacePolicy: replace = 'Delete' } = source;
  return {
    type: source.Type,
    properties: source.Properties ?? {},
    dependsOn: [source.DependsOn ?? []].flat(),
    condition: source.Condition,
    // [cited] DeletionPolicy attribute: "Delete" is the default for all types modeled here, as for UpdateReplacePolicy.
    deletionPolicy: DELETION_POLICIES[deletion],
    updateReplacePolicy: DELETION_POLICIES[replace],
    withoutEffect: [
      ...PROGRESS_ATTRIBUTES.filter(attribute => attribute in source),
      ...[deletion, replace].includes('Snapshot') ? ['Snapshot'] : [],
    ],
  };
}

function unknownFields(what: string, source: object, known: string[]): string[] {
  const unknown = Object.keys(source).filter(key => !known.includes(key));
  return unknown.length > 0 ? [`${what} has fields that are not modeled: ${unknown.join(', ')}`] : [];
}
