import type { Engine } from './engine';
import { NotModeled } from './errors';
import { references, unknownFunctions, unknownInCondition } from './intrinsics';
import { unknownParameters } from './parameters';
import { PSEUDO_PARAMETERS } from './scope';
import type { ResourceDefinition, Template } from './template';

/** Evaluates the functions in a value. Throws for what is not known before the deployment. */
type Resolve = (value: unknown) => any;

/** Throws if the sandbox does not know everything in a template, with all problems at once. */
export function refuseUnknown(engine: Engine, template: Template, resolve: Resolve): void {
  const problems = problemsOf(engine, template, resolve);
  if (problems.length === 0) return;
  throw new NotModeled(`the sandbox, not AWS, refuses this template:\n${problems.join('\n')}`);
}

/** What the sandbox does not know of a template, and of the templates of its nested stacks. */
export function problemsOf(engine: Engine, template: Template, resolve: Resolve): string[] {
  const { problems, conditions, resources, outputs } = template;
  const inValue = (value: unknown) => [...unknownFunctions(value), ...unknownReferences(engine, template, value)];
  return [...new Set([
    ...problems,
    ...unknownParameters(template),
    ...Object.entries(conditions).flatMap(([name, condition]) => at(`condition ${name}`, [
      ...unknownInCondition(condition), ...unknownReferences(engine, template, condition),
    ])),
    ...Object.entries(resources).flatMap(([logicalId, resource]) => at(logicalId, [
      ...unknownInResource(engine, resource, resolve),
      ...inValue(resource.properties),
    ])),
    ...Object.entries(outputs).flatMap(([name, output]) => at(`output ${name}`, inValue(output))),
  ])];
}

function unknownInResource(engine: Engine, resource: ResourceDefinition, resolve: Resolve): string[] {
  const { type: name, properties, withoutEffect } = resource;
  const type = typeOf(engine, name);
  if (!type) return [`the resource type ${name} is not modeled`];
  const unknown = Object.keys(properties).filter(property => type.properties && !type.properties.includes(property));
  const ignored = type.isOnlyRecorded ? [] : withoutEffect;
  return [
    ...unknown.length > 0 ? [`${name} has properties that are not modeled: ${unknown.join(', ')}`] : [],
    ...ignored.length > 0 ? [`${name} has fields that are not modeled: ${ignored.join(', ')}`] : [],
    ...type.problems?.(properties, resolve) ?? [],
  ];
}

function unknownReferences(engine: Engine, { resources, parameters }: Template, value: unknown): string[] {
  const problems: string[] = [];
  references(value, (target, attribute) => {
    if (target.startsWith('AWS::') && !PSEUDO_PARAMETERS.includes(target)) {
      problems.push(`the pseudo parameter ${target} is not modeled`);
    }
    // the name of an attribute may be a parameter.
    if (typeof attribute !== 'string' || target in parameters || !resources[target]) return;
    const { type } = resources[target];
    if (typeOf(engine, type)?.hasAttribute?.(attribute) ?? true) return;
    problems.push(`${target} (${type}) has no attribute ${attribute} in the sandbox`);
  });
  return problems;
}

function typeOf(engine: Engine, name: string) {
  try {
    return engine.resourceType(name);
  } catch (error) {
    if (error instanceof NotModeled) return undefined;
    throw error;
  }
}

function at(place: string, problems: readonly string[]): string[] {
  return problems.map(problem => `${place}: ${problem}`);
}
