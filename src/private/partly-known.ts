import { Stack, Token } from 'aws-cdk-lib';

/** A value as far as synthesis knows it: a text, with marks in place of what is not known, or a list. */
export type Value = string | Value[];

/** Pseudo parameters that are the same for all stacks of an environment. */
const OF_ENVIRONMENT: { readonly [name: string]: (stack: Stack) => string } = {
  'AWS::Region': ({ region }) => region,
  'AWS::AccountId': ({ account }) => account,
  'AWS::Partition': ({ partition }) => partition,
  'AWS::URLSuffix': ({ urlSuffix }) => urlSuffix,
};

const MARK = '\0';

/** A mark: a text without the characters that templates split by. */
export function markOf(text: string): string {
  return `${MARK}${Buffer.from(text).toString('hex')}${MARK}`;
}

/** The mark of a rendered value, which is the same wherever its stack has that value. */
export function markIn(stack: Stack, value: unknown): string {
  return markOf(`${stack.node.addr} ${JSON.stringify(value)}`);
}

/** A pseudo parameter: a mark that is the same in all stacks if the environment is unknown; undefined for any other. */
export function pseudoParameter(name: string, stack: Stack): string | undefined {
  if (name === 'AWS::StackName') return known(stack.stackName);
  return Object.hasOwn(OF_ENVIRONMENT, name) ? known(OF_ENVIRONMENT[name](stack)) ?? markOf(name) : undefined;
}

function known(value: string): string | undefined {
  return Token.isUnresolved(value) ? undefined : value;
}

/** Whether two regions or accounts may be the same. */
export function mayBe(one: string, other: string): boolean {
  return one === other || [one, other].some(value => Token.isUnresolved(value) || value.includes(MARK));
}

/** Whether two names may be the same if one of them contains unknown pseudo parameters. */
export function mayEqual(one: Value, other: Value): boolean {
  return one === other || patternOf(`${one}`).test(`${other}`) || patternOf(`${other}`).test(`${one}`);
}

function patternOf(name: string): RegExp {
  const marks = Object.keys(OF_ENVIRONMENT).map(markOf);
  const parts = name.split(new RegExp(`(${marks.join('|')})`));
  const escaped = (part: string) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${parts.map(part => marks.includes(part) ? '[\\w.-]+' : escaped(part)).join('')}$`);
}

/** Every choice of one value from each list. */
export function combine(lists: Value[][]): Value[][] {
  return lists.reduce<Value[][]>((all, list) => all.flatMap(values => list.map(value => [...values, value])), [[]]);
}
