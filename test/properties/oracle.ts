import type { Interference } from './actors';
import type { Invocation } from './handler';
import type { DeployPlan } from './plan';
import type { Request, ResourceEvent } from './provider';
import type { Statistics } from './statistics';
import { VERSION_TEARDOWN } from './template';
import type { Stack } from '../../sandbox/cloudformation';
import { ProjectVersion, Rekognition, VERSION_STATUSES } from '../../sandbox/rekognition';

/** What is being done to the stack, as whoever asked for it knows. */
export type Operation =
  | { readonly kind: 'create' }
  /** `projectsBefore`: all that were in the account. `isBroken`: its rollback failed, at least once. */
  | { readonly kind: 'update'; readonly plan: DeployPlan; readonly projectsBefore: ReadonlySet<string>; isBroken: boolean }
  /** Of the outermost stack, or of a nested one by itself. */
  | { readonly kind: 'delete'; readonly target: Stack };

/**
 * What is right for a Delete: to carry it out; to change nothing and succeed; either; or to change nothing and fail, as it is not
 * known what its sender wants. To fail without a change is right in every case.
 */
type Right = 'act' | 'keep' | 'either' | 'fail';

/** What the oracle sees of the world. */
export interface Truth {
  readonly rekognition: Rekognition;
  readonly statistics: Statistics;
  /** By how many milliseconds the events may be out of date that polls under way have seen. */
  readonly staleEvents: number;
  readonly now: number;
  /** Undefined between operations. */
  readonly operation?: Operation;
  readonly root?: Stack;
  readonly stacks: readonly Stack[];
  /** The ids of the stacks that were created, whatever became of them. */
  readonly created: ReadonlySet<string>;
  /** By the id of a stack: the projects that there were in the account when its creation began. */
  readonly projectsBefore: ReadonlyMap<string, ReadonlySet<string>>;
  /** By the id of a stack: when its deletion failed, in the latest try. */
  readonly deletionFailed: ReadonlyMap<string, number>;
  readonly interferences: readonly Interference[];
  readonly requests: ReadonlyMap<string, Request>;
  /** The project that a version or dataset was made in, also when it is gone. */
  readonly ownerOf: ReadonlyMap<string, string>;
  versionArn(index: number): string;
  /** The ARN of the project that the stack now has for this plan. */
  ownProjectArn(plan: DeployPlan): string | undefined;
}

export const INVARIANTS: { readonly [number: number]: string } = {
  1: 'only the target is ever stopped or deleted',
  2: 'the handler changes something only where the custody table allows it',
  3: 'a Delete that had to be carried out and succeeded left nothing behind',
  4: 'a failure says in at most 4,096 bytes what is left or which call failed',
  5: 'every request gets a response before the ServiceTimeout, unless two of its polls in a row get lost',
  6: 'a transient fault makes no request fail before the deadline',
  7: 'if the truth cannot be known, the request does not succeed',
  8: 'with TrainingBehavior.FAIL, nothing keeps running',
  9: 'no message says to delete the stack again if that would change nothing',
};

const MAX_BYTES = 4096;
const SERVICE_TIMEOUT = 3600_000;
const CHANGES = /^(Stop|Delete|Start|Create|Copy|Put|Tag|Untag|Update)/;

/** For how long, in milliseconds, what may pass is waited for, less what clocks may differ by. */
const PATIENCE: [RegExp, number][] = [
  [/^not allowed/, 115_000],
  [/^it is not clear/, 115_000],
  [/ failed with (Throttling|ProvisionedThroughputExceededException|InternalServerError|TimeoutError|Error): /, 590_000],
];

/** What a failure is about, for the statistics. */
const KINDS: [RegExp, string][] = [
  [/Runtime exited/, 'crash'], [/^it is not clear/, 'unclear'], [/^not allowed/, 'denied'], [/TRAINING_IN_PROGRESS and trainingBehavior/, 'in training'],
  [/could not be/, 'not reached'], [/^there is no/, 'not found'], [/^(rekognition|cloudformation):/, 'failed call'], [/has the physical id/, 'ambiguous'],
];

/** Judges what the handler does by what is true, which the handler itself can only ask for. */
export class Oracle {
  readonly violations: string[] = [];
  private readonly allowedAtStart = new WeakMap<Invocation, boolean>();
  private readonly rightAtStart = new WeakMap<Request, Right>();
  /** The requests for which a change is right. */
  private readonly allowed = new Set<Request>();
  /** Until when it was right, for the others. */
  private readonly allowedUntil = new WeakMap<Request, number>();

  constructor(private readonly truth: Truth) {}

  /** A request, when it is sent. */
  received(request: Request): void {
    const right = this.rightOf(request);
    this.rightAtStart.set(request, right);
    if (this.isAllowed(request)) this.allowed.add(request);
    if (request.event.RequestType === 'Delete') this.truth.statistics.count('Deletes to', right);
  }

  /** Something happened to a stack. */
  moved(): void {
    for (const request of this.allowed) {
      if (this.isAllowed(request)) continue;
      this.allowed.delete(request);
      this.allowedUntil.set(request, this.truth.now);
    }
  }

