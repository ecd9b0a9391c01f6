import { Permission, ServiceError } from './service';

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
  /** Why the sandbox cannot evaluate it. It may apply to anything that its parts match. */
  readonly obstacle?: string;
}

/** A document that the sandbox understands. */
export interface Policy {
  readonly statements: Statement[];
  /** The size that counts towards the IAM quota: without white space. */
  readonly characters: number;
}

/** The elements of a statement that the sandbox evaluates. */
const KNOWN_ELEMENTS = ['Sid', 'Effect', 'Action', 'Resource'];
/** Elements of a statement that the sandbox does not evaluate. */
const UNSURE_ELEMENTS = ['Condition', 'NotAction', 'NotResource'];
const EVERYTHING: Part = { action: '*', resource: '*' };

/** Reads a policy. Throws the error of IAM for one that is malformed. */
export function parsePolicy(document: PolicyDocument): Policy {
  const unknown = Object.keys(document).find(element => !['Version', 'Id', 'Statement'].includes(element));
  if (unknown) throw malformed(`${unknown} is not an element of a policy`);
  return {
    statements: [document.Statement].flat().map(statement => parseStatement(statement, document.Version)),
    characters: JSON.stringify(document).replaceAll(/\s/g, '').length,
  };
}

/** A policy about which nothing is known but its effect. */
export function unknownPolicy(effect: Statement['effect'], obstacle: string): Policy {
  return { statements: [{ effect, parts: [EVERYTHING], obstacle }], characters: 0 };
}

function parseStatement(statement: { [element: string]: any }, version?: string): Statement {
  const { Effect: effect, NotAction: notAction, NotResource: notResource } = statement;
  const unknown = Object.keys(statement).find(element => ![...KNOWN_ELEMENTS, ...UNSURE_ELEMENTS].includes(element));
  if (unknown) throw malformed(`${unknown} is not an element of a statement`);
  if (effect !== 'Allow' && effect !== 'Deny') throw malformed(`not an Effect: ${JSON.stringify(statement)}`);
  const actions = notAction ? ['*'] : listOf(statement, 'Action');
  const resources = notResource ? ['*'] : listOf(statement, 'Resource').map(resource => resource.replace(/\$\{.*?\}/g, '*'));
  const parts = actions.flatMap(action => resources.map(resource => part(action, resource)));
  const obstacle = obstacleOf(statement, version);
  return obstacle === undefined ? { effect, parts } : { effect, parts, obstacle };
}

/** Why the sandbox cannot say for sure what a statement applies to. */
function obstacleOf(statement: { [element: string]: any }, version?: string): string | undefined {
  const unsure = Object.keys(statement).find(element => UNSURE_ELEMENTS.includes(element));
  if (unsure) return `there is a statement with ${unsure}`;
  const hasVariable = listOf(statement, 'Resource').some(resource => resource.includes('${'));
  // [cited] IAM User Guide, Version element: the older version has no policy variables. No other difference matters here.
  return hasVariable ? `there is a policy variable (version ${version})` : undefined;
}

function listOf(statement: { [element: string]: any }, element: string): string[] {
  const list = [statement[element]].flat();
  if (list.length === 0 || list.some(item => typeof item !== 'string')) {
    throw malformed(`a statement needs ${element} as one or more strings: ${JSON.stringify(statement)}`);
  }
  return list;
}

function part(action: string, resource: string): Part {
  if (action !== '*' && !/^[\w-]+:[\w*?]+$/.test(action)) throw malformed(`not an action: ${action}`);
  // [cited] IAM User Guide, Resource element: an ARN or *. AWS completes shorter ones, which is not needed here.
  if (!/^\*+$/.test(resource) && !/^arn(:[^:]*){4}:./.test(resource)) throw malformed(`not the ARN of a resource: ${resource}`);
  return { action, resource };
}

/** [cited] IAM API reference, PutRolePolicy: MalformedPolicyDocument. */
function malformed(message: string): ServiceError {
  return new ServiceError('MalformedPolicyDocument', message);
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
