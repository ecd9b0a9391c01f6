import { isDeepStrictEqual } from 'node:util';
import { ServiceError } from '../service';
import { deleteResource } from './delete';
import { Dependencies, dependenciesOf, inOrder, reversed } from './dependencies';
import type { Engine } from './engine';
import { ResourceFailure, UpdateRefused } from './errors';
import type { ExportValues } from './exports';
import type { ParameterValues } from './parameters';
import { reasonOf } from './resource-type';
import { TemplateScope } from './scope';
import { Resource, ResourceState, Stack } from './stack';
import type { DeletionPolicy, Properties, Template } from './template';

/** How often a clean-up tries to delete a resource. [cited] aws-cdk README, "removal policies": three times, then it is abandoned. */
const CLEAN_UP_TRIES = 3;

/** A roll-back is not cut off. */
const NEVER = new AbortController().signal;

/** Brings a stack to a template: forward, then a clean-up; or back again, then a clean-up. A creation starts from nothing. */
export class Deployment {
  private readonly scope: TemplateScope;
  private readonly dependencies: Dependencies;
  private readonly before: { readonly [logicalId: string]: Resource };
  /** What the forward phase began to create or to change. */
  private readonly touched = new Map<string, Resource>();
  /** Those of them that took the place of another physical resource, which is still there. */
  private readonly replacements = new Set<Resource>();
  private failed: { [verb in 'create' | 'update']: string[] } = { create: [], update: [] };
  private readonly failure = new AbortController();
  private readonly signal: AbortSignal;
  /** What the stack was made from until now. */
  private readonly previous: Pick<Stack, 'template' | 'parameters' | 'outputs' | 'imports'> & { readonly exports: ExportValues };
  /** Goes in the clean-up, in reverse order of the dependencies that it had. */
  private leaving: { readonly resource: Resource; readonly policy: DeletionPolicy }[] = [];
  private leavingOrder: Dependencies = new Map();
  private problem?: string;

  /** Refuses, before anything happens, what CloudFormation or the sandbox cannot do. */
  constructor(
    private readonly engine: Engine,
    private readonly stack: Stack,
    private readonly template: Template,
    private readonly parameters: ParameterValues,
    cancelled?: AbortSignal,
  ) {
    this.signal = cancelled ? AbortSignal.any([cancelled, this.failure.signal]) : this.failure.signal;
    this.scope = new TemplateScope(stack, template, parameters, engine.exports);
    this.scope.validate();
    this.before = { ...stack.resources };
    const { parameters: previousParameters, outputs, imports } = stack;
    this.previous = { template: stack.template, parameters: previousParameters, outputs, imports, exports: engine.exports.valuesOf(stack) };
    this.dependencies = dependenciesOf(template, logicalId => logicalId in template.resources && this.scope.admits(template.resources[logicalId]));
    for (const { type } of Object.values(template.resources)) engine.resourceType(type);
    const retyped = Object.values(this.before).filter(({ logicalId, type }) => (template.resources[logicalId]?.type ?? type) !== type);
    if (retyped.length > 0) {
      throw new ServiceError('ValidationError', 'Update of resource type is not permitted. The new template modifies resource type of the following '
        + `resources: [${retyped.map(({ logicalId }) => logicalId).join(', ')}]`);
    }
  }

  /** Why the last phase did not succeed, as the stack's status reason says it. */
  get reason(): string {
    if (this.problem) return `${this.problem} `;
    const parts = (['create', 'update'] as const).filter(verb => this.failed[verb].length > 0)
      .map(verb => `The following resource(s) failed to ${verb}: [${this.failed[verb].join(', ')}]. `);
    // [assumed] the text for a nested stack that was cut off before any of its resources failed.
    return parts.join('') || 'Cancelled by the stack around it. ';
  }

  /** Creates and changes resources; on the first failure nothing new starts, and whoever waits for the world is cut off. */
  async forward(): Promise<boolean> {
    const { stack, template } = this;
    const done = await inOrder(this.engine.clock, this.dependencies, logicalId => this.bring(logicalId));
    if (!done) return false;
    try {
      const outputs = Object.entries(template.outputs).filter(([, output]) => this.scope.admits({ condition: output.Condition }));
      const values = outputs.map(([name, { Value }]) => [name, String(this.scope.resolve(Value))]);
      const exported = outputs.filter(([, output]) => output.Export)
        .map(([, { Export, Value }]) => [this.scope.resolve(Export!.Name), String(this.scope.resolve(Value))]);
      this.engine.exports.replace(stack, Object.fromEntries(exported));
      stack.outputs = Object.fromEntries(values);
    } catch (error) {
      this.problem = reasonOf(error);
      return false;
    }
    stack.template = template;
    stack.parameters = this.parameters;
    stack.imports = this.scope.imports;
    for (const resource of Object.values(this.before)) {
      if (!this.dependencies.has(resource.logicalId)) this.leave(resource);
    }
    this.leavingOrder = this.orderBefore;
    return true;
  }

  /** Gives every changed resource its old properties back. What the way forward created goes in the clean-up. */
  async rollBack(): Promise<boolean> {
    const { engine, stack } = this;
    const { exports, ...previous } = this.previous;
    this.failed = { create: [], update: [] };
    this.problem = undefined;
    this.leaving = [];
    this.leavingOrder = this.dependencies;
    if (!await inOrder(engine.clock, this.orderBefore, logicalId => this.restore(this.before[logicalId]))) return false;
    for (const resource of Object.values(stack.resources)) {
      if (!(resource.logicalId in this.before)) this.leave(resource);
    }
    Object.assign(stack, previous);
    engine.exports.replace(stack, exports);
    return true;
  }

