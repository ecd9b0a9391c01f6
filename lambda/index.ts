import type { CdkCustomResourceEvent, CdkCustomResourceIsCompleteResponse, CdkCustomResourceResponse, Context } from 'aws-lambda';
import { parseProjectArn, parseProjectVersionArn } from './arn';
import { judge } from './custody';
import { Deadline } from './deadline';
import { CallFailure, clean, TeardownError } from './errors';
import { mustExist, namedBy } from './existence';
import { log, logAbout, logFailure, warn } from './log';
import { mayBeBilled } from './messages/remaining';
import {
  bug, callFailed, inOtherAccount, inTraining, invalid, notFound, notReached, notTheTarget, notUnderstood, retained, Situation,
} from './messages/teardown';
import type { Confirm, Left, Target } from './model';
import { Deletion, findOperation, isCleanUp, Operation, Unclear } from './operation';
import { afterOthers, Pace } from './pace';
import { projectTeardown } from './project-teardown';
import { projectVersionTeardown } from './project-version-teardown';
import { GENERAL_TYPE, isOver } from './record';
import { deletionOf, PollEvent, rootStackId, Teardown } from './teardown';
import { countBy } from './versions';

const TEARDOWNS: Teardown<any>[] = [projectVersionTeardown, projectTeardown];

const WAIT = { IsComplete: false } as const;

/**
 * Starts a request: checks the properties, sets the physical id (the ARN of the target) and notes for the polls when it
 * began, and why CloudFormation sent a Delete. It does not decide whether to carry out a Delete, so that nothing can fail here that a poll
 * could retry.
 */
export async function onEvent(
  event: CdkCustomResourceEvent, context?: Pick<Context, 'getRemainingTimeInMillis'>,
): Promise<CdkCustomResourceResponse> {
  const StartedAt = new Date().toISOString();
  const isDelete = event.RequestType === 'Delete';
  return orLogged(event, async () => {
    const PhysicalResourceId = isDelete ? event.PhysicalResourceId : targetOf(event).target.arn;
    // always set: values of these names in the request itself must not count.
    const remaining = context?.getRemainingTimeInMillis();
    const operation = isDelete ? await noteOperation({ ...event, StartedAt } as PollEvent, remaining) : null;
    return { PhysicalResourceId, StartedAt, Operation: operation } as CdkCustomResourceResponse;
  });
}

/** Every line says which teardown of which stack it is about, and a request that fails ends with a line too. */
async function orLogged<T>(event: CdkCustomResourceEvent, handle: () => Promise<T>): Promise<T> {
  const { RequestType: requestType, StackId: stackId, LogicalResourceId: logicalResourceId } = event;
  const target = requestType === 'Create' ? namedBy(event.ResourceProperties) : event.PhysicalResourceId;
  logAbout({ requestType, stackId, logicalResourceId, target });
  try {
    return await handle();
  } catch (error) {
    if (error instanceof TeardownError) {
      logFailure({ id: error.id, reason: error.message, ...error.facts });
      throw error;
    }
    throw asBug(error, bug(error, target, event));
  }
}

/** A bug stays what it is, but people read its message too, and want to know what it is about. */
function asBug(error: unknown, message: string): unknown {
  logFailure({ id: 'bug', reason: String(error) });
  if (!(error instanceof Error)) return error;
  error.message = message;
  error.stack = error.stack?.split('\n').map(clean).join('\n');
  return error;
}

/** What the events already show about the reason for a Delete. The polls look again, so an error here is no failure. */
async function noteOperation(event: PollEvent, remaining?: number): Promise<Operation | null> {
  if (!isArn(event.PhysicalResourceId)) return null;
  try {
    const { teardown, target } = targetOf(event);
    const deletion = deletionOf(event, teardown.type, teardown.custody(target));
    const found = await findOperation(deletion, 0, ahead => afterOthers(ahead, remaining));
    return 'shown' in found ? null : found;
  } catch (error) {
    log('leaves the reason to the polls', { error: String(error) });
    return null;
  }
}

/**
 * One poll: observes the target and takes the next step. Only after `IsComplete: false` does the provider framework poll again. It
 * turns every error into a failure of the request.
 */
