import { CfnResource, Stack } from 'aws-cdk-lib';
import { Dependable, IConstruct, IDependable } from 'constructs';
import { referencesOf } from './references';
import { stacksOf } from './stacks';

/** While one of these dependencies looks for cycles, the others add nothing. */
let isDeciding = false;

/**
 * Adds dependencies to a resource that are decided when the app is prepared: after all aspects, whatever their priority. Candidates
 * that themselves depend on the resource are left out.
 */
export function dependLate(resource: CfnResource, candidates: () => CfnResource[]): void {
  const dependable: IDependable = {};
  Dependable.implement(dependable, {
    get dependencyRoots(): IConstruct[] {
      if (isDeciding) return [];
      isDeciding = true;
      try {
        const cycles = new Cycles(resource);
        return candidates().filter(candidate => !cycles.has(candidate));
      } finally {
        isDeciding = false;
      }
    },
  });
  resource.node.addDependency(dependable);
}

/** What the resource cannot depend on without a cycle. */
class Cycles {
  private readonly known = new Map<CfnResource, boolean>();

  constructor(private readonly resource: CfnResource) {}

  has(other: CfnResource): boolean {
    if (other === this.resource) return true;
    if (!this.known.has(other)) {
      this.known.set(other, false);
      this.known.set(other, this.together(other).some(part => part === this.resource || this.neededBy(part).some(needed => this.has(needed))));
    }
    return this.known.get(other)!;
  }

  /** The resources that are created and deleted together with another one: a nested stack that does not contain `resource` counts as a whole. */
  private together(other: CfnResource): CfnResource[] {
    const own = stacksOf(this.resource);
    const nested = stacksOf(other).find(stack => stack.nestedStackResource && !own.includes(stack));
    return nested ? [nested.nestedStackResource as CfnResource, ...resourcesIn(nested)] : [other];
  }

  private neededBy(other: CfnResource): CfnResource[] {
    const explicit = other.node.scopes.flatMap(scope => scope.node.dependencies).flatMap(resourcesIn);
    return [...referencesOf(other), ...other.obtainDependencies(), ...explicit].filter(CfnResource.isCfnResource);
  }
}

export function resourcesIn(scope: IConstruct): CfnResource[] {
  return scope.node.findAll().filter(CfnResource.isCfnResource);
}

/** Some resources of a stack, with or without those of the stacks nested in it, but without those of other stacks defined below it. */
export function resourcesOfStack(stack: Stack, isMeant: (resource: CfnResource) => boolean, withNested = false): CfnResource[] {
  return resourcesIn(stack).filter(isMeant).filter(resource => withNested ? stacksOf(resource).includes(stack) : Stack.of(resource) === stack);
}
