import { isDeepStrictEqual } from 'node:util';
import { ServiceError } from '../service';
import { deleteResource } from './delete';
import { Dependencies, dependenciesOf, inOrder, reversed } from './dependencies';
import type { Engine } from './engine';
import { ResourceFailure, UpdateRefused } from './errors';
import { Failures } from './failures';
import type { Imports } from './import';
import type { ParameterValues } from './parameters';
import { refuseUnknown } from './problems';
import { CONSISTENCY_CHECK, REPLACED_BY_PROVIDER, REPLACES } from './reasons';
import { reasonOf } from './resource-type';
import { TemplateScope } from './scope';
import { Resource, ResourceState, Stack } from './stack';
import { isSameTemplate, Properties, Template } from './template';
import { Transition } from './transition';

export interface DeploymentOptions {
  /** Aborted when the deployment of the parent is interrupted. */
  readonly cancelled?: AbortSignal;
  /** [cited] CreateChangeSet, ImportExistingResources: a resource whose name in the template exists is not created. */
  readonly importExistingResources?: boolean;
  /** The resources that an import adopts. */
  readonly imports?: Imports;
}

/** Deploys a template: creates and changes resources. A creation starts without any. */
export class Deployment {
  private readonly scope: TemplateScope;
  private readonly dependencies: Dependencies;
  private readonly failures = new Failures();
  private readonly failure = new AbortController();
  private readonly signal: AbortSignal;
  private readonly transition: Transition;
  /** The resources that are created or changed, by logical id. */
  private readonly configured = new Set<string>();
  /** The resources as the deployment finds them. */
  private readonly found: { [logicalId: string]: Resource };

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
    this.scope = new TemplateScope(stack, template, parameters, engine);
    this.scope.validate();
    refuseUnknown(engine, template, value => this.scope.resolve(value));
    this.transition = stack.transition ?? new Transition(engine, stack);
    this.found = { ...stack.resources };
    const { resources } = template;
    this.dependencies = dependenciesOf(template, id => id in resources && this.scope.admits(resources[id]));
    const retyped = Object.values(this.found)
      .filter(({ logicalId, type }) => (resources[logicalId]?.type ?? type) !== type);
    if (retyped.length > 0) {
      throw new ServiceError('ValidationError', 'Update of resource type is not permitted. The new template modifies '
        + `resource type of the following resources: [${retyped.map(({ logicalId }) => logicalId).join(', ')}]`);
    }
  }

  get fromSsm(): ParameterValues {
    return this.scope.fromSsm;
  }

  /** Whether it does anything: it continues a deployment that failed, or the template or a parameter is another one. */
  get changes(): boolean {
    const { stack, template, parameters } = this;
    return stack.isPaused || !stack.template || !isSameTemplate(template, stack.template)
      || !isDeepStrictEqual(parameters, stack.parameters) || !isDeepStrictEqual(this.scope.fromSsm, stack.fromSsm);
  }

  /** Why it failed, for the status reason of the stack. */
  get reason(): string {
    return this.failures.reason;
  }

  /**
   * Creates and changes resources. After the first failure nothing new starts, and resources that are waiting are
   * interrupted, unless rollback is disabled. [cited] User Guide, "Choose how to handle failures": then "a failure in
   * one path doesn't affect other provisioning paths".
   */
  async run(): Promise<boolean> {
    const { engine, stack, template, transition } = this;
    stack.transition = transition;
    transition.begin(this.dependencies);
    if (!await this.discardFailed()) return false;
    if (!await inOrder(engine.clock, this.dependencies, logicalId => this.bring(logicalId))) return false;
    try {
      const outputs = Object.entries(template.outputs)
        .filter(([, output]) => this.scope.admits({ condition: output.Condition }));
      const values = outputs.map(([name, { Value }]) => [name, String(this.scope.resolve(Value))]);
      const exported = outputs.filter(([, output]) => output.Export)
        .map(([, { Export, Value }]) => [this.scope.resolve(Export!.Name), String(this.scope.resolve(Value))]);
      engine.exports.replace(stack, Object.fromEntries(exported));
      stack.outputs = Object.fromEntries(values);
    } catch (error) {
      this.failures.problem = reasonOf(error);
      return false;
    }
    stack.template = template;
    stack.parameters = this.parameters;
    stack.fromSsm = this.scope.fromSsm;
    stack.imports = this.scope.imports;
    transition.succeed(logicalId => this.dependencies.has(logicalId));
    return true;
  }

  /**
   * [cited] User Guide, "Choose how to handle failures": "resources without a last known stable state will be deleted
   * upon the next stack operation". [assumed] before that operation does anything else, and if one cannot be deleted,
   * it fails.
   */
  private async discardFailed(): Promise<boolean> {
    const { engine, stack, found } = this;
    const unstable = Object.values(found).filter(({ status }) => ['CREATE_FAILED', 'DELETE_FAILED'].includes(status));
    const order = reversed(new Map(unstable.map(({ logicalId, dependencies }) => [logicalId, dependencies])));
    return inOrder(engine.clock, order, async logicalId => {
      const resource = found[logicalId];
      const { deletionPolicy: policy } = resource.definition;
      const isGone = await deleteResource(engine, resource, policy === 'RetainExceptOnCreate' ? 'Delete' : policy);
      if (isGone) {
        delete found[logicalId];
        delete stack.resources[logicalId];
      } else {
        this.failures.add('delete', logicalId);
      }
      return isGone;
    });
  }

  private async bring(logicalId: string): Promise<boolean> {
    if (this.signal.aborted) return false;
    const { stack, transition } = this;
    const definition = this.template.resources[logicalId];
    const old = this.found[logicalId];
    const before = transition.touched.get(logicalId);
    const make = (properties: Properties) => {
      const made = new Resource(stack, logicalId, definition, properties, this.dependencies.get(logicalId)!);
      return stack.resources[logicalId] = made;
    };
    let resource: Resource | undefined;
    try {
      const properties = this.scope.resolve(definition.properties);
      resource = make(properties);
      if (old && this.isUnchanged(resource, old)) {
        this.configured.add(logicalId);
        resource.become(old);
        resource.status = old.status;
        return true;
      }
      transition.touched.set(logicalId, resource);
      if (old) await this.update(resource, old);
      else await this.create(resource);
      return true;
    } catch (error) {
      const reason = reasonOf(error);
      resource ??= make({});
      if (error instanceof UpdateRefused) {
        if (before) transition.touched.set(logicalId, before);
        else transition.touched.delete(logicalId);
      }
      const { physicalId = undefined, isInitiated = false } = error instanceof ResourceFailure ? error : {};
      // [cited] published event logs: the id in a FAILED response is recorded like that of any other creation.
      if (!old && isInitiated) resource.initiated(physicalId!);
      resource.physicalId = physicalId ?? old?.physicalId ?? resource.physicalId;
      this.failures.add(old ? 'update' : 'create', logicalId);
      if (!stack.root.disableRollback) this.failure.abort();
      const failed = this.options.imports?.has(logicalId) ? 'IMPORT_FAILED' : 'CREATE_FAILED';
      resource.report(old ? 'UPDATE_FAILED' : failed, reason);
      if (old) this.returnTo(old, resource);
      return false;
    }
  }

  /**
   * [cited] User Guide, "Choose how to handle failures": a resource whose update failed returns to its "last known
   * stable state". [assumed] without any request, and so without an event.
   */
  private returnTo(old: Resource, attempt: Resource): void {
    const { stack, logicalId, definition, properties, dependencies } = old;
    if (attempt.physicalId !== old.physicalId) this.transition.replace(old, attempt.definition.updateReplacePolicy);
    const failed = new Resource(stack, logicalId, definition, properties, dependencies);
    failed.become({ physicalId: attempt.physicalId, attributes: old.attributes });
    failed.status = attempt.status;
    failed.statusReason = attempt.statusReason;
    stack.resources[logicalId] = failed;
  }

  private isUnchanged(resource: Resource, old: Resource): boolean {
    return old.status !== 'UPDATE_FAILED' && !this.engine.resourceType(resource.type).isAlwaysUpdated
      && isDeepStrictEqual(resource.properties, old.properties);
  }

  private async create(resource: Resource): Promise<void> {
    const type = this.engine.resourceType(resource.type);
    const { importExistingResources, imports } = this.options;
    const identifier = imports?.get(resource.logicalId);
    const existing = identifier || importExistingResources ? await type.find?.(resource) : undefined;
    if (identifier && !(existing && isIdentified(resource, identifier))) {
      // [assumed] the text.
      throw new ResourceFailure(`Resource ${JSON.stringify(identifier)} does not exist, or is not the one in the template`);
    }
    if (existing) return this.import(resource, existing);
    resource.report('CREATE_IN_PROGRESS');
    const state = await type.create(resource, this.signal);
    resource.initiated(state.physicalId);
    resource.become(state);
    this.checkConsistency(resource);
    resource.report('CREATE_COMPLETE');
  }

  /**
   * [cited] User Guide, "Resource import": the statuses, and that the import updates the tags. The reasons are those
   * that the console shows.
   */
  private async import(resource: Resource, existing: ResourceState): Promise<void> {
    const { stack, logicalId, definition } = resource;
    const isSame = (other: Resource) => other !== resource && other.type === resource.type
      && other.physicalId === existing.physicalId;
    const owner = this.engine.stacks.find(other => other.status !== 'DELETE_COMPLETE'
      && Object.values(other.resources).some(isSame));
    // [cited] User Guide, "Resource import": "Make sure that the resource isn't managed by another stack". [assumed]
    // the text.
    if (owner) throw new ResourceFailure(`${existing.physicalId} already exists in stack ${owner.id}`);
    resource.become(existing);
    this.transition.imported.add(logicalId);
    // [cited] published event logs: two of them, the second without a reason.
    resource.report('IMPORT_IN_PROGRESS', 'Resource import started.');
    resource.report('IMPORT_IN_PROGRESS');
    resource.report('IMPORT_COMPLETE', 'Resource import completed.');
    const asFound = new Resource(stack, logicalId, definition, {}, []);
    asFound.become(existing);
    resource.report('UPDATE_IN_PROGRESS', 'Apply stack-level tags to imported resource if applicable.');
    resource.become(await this.engine.resourceType(resource.type).update(resource, asFound, this.signal));
    resource.report('UPDATE_COMPLETE');
  }

  private async update(resource: Resource, old: Resource): Promise<void> {
    const { engine, transition } = this;
    const type = engine.resourceType(resource.type);
    const replace = (type.replacedBy ?? [])
      .some(name => !isDeepStrictEqual(resource.properties[name], old.properties[name]));
    resource.physicalId = old.physicalId;
    let state: ResourceState;
    if (replace) {
      if (resource.stack.root.disableRollback) {
        // [cited] User Guide, "Choose how to handle failures"; aws/aws-cdk#30546: the text. [assumed] another id in the
        // answer of a custom resource is accepted.
        throw new UpdateRefused('Replacement type updates not supported on stack with disable-rollback.');
      }
      transition.replacements.add(resource);
      resource.report('UPDATE_IN_PROGRESS', REPLACES);
      state = await type.create(resource, this.signal);
    } else {
      resource.report('UPDATE_IN_PROGRESS');
      state = await type.update(resource, old, this.signal);
    }
    if (replace) resource.initiated(state.physicalId);
    resource.become(state);
    if (state.physicalId !== old.physicalId) {
      transition.replace(old, resource.definition.updateReplacePolicy);
      if (!replace) resource.report('UPDATE_IN_PROGRESS', REPLACED_BY_PROVIDER);
    }
    this.checkConsistency(resource);
    resource.report('UPDATE_COMPLETE');
  }

  /** [cited] published event logs: the stack has such an event, too, when everything is configured. */
  private checkConsistency({ logicalId, type, status, stack }: Resource): void {
    this.configured.add(logicalId);
    if (!this.engine.settings.consistencyChecks || !this.engine.resourceType(type).isEventuallyConsistent) return;
    stack.resources[logicalId].report(status, CONSISTENCY_CHECK, 'CONFIGURATION_COMPLETE');
    if (this.configured.size < this.dependencies.size) return;
    stack.report(stack.status, CONSISTENCY_CHECK, 'CONFIGURATION_COMPLETE');
  }
}

function isIdentified({ properties }: Resource, identifier: { readonly [property: string]: string }): boolean {
  return Object.entries(identifier).every(([name, value]) => properties[name] === value);
}
