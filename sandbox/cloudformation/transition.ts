import { deleteResource, letGo } from './delete';
import { Dependencies, inOrder, reversed } from './dependencies';
import type { Engine } from './engine';
import type { ExportValues } from './exports';
import { Failures } from './failures';
import { reasonOf } from './resource-type';
import { GENERAL_TYPE, isCustom } from './scope';
import { Resource, ResourceState, Stack } from './stack';
import type { DeletionPolicy } from './template';

/**
 * How often a cleanup tries to delete a resource. [cited] aws-cdk README, "removal policies": three times. Then it is
 * abandoned.
 */
const CLEAN_UP_TRIES = 3;

/** A rollback is not interrupted. */
const NEVER = new AbortController().signal;

/** What a stack was deployed from, and what came of it. */
interface Deployed extends Pick<Stack, 'template' | 'parameters' | 'fromSsm' | 'outputs' | 'imports'> {
  readonly exports: ExportValues;
}

/** What a cleanup deletes, unless the policy keeps it. */
interface Leaving {
  readonly resource: Resource;
  readonly policy: DeletionPolicy;
}

/**
 * What has happened to a stack since it was last stable, in one deployment or, with rollback disabled, in several ones:
 * it can be rolled back to what it was then, and in the end it needs a cleanup.
 */
export class Transition {
  /** What the deployments began to create or change. */
  readonly touched = new Map<string, Resource>();
  /** Those of them that replaced another physical resource, which still exists. */
  readonly replacements = new Set<Resource>();
  /** What existed before it was part of the stack. */
  readonly imported = new Set<string>();
  private readonly before: { readonly [logicalId: string]: Resource };
  private readonly previous: Deployed;
  /** The physical resources that deployments have replaced by others. */
  private readonly replaced: Leaving[] = [];
  /** The resources whose old properties a rollback has restored, by logical id. */
  private readonly restored = new Map<string, Resource>();
  /** What everything that a deployment has created or changed depends on. */
  private dependencies: Dependencies = new Map();
  /** What the cleanup deletes, in reverse order of the dependencies that it had. */
  private leaving: Leaving[] = [];
  private order: Dependencies = new Map();
  private failures = new Failures();

  constructor(private readonly engine: Engine, private readonly stack: Stack) {
    const { template, parameters, fromSsm, outputs, imports } = stack;
    this.before = { ...stack.resources };
    this.previous = { template, parameters, fromSsm, outputs, imports, exports: engine.exports.valuesOf(stack) };
  }

  /** Why the rollback failed, for the status reason of the stack. */
  get reason(): string {
    return this.failures.reason;
  }

  /** Another deployment begins. */
  begin(dependencies: Dependencies): void {
    this.dependencies = new Map([...this.dependencies, ...dependencies]);
  }

  /** Another physical resource has taken the place of this one, which the cleanup deletes. */
  replace(resource: Resource, policy: DeletionPolicy): void {
    this.replaced.push({ resource, policy });
  }

  /** The deployment has succeeded: what is no longer part of the stack has to go. */
  succeed(isPart: (logicalId: string) => boolean): void {
    const { resources } = this.stack;
    const removed = Object.values(resources).filter(({ logicalId }) => !isPart(logicalId));
    this.leaving = removed.map(leavingWithStack);
    for (const entry of this.replaced) {
      const { logicalId, physicalId } = entry.resource;
      if (physicalId !== resources[logicalId].physicalId) this.leave(entry);
    }
    this.order = new Map([...this.dependencies, ...this.orderBefore]);
  }

  /**
   * Restores the old properties of every changed resource, except those to be skipped. The cleanup deletes what the
   * deployments created. A failed rollback can be continued.
   */
  async rollBack(skipped: readonly string[] = []): Promise<boolean> {
    const { engine, stack, before } = this;
    this.failures = new Failures();
    const done = await inOrder(engine.clock, this.orderBefore, logicalId => this.restore(before[logicalId], skipped));
    if (!done) return false;
    // [assumed] what a rollback deletes is new, so its DeletionPolicy applies, not its UpdateReplacePolicy.
    const created = Object.values(stack.resources).filter(({ logicalId }) => !(logicalId in before));
    this.leaving = created.map(leavingWithStack);
    // [assumed] of the physical ids of a resource, only the final one survives the cleanup.
    for (const [logicalId, restored] of this.restored) {
      const others = [before[logicalId], this.touched.get(logicalId)!];
      for (const other of others) if (other.physicalId !== restored.physicalId) this.leave(leavingWithStack(other));
    }
    for (const { resource } of this.replaced) {
      const { logicalId, physicalId } = resource;
      const isSettled = !(logicalId in before) || this.restored.has(logicalId);
      if (isSettled && stack.resources[logicalId].physicalId !== physicalId) this.leave(leavingWithStack(resource));
    }
    this.order = this.dependencies;
    const { exports, ...previous } = this.previous;
    Object.assign(stack, previous);
    engine.exports.replace(stack, exports);
    return true;
  }

