import type { Interference } from './actors';
import type { Invocation } from './handler';
import type { DeployPlan } from './plan';
import type { Request, ResourceEvent } from './provider';
import type { Statistics } from './statistics';
import { VERSION_TEARDOWN } from './template';
import type { Stack } from '../../sandbox/cloudformation';
import { ProjectVersion, Rekognition, VERSION_STATUSES } from '../../sandbox/rekognition';

/** The operation on the stack, as known to its requester. */
export type Operation =
  | { readonly kind: 'create' }
  /** `projectsBefore`: all projects that were in the account. `isBroken`: its rollback has failed at least once. */
  | { readonly kind: 'update'; readonly plan: DeployPlan; readonly projectsBefore: ReadonlySet<string>; isBroken: boolean }
  /** Of the root stack, or of only a nested one. */
  | { readonly kind: 'delete'; readonly target: Stack };

/**
 * The right outcome of a Delete: `act` carries it out; `keep` changes nothing and succeeds; `either` is one of these; `fail` changes
 * nothing and fails, as the sender's intent is not known. A failure without a change is always right.
 */
type Right = 'act' | 'keep' | 'either' | 'fail';

/** The facts about the world that the oracle judges by. */
export interface Truth {
  readonly rekognition: Rekognition;
  readonly statistics: Statistics;
  /** How stale, in milliseconds, the events may be that a poll in progress has read. */
  readonly staleEvents: number;
  readonly now: number;
  /** Undefined between operations. */
  readonly operation?: Operation;
  readonly root?: Stack;
  readonly stacks: readonly Stack[];
  /** The ids of all stacks whose creation completed, including deleted ones. */
  readonly created: ReadonlySet<string>;
  /** By stack id: the projects in the account when the stack's creation began. */
  readonly projectsBefore: ReadonlyMap<string, ReadonlySet<string>>;
  /** By stack id: when the stack's latest failed deletion failed. */
  readonly deletionFailed: ReadonlyMap<string, number>;
  readonly interferences: readonly Interference[];
  readonly requests: ReadonlyMap<string, Request>;
  /** The project that a version or dataset was created in, even if it no longer exists. */
  readonly ownerOf: ReadonlyMap<string, string>;
  versionArn(index: number): string;
  /** The ARN of the stack's current project for this plan. */
  ownProjectArn(plan: DeployPlan): string | undefined;
}

export const INVARIANTS: { readonly [number: number]: string } = {
  1: 'only the target is ever stopped or deleted',
  2: 'the handler changes something only where the custody table allows it',
  3: 'a Delete that had to be carried out and succeeded left nothing behind',
  4: 'a failure says what is left or which call failed, in at most 4,096 bytes',
  5: 'every request gets a response before the ServiceTimeout, unless two of its polls in a row are lost',
  6: 'a transient fault makes no request fail before the deadline',
  7: 'if the truth cannot be known, the request does not succeed',
  8: 'with TrainingBehavior.FAIL, nothing keeps running',
  9: 'no message says to delete the stack again if that would change nothing',
};

const MAX_BYTES = 4096;
const SERVICE_TIMEOUT = 3600_000;
const CHANGES = /^(Stop|Delete|Start|Create|Copy|Put|Tag|Untag|Update)/;

/** How long, in milliseconds, the handler has to wait for a transient error to pass before it fails, less the possible clock skew. */
const PATIENCE: [RegExp, number][] = [
  [/^not allowed/, 115_000],
  [/^it is not clear/, 115_000],
  [/ failed with (Throttling|ProvisionedThroughputExceededException|InternalServerError|TimeoutError|Error): /, 590_000],
];

/** The kinds of failures, for the statistics. */
const KINDS: [RegExp, string][] = [
  [/Runtime exited/, 'crash'], [/^it is not clear/, 'unclear'], [/^not allowed/, 'denied'], [/TRAINING_IN_PROGRESS and trainingBehavior/, 'in training'],
  [/could not be/, 'not reached'], [/^there is no/, 'not found'], [/^(rekognition|cloudformation):/, 'failed call'], [/has the physical id/, 'ambiguous'],
];

