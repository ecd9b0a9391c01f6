import { Permission } from './service';

/** An identity policy's document. */
export interface PolicyDocument {
  readonly Version?: string;
  // checked by `parsePolicy`: it comes from a template.
  readonly Statement: any;
}

/** One action on one resource, as written in a policy. */
export interface Part {
  readonly action: string;
  readonly resource: string;
}

/** One statement: all its actions on all its resources. */
export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly parts: Part[];
}

/** A document that the sandbox understands. */
export interface Policy {
  readonly statements: Statement[];
  /** The size that counts towards the IAM quota: without white space. */
  readonly characters: number;
}

/** The elements of a statement that the sandbox understands. Any other element could change the decision. */
const KNOWN_ELEMENTS = ['Sid', 'Effect', 'Action', 'Resource'];

/** Reads a policy. Throws for anything that the sandbox cannot evaluate as IAM does. */
export function parsePolicy(document: PolicyDocument): Policy {
  for (const element of Object.keys(document)) {
    if (!['Version', 'Id', 'Statement'].includes(element)) throw new Error(`the sandbox does not know the policy element ${element}`);
  }
  // [cited] IAM User Guide, Version element: the older version has no policy variables. No other difference matters here.
  if (document.Version !== '2012-10-17') throw new Error(`the sandbox does not know the policy version ${document.Version}`);
  return {
    statements: [document.Statement].flat().map(parseStatement),
    characters: JSON.stringify(document).replaceAll(/\s/g, '').length,
  };
}

function parseStatement(statement: { [element: string]: any }): Statement {
  const unknown = Object.keys(statement).find(element => !KNOWN_ELEMENTS.includes(element));
  if (unknown) throw new Error(`the sandbox does not know the policy element ${unknown}: ${JSON.stringify(statement)}`);
  const effect = statement.Effect;
  if (effect !== 'Allow' && effect !== 'Deny') throw new Error(`not an Effect: ${JSON.stringify(statement)}`);
  return { effect, parts: listOf(statement, 'Action').flatMap(action => listOf(statement, 'Resource').map(resource => part(action, resource))) };
}

function listOf(statement: { [element: string]: any }, element: string): string[] {
  const list = [statement[element]].flat();
  if (list.length === 0 || list.some(item => typeof item !== 'string')) {
    throw new Error(`a statement needs ${element} as one or more strings: ${JSON.stringify(statement)}`);
  }
  return list;
}

function part(action: string, resource: string): Part {
  if (action !== '*' && !/^[\w-]+:[\w*?]+$/.test(action)) throw new Error(`not an action: ${action}`);
  // [cited] IAM User Guide, Resource element: an ARN or *. AWS completes shorter ones, which is not needed here.
  if (resource !== '*' && !/^arn(:[^:]*){4}:./.test(resource)) throw new Error(`not the ARN of a resource: ${resource}`);
  if (resource.includes('${')) throw new Error(`the sandbox does not know policy variables: ${resource}`);
  return { action, resource };
}

/** Whether a policy entry matches a request. */
export function matches({ action, resource }: Part, permission: Permission): boolean {
  // [cited] IAM User Guide, Action element: the prefix and the action name are case insensitive.
  return like(action.toLowerCase(), permission.action.toLowerCase()) && resourceLike(resource, permission.resource);
}

/** [cited] IAM User Guide, Resource element: a wildcard matches within one segment of the ARN. The last segment is the rest, including colons. */
function resourceLike(pattern: string, resource: string): boolean {
  if (pattern === '*') return true;
  const patterns = segments(pattern);
  const values = segments(resource);
  return patterns.length === values.length && patterns.every((item, index) => like(item, values[index]));
}

function segments(arn: string): string[] {
  const all = arn.split(':');
  return [...all.slice(0, 5), all.slice(5).join(':')];
}

function like(pattern: string, value: string): boolean {
  const expression = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.');
  return new RegExp(`^${expression}$`, 's').test(value);
}
