import type { Interference } from './actors';
import type { DeployPlan } from './plan';
import type { Request, ResourceEvent } from './provider';
import type { Statistics } from './statistics';
import { OWNER_TAG, VERSION_TEARDOWN } from './template';
import type { CloudFormationSettings, Resource, Stack } from '../../sandbox/cloudformation';
import type { Rekognition } from '../../sandbox/rekognition';

/** The operation on the stack, as known to its requester. */
export type Operation =
  | { readonly kind: 'create' }
  /** `isBroken`: its rollback has failed at least once. */
  | { readonly kind: 'update'; readonly plan: DeployPlan; isBroken: boolean }
  /** Of the root stack, or of only a nested one. */
  | { readonly kind: 'delete'; readonly target: Stack; readonly retained: readonly string[] };

/** What there was when the root stack was last in a completed state: as a successful deployment, or a rollback, left it. */
export interface Deployed {
  /** The ARNs of all projects in the account. */
  readonly projects: ReadonlySet<string>;
  /** The teardowns of the stack and of those nested in it, each as `keyOf` names it. */
  readonly teardowns: ReadonlySet<string>;
}

/**
 * The right outcome of a Delete: `act` carries it out; `keep` changes nothing and succeeds; `either` is one of these;
 * `fail` changes nothing and fails, as the sender's intent is not known. A failure that changes nothing is never wrong,
 * but needs an excuse.
 */
export type Right = 'act' | 'keep' | 'either' | 'fail';

/** The facts about the world that the oracle judges by. */
export interface Truth {
  readonly rekognition: Rekognition;
  readonly statistics: Statistics;
  /** How CloudFormation behaves. */
  readonly settings: CloudFormationSettings;
  /** Offset of the handler's clock from the world's, in milliseconds. */
  readonly skew: number;
  /** How stale, in milliseconds, the events may be that a poll in progress has read. */
  readonly staleEvents: number;
  readonly now: number;
  /** Undefined between operations. */
  readonly operation?: Operation;
  readonly root?: Stack;
  readonly stacks: readonly Stack[];
  readonly deployed: Deployed;
  /** How many deployments have been tried since, the present one included; 0 if the stack is in such a state. */
  readonly attempts: number;
  /** The ids of all stacks whose creation completed, including deleted ones. */
  readonly created: ReadonlySet<string>;
  /** By stack id: the projects in the account when the stack's creation began. */
  readonly projectsBefore: ReadonlyMap<string, ReadonlySet<string>>;
  /** By stack id: when the stack's latest failed deletion failed. */
  readonly deletionFailed: ReadonlyMap<string, number>;
  readonly interferences: readonly Interference[];
  /** The ARNs of the projects whose tags others have removed. */
  readonly untagged: ReadonlySet<string>;
  /** By ARN: when the latest status of a project, version or dataset began. */
  readonly changed: ReadonlyMap<string, number>;
  /** By the id of a request: when its latest poll began in which a fault was injected. */
  readonly disturbed: ReadonlyMap<string, number>;
  readonly requests: ReadonlyMap<string, Request>;
  /** The project that a version or dataset was created in, even if it no longer exists. */
  readonly ownerOf: ReadonlyMap<string, string>;
  versionArn(index: number): string;
  /** The ARN of the stack's current project for this plan. */
  ownProjectArn(plan: DeployPlan): string | undefined;
}

/** How stale events and tags may be so that the handler still learns the truth, in milliseconds. */
const PATIENCE = 90_000;
/** How much the clocks may differ when the handler asks which of two things came first, in milliseconds. */
const CLOCK_TOLERANCE = 15_000;

/** What is right, applied to the true operation on the stacks, its progress and what existed before it. */
export class Custody {
  constructor(private readonly truth: Truth) {}

  rightOf(request: Request): Right {
    const { event, isForged } = request;
    const { operation } = this.truth;
    const stack = this.stackOf(event);
    if (event.RequestType !== 'Delete' || !operation || !stack) return 'keep';
    const right = this.rightIn(operation, stack, request);
    // a forged request is owed nothing: keeping is right too.
    return isForged ? (right === 'act' ? 'either' : 'keep') : right;
  }

  isAllowed(request: Request): boolean {
    return ['act', 'either'].includes(this.rightOf(request));
  }