/** Judges the handler by the true state, of which the handler sees only API responses. */
export class Oracle {
  readonly violations: string[] = [];
  private readonly allowedAtStart = new WeakMap<Invocation, boolean>();
  private readonly rightAtStart = new WeakMap<Request, Right>();
  /** The requests for which a change is currently allowed. */
  private readonly allowed = new Set<Request>();
  /** For requests for which it no longer is: until when it was. */
  private readonly allowedUntil = new WeakMap<Request, number>();

  constructor(private readonly truth: Truth) {}

  /** A request has been sent. */
  received(request: Request): void {
    const right = this.rightOf(request);
    this.rightAtStart.set(request, right);
    if (this.isAllowed(request)) this.allowed.add(request);
    if (request.event.RequestType === 'Delete') this.truth.statistics.count('Deletes by right outcome', right);
  }

  /** A stack has changed. */
  moved(): void {
    for (const request of this.allowed) {
      if (this.isAllowed(request)) continue;
      this.allowed.delete(request);
      this.allowedUntil.set(request, this.truth.now);
    }
  }

  /** The handler makes a call, which has not taken effect yet. */
  asked(invocation: Invocation, operation: string, input: { readonly [member: string]: string }): void {
    const request = this.truth.requests.get(invocation.requestId)!;
    const { event } = request;
    const allowed = this.isAllowed(request);
    // the handler determines custody once per poll: the next poll sees later changes.
    if (!this.allowedAtStart.has(invocation)) this.allowedAtStart.set(invocation, allowed);
    // a stack that is retained gets no event of its own.
    this.moved();
    if (!CHANGES.test(operation)) return;

    const arn = input.ProjectVersionArn ?? input.DatasetArn ?? input.ProjectArn;
    const what = `${operation} ${arn} for the ${event.RequestType} of ${event.LogicalResourceId} in ${event.StackId}`;
    this.check(1, this.isInTarget(event, operation, arn), () => `${what}: not in ${event.PhysicalResourceId}`);
    const fitsMode = event.ResourceProperties.Mode === 'DELETE' || operation === 'StopProjectVersion';
    this.check(2, fitsMode && (allowed || this.allowedAtStart.get(invocation)! || this.seemsAllowed(invocation, request)),
      () => `${what}: ${this.truth.operation?.kind ?? 'no operation'}, ${this.truth.root?.status}, mode ${event.ResourceProperties.Mode}`);
  }

  /** The handler has responded, but CloudFormation has not received the response yet. */
  answered(request: Request, body: string): void {
    const { event, startedAt, crashed } = request;
    const what = `the ${event.RequestType} of ${event.LogicalResourceId} in ${event.StackId}`;
    const { Status: status, Reason: reason } = JSON.parse(body);
    this.check(5, this.truth.now < startedAt + SERVICE_TIMEOUT || lostTooMany(request), () => `${what} took ${this.truth.now - startedAt} ms`);
    if (status === 'SUCCESS') {
      const right = isCreated(event) ? this.rightOf(request) : 'keep';
      if (right === 'act') this.check(3, this.isReached(event) || this.wasInterfered(request), () => `${what} left ${this.left(event)}`);
      this.check(7, right !== 'fail', () => `${what} succeeded but left ${this.left(event)}`);
    } else {
      const age = this.truth.now - startedAt;
      this.check(6, age >= (PATIENCE.find(([pattern]) => pattern.test(reason))?.[1] ?? 0), () => `${what} failed after ${age} ms: ${reason}`);
      this.truth.statistics.count('failures', KINDS.find(([pattern]) => pattern.test(reason))?.[1] ?? 'other');
      const names = /(rekognition|cloudformation):[A-Z]/.test(reason) || this.namesTarget(reason, event);
      if (reason.includes('trainingBehavior')) this.check(8, this.isQuiet(request), () => `${what} left ${this.left(event)}: ${reason}`);
      if (this.isCleanUp) this.check(9, !reason.includes('delete the stack again'), () => `${what}: ${reason}`);
      this.check(4, Buffer.byteLength(body) <= MAX_BYTES && !reason.includes('Operation timed out') && (names || crashed), () => `${what}: ${reason}`);
    }
  }

  /** A stack has been deleted; `requests` are those that its deletion sent. */
  deleted(requests: readonly Request[]): void {
    for (const request of requests) {
      const { event } = request;
      if (this.rightAtStart.get(request) !== 'act' || !isCreated(event)) continue;
      this.check(3, this.isReached(event) || this.wasInterfered(request), () => `DELETE_COMPLETE, but ${event.LogicalResourceId} left ${this.left(event)}`);
    }
  }

