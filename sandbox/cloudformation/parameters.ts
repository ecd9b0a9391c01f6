import { ServiceError } from '../service';
import type { ParameterDefinition, Template } from './template';

export type ParameterValues = { readonly [name: string]: string };

/**
 * [cited] Template reference, Parameters, "Supported parameter data types". [assumed] what a value of an AWS-specific type names
 * exists.
 */
const PLAIN = /^(String|Number|CommaDelimitedList|List<(String|Number)>|AWS::SSM::Parameter::Name|(List<)?AWS::(EC2|Route53)::[\w:]+>?)$/;
/** A parameter whose value is the name of a parameter in SSM. */
const FROM_SSM = /^AWS::SSM::Parameter::Value<(.+)>$/;

/** The parameters of types that the sandbox does not know. */
export function unknownParameters({ parameters }: Template): string[] {
  return Object.entries(parameters).filter(([, { Type }]) => !PLAIN.test(FROM_SSM.exec(Type)?.[1] ?? Type))
    .map(([name, { Type }]) => `the parameter ${name} has a type that is not modeled: ${Type}`);
}

/** The parameters of a deployment: the given value, otherwise that of the previous deployment, otherwise the default. */
export function parameterValues(template: Template, given: ParameterValues, previous: ParameterValues): ParameterValues {
  const names = Object.keys(template.parameters);
  refuse(Object.keys(given).filter(name => !names.includes(name)), 'do not exist in the template');

  const values = Object.fromEntries(names.map(name => [name, given[name] ?? previous[name] ?? template.parameters[name].Default]));
  refuse(names.filter(name => values[name] === undefined), 'must have values');

  for (const [name, definition] of Object.entries(template.parameters)) {
    checkConstraints(name, definition, String(values[name]));
  }
  return Object.fromEntries(names.map(name => [name, String(values[name])]));
}

/**
 * The current values of the parameters that are stored in SSM. [cited] User Guide, "Specify existing resources at runtime with
 * CloudFormation-supplied parameter types": each create and update fetches them. The text is the one that users report.
 */
export function ssmValues(
  { parameters }: Template, values: ParameterValues, valueOf: (name: string) => string | undefined,
): ParameterValues {
  const names = Object.keys(parameters).filter(name => FROM_SSM.test(parameters[name].Type));
  const missing = names.map(name => values[name]).filter(stored => valueOf(stored) === undefined);
  if (missing.length > 0) {
    throw new ServiceError('ValidationError', `Unable to fetch parameters [${missing.join(',')}] from parameter store for this account.`);
  }
  return Object.fromEntries(names.map(name => [name, valueOf(values[name])!]));
}

/** The value of a Ref to the parameter. */
export function parameterRef({ Type: type }: ParameterDefinition, value: string): string | string[] {
  const plain = FROM_SSM.exec(type)?.[1] ?? type;
  return /^(CommaDelimitedList$|List<)/.test(plain) ? value.split(',').map(item => item.trim()) : value;
}

/** [cited] Template reference, Parameters, with the texts at ConstraintDescription; [assumed] those for lengths and numbers. */
function checkConstraints(name: string, definition: ParameterDefinition, value: string): void {
  const {
    Type: type, AllowedValues: allowed, AllowedPattern: pattern, ConstraintDescription: description,
    MinLength: minLength = 0, MaxLength: maxLength = Infinity, MinValue: minimum = -Infinity, MaxValue: maximum = Infinity,
  } = definition;
  const check = (isValid: boolean, constraint: string) => {
    if (!isValid) throw new ServiceError('ValidationError', `Malformed input-Parameter ${name} must ${description ?? constraint}`);
  };
  if (allowed && !allowed.map(String).includes(value)) {
    throw new ServiceError('ValidationError', `Parameter '${name}' must be one of AllowedValues`);
  }
  if (pattern) check(new RegExp(`^(?:${pattern})$`).test(value), `match pattern ${pattern}`);
  check(value.length >= Number(minLength), `contain at least ${minLength} characters`);
  check(value.length <= Number(maxLength), `contain at most ${maxLength} characters`);
  if (type !== 'Number') return;
  check(value !== '' && !Number.isNaN(Number(value)), 'be a number');
  check(Number(value) >= Number(minimum), `be a number not less than ${minimum}`);
  check(Number(value) <= Number(maximum), `be a number not greater than ${maximum}`);
}

function refuse(names: string[], complaint: string): void {
  if (names.length > 0) throw new ServiceError('ValidationError', `Parameters: [${names.join(', ')}] ${complaint}`);
}