  /**
   * Deletes what the deployment left behind, users before what they use. What cannot be deleted is abandoned: the clean-up always ends well.
   * [cited] User Guide, troubleshooting: nested stacks clean up only after all of them are through; so this is the outer stack's call.
   */
  async cleanUp(): Promise<void> {
    const { engine, stack } = this;
    await inOrder(engine.clock, reversed(this.leavingOrder), async logicalId => {
      const current = stack.resources[logicalId];
      if (this.touched.has(logicalId) && logicalId in this.before && current) await engine.resourceType(current.type).cleanUp?.(current);
      for (const { resource, policy } of this.leaving.filter(entry => entry.resource.logicalId === logicalId)) {
        for (let tries = 0; tries < CLEAN_UP_TRIES && !await deleteResource(engine, resource, policy);) tries++;
        if (current === resource) delete stack.resources[logicalId];
      }
      return true;
    });
  }

  private get orderBefore(): Dependencies {
    return new Map(Object.values(this.before).map(({ logicalId, dependencies }) => [logicalId, dependencies]));
  }

  // [assumed] what a roll-back deletes is new, so the policy for removed resources decides, not the one for replaced ones.
  private leave(resource: Resource, policy: DeletionPolicy = resource.definition.deletionPolicy): void {
    this.leaving.push({ resource, policy });
  }

  private async bring(logicalId: string): Promise<boolean> {
    if (this.signal.aborted) return false;
    const { stack } = this;
    const definition = this.template.resources[logicalId];
    const old = this.before[logicalId];
    const make = (properties: Properties) => {
      const made = new Resource(stack, logicalId, definition, properties, this.dependencies.get(logicalId)!);
      return stack.resources[logicalId] = made;
    };
    let resource: Resource | undefined;
    try {
      const properties = this.scope.resolve(definition.properties);
      resource = make(properties);
      if (old && isDeepStrictEqual(properties, old.properties)) {
        resource.become(old);
        resource.status = old.status;
        return true;
      }
      this.touched.set(logicalId, resource);
      if (old) await this.update(resource, old);
      else await this.create(resource);
      return true;
    } catch (error) {
      const reason = reasonOf(error);
      resource ??= make({});
      if (error instanceof UpdateRefused) this.touched.delete(logicalId);
      resource.physicalId = (error instanceof ResourceFailure ? error.physicalId : undefined) ?? old?.physicalId ?? resource.physicalId;
      this.failed[old ? 'update' : 'create'].push(logicalId);
      this.failure.abort();
      resource.report(old ? 'UPDATE_FAILED' : 'CREATE_FAILED', reason);
      return false;
    }
  }

  private async create(resource: Resource): Promise<void> {
    resource.report('CREATE_IN_PROGRESS');
    resource.become(await this.engine.resourceType(resource.type).create(resource, this.signal));
    resource.report('CREATE_IN_PROGRESS', 'Resource creation Initiated');
    resource.report('CREATE_COMPLETE');
  }

  private async update(resource: Resource, old: Resource): Promise<void> {
    const type = this.engine.resourceType(resource.type);
    const replace = (type.replacedBy ?? []).some(name => !isDeepStrictEqual(resource.properties[name], old.properties[name]));
    resource.physicalId = old.physicalId;
    let state: ResourceState;
    if (replace) {
      this.replacements.add(resource);
      resource.report('UPDATE_IN_PROGRESS', 'Requested update requires the creation of a new physical resource; hence creating one.');
      state = await type.create(resource, this.signal);
    } else {
      resource.report('UPDATE_IN_PROGRESS');
      state = await type.update(resource, old, this.signal);
    }
    resource.become(state);
    if (state.physicalId !== old.physicalId) {
      this.leave(old, resource.definition.updateReplacePolicy);
      resource.report('UPDATE_IN_PROGRESS', replace ? 'Resource creation Initiated' : 'Requested update required the provider to create a new physical resource');
    }
    resource.report('UPDATE_COMPLETE');
  }

  private async restore(old: Resource): Promise<boolean> {
    const { stack } = this;
    const { logicalId } = old;
    const attempt = this.touched.get(logicalId);
    if (!attempt) {
      stack.resources[logicalId] = old;
      return true;
    }
    const restored = new Resource(stack, logicalId, old.definition, old.properties, old.dependencies);
    restored.physicalId = attempt.physicalId;
    stack.resources[logicalId] = restored;
    try {
      restored.report('UPDATE_IN_PROGRESS');
      restored.become(await this.stateBefore(restored, attempt, old));
    } catch (error) {
      const reason = reasonOf(error);
      this.failed.update.push(logicalId);
      restored.report('UPDATE_FAILED', reason);
      return false;
    }
    // [assumed] no physical id but the one that the resource has in the end survives the clean-up.
    const others = new Map([old, attempt].map(other => [other.physicalId, other]));
    others.delete(restored.physicalId);
    others.forEach(other => this.leave(other));
    restored.report('UPDATE_COMPLETE');
    return true;
  }

  private async stateBefore(restored: Resource, attempt: Resource, old: Resource): Promise<ResourceState> {
    const type = this.engine.resourceType(old.type);
    if (this.replacements.has(attempt)) return old;
    if (type.rollBack) {
      await type.rollBack(attempt);
      return old;
    }
    return type.update(restored, attempt, NEVER);
  }
}
