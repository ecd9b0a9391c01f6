import type { Invocation } from './handler';
import type { Request, ResourceEvent } from './provider';
import { VERSION_TEARDOWN } from './template';
import { Custody, Right, targetOf, Truth } from './truth';
import { ProjectVersion, VERSION_STATUSES } from '../../sandbox/rekognition';

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
  10: 'a Delete fails only because of what is left, a fault that lasts, or a truth that cannot be known',
};

const MAX_BYTES = 4096;
const SERVICE_TIMEOUT = 3600_000;
const CHANGES = /^(Stop|Delete|Start|Create|Copy|Put|Tag|Untag|Update)/;

/** How long, in milliseconds, the handler has to wait for a transient error to pass before it fails, less the possible clock skew. */
const PATIENCE: [RegExp, number][] = [
  [/\[(denied|permission-removed|not-available)\]/, 115_000],
  [/\[unclear\]/, 115_000],
  [/ failed with (Throttling|ProvisionedThroughputExceededException|InternalServerError|TimeoutError|Error): /, 590_000],
];

/** The kinds of failures, for the statistics. */
const KINDS: [RegExp, string][] = [
  [/Runtime exited/, 'crash'], [/\[unclear\]/, 'unclear'], [/\[(denied|permission-removed|not-available)\]/, 'denied'], [/trainingBehavior is FAIL, so/, 'in training'],
  [/\[not-found\]/, 'not found'], [/\[(failed-call|unreachable)\]/, 'failed call'], [/\[ambiguous\]/, 'ambiguous'], [/\[[a-z-]+\]/, 'not reached'],
];

function kindOf(reason: string): string {
  return KINDS.find(([pattern]) => pattern.test(reason))?.[1] ?? 'other';
}

/** Judges the handler by the true state, of which the handler sees only API responses. */
export class Oracle {
  readonly violations: string[] = [];
  private readonly custody: Custody;
  private readonly allowedAtStart = new WeakMap<Invocation, boolean>();
  private readonly rightAtStart = new WeakMap<Request, Right>();
  /** The requests for which a change is currently allowed. */
  private readonly allowed = new Set<Request>();
  /** For requests for which it no longer is: until when it was. */
  private readonly allowedUntil = new WeakMap<Request, number>();

  constructor(private readonly truth: Truth) {
    this.custody = new Custody(truth);
  }

  /** A request has been sent. */
  received(request: Request): void {
    const right = this.custody.rightOf(request);
    this.rightAtStart.set(request, right);
    if (this.custody.isAllowed(request)) this.allowed.add(request);
    if (request.event.RequestType === 'Delete') this.truth.statistics.count('Deletes by right outcome', right);
  }

  /** A stack has changed. */
  moved(): void {
    for (const request of this.allowed) {
      if (this.custody.isAllowed(request)) continue;
      this.allowed.delete(request);
      this.allowedUntil.set(request, this.truth.now);
    }
  }

  /** The handler makes a call, which has not taken effect yet. */
  asked(invocation: Invocation, operation: string, input: { readonly [member: string]: string }): void {
    const request = this.truth.requests.get(invocation.requestId)!;
    const { event } = request;
    const allowed = this.custody.isAllowed(request);
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
      const right = isCreated(event) ? this.custody.rightOf(request) : 'keep';
      if (right === 'act') this.check(3, this.isReached(event) || this.wasInterfered(request), () => `${what} left ${this.left(event)}`);
      this.check(7, right !== 'fail', () => `${what} succeeded but left ${this.left(event)}`);
    } else {
      const age = this.truth.now - startedAt;
      this.check(6, age >= (PATIENCE.find(([pattern]) => pattern.test(reason))?.[1] ?? 0), () => `${what} failed after ${age} ms: ${reason}`);
      this.truth.statistics.count('failures', kindOf(reason));
      const names = /(rekognition|cloudformation):[A-Z]/.test(reason) || this.namesTarget(reason, event);
      if (reason.includes('trainingBehavior')) this.check(8, this.isQuiet(request), () => `${what} left ${this.left(event)}: ${reason}`);
      if (event.RequestType === 'Delete') {
        this.check(10, this.isInTheWay(request, reason), () => `${what}, ${this.custody.rightOf(request)}: ${reason}`);
      }
      if (this.custody.isCleanUp) this.check(9, !/[Dd]elete the stack \S+ again/.test(reason), () => `${what}: ${reason}`);
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

  /** Whether something is in the way of a Delete that failed. */
  private isInTheWay(request: Request, reason: string): boolean {
    const { event, isForged, crashed } = request;
    switch (kindOf(reason)) {
      case 'unclear': return !this.custody.isKnowable(request);
      case 'crash': return crashed;
      case 'denied':
      case 'failed call': return isForged || this.isDisturbed(request);
      case 'ambiguous': return !isCreated(event);
      default: return !this.isReached(event) || this.wasInterfered(request) || this.hasJustChanged(request)
        || (reason.includes('[unknown-status]') && this.maySeemToRun(event))
        // nothing could be seen of it at the end.
        || (reason.includes('[not-confirmed]') && this.isDisturbed(request));
    }
  }

  /** Whether the last poll met a fault. */
  private isDisturbed({ event, lastLookAt = 0 }: Request): boolean {
    return (this.truth.disturbed.get(event.RequestId) ?? -Infinity) >= lastLookAt;
  }

  /** Whether something of the target is being deleted, even if no call finds it, or changed too late for the last poll. */
  private hasJustChanged({ event, lastLookAt = 0 }: Request): boolean {
    const { rekognition, ownerOf, changed } = this.truth;
    const target = targetOf(event);
    const isOfTarget = (arn: string) => [arn, ownerOf.get(arn)].includes(target);
    const since = lastLookAt - rekognition.settings.staleReads;
    return [...changed].some(([arn, time]) => time >= since && isOfTarget(arn))
      || rekognition.versions.some(({ arn, status }) => status === 'DELETING' && isOfTarget(arn));
  }

  /** Whether an adapter is in an unknown status, and the service does not say that it is one. */
  private maySeemToRun(event: ResourceEvent): boolean {
    const { rekognition: { settings: { omitFeature }, versions }, ownerOf } = this.truth;
    const isUnknown = ({ status }: ProjectVersion) => !VERSION_STATUSES.some(known => known === status);
    return omitFeature && versions
      .some(version => [version.arn, ownerOf.get(version.arn)].includes(targetOf(event)) && isUnknown(version));
  }

  /** A double poll or a forged request may come after the response, when the stale events do not show yet that the change is no longer allowed. */
  private seemsAllowed({ startedAt }: Invocation, request: Request): boolean {
    const { staleEvents } = this.truth;
    return startedAt - (this.allowedUntil.get(request) ?? -Infinity) <= staleEvents;
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
    const [, project, , version] = target.split('/');
    // by their names, such as `1 model of project parts is left after 55 min: v1 RUNNING`, or by an ARN.
    const words = reason.split(/[ ,]+/);
    const isNamed = /[Pp]roject (\S+) /.exec(reason)?.[1] === project && (!target.includes('/version/') || words.includes(version));
    return isNamed || (reason.match(/arn:aws:rekognition:[\w:/.-]*\w/g) ?? []).some(arn => arn === target || this.truth.ownerOf.get(arn) === target);
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

/** For a resource whose creation was interrupted, CloudFormation sends a Delete with a physical id that it made up: there is nothing to do. */
function isCreated(event: ResourceEvent): boolean {
  return event.PhysicalResourceId === targetOf(event);
}
