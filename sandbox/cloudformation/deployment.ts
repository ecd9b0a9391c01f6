import { isDeepStrictEqual } from 'node:util';
import { ServiceError } from '../service';
import { deleteResource, letGo } from './delete';
import { Dependencies, dependenciesOf, inOrder, reversed } from './dependencies';
import type { Engine } from './engine';
import { ResourceFailure, UpdateRefused } from './errors';
import type { ExportValues } from './exports';
import type { ParameterValues } from './parameters';
import { reasonOf } from './resource-type';
import { GENERAL_TYPE, isCustom, TemplateScope } from './scope';
import { Resource, ResourceState, Stack } from './stack';
import type { DeletionPolicy, Properties, Template } from './template';

/** How often a cleanup tries to delete a resource. [cited] aws-cdk README, "removal policies": three times. Then it is abandoned. */
const CLEAN_UP_TRIES = 3;

/** A rollback is not interrupted. */
const NEVER = new AbortController().signal;

export interface DeploymentOptions {
  /** Aborted when the deployment of the parent is interrupted. */
  readonly cancelled?: AbortSignal;
  /** [cited] CreateChangeSet, ImportExistingResources: a resource that already exists with a name in the template is not created. */
  readonly importExistingResources?: boolean;
}

/** Deploys a template: an update, then a cleanup; or an update, a rollback, then a cleanup. A creation starts without resources. */
export class Deployment {
  private readonly scope: TemplateScope;
  private readonly dependencies: Dependencies;
  private readonly before: { readonly [logicalId: string]: Resource };
  /** What the update began to create or change. */
  private readonly touched = new Map<string, Resource>();
  /** Those of them that replaced another physical resource, which still exists. */
  private readonly replacements = new Set<Resource>();
  /** What existed before it was part of the stack. */
  readonly imported = new Set<Resource>();
  /** The resources whose old properties a rollback has restored, by logical id. */
  private readonly restored = new Map<string, Resource>();
  private failed: { [verb in 'create' | 'update']: string[] } = { create: [], update: [] };
  private readonly failure = new AbortController();
  private readonly signal: AbortSignal;
  /** What the stack was deployed from before. */
  private readonly previous: Pick<Stack, 'template' | 'parameters' | 'outputs' | 'imports'> & { readonly exports: ExportValues };
  /** What the cleanup deletes, in reverse order of the dependencies that it had. */
  private leaving: { readonly resource: Resource; readonly policy: DeletionPolicy }[] = [];
  private leavingOrder: Dependencies = new Map();
  private problem?: string;