  /** A call of the handler, before anything comes of it. */
  asked(invocation: Invocation, operation: string, input: { readonly [member: string]: string }): void {
    const request = this.truth.requests.get(invocation.requestId)!;
    const { event } = request;
    const allowed = this.isAllowed(request);
    // custody is asked for once in a poll: what happens meanwhile, the next poll sees.
    if (!this.allowedAtStart.has(invocation)) this.allowedAtStart.set(invocation, allowed);
    // a stack is let go without an entry of its own.
    this.moved();
    if (!CHANGES.test(operation)) return;

    const arn = input.ProjectVersionArn ?? input.DatasetArn ?? input.ProjectArn;
    const what = `${operation} ${arn} for the ${event.RequestType} of ${event.LogicalResourceId} in ${event.StackId}`;
    this.check(1, this.isInTarget(event, operation, arn), () => `${what}: not in ${event.PhysicalResourceId}`);
    const fitsMode = event.ResourceProperties.Mode === 'DELETE' || operation === 'StopProjectVersion';
    this.check(2, fitsMode && (allowed || this.allowedAtStart.get(invocation)! || this.seemsAllowed(invocation, request)),
      () => `${what}: ${this.truth.operation?.kind ?? 'no operation'}, ${this.truth.root?.status}, mode ${event.ResourceProperties.Mode}`);
  }

  /** A request's answer, before CloudFormation gets it. */
  answered(request: Request, body: string): void {
    const { event, startedAt, crashed } = request;
    const what = `the ${event.RequestType} of ${event.LogicalResourceId} in ${event.StackId}`;
    const { Status: status, Reason: reason } = JSON.parse(body);
    this.check(5, this.truth.now < startedAt + SERVICE_TIMEOUT || lostTooMany(request), () => `${what} took ${this.truth.now - startedAt} ms`);
    if (status === 'SUCCESS') {
      const right = isCreated(event) ? this.rightOf(request) : 'keep';
      if (right === 'act') this.check(3, this.isReached(event) || this.wasInterfered(request), () => `${what} left ${this.left(event)}`);
      this.check(7, right !== 'fail', () => `${what} succeeded, and left ${this.left(event)}`);
    } else {
      const age = this.truth.now - startedAt;
      this.check(6, age >= (PATIENCE.find(([pattern]) => pattern.test(reason))?.[1] ?? 0), () => `${what} after ${age} ms: ${reason}`);
      this.truth.statistics.count('failures', KINDS.find(([pattern]) => pattern.test(reason))?.[1] ?? 'other');
      const names = /(rekognition|cloudformation):[A-Z]/.test(reason) || this.namesTarget(reason, event);
      if (reason.includes('trainingBehavior')) this.check(8, this.isQuiet(request), () => `${what} left ${this.left(event)}: ${reason}`);
      if (this.isCleanUp) this.check(9, !reason.includes('delete the stack again'), () => `${what}: ${reason}`);
      this.check(4, Buffer.byteLength(body) <= MAX_BYTES && !reason.includes('Operation timed out') && (names || crashed), () => `${what}: ${reason}`);
    }
  }

  /** A stack that is gone, with the Deletes that its deletion sent. */
  deleted(requests: readonly Request[]): void {
    for (const request of requests) {
      const { event } = request;
      if (this.rightAtStart.get(request) !== 'act' || !isCreated(event)) continue;
      this.check(3, this.isReached(event) || this.wasInterfered(request), () => `DELETE_COMPLETE, but ${event.LogicalResourceId} left ${this.left(event)}`);
    }
  }

  /** What CloudFormation itself says of a request that was not answered. */
  unanswered(reason: string, request?: Request): void {
    this.check(5, request !== undefined && lostTooMany(request), () => reason);
  }

  /** What goes wrong in the tests themselves, or throws where nothing should. */
  broken(problem: unknown): void {
    this.violations.push(problem instanceof Error ? problem.stack! : String(problem));
  }

  private isAllowed(request: Request): boolean {
    return ['act', 'either'].includes(this.rightOf(request));
  }

  /** Nobody can know what the record does not show yet: after the answer, to a poll that comes twice or a forged request. */
  private seemsAllowed({ startedAt }: Invocation, request: Request): boolean {
    const { staleEvents } = this.truth;
    return startedAt - (this.allowedUntil.get(request) ?? -Infinity) <= staleEvents;
  }