export function isComplete(
  event: PollEvent, context: Pick<Context, 'getRemainingTimeInMillis'>,
): Promise<CdkCustomResourceIsCompleteResponse> {
  return orLogged(event, async () => {
    const deadline = new Deadline(event.StartedAt, event.RequestType);
    if (event.RequestType === 'Delete' && !isArn(event.PhysicalResourceId)) {
      log('skipped', { because: 'CloudFormation generated this id for a resource that was never created' });
      return { IsComplete: true };
    }
    return new Poll(event, deadline, Pace.within(context.getRemainingTimeInMillis())).run();
  });
}

/** One poll, and how far it got, for the message if it fails. */
class Poll {
  private readonly teardown: Teardown<Target>;
  private readonly target: Target;
  private situation: Situation;
  /** What remains of the target, as far as it is known. */
  private left?: readonly Left[];

  constructor(private readonly event: PollEvent, private readonly deadline: Deadline, private readonly pace: Pace) {
    ({ teardown: this.teardown, target: this.target } = targetOf(event));
    const { trigger, project } = this.teardown.custody(this.target);
    this.situation = {
      phase: event.RequestType === 'Delete' ? 'custody' : 'verification',
      rootStackId: rootStackId(event),
      removes: project !== undefined || trigger === 'RESOURCE_REMOVAL',
    };
  }

  async run(): Promise<CdkCustomResourceIsCompleteResponse> {
    try {
      return await (this.event.RequestType === 'Delete' ? this.tearDown() : this.verify());
    } catch (error) {
      if (!(error instanceof CallFailure)) throw error;
      const { target, situation } = this;
      if (target.isRetained && error.kind === 'denied' && situation.phase === 'deletion') {
        throw this.failed(retained(target, error, situation, this.left));
      }
      const passing = error.kind === 'transient' ? !this.deadline.isOver : error.kind === 'denied' && this.deadline.isDenialTolerated;
      if (passing) {
        const line = { error: error.message, elapsed: `${this.deadline}` };
        if (error.isUnreachable && this.deadline.isUnreachable) warn('unreachable', { ...line, because: 'the function may run in a VPC without a route to the AWS APIs' });
        else log('tries again at the next poll', line);
        return WAIT;
      }
      if (this.situation.phase === 'custody' && !error.isUnreachable) await this.observe();
      throw this.failed(callFailed(this.target, error, this.situation, this.deadline, this.left));
    }
  }

  /**
   * Create and Update change nothing. They check that the target exists: a mistyped ARN would make the teardown a
   * silent no-op, while the real model is billed.
   */
  private async verify(): Promise<CdkCustomResourceIsCompleteResponse> {
    const { target, teardown } = this;
    const account = `${this.event.StackId}`.split(':')[4];
    if (target.arn.split(':')[4] !== account) throw inOtherAccount(target, account);
    const attributes = await teardown.find(target, this.pace);
    if (attributes) return { IsComplete: true, Data: attributes };

    if (!await mustExist(this.event)) {
      log('already gone', {});
      return { IsComplete: true, Data: teardown.attributesWhenGone(target) };
    }
    if (!this.deadline.isSearchOver) return WAIT;
    throw notFound(target);
  }

  private async tearDown(): Promise<CdkCustomResourceIsCompleteResponse> {
    const { event, target, teardown, deadline } = this;
    const deletion = deletionOf(event, teardown.type, teardown.custody(target));
    const noted = event.Operation;
    if (!noted) return this.carryOut(deletion, await findOperation(deletion, deadline.elapsed));
    try {
      return await this.carryOut(deletion, noted, confirmOnce(deletion, noted));
    } catch (error) {
      if (!(error instanceof OutdatedError)) throw error;
      this.situation = { ...this.situation, phase: 'custody', isCleanUp: undefined };
      this.left = undefined;
      return this.carryOut(deletion, await findOperation(deletion, deadline.elapsed));
    }
  }

