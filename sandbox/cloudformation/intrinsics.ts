import { ServiceError } from '../service';
import { NotModeled } from './errors';
import type { Template } from './template';

/** What the functions of a template look up. */
export interface Scope {
  readonly region: string;
  readonly mappings: Template['mappings'];
  /** A parameter's value, a pseudo parameter's, or a resource's physical id. `undefined` is `AWS::NoValue`. */
  ref(name: string): unknown;
  attribute(logicalId: string, attribute: string): unknown;
  condition(name: string): boolean;
  importValue(exportName: string): unknown;
  /** The value of an output of another stack, which need not be an export. */
  stackOutput(stackName: string, outputName: string, region?: string): unknown;
}

type Evaluate = (argument: any, scope: Scope) => unknown;

const FUNCTIONS: { readonly [name: string]: Evaluate } = {
  'Ref': (name, scope) => scope.ref(name),
  'Fn::GetAtt': (argument, scope) => {
    const [logicalId, attribute] = getAttTarget(argument);
    return scope.attribute(logicalId, resolve(attribute, scope) as string);
  },
  'Fn::Join': ([delimiter, values], scope) => list('Fn::Join', resolve(values, scope)).map(value => text('Fn::Join', value)).join(delimiter),
  'Fn::Split': ([delimiter, value], scope) => text('Fn::Split', resolve(value, scope)).split(delimiter),
  'Fn::Select': ([index, values], scope) => {
    const all = list('Fn::Select', resolve(values, scope));
    const position = Number(resolve(index, scope));
    // [cited] Fn::Select: "Fn::Select doesn't check for null values or if the index is out of bounds ... the stack fails".
    if (!(position in all)) throw new ServiceError('ValidationError', `Template error: Fn::Select cannot select nonexistent value at index ${position}`);
    return all[position];
  },
  'Fn::Sub': (argument, scope) => {
    const [template, variables] = subArguments(argument);
    return template.replace(PLACEHOLDER, (_, name: string) => {
      if (name.startsWith('!')) return `\${${name.slice(1)}}`;
      if (name in variables) return text('Fn::Sub', resolve(variables[name], scope));
      const [target, attribute] = subTarget(name);
      return text('Fn::Sub', attribute === undefined ? scope.ref(target) : scope.attribute(target, attribute));
    });
  },
  'Fn::FindInMap': (argument, scope) => {
    const [map, top, second] = argument.map((key: unknown) => resolve(key, scope));
    const value = scope.mappings[map]?.[top]?.[second];
    if (value === undefined) throw new ServiceError('ValidationError', `Template error: Unable to get mapping for ${map}::${top}::${second}`);
    return value;
  },
  'Fn::Base64': (value, scope) => Buffer.from(text('Fn::Base64', resolve(value, scope))).toString('base64'),
  'Fn::Cidr': ([block, count, bits = 8], scope) =>
    cidrBlocks(text('Fn::Cidr', resolve(block, scope)), Number(resolve(count, scope)), Number(resolve(bits, scope))),
  'Fn::GetAZs': (region, scope) => ZONES.map(zone => `${resolve(region, scope) || scope.region}${zone}`),
  'Fn::GetStackOutput': (argument, scope) => {
    const { StackName: stack, OutputName: output, Region: region } = resolve(argument, scope) as any;
    return scope.stackOutput(stack, output, region);
  },
  'Fn::If': ([condition, yes, no], scope) => resolve(scope.condition(condition) ? yes : no, scope),
  'Fn::ImportValue': (name, scope) => scope.importValue(text('Fn::ImportValue', resolve(name, scope))),
};

/** What the sandbox does not know of its functions, by their arguments. */
const LIMITS: { readonly [name: string]: ((argument: any) => string | undefined) | undefined } = {
  'Fn::FindInMap': argument => {
    // [cited] the fourth argument (DefaultValue) needs the AWS::LanguageExtensions transform, which is not modeled.
    return argument.length === 3 ? undefined : 'Fn::FindInMap with a default value is not modeled';
  },
  'Fn::GetStackOutput': ({ StackName: _, OutputName: __, Region: ___, ...others }) => {
    // [cited] Fn::GetStackOutput: another role is for another account.
    return Object.keys(others).length > 0 ? `Fn::GetStackOutput with ${Object.keys(others)} is not modeled` : undefined;
  },
};

/** [assumed] every Region has these three Availability Zones. */
const ZONES = ['a', 'b', 'c'];

/** [cited] Fn::Cidr: as many blocks as asked for, each with that many bits for hosts. */
function cidrBlocks(block: string, count: number, bits: number): string[] {
  const [, address, prefix] = /^(\d+\.\d+\.\d+\.\d+)\/(\d+)$/.exec(block) ?? [];
  if (address === undefined) throw new NotModeled(`Fn::Cidr of anything but an IPv4 block is not modeled: ${block}`);
  const start = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  if (count * 2 ** bits > 2 ** (32 - Number(prefix))) {
    throw new ServiceError('ValidationError', `Template error: Fn::Cidr: ${block} has no room for ${count} blocks of ${bits} bits`);
  }
  return Array.from({ length: count }, (_, index) => {
    const first = start + index * 2 ** bits;
    return `${[24, 16, 8, 0].map(shift => Math.floor(first / 2 ** shift) % 256).join('.')}/${32 - bits}`;
  });
}