  /** A request got no response; `reason` is what CloudFormation says. */
  unanswered(reason: string, request?: Request): void {
    this.check(5, request !== undefined && lostTooMany(request), () => reason);
  }

  /** The tests themselves failed, or something threw that should not. */
  broken(problem: unknown): void {
    this.violations.push(problem instanceof Error ? problem.stack! : String(problem));
  }

  private isAllowed(request: Request): boolean {
    return ['act', 'either'].includes(this.rightOf(request));
  }

  /** A double poll or a forged request may come after the response, when the stale events do not show yet that the change is no longer allowed. */
  private seemsAllowed({ startedAt }: Invocation, request: Request): boolean {
    const { staleEvents } = this.truth;
    return startedAt - (this.allowedUntil.get(request) ?? -Infinity) <= staleEvents;
  }

  /** The custody tables, applied to the true operation on the stacks, its progress and what existed before it. */
  private rightOf(request: Request): Right {
    const { event, isForged } = request;
    const { operation, stacks } = this.truth;
    const stack = stacks.find(({ id }) => id === event.StackId);
    if (event.RequestType !== 'Delete' || !operation || !stack) return 'keep';
    const right = this.rightIn(operation, stack, request);
    // a forged request is owed nothing: keeping is right too.
    return isForged ? (right === 'act' ? 'either' : 'keep') : right;
  }

  private rightIn(operation: Operation, stack: Stack, { event, startedAt }: Request): Right {
    const { root, deletionFailed, staleEvents } = this.truth;
    switch (operation.kind) {
      case 'create':
        return ['ROLLBACK_IN_PROGRESS', 'DELETE_IN_PROGRESS'].includes(root!.status) ? this.rightInUndoing(root!, event) : 'keep';
      case 'delete': {
        const { target } = operation;
        if (target.status !== 'DELETE_IN_PROGRESS' || !isIn(target, stack)) return 'keep';
        if (target.parent && !wasLetGo(target, target.parent)) {
          // the events may not show yet that the deletion of the parent stack has failed.
          return startedAt - (deletionFailed.get(target.parent.id) ?? -Infinity) <= staleEvents ? 'either' : 'fail';
        }
        return this.truth.created.has(target.id) ? 'act' : this.rightInUndoing(target, event);
      }
      case 'update':
        if (!isIn(root!, stack)) return 'keep';
        return isOwn(event) ? this.rightOfProject(operation, event) : this.rightOfVersion(operation, event);
    }
  }

  /** A stack whose creation never completed is deleted: only what was created for it is deleted with it. */
  private rightInUndoing({ id }: Stack, event: ResourceEvent): Right {
    return isOwn(event) && !this.truth.projectsBefore.get(id)!.has(targetOf(event)) ? 'act' : 'keep';
  }

  private rightOfVersion({ plan }: Operation & { kind: 'update' }, event: ResourceEvent): Right {
    const isRemoved = event.ResourceType === VERSION_TEARDOWN && event.ResourceProperties.Trigger === 'RESOURCE_REMOVAL' && this.isCleanUp
      && !plan.versions.some(({ version }) => this.truth.versionArn(version) === event.PhysicalResourceId);
    return isRemoved ? 'act' : 'keep';
  }

  /** The contents of a project of the same stack are deleted when the project itself is. */
  private rightOfProject({ plan, projectsBefore, isBroken }: Operation & { kind: 'update' }, event: ResourceEvent): Right {
    if (this.truth.root!.status === 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS') {
      if (projectsBefore.has(targetOf(event))) return 'keep';
      // after a rollback that failed and was continued, the events do not tell what is left.
      return isBroken ? 'either' : 'act';
    }
    return this.isCleanUp && this.truth.ownProjectArn(plan) !== targetOf(event) ? 'act' : 'keep';
  }

  /** Whether CloudFormation is cleaning up after a successful update. */
  private get isCleanUp(): boolean {
    return this.truth.operation?.kind === 'update' && this.truth.root!.status === 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS';
  }