  /**
   * Deletes what is left behind, dependents first. What cannot be deleted is abandoned: the cleanup always succeeds.
   * Returns whether something was abandoned. [cited] User Guide, troubleshooting: nested stacks clean up only after all
   * of them have been updated, so the outer stack calls this.
   */
  async cleanUp(): Promise<boolean> {
    const { engine, stack } = this;
    const isAtOnce = engine.settings.cleanupRetries === 'AT_ONCE';
    const [rounds, triesInEach] = isAtOnce ? [1, CLEAN_UP_TRIES] : [CLEAN_UP_TRIES, 1];
    for (let round = 0; round < rounds; round++) {
      await inOrder(engine.clock, reversed(this.order), async logicalId => {
        const current = stack.resources[logicalId];
        if (round === 0 && this.touched.has(logicalId) && current?.status === 'UPDATE_COMPLETE') {
          await engine.resourceType(current.type).cleanUp?.(current);
        }
        for (const entry of this.leaving.filter(({ resource }) => resource.logicalId === logicalId)) {
          for (let tries = 0; tries < triesInEach && !await this.deleteLeaving(entry); tries++);
        }
        return true;
      });
    }
    for (const { resource } of this.leaving) this.forget(resource);
    return this.leaving.length > 0;
  }

  /** Whether it is gone. */
  private async deleteLeaving(entry: Leaving): Promise<boolean> {
    const { engine, stack: { status } } = this;
    const { resource, policy } = entry;
    const isRetry = resource.status === 'DELETE_FAILED';
    const isGeneral = isCustom(resource.type) && engine.settings.cleanupTypes === 'GENERAL';
    resource.leave(isGeneral ? GENERAL_TYPE : resource.type);
    const isReleased = this.imported.has(resource.logicalId) && status !== 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS';
    if (!(isReleased ? letGo(resource) : await deleteResource(engine, resource, policy, isRetry))) return false;
    this.leaving.splice(this.leaving.indexOf(entry), 1);
    this.forget(resource);
    return true;
  }

  private forget(resource: Resource): void {
    const { resources } = this.stack;
    if (resources[resource.logicalId] === resource) delete resources[resource.logicalId];
  }

  private get orderBefore(): Dependencies {
    return new Map(Object.values(this.before).map(({ logicalId, dependencies }) => [logicalId, dependencies]));
  }

  private leave(entry: Leaving): void {
    const { logicalId, physicalId } = entry.resource;
    const isSame = ({ resource }: Leaving) => resource.logicalId === logicalId && resource.physicalId === physicalId;
    if (!this.leaving.some(isSame)) this.leaving.push(entry);
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
      // [cited] ContinueUpdateRollback: "sets the status of the specified resources to UPDATE_COMPLETE"; the reason is
      // in published event logs.
      restored.report('UPDATE_COMPLETE', 'Resource skipped during UpdateRollback');
      return true;
    }
    try {
      restored.report('UPDATE_IN_PROGRESS');
      restored.become(await this.stateBefore(restored, attempt, old, skipped));
    } catch (error) {
      const reason = reasonOf(error);
      this.failures.add('update', logicalId);
      restored.report('UPDATE_FAILED', reason);
      return false;
    }
    this.restored.set(logicalId, restored);
    restored.report('UPDATE_COMPLETE');
    return true;
  }

  private async stateBefore(
    restored: Resource, attempt: Resource, old: Resource, skipped: readonly string[],
  ): Promise<ResourceState> {
    const type = this.engine.resourceType(old.type);
    if (this.replacements.has(attempt)) return old;
    if (type.rollBack) {
      // [cited] ContinueUpdateRollback: a resource in a nested stack is skipped as NestedStackName.ResourceLogicalID.
      const inside = `${old.logicalId}.`;
      await type.rollBack(attempt, skipped.filter(id => id.startsWith(inside)).map(id => id.slice(inside.length)));
      return old;
    }
    return type.update(restored, attempt, NEVER);
  }
}

function leavingWithStack(resource: Resource): Leaving {
  return { resource, policy: resource.definition.deletionPolicy };
}