  /** The custody tables: by what is truly being done to the stacks, how far that is, and what was there before. */
  private rightOf(request: Request): Right {
    const { event, isForged } = request;
    const { operation, stacks } = this.truth;
    const stack = stacks.find(({ id }) => id === event.StackId);
    if (event.RequestType !== 'Delete' || !operation || !stack) return 'keep';
    const right = this.rightIn(operation, stack, request);
    // whoever forged it does not need an answer.
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
          // the record may not show yet that the deletion of the stack around it has failed.
          return startedAt - (deletionFailed.get(target.parent.id) ?? -Infinity) <= staleEvents ? 'either' : 'fail';
        }
        return this.truth.created.has(target.id) ? 'act' : this.rightInUndoing(target, event);
      }
      case 'update':
        if (!isIn(root!, stack)) return 'keep';
        return isOwn(event) ? this.rightOfProject(operation, event) : this.rightOfVersion(operation, event);
    }
  }

  /** A stack that was never created goes: only what was made for it goes with it. */
  private rightInUndoing({ id }: Stack, event: ResourceEvent): Right {
    return isOwn(event) && !this.truth.projectsBefore.get(id)!.has(targetOf(event)) ? 'act' : 'keep';
  }

  private rightOfVersion({ plan }: Operation & { kind: 'update' }, event: ResourceEvent): Right {
    const isRemoved = event.ResourceType === VERSION_TEARDOWN && event.ResourceProperties.Trigger === 'RESOURCE_REMOVAL' && this.isCleanUp
      && !plan.versions.some(({ version }) => this.truth.versionArn(version) === event.PhysicalResourceId);
    return isRemoved ? 'act' : 'keep';
  }

  /** The contents of a project of the same stack go when the project itself does. */
  private rightOfProject({ plan, projectsBefore, isBroken }: Operation & { kind: 'update' }, event: ResourceEvent): Right {
    if (this.truth.root!.status === 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS') {
      if (projectsBefore.has(targetOf(event))) return 'keep';
      // what a rollback leaves that was continued without some resources is more than a record tells.
      return isBroken ? 'either' : 'act';
    }
    return this.isCleanUp && this.truth.ownProjectArn(plan) !== targetOf(event) ? 'act' : 'keep';
  }

  /** Whether CloudFormation is about what an update has left behind. */
  private get isCleanUp(): boolean {
    return this.truth.operation?.kind === 'update' && this.truth.root!.status === 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS';
  }

  /** Nothing of the target runs, as far as anybody but the handler had no part in it. */
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

  /** Whether a message names the target, or something in it. */
  private namesTarget(reason: string, event: ResourceEvent): boolean {
    const target = targetOf(event);
    return (reason.match(/arn:aws:rekognition:[\w:/.-]*\w/g) ?? []).some(arn => arn === target || this.truth.ownerOf.get(arn) === target);
  }

  private isReached(event: ResourceEvent): boolean {
    return this.left(event) === '';
  }

  /** What is not as the teardown has to leave it. */
  private left(event: ResourceEvent): string {
    const { rekognition, ownerOf } = this.truth;
    // where the service denies in a listing and in a call what it is still deleting, nobody can know better.
    const counts = ({ status }: ProjectVersion) => status !== 'DELETING' || rekognition.settings.deleteWhileDeleting !== 'ResourceNotFoundException';
    const { Mode: mode, DeleteProject: deletesProject } = event.ResourceProperties;
    const target = targetOf(event);
    const versions = rekognition.versions.filter(({ arn }) => arn === target || ownerOf.get(arn) === target)
      .filter(version => mode === 'DELETE' ? counts(version) : mayRun(version));
    const project = rekognition.projects.find(({ arn }) => arn === target);
    const others = mode === 'DELETE' && project ? [...project.datasets, ...deletesProject === 'true' ? [project] : []] : [];
    return [...versions, ...others].map(({ arn, status }) => `${arn} in ${status}`).join(', ');
  }

  /** Others got at the target after the handler's last look, or so shortly before that its reads could not show it. */
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

/** Whether a version may be one that is billed: adapters never are, and an unknown status may be anything. */
function mayRun({ status, project }: ProjectVersion): boolean {
  return project.feature !== 'CONTENT_MODERATION' && (['STARTING', 'RUNNING', 'STOPPING'].includes(status) || !VERSION_STATUSES.some(known => known === status));
}

/** The handler gives up in time for one more poll; it cannot be in time for two. */
function lostTooMany({ lostInARow }: Request): boolean {
  return lostInARow > 1;
}

function targetOf({ ResourceProperties: { ProjectVersionArn, ProjectArn } }: ResourceEvent): string {
  return ProjectVersionArn ?? ProjectArn ?? '';
}

/** CloudFormation sends a Delete with an id of its own for a resource whose creation was cut off: nothing is to be done then. */
function isCreated(event: ResourceEvent): boolean {
  return event.PhysicalResourceId === targetOf(event);
}

/** A project of the same stack. */
function isOwn({ ResourceProperties: { OwnerTag: ownerTag } }: ResourceEvent): boolean {
  return ownerTag !== undefined;
}

/** Whether a stack is another one, or nested in it. */
function isIn(outer: Stack, stack: Stack): boolean {
  return stack === outer || (stack.parent !== undefined && isIn(outer, stack.parent) && !wasLetGo(stack, stack.parent));
}

/** Whether a nested stack is no longer part of the one around it. */
function wasLetGo({ id }: Stack, parent: Stack): boolean {
  return parent.status === 'DELETE_COMPLETE' || !Object.values(parent.resources).some(({ physicalId, status }) => physicalId === id && status !== 'DELETE_SKIPPED');
}