const CONDITION_FUNCTIONS: { readonly [name: string]: (argument: any, scope: Scope) => boolean } = {
  'Condition': (name, scope) => scope.condition(name),
  'Fn::Equals': ([left, right], scope) => text('Fn::Equals', resolve(left, scope)) === text('Fn::Equals', resolve(right, scope)),
  'Fn::And': (conditions, scope) => conditions.every((condition: unknown) => isTrue(condition, scope)),
  'Fn::Or': (conditions, scope) => conditions.some((condition: unknown) => isTrue(condition, scope)),
  'Fn::Not': ([condition], scope) => !isTrue(condition, scope),
};

const PLACEHOLDER = /\$\{([^}]*)\}/g;

/** A value with all intrinsic functions evaluated, without what evaluates to `AWS::NoValue`. */
export function resolve(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map(item => resolve(item, scope)).filter(item => item !== undefined);
  if (typeof value !== 'object' || value === null) return value;
  const call = functionCall(value);
  if (call) {
    const problem = problemOf(call.name, call.argument);
    if (problem) throw new NotModeled(problem);
    return FUNCTIONS[call.name](call.argument, scope);
  }
  return Object.fromEntries(Object.entries(value)
    .map(([key, item]) => [key, resolve(item, scope)])
    .filter(([, item]) => item !== undefined));
}

/** The value of an entry of the template's Conditions. */
export function isTrue(condition: unknown, scope: Scope): boolean {
  const [name, ...more] = Object.keys(condition as object);
  const evaluate = CONDITION_FUNCTIONS[name];
  if (!evaluate || more.length > 0) throw new NotModeled(`a condition that is not modeled: ${JSON.stringify(condition)}`);
  return evaluate((condition as { [name: string]: unknown })[name], scope);
}

/**
 * Calls `visit` for every parameter, pseudo parameter and resource that a value refers to, with the attribute of the
 * resource, if that is what the value needs.
 */
export function references(value: unknown, visit: (name: string, attribute?: unknown) => void): void {
  calls(value, (name, argument) => {
    if (name === 'Ref') visit(argument);
    if (name === 'Fn::GetAtt') visit(...getAttTarget(argument));
    if (name !== 'Fn::Sub') return;
    const [template, variables] = subArguments(argument);
    for (const [, placeholder] of template.matchAll(PLACEHOLDER)) {
      if (!placeholder.startsWith('!') && !(placeholder in variables)) visit(...subTarget(placeholder));
    }
  });
}

/** Why the sandbox cannot evaluate the functions in a value, judging by the template alone. */
export function unknownFunctions(value: unknown): string[] {
  const problems: string[] = [];
  calls(value, (name, argument) => {
    const problem = problemOf(name, argument);
    if (problem) problems.push(problem);
  });
  return problems;
}

/** The same for an entry of the template's Conditions. */
export function unknownInCondition(condition: unknown): string[] {
  const [[name, argument] = [], ...more] = Object.entries(condition as object);
  if (name === undefined || more.length > 0 || !(name in CONDITION_FUNCTIONS)) {
    return [`a condition that is not modeled: ${JSON.stringify(condition)}`];
  }
  if (name === 'Condition') return [];
  return (argument as unknown[]).flatMap(name === 'Fn::Equals' ? unknownFunctions : unknownInCondition);
}

/** Calls `visit` for every intrinsic function in a value, also for unknown ones. */
function calls(value: unknown, visit: (name: string, argument: any) => void): void {
  if (typeof value !== 'object' || value === null) return;
  const call = functionCall(value);
  if (call) visit(call.name, call.argument);
  for (const item of Object.values(value)) calls(item, visit);
}

function problemOf(name: string, argument: unknown): string | undefined {
  return name in FUNCTIONS ? LIMITS[name]?.(argument) : `the intrinsic function ${name} is not modeled`;
}

function functionCall(value: object): { name: string; argument: unknown } | undefined {
  const [name, ...more] = Object.keys(value);
  if (more.length > 0 || (name !== 'Ref' && !name?.startsWith('Fn::'))) return undefined;
  return { name, argument: (value as { [name: string]: unknown })[name] };
}

function subTarget(placeholder: string): [string, string?] {
  const dot = placeholder.indexOf('.');
  return dot < 0 ? [placeholder] : [placeholder.slice(0, dot), placeholder.slice(dot + 1)];
}

function getAttTarget(argument: any): [string, unknown] {
  if (Array.isArray(argument)) return argument as [string, unknown];
  const dot = argument.indexOf('.');
  return [argument.slice(0, dot), argument.slice(dot + 1)];
}

function subArguments(argument: any): [string, { [name: string]: unknown }] {
  return typeof argument === 'string' ? [argument, {}] : argument;
}

function text(where: string, value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new ServiceError('ValidationError', `Template error: every ${where} object must be given strings, not ${JSON.stringify(value)}`);
}

function list(where: string, value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  throw new ServiceError('ValidationError', `Template error: every ${where} object requires a list, not ${JSON.stringify(value)}`);
}