  /** Whether nothing of the target runs; interference or stale reads excuse what does. */
  private isQuiet(request: Request): boolean {
    const { rekognition, ownerOf, interferences } = this.truth;
    const target = targetOf(request.event);
    return rekognition.settings.staleReads > 0 || interferences.some(({ projectArn }) => projectArn === target)
      || !rekognition.versions.some(({ arn, status, project }) => ownerOf.get(arn) === target && status === 'RUNNING' && project.feature === 'CUSTOM_LABELS');
  }

  private isInTarget({ ResourceType, ResourceProperties, PhysicalResourceId }: ResourceEvent, operation: string, arn: string): boolean {
    if (ResourceType === VERSION_TEARDOWN) return arn === ResourceProperties.ProjectVersionArn && arn === PhysicalResourceId;
    if (ResourceProperties.ProjectArn !== PhysicalResourceId) return false;
    if (operation === 'DeleteProject') return arn === PhysicalResourceId && ResourceProperties.DeleteProject === 'true';
    return this.truth.ownerOf.get(arn) === PhysicalResourceId;
  }

  /** Whether a message names the target or something in it. */
  private namesTarget(reason: string, event: ResourceEvent): boolean {
    const target = targetOf(event);
    return (reason.match(/arn:aws:rekognition:[\w:/.-]*\w/g) ?? []).some(arn => arn === target || this.truth.ownerOf.get(arn) === target);
  }

  private isReached(event: ResourceEvent): boolean {
    return this.left(event) === '';
  }

  /** What is not in the state in which the teardown has to leave it. */
  private left(event: ResourceEvent): string {
    const { rekognition, ownerOf } = this.truth;
    // if the service reports what it is still deleting as not found, the handler cannot know better.
    const counts = ({ status }: ProjectVersion) => status !== 'DELETING' || rekognition.settings.deleteWhileDeleting !== 'ResourceNotFoundException';
    const { Mode: mode, DeleteProject: deletesProject } = event.ResourceProperties;
    const target = targetOf(event);
    const versions = rekognition.versions.filter(({ arn }) => arn === target || ownerOf.get(arn) === target)
      .filter(version => mode === 'DELETE' ? counts(version) : mayRun(version));
    const project = rekognition.projects.find(({ arn }) => arn === target);
    const others = mode === 'DELETE' && project ? [...project.datasets, ...deletesProject === 'true' ? [project] : []] : [];
    return [...versions, ...others].map(({ arn, status }) => `${arn} in ${status}`).join(', ');
  }

  /** Whether others changed the target after the handler's last poll began, or too shortly before for its reads to show it. */
  private wasInterfered({ event, lastLookAt = 0 }: Request): boolean {
    const target = targetOf(event);
    const { interferences, rekognition: { settings } } = this.truth;
    const since = lastLookAt - settings.staleReads;
    return interferences.some(({ time, projectArn, versionArn }) => time >= since && (projectArn === target || versionArn === target));
  }

  private check(invariant: number, holds: boolean, why: () => string): void {
    this.truth.statistics.count('invariants checked', `(${invariant})`);
    if (!holds) this.violations.push(`invariant (${invariant}), ${INVARIANTS[invariant]}: ${why()}`);
  }
}

/** Whether a version may be running and billed: adapters never are, and an unknown status may mean anything. */
function mayRun({ status, project }: ProjectVersion): boolean {
  return project.feature !== 'CONTENT_MODERATION' && (['STARTING', 'RUNNING', 'STOPPING'].includes(status) || !VERSION_STATUSES.some(known => known === status));
}

/** The handler gives up early enough to survive one lost poll, but not two in a row. */
function lostTooMany({ lostInARow }: Request): boolean {
  return lostInARow > 1;
}

function targetOf({ ResourceProperties: { ProjectVersionArn, ProjectArn } }: ResourceEvent): string {
  return ProjectVersionArn ?? ProjectArn ?? '';
}

/** For a resource whose creation was interrupted, CloudFormation sends a Delete with a physical id that it made up: there is nothing to do. */
function isCreated(event: ResourceEvent): boolean {
  return event.PhysicalResourceId === targetOf(event);
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
  return parent.status === 'DELETE_COMPLETE' || !Object.values(parent.resources).some(({ physicalId, status }) => physicalId === id && status !== 'DELETE_SKIPPED');
}
