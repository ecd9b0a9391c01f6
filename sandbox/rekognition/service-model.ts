import model from './service-model.json';

/** A shape in the service model of AWS. It refers to other shapes by name. */
export interface Shape {
  readonly type: 'boolean' | 'float' | 'integer' | 'list' | 'long' | 'map' | 'string' | 'structure' | 'timestamp';
  /** For a structure: its members, and which of them are required. */
  readonly members?: { readonly [name: string]: string };
  readonly required?: readonly string[];
  /** For a list: its items. */
  readonly member?: string;
  /** For a map: its keys and values. */
  readonly key?: string;
  readonly value?: string;
  /** Limits on the length of a string, list or map, or on the value of a number. */
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
}

/** The input and the output of an operation, as names of shapes. */
export interface Operation {
  readonly input: string;
  readonly output: string;
}

// [cited] all of it: service model 2016-06-27, as in botocore. A script generates the file.
export const OPERATIONS: { readonly [name: string]: Operation | undefined } = model.operations;
const SHAPES = model.shapes as { readonly [name: string]: Shape };

// [assumed] the whole string must match, as in other AWS services. About half of the patterns are anchored themselves.
const PATTERNS = new Map(Object.values(SHAPES).flatMap(({ pattern }) => pattern === undefined ? [] : [[pattern, new RegExp(`^(?:${pattern})$`, 'u')]]));

/** The members of an operation's input, if it is known. */
export function membersOf(operation: string): string[] | undefined {
  const input = OPERATIONS[operation]?.input;
  return input === undefined ? undefined : Object.keys(SHAPES[input].members!);
}

/** The violations of the service model by a value, in the words of the service. Empty for a valid value. */
export function problemsOf(value: unknown, shapeName: string, at: string[] = []): string[] {
  const shape = SHAPES[shapeName];
  if (!isA(shape.type, value)) return [problem(value, at, `be of type ${shape.type}`)];
  const constraints = constraintsOf(shape, value).map(constraint => problem(value, at, constraint));
  const parts = partsOf(shape, value).flatMap(part => {
    const place = [...at, part.label ?? part.name];
    if (part.value !== undefined && part.value !== null) return problemsOf(part.value, part.shape, place);
    return part.required ? [problem(null, place, 'not be null')] : [];
  });
  return [...constraints, ...parts];
}

/** The path of a member that is not in its shape. */
export function unknownMember(value: unknown, shapeName: string): string | undefined {
  const shape = SHAPES[shapeName];
  if (!isA(shape.type, value)) return undefined;
  const unknown = shape.members ? Object.keys(value as object).filter(name => !shape.members![name]) : [];
  const inside = partsOf(shape, value).flatMap(part => {
    const found = unknownMember(part.value, part.shape);
    return found === undefined ? [] : [`${part.name}.${found}`];
  });
  return [...unknown, ...inside][0];
}

function problem(value: unknown, at: string[], constraint: string): string {
  const shown = value === null ? 'null' : `'${typeof value === 'object' ? JSON.stringify(value) : String(value)}'`;
  return `Value ${shown} at '${at.join('.')}' failed to satisfy constraint: Member must ${constraint}`;
}

function isA(type: Shape['type'], value: unknown): boolean {
  switch (type) {
    case 'string': return typeof value === 'string';
    case 'boolean': return typeof value === 'boolean';
    case 'float': return typeof value === 'number';
    case 'integer':
    case 'long': return Number.isInteger(value);
    case 'timestamp': return value instanceof Date;
    case 'list': return Array.isArray(value);
    case 'map':
    case 'structure': return typeof value === 'object' && value !== null && !Array.isArray(value);
  }
}

function constraintsOf({ min = -Infinity, max = Infinity, pattern, enum: values }: Shape, value: unknown): string[] {
  const [measure, size] = typeof value === 'number' ? ['value', value] : ['length', typeof value === 'string' ? value.length : Object.keys(value as object).length];
  return [
    ...size < min ? [`have ${measure} greater than or equal to ${min}`] : [],
    ...size > max ? [`have ${measure} less than or equal to ${max}`] : [],
    ...pattern !== undefined && !PATTERNS.get(pattern)!.test(value as string) ? [`satisfy regular expression pattern: ${pattern}`] : [],
    ...values && !values.includes(value as string) ? [`satisfy enum value set: [${values.join(', ')}]`] : [],
  ];
}

interface Part {
  readonly name: string;
  /** Its name in messages, if that differs from the name of the member. */
  readonly label?: string;
  readonly value: unknown;
  readonly shape: string;
  readonly required?: boolean;
}

/** The fields of the structures, by their shapes. */
const MEMBERS = new Map(Object.values(SHAPES).map(shape => [shape, Object.entries(shape.members ?? {}).map(([name, type]) => ({
  // [assumed] in messages, members begin with a lower-case letter.
  name, label: name[0].toLowerCase() + name.slice(1), shape: type, required: shape.required?.includes(name),
}))]));

/** The contents of a structure, list or map; optional members that are missing from a structure are left out. */
function partsOf(structure: Shape, whole: any): Part[] {
  const { members, member, key, value: item } = structure;
  if (members) {
    const present = MEMBERS.get(structure)!.filter(({ name, required }) => required || whole[name] !== undefined);
    return present.map(part => ({ ...part, value: whole[part.name] }));
  }
  const content = member ?? item;
  const items = content ? Object.entries(whole).map(([name, value]) => ({ name, value, shape: content, required: true })) : [];
  const keys = key ? Object.keys(whole).map(name => ({ name: 'key', value: name, shape: key })) : [];
  return [...items, ...keys];
}
