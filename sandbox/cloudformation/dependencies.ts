import type { Clock } from '../clock';
import { ServiceError } from '../service';
import { references } from './intrinsics';
import type { Template } from './template';

/** For each resource, by logical id: the resources that must exist before it. */
export type Dependencies = ReadonlyMap<string, readonly string[]>;

/**
 * What the resources of a template depend on: references in their properties (both branches of an `Fn::If`) and DependsOn.
 * `exists` says for which resources the condition is true.
 */
export function dependenciesOf(template: Template, exists: (logicalId: string) => boolean): Dependencies {
  const dependencies = new Map<string, string[]>();
  for (const [logicalId, definition] of Object.entries(template.resources)) {
    if (!exists(logicalId)) continue;
    const needed = new Set(definition.dependsOn);
    references(definition.properties, name => {
      if (name in template.resources) needed.add(name);
    });
    // [assumed] a DependsOn on a resource whose condition is false has no effect.
    dependencies.set(logicalId, [...needed].filter(exists));
  }
  refuseCycles(dependencies);
  return dependencies;
}

/** The reverse: the resources that must be deleted before each resource. */
export function reversed(dependencies: Dependencies): Dependencies {
  const dependents = new Map<string, string[]>([...dependencies.keys()].map(logicalId => [logicalId, []]));
  for (const [logicalId, needed] of dependencies) {
    for (const other of needed) dependents.get(other)?.push(logicalId);
  }
  return dependents;
}

/**
 * Acts on each node as soon as all nodes that it waits for are done, on as many in parallel as possible. CloudFormation does
 * the same, and it reveals missing dependencies. If an action returns false, the nodes that wait for its node are skipped. Must be
 * called inside `clock.work`, in which the actions run too.
 */
export async function inOrder(clock: Clock, order: Dependencies, act: (logicalId: string) => Promise<boolean>): Promise<boolean> {
  const started = new Map<string, Promise<boolean>>();
  const run = (logicalId: string): Promise<boolean> => {
    let done = started.get(logicalId);
    if (!done) {
      const before = Promise.all((order.get(logicalId) ?? []).filter(other => order.has(other)).map(run));
      done = before.then(results => results.every(Boolean) && clock.work(() => act(logicalId)));
      started.set(logicalId, done);
    }
    return done;
  };
  const results = await clock.pause(Promise.all([...order.keys()].map(run)));
  return results.every(Boolean);
}

function refuseCycles(dependencies: Dependencies): void {
  const clear = new Set<string>();
  for (let progress = true; progress;) {
    progress = false;
    for (const [logicalId, needed] of dependencies) {
      if (clear.has(logicalId) || !needed.every(other => clear.has(other))) continue;
      clear.add(logicalId);
      progress = true;
    }
  }
  const stuck = [...dependencies.keys()].filter(logicalId => !clear.has(logicalId));
  if (stuck.length > 0) throw new ServiceError('ValidationError', `Circular dependency between resources: [${stuck.join(', ')}]`);
}
