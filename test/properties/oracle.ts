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
  | { readonly kind: 'update'; readonly plan: DeployPlan; readonly projectsBefore: ReadonlySet<string> }
  /** `undoesCreation`: the stack never came to be. */
  | { readonly kind: 'delete'; readonly undoesCreation: boolean };

/** What the oracle sees of the world. */
export interface Truth {
  readonly rekognition: Rekognition;
  readonly statistics: Statistics;
  readonly now: number;
  /** Undefined between operations. */
  readonly operation?: Operation;
  readonly root?: Stack;
  readonly interferences: readonly Interference[];
  readonly requests: ReadonlyMap<string, Request>;
  /** The project that a version or dataset was made in, also when it is gone. */
  readonly ownerOf: ReadonlyMap<string, string>;
  versionArn(index: number): string;
  /** The ARN of the project that the stack now has for this plan. */
  ownProjectArn(nested: boolean): string | undefined;
}

export const INVARIANTS: { readonly [number: number]: string } = {
  1: 'only the target is ever stopped or deleted',
  2: 'a change is asked for only where the custody table allows it',
  3: 'a Delete that had to be carried out left nothing behind',
  4: 'a failure says in at most 4,096 bytes what is left or which call failed',
  5: 'every request is answered before the ServiceTimeout, unless two of its polls get lost in a row',
  6: 'trouble that may pass fails nothing before its time is over',
};

const MAX_BYTES = 4096;
const SERVICE_TIMEOUT = 3600_000;
const CHANGES = /^(Stop|Delete|Start|Create|Copy|Put|Tag|Untag|Update)/;

/** For how long, in milliseconds, what may pass is waited for, less what clocks may differ by. */
const PATIENCE: [RegExp, number][] = [
  [/^not allowed/, 115_000],
  [/ answered (Throttling|ProvisionedThroughputExceededException|InternalServerError|TimeoutError|Error): /, 590_000],
];

/** What a failure is about, for the statistics. */
const KINDS: [RegExp, string][] = [
  [/Runtime exited/, 'crash'], [/^not allowed/, 'denied'], [/TRAINING_IN_PROGRESS and trainingBehavior/, 'in training'],
  [/could not be/, 'not reached'], [/^there is no/, 'not found'], [/^(rekognition|cloudformation):/, 'failed call'], [/has the physical id/, 'ambiguous'],
];

/** Judges what the handler does by what is true, which the handler itself can only ask for. */
export class Oracle {
  readonly violations: string[] = [];
  private readonly allowedAtStart = new WeakMap<Invocation, boolean>();

  constructor(private readonly truth: Truth) {}

  /** A call of the handler, before anything comes of it. */
  asked(invocation: Invocation, operation: string, input: { readonly [member: string]: string }): void {
    const { event } = this.truth.requests.get(invocation.requestId)!;
    const allowed = this.allows(event);
    // custody is asked for once in a poll: what happens meanwhile, the next poll sees.
    if (!this.allowedAtStart.has(invocation)) this.allowedAtStart.set(invocation, allowed);
    if (!CHANGES.test(operation)) return;

    const arn = input.ProjectVersionArn ?? input.DatasetArn ?? input.ProjectArn;
    const what = `${operation} ${arn} for the ${event.RequestType} of ${event.LogicalResourceId} in ${event.StackId}`;
    this.check(1, this.isInTarget(event, operation, arn), () => `${what}: not in ${event.PhysicalResourceId}`);
    const fitsMode = event.ResourceProperties.Mode === 'DELETE' || operation === 'StopProjectVersion';
    this.check(2, fitsMode && (allowed || this.allowedAtStart.get(invocation)!),
      () => `${what}: ${this.truth.operation?.kind ?? 'no operation'}, ${this.truth.root?.status}, mode ${event.ResourceProperties.Mode}`);
  }

  /** A request's answer, before CloudFormation gets it. */
  answered(request: Request, body: string): void {
    const { event, startedAt, crashed } = request;
    const what = `the ${event.RequestType} of ${event.LogicalResourceId} in ${event.StackId}`;
    const { Status: status, Reason: reason } = JSON.parse(body);
    this.check(5, this.truth.now < startedAt + SERVICE_TIMEOUT || lostTooMany(request), () => `${what} took ${this.truth.now - startedAt} ms`);
    if (status === 'SUCCESS') {
      if (this.allows(event) && isCreated(event)) this.check(3, this.isReached(event) || this.wasInterfered(request), () => `${what} left ${this.left(event)}`);
    } else {
      const age = this.truth.now - startedAt;
      this.check(6, age >= (PATIENCE.find(([pattern]) => pattern.test(reason))?.[1] ?? 0), () => `${what} after ${age} ms: ${reason}`);
      this.truth.statistics.count('failures', KINDS.find(([pattern]) => pattern.test(reason))?.[1] ?? 'other');
      const names = /(rekognition|cloudformation):[A-Z]/.test(reason) || this.namesTarget(reason, event);
      this.check(4, Buffer.byteLength(body) <= MAX_BYTES && !reason.includes('Operation timed out') && (names || crashed), () => `${what}: ${reason}`);
    }
  }

  /** A stack that is gone, with the Deletes that its deletion sent. */
  deleted(requests: readonly Request[]): void {
    for (const request of requests) {
      const { event } = request;
      if (!isCreated(event)) continue;
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

  /** The custody table: by what is done to the outermost stack, and how far that is. */
  private allows(event: ResourceEvent): boolean {
    const { operation, root } = this.truth;
    if (event.RequestType !== 'Delete' || !operation || !root) return false;
    const { OwnerTag: ownerTag, Trigger: trigger } = event.ResourceProperties;
    if (ownerTag !== undefined) return this.projectGoes(event.ResourceProperties.ProjectArn!, operation, root);
    switch (operation.kind) {
      case 'create': return false;
      case 'delete': return root.status === 'DELETE_IN_PROGRESS' && !operation.undoesCreation;
      case 'update': return event.ResourceType === VERSION_TEARDOWN && trigger === 'RESOURCE_REMOVAL'
        && root.status === 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'
        && !operation.plan.versions.some(({ version }) => this.truth.versionArn(version) === event.PhysicalResourceId);
    }
  }

  /** The contents of a project of the same stack go when the project itself does. */
  private projectGoes(projectArn: string, operation: Operation, { status }: Stack): boolean {
    switch (operation.kind) {
      case 'create': return status === 'ROLLBACK_IN_PROGRESS' || status === 'DELETE_IN_PROGRESS';
      case 'delete': return status === 'DELETE_IN_PROGRESS';
      case 'update':
        if (status === 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS') return !operation.projectsBefore.has(projectArn);
        if (status !== 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS') return false;
        return !operation.plan.own || this.truth.ownProjectArn(operation.plan.own.nested) !== projectArn;
    }
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