  private async carryOut(
    deletion: Deletion, found: Operation | Unclear, confirm: Confirm = async () => {},
  ): Promise<CdkCustomResourceIsCompleteResponse> {
    const { event, target, teardown, deadline } = this;
    if ('shown' in found) return this.waitForRecord(found.shown);

    this.situation = { ...this.situation, isCleanUp: isCleanUp(found) };
    const { custody, because } = await judge(found, deletion, deadline.elapsed);
    if (custody === 'unclear') return this.waitForRecord(because);
    if (custody === 'keep') {
      await confirm();
      return this.keep(because);
    }
    if (event.PhysicalResourceId !== target.arn) throw notTheTarget(target, event.PhysicalResourceId!, this.situation);

    this.situation = { ...this.situation, phase: 'deletion' };
    const { left, failure, inTraining: trained } = await teardown.step(target, this.pace, confirm);
    this.left = trained === undefined ? (left.length > 0 ? left : undefined) : [{ arn: trained, status: 'TRAINING_IN_PROGRESS' }, ...left];
    if (trained !== undefined) throw this.failed(inTraining(target, this.left!, this.situation, deadline));
    if (failure) throw failure;
    if (left.length > 0 && deadline.isOver) throw this.failed(notReached(target, left, this.situation, deadline));
    if (left.length > 0) return WAIT;
    log(target.mode === 'STOP' ? 'stopped' : 'deleted', { because, elapsed: `${deadline}` });
    return { IsComplete: true };
  }

  /** The events may only be stale, and a success could not be taken back. */
  private async waitForRecord(shown: string): Promise<CdkCustomResourceIsCompleteResponse> {
    const { deadline, target, situation } = this;
    log('unclear', { because: shown, elapsed: `${deadline}` });
    if (deadline.isRecordTolerated) return WAIT;
    await this.observe();
    throw this.failed(notUnderstood(target, shown, situation, this.left));
  }

  /** Keeping something is a success for CloudFormation, and this line in the log. */
  private async keep(because: string): Promise<CdkCustomResourceIsCompleteResponse> {
    await this.observe();
    warn('kept', { because, ...statusesOf(this.left) });
    return { IsComplete: true };
  }

  /** Looks at the target, for people. If that fails, nothing else changes. */
  private async observe(): Promise<void> {
    try {
      this.left = (await this.teardown.observe(this.target, this.pace));
    } catch (error) {
      if (!(error instanceof CallFailure)) throw error;
    }
  }

  /** A failure, with what its line in the log says. */
  private failed(error: TeardownError): TeardownError {
    error.facts = { isCleanUp: this.situation.isCleanUp, ...statusesOf(this.left) };
    return error;
  }
}

/** What lines of the log say about versions: how many are in which status, and which ones are billed or may be. */
function statusesOf(left: readonly Left[] | undefined): object | undefined {
  return left && {
    statuses: countBy(left, ({ status = 'not listed' }) => status),
    running: left.filter(mayBeBilled).map(({ arn }) => arn),
  };
}

/** What was noted when a request began is outdated: the events have to be read again. */
class OutdatedError extends Error {}

/** What was noted does not show whether CloudFormation still waits. The newest page of events does, and is read once per poll. */
function confirmOnce(deletion: Deletion, operation: Operation): Confirm {
  let over: Promise<boolean> | undefined;
  return async () => {
    over ??= isOver(deletion, operation);
    if (await over) throw new OutdatedError();
  };
}

function targetOf({ ResourceType: type, ResourceProperties: properties }: Pick<PollEvent, 'ResourceType' | 'ResourceProperties'>): {
  teardown: Teardown<Target>; target: Target;
} {
  // CloudFormation records that type in cleanups. If it ever sends it too, the properties show what is meant.
  const teardown = type !== GENERAL_TYPE ? TEARDOWNS.find(one => one.type === type)
    : properties.ProjectVersionArn === undefined ? projectTeardown : projectVersionTeardown;
  if (!teardown) throw invalid(`The handler does not know the resource type ${type}.`);
  return { teardown, target: teardown.read(properties) };
}

/** Whether a physical id comes from the handler. */
function isArn(physicalResourceId: string | undefined): boolean {
  return (parseProjectVersionArn(physicalResourceId) ?? parseProjectArn(physicalResourceId)) !== undefined;
}