  /** Whether a creation that failed is undone, perhaps after updates have continued it. */
  private get isCreationUndone(): boolean {
    return ['ROLLBACK_IN_PROGRESS', 'DELETE_IN_PROGRESS'].includes(this.truth.root!.status);
  }

  /** Whether CloudFormation is cleaning up after a successful update. */
  get isCleanUp(): boolean {
    const { operation, root } = this.truth;
    return operation?.kind === 'update' && root!.status === 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS';
  }

  /** Whether the service shows what is right for a Delete, at the latest when its answers cannot be staler. */
  isKnowable(request: Request): boolean {
    const { settings: { deletionEntries, cleanupRetries, controlCharacters }, staleEvents, skew, operation } = this.truth;
    // then the events may not be readable.
    if (controlCharacters) return false;
    if (!operation || request.isForged || ['either', 'fail'].includes(this.rightOf(request))) return false;
    if (staleEvents > PATIENCE || deletionEntries === 'NEVER') return false;
    // then only the time tells which try of a cleanup an event belongs to.
    const isTimed = cleanupRetries !== 'AT_THE_END' && Math.abs(skew) <= CLOCK_TOLERANCE;
    if (deletionEntries === 'FIRST_TRY' && !isTimed) return false;
    return !(isOwn(request.event) && this.isTagUnclear(request.event));
  }

  /** Whether a tag has to decide, and does not name the teardown (any more, or yet). */
  private isTagUnclear(event: ResourceEvent): boolean {
    if (!this.isCleanUp) return false;
    return this.isTagHidden(event) || (this.truth.attempts > 1 && this.tagOf(event) !== event.LogicalResourceId);
  }

  /** Whether the tag is too stale, or somebody has removed it. */
  private isTagHidden(event: ResourceEvent): boolean {
    const { rekognition: { settings: { staleTags } }, untagged } = this.truth;
    return Number(staleTags) > PATIENCE || untagged.has(targetOf(event));
  }

  private rightIn(operation: Operation, stack: Stack, { event, startedAt }: Request): Right {
    const { root, created, deletionFailed, staleEvents } = this.truth;
    switch (operation.kind) {
      case 'create': return this.isCreationUndone ? this.rightInUndoing(root!, event) : 'keep';
      case 'delete': {
        const { target, retained } = operation;
        if (target.status !== 'DELETE_IN_PROGRESS' || !isIn(target, stack)) return 'keep';
        if (target.parent && !wasLetGo(target, target.parent)) {
          // the events may not show yet that the deletion of the parent stack has failed.
          return startedAt - (deletionFailed.get(target.parent.id) ?? -Infinity) <= staleEvents ? 'either' : 'fail';
        }
        if (!created.has(target.id)) return this.rightInUndoing(target, event);
        if (!isOwn(event)) return 'act';
        // the events do not tell what else is retained.
        return retained.includes('Project') ? 'either' : this.rightOfProjectAfterFailure(event);
      }
      case 'update':
        if (!isIn(root!, stack)) return 'keep';
        if (this.isCreationUndone) return this.rightInUndoing(root!, event);
        return isOwn(event) ? this.rightOfProject(operation, event) : this.rightOfVersion(operation, event);
    }
  }

  /** A stack whose creation never completed is deleted: only what was created for it is deleted with it. */
  private rightInUndoing({ id }: Stack, event: ResourceEvent): Right {
    return isOwn(event) && !this.truth.projectsBefore.get(id)!.has(targetOf(event)) ? 'act' : 'keep';
  }

  /** A removal is one only if a successful deployment had the teardown. */
  private rightOfVersion({ plan }: Operation & { kind: 'update' }, event: ResourceEvent): Right {
    const { ResourceType: type, ResourceProperties: { Trigger: trigger }, PhysicalResourceId: arn } = event;
    const isRemoved = type === VERSION_TEARDOWN && trigger === 'RESOURCE_REMOVAL' && this.isCleanUp
      && !plan.versions.some(({ version }) => this.truth.versionArn(version) === arn);
    return isRemoved && this.truth.deployed.teardowns.has(keyOf(event)) ? 'act' : 'keep';
  }