  /** Rejects what CloudFormation or the sandbox cannot do, before anything happens. */
  constructor(
    private readonly engine: Engine,
    private readonly stack: Stack,
    private readonly template: Template,
    private readonly parameters: ParameterValues,
    private readonly options: DeploymentOptions = {},
  ) {
    const { cancelled } = options;
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

  /** Why the last phase did not succeed, for the status reason of the stack. */
  get reason(): string {
    if (this.problem) return `${this.problem} `;
    const parts = (['create', 'update'] as const).filter(verb => this.failed[verb].length > 0)
      .map(verb => `The following resource(s) failed to ${verb}: [${this.failed[verb].join(', ')}]. `);
    // [assumed] the text for a nested stack that was interrupted before any of its resources failed.
    return parts.join('') || 'Cancelled by the stack around it. ';
  }

  /** Creates and changes resources. After the first failure nothing new starts, and resources that are waiting are interrupted. */
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

  /**
   * Restores the old properties of every changed resource, except those to be skipped. The cleanup deletes what the update created.
   * A failed rollback can be continued.
   */
  async rollBack(skipped: readonly string[] = []): Promise<boolean> {
    const { engine, stack } = this;
    const { exports, ...previous } = this.previous;
    this.failed = { create: [], update: [] };
    this.problem = undefined;
    this.leaving = [];
    this.leavingOrder = this.dependencies;
    if (!await inOrder(engine.clock, this.orderBefore, logicalId => this.restore(this.before[logicalId], skipped))) return false;
    for (const [logicalId, restored] of this.restored) this.leaveOthers(restored, this.before[logicalId]);
    for (const resource of Object.values(stack.resources)) {
      if (!(resource.logicalId in this.before)) this.leave(resource);
    }
    Object.assign(stack, previous);
    engine.exports.replace(stack, exports);
    return true;
  }

  /**
   * Deletes what the deployment left behind, dependents first. What cannot be deleted is abandoned: the cleanup always succeeds.
   * Returns whether something was abandoned.
   * [cited] User Guide, troubleshooting: nested stacks clean up only after all of them have been updated, so the outer stack calls this.
   */
  async cleanUp(): Promise<boolean> {
    const { engine, stack } = this;
    let isAbandoned = false;
    await inOrder(engine.clock, reversed(this.leavingOrder), async logicalId => {
      const current = stack.resources[logicalId];
      if (this.touched.has(logicalId) && logicalId in this.before && current) await engine.resourceType(current.type).cleanUp?.(current);
      for (const { resource, policy } of this.leaving.filter(entry => entry.resource.logicalId === logicalId)) {
        resource.leave(isCustom(resource.type) && engine.settings.cleanupTypes === 'GENERAL' ? GENERAL_TYPE : resource.type);
        let isGone = this.imported.has(resource) && letGo(resource);
        for (let tries = 0; tries < CLEAN_UP_TRIES && !isGone; tries++) isGone = await deleteResource(engine, resource, policy, tries > 0);
        isAbandoned ||= !isGone;
        if (current === resource) delete stack.resources[logicalId];
      }
      return true;
    });
    return isAbandoned;
  }

  private get orderBefore(): Dependencies {
    return new Map(Object.values(this.before).map(({ logicalId, dependencies }) => [logicalId, dependencies]));
  }

  // [assumed] what a rollback deletes is new, so its DeletionPolicy applies, not its UpdateReplacePolicy.
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
      const { physicalId = undefined, isInitiated = false } = error instanceof ResourceFailure ? error : {};
      // [cited] published event logs: the id in a FAILED response is recorded like that of any other creation.
      if (!old && isInitiated) resource.initiated(physicalId!);
      resource.physicalId = physicalId ?? old?.physicalId ?? resource.physicalId;
      this.failed[old ? 'update' : 'create'].push(logicalId);
      this.failure.abort();
      resource.report(old ? 'UPDATE_FAILED' : 'CREATE_FAILED', reason);
      return false;
    }
  }

  private async create(resource: Resource): Promise<void> {
    const type = this.engine.resourceType(resource.type);
    const existing = this.options.importExistingResources ? await type.find?.(resource) : undefined;
    if (existing) return this.import(resource, existing);
    resource.report('CREATE_IN_PROGRESS');
    const state = await type.create(resource, this.signal);
    resource.initiated(state.physicalId);
    resource.become(state);
    resource.report('CREATE_COMPLETE');
  }

  /** [cited] User Guide, "Resource import": the statuses, and that the import updates the tags. The reasons are those that the console shows. */
  private async import(resource: Resource, existing: ResourceState): Promise<void> {
    const { stack, logicalId, definition } = resource;
    const owner = this.engine.stacks.find(({ status, resources }) => status !== 'DELETE_COMPLETE'
      && Object.values(resources).some(other => other !== resource && other.type === resource.type && other.physicalId === existing.physicalId));
    // [cited] User Guide, "Resource import": "Make sure that the resource isn't managed by another stack". [assumed] the text.
    if (owner) throw new ResourceFailure(`${existing.physicalId} already exists in stack ${owner.id}`);
    resource.become(existing);
    this.imported.add(resource);
    resource.report('IMPORT_IN_PROGRESS', 'Resource import started.');
    resource.report('IMPORT_COMPLETE', 'Resource import completed.');
    const asFound = new Resource(stack, logicalId, definition, {}, []);
    asFound.become(existing);
    resource.report('UPDATE_IN_PROGRESS', 'Apply stack-level tags to imported resource if applicable.');
    resource.become(await this.engine.resourceType(resource.type).update(resource, asFound, this.signal));
    resource.report('UPDATE_COMPLETE');
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
    if (replace) resource.initiated(state.physicalId);
    resource.become(state);
    if (state.physicalId !== old.physicalId) {
      this.leave(old, resource.definition.updateReplacePolicy);
      // [cited] the text that users see for custom resources.
      if (!replace) resource.report('UPDATE_IN_PROGRESS', 'Requested update required the provider to create a new physical resource');
    }
    resource.report('UPDATE_COMPLETE');
  }

  private async restore(old: Resource, skipped: readonly string[]): Promise<boolean> {
    const { stack } = this;
    const { logicalId } = old;
    if (this.restored.has(logicalId)) return true;
    const attempt = this.touched.get(logicalId);
    if (!attempt) {
      stack.resources[logicalId] = old;
      return true;
    }
    const restored = new Resource(stack, logicalId, old.definition, old.properties, old.dependencies);
    restored.physicalId = attempt.physicalId;
    restored.attributes = attempt.attributes;
    stack.resources[logicalId] = restored;
    if (skipped.includes(logicalId)) {
      // [cited] ContinueUpdateRollback: "sets the status of the specified resources to UPDATE_COMPLETE"; the reason is in published event logs.
      restored.report('UPDATE_COMPLETE', 'Resource skipped during UpdateRollback');
      return true;
    }
    try {
      restored.report('UPDATE_IN_PROGRESS');
      restored.become(await this.stateBefore(restored, attempt, old, skipped));
    } catch (error) {
      const reason = reasonOf(error);
      this.failed.update.push(logicalId);
      restored.report('UPDATE_FAILED', reason);
      return false;
    }
    this.restored.set(logicalId, restored);
    restored.report('UPDATE_COMPLETE');
    return true;
  }

  /** [assumed] of the physical ids of a resource, only the final one survives the cleanup. */
  private leaveOthers(restored: Resource, old: Resource): void {
    const others = new Map([old, this.touched.get(old.logicalId)!].map(other => [other.physicalId, other]));
    others.delete(restored.physicalId);
    others.forEach(other => this.leave(other));
  }

  private async stateBefore(restored: Resource, attempt: Resource, old: Resource, skipped: readonly string[]): Promise<ResourceState> {
    const type = this.engine.resourceType(old.type);
    if (this.replacements.has(attempt)) return old;
    if (type.rollBack) {
      // [cited] ContinueUpdateRollback: a resource in a nested stack is skipped as NestedStackName.ResourceLogicalID.
      await type.rollBack(attempt, skipped.filter(id => id.startsWith(`${old.logicalId}.`)).map(id => id.slice(old.logicalId.length + 1)));
      return old;
    }
    return type.update(restored, attempt, NEVER);
  }
}
