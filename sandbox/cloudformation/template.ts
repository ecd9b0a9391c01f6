import { isDeepStrictEqual } from 'node:util';
import { ServiceError } from '../service';
import { NotModeled } from './errors';

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
const PARAMETER_ATTRIBUTES = [
  'Type', 'Default', 'AllowedValues', 'AllowedPattern', 'MinLength', 'MaxLength', 'MinValue', 'MaxValue', 'NoEcho',
  'Description', 'ConstraintDescription',
];
const DELETION_POLICIES = ['Delete', 'Retain', 'RetainExceptOnCreate'];

/** Reads a template. Anything that the sandbox would ignore is an error. */
export function parseTemplate(source: { [section: string]: any }, text: string = JSON.stringify(source)): Template {
  onlyKnown('the template', source, SECTIONS);
  for (const [name, parameter] of Object.entries(source.Parameters ?? {})) onlyKnown(`the parameter ${name}`, parameter as object, PARAMETER_ATTRIBUTES);
  const resources = Object.entries<any>(source.Resources ?? {});
  // [cited] Template anatomy: "Resources (required)".
  if (resources.length === 0) throw new ServiceError('ValidationError', 'At least one Resources member must be defined.');
  return {
    source: text,
    description: source.Description,
    parameters: source.Parameters ?? {},
    mappings: source.Mappings ?? {},
    conditions: source.Conditions ?? {},
    resources: Object.fromEntries(resources.map(([logicalId, resource]) => [logicalId, parseResource(logicalId, resource)])),
    outputs: source.Outputs ?? {},
  };
}

/** Whether two definitions are equal. [cited] Metadata attribute: "you can't update metadata by itself". */
export function isSameTemplate(one: Template, other: Template): boolean {
  const { source: _, ...rest } = one;
  const { source: __, ...otherRest } = other;
  return isDeepStrictEqual(rest, otherRest);
}

function parseResource(logicalId: string, source: { [attribute: string]: any }): ResourceDefinition {
  onlyKnown(`the resource ${logicalId}`, source, RESOURCE_ATTRIBUTES);
  return {
    type: source.Type,
    properties: source.Properties ?? {},
    dependsOn: [source.DependsOn ?? []].flat(),
    condition: source.Condition,
    // [cited] DeletionPolicy attribute: "Delete" is the default for all types modeled here, as for UpdateReplacePolicy.
    deletionPolicy: policy(logicalId, source.DeletionPolicy),
    updateReplacePolicy: policy(logicalId, source.UpdateReplacePolicy),
  };
}

function policy(logicalId: string, value: string = 'Delete'): DeletionPolicy {
  if (!DELETION_POLICIES.includes(value)) throw new NotModeled(`the resource ${logicalId} has a deletion policy that is not modeled: ${value}`);
  return value as DeletionPolicy;
}

function onlyKnown(what: string, source: object, known: string[]): void {
  const unknown = Object.keys(source).filter(key => !known.includes(key));
  if (unknown.length > 0) throw new NotModeled(`${what} has fields that are not modeled: ${unknown.join(', ')}`);
}