  /** The contents of a project of the same stack are deleted when the project itself is. */
  private rightOfProject({ plan, isBroken }: Operation & { kind: 'update' }, event: ResourceEvent): Right {
    const { root, deployed: { projects, teardowns } } = this.truth;
    const target = targetOf(event);
    if (root!.status === 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS') {
      if (projects.has(target)) return 'keep';
      // after a rollback that failed and was continued, the events do not tell what is left.
      return isBroken ? 'either' : 'act';
    }
    if (!this.isCleanUp || this.truth.ownProjectArn(plan) === target) return 'keep';
    // a failed attempt took a project under its care that existed before.
    if (projects.has(target) && !teardowns.has(keyOf(event))) return 'keep';
    if (this.isRetained(event)) return this.rightOfRetained(event);
    // a failed attempt created it, and somebody filled it: no successful deployment ever had it.
    return projects.has(target) ? 'act' : 'either';
  }

  /** A failed update may have taken the project from the teardown, perhaps to retain it. If not, its own deletion shows what is left. */
  private rightOfProjectAfterFailure(event: ResourceEvent): Right {
    if (this.truth.attempts === 0) return 'act';
    if (this.isTagHidden(event) || this.isReplaced(event)) return 'either';
    const { teardowns, projects } = this.truth.deployed;
    if (!teardowns.has(keyOf(event))) return projects.has(targetOf(event)) ? 'keep' : 'act';
    return this.tagOf(event) === event.LogicalResourceId ? 'act' : 'keep';
  }

  /** Whether the template retains the project that leaves the stack. */
  private isRetained(event: ResourceEvent): boolean {
    const project = this.projectOf(event);
    if (!project) return false;
    const { deletionPolicy, updateReplacePolicy } = project.definition;
    return (this.isReplaced(event) ? updateReplacePolicy : deletionPolicy) === 'Retain';
  }

  /** What was only to be stopped loses nothing, but a failed attempt that created it was perhaps never used. */
  private rightOfRetained(event: ResourceEvent): Right {
    if (event.ResourceProperties.Mode === 'DELETE') return 'keep';
    return this.isReplaced(event) || !this.truth.deployed.projects.has(targetOf(event)) ? 'either' : 'act';
  }

  /** Whether another project has taken the place of the one that leaves the stack. */
  private isReplaced(event: ResourceEvent): boolean {
    const project = this.projectOf(event);
    return project !== undefined && project.attributes.Arn !== targetOf(event);
  }

  /** The owner that the tag of the project names. */
  private tagOf(event: ResourceEvent): string | undefined {
    return this.truth.rekognition.projects.find(({ arn }) => arn === targetOf(event))?.tags.get(OWNER_TAG);
  }

  /** The project with the logical id in the stack of a teardown: the one that leaves, or the one that has replaced it. */
  private projectOf(event: ResourceEvent): Resource | undefined {
    return this.stackOf(event)?.resources.Project;
  }

  private stackOf({ StackId: stackId }: ResourceEvent): Stack | undefined {
    return this.truth.stacks.find(({ id }) => id === stackId);
  }
}

/** A teardown with what it tears down. */
export function keyOf(ids: Pick<ResourceEvent, 'StackId' | 'LogicalResourceId' | 'PhysicalResourceId'>): string {
  return `${ids.StackId} ${ids.LogicalResourceId} ${ids.PhysicalResourceId}`;
}

export function targetOf({ ResourceProperties: { ProjectVersionArn, ProjectArn } }: ResourceEvent): string {
  return ProjectVersionArn ?? ProjectArn ?? '';
}

/** Whether the teardown is of a project of the same stack. */
function isOwn({ ResourceProperties: { OwnerTag: ownerTag } }: ResourceEvent): boolean {
  return ownerTag !== undefined;
}

/** Whether a stack is `outer` or nested in it. */
function isIn(outer: Stack, stack: Stack): boolean {
  return stack === outer || (stack.parent !== undefined && isIn(outer, stack.parent) && !wasLetGo(stack, stack.parent));
}

/** Whether a nested stack is no longer part of its parent. */
function wasLetGo({ id }: Stack, parent: Stack): boolean {
  return parent.status === 'DELETE_COMPLETE'
    || !Object.values(parent.resources).some(({ physicalId, status }) => physicalId === id && status !== 'DELETE_SKIPPED');
}
