import { ServiceError } from '../service';
import { NotModeled } from './errors';
import type { ParameterDefinition, Template } from './template';

export type ParameterValues = { readonly [name: string]: string };

/** The type of CDK's BootstrapVersion: its value is the name of a parameter in SSM, which the sandbox does not look up. */
const SSM_PARAMETER = 'AWS::SSM::Parameter::Value<String>';
const TYPES = ['String', 'Number', 'CommaDelimitedList', SSM_PARAMETER];

/** The parameters of a deployment: the given value, otherwise that of the previous deployment, otherwise the default. */
export function parameterValues(template: Template, given: ParameterValues, previous: ParameterValues): ParameterValues {
  const names = Object.keys(template.parameters);
  refuse(Object.keys(given).filter(name => !names.includes(name)), 'do not exist in the template');

  const values = Object.fromEntries(names.map(name => [name, given[name] ?? previous[name] ?? template.parameters[name].Default]));
  refuse(names.filter(name => values[name] === undefined), 'must have values');

  for (const [name, definition] of Object.entries(template.parameters)) {
    if (!TYPES.includes(definition.Type)) throw new NotModeled(`the parameter ${name} has a type that is not modeled: ${definition.Type}`);
    const allowed = definition.AllowedValues?.map(String);
    if (allowed && !allowed.includes(String(values[name]))) {
      throw new ServiceError('ValidationError', `Parameter '${name}' must be one of AllowedValues`);
    }
  }
  return Object.fromEntries(names.map(name => [name, String(values[name])]));
}

/** The value of a Ref to the parameter. */
export function parameterRef(name: string, definition: ParameterDefinition, value: string): string | string[] {
  if (definition.Type === SSM_PARAMETER) throw new NotModeled(`the parameter ${name} reads from SSM, which is not modeled`);
  return definition.Type === 'CommaDelimitedList' ? value.split(',').map(item => item.trim()) : value;
}

function refuse(names: string[], complaint: string): void {
  if (names.length > 0) throw new ServiceError('ValidationError', `Parameters: [${names.join(', ')}] ${complaint}`);
}
