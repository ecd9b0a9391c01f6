import type { CdkCustomResourceIsCompleteResponse } from 'aws-lambda';
import type { Deadline } from './deadline';
import { targetOf } from './kinds';
import { deletionOf, mustExist, PollEvent, rootStackId, Teardown } from './teardown';
import { CallFailure } from '../aws/errors';
import type { RateLimiter } from '../aws/rate-limiter';
import { isNoLongerAwaited } from '../custody/events';
import { Deletion, findOperation, isCleanUp, Operation, Unclear } from '../custody/operation';
import { judge } from '../custody/verdict';
import type { TeardownError } from '../failure';
import { log, warn } from '../log';
import { mayBeBilled } from '../messages/remaining';
import {
  callFailed,
  inOtherAccount,
  inTraining,
  notFound,
  notReached,
  notTheTarget,
  notUnderstood,
  retained,
  Situation,
} from '../messages/teardown';
import type { Left, Target } from '../model';
import type { Confirm } from '../steps/context';
import { Reads } from '../steps/reads';
import { countBy } from '../steps/versions';

const WAIT = { IsComplete: false } as const;

/** One poll, and how far it got, for the message if it fails. */
export class Poll {
  private readonly teardown: Teardown<Target>;
  private readonly target: Target;
  private situation: Situation;
  /** What remains of the target, as far as it is known. */
  private left?: readonly Left[];

  constructor(
    private readonly event: PollEvent,
    private readonly deadline: Deadline,
    private readonly rateLimiter: RateLimiter,
  ) {
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
      const passing =
        error.kind === 'transient' ? !this.deadline.isOver : error.kind === 'denied' && this.deadline.isDenialTolerated;
      if (passing) {
        const line = { error: error.message, elapsed: `${this.deadline}` };
        if (error.isUnreachable && this.deadline.isUnreachable) {
          warn('unreachable', { ...line, because: 'the function may run in a VPC without a route to the AWS APIs' });
        } else {
          log('tries again at the next poll', line);
        }
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
    const attributes = await teardown.find(target, this.rateLimiter);
    if (attributes) return { IsComplete: true, Data: attributes };

    if (!(await mustExist(this.event))) {
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
    deletion: Deletion,
    found: Operation | Unclear,
    confirm: Confirm = async () => {},
  ): Promise<CdkCustomResourceIsCompleteResponse> {
    const { event, target, teardown, deadline, rateLimiter } = this;
    if ('shown' in found) return this.waitForEvents(found.shown);

    this.situation = { ...this.situation, isCleanUp: isCleanUp(found) };
    const { custody, because } = await judge(found, deletion, deadline.elapsed);
    if (custody === 'unclear') return this.waitForEvents(because);
    if (custody === 'keep') {
      await confirm();
      return this.keep(because);
    }
    if (event.PhysicalResourceId !== target.arn) throw notTheTarget(target, event.PhysicalResourceId!, this.situation);

    this.situation = { ...this.situation, phase: 'deletion' };
    const {
      left,
      failure,
      inTraining: trained,
    } = await teardown.step(target, {
      rateLimiter,
      reads: new Reads(rateLimiter),
      confirm,
    });
    this.left =
      trained === undefined
        ? left.length > 0
          ? left
          : undefined
        : [{ arn: trained, status: 'TRAINING_IN_PROGRESS' }, ...left];
    if (trained !== undefined) throw this.failed(inTraining(target, this.left!, this.situation, deadline));
    if (failure) throw failure;
    if (left.length > 0 && deadline.isOver) throw this.failed(notReached(target, left, this.situation, deadline));
    if (left.length > 0) return WAIT;
    log(target.mode === 'STOP' ? 'stopped' : 'deleted', { because, elapsed: `${deadline}` });
    return { IsComplete: true };
  }

  /** The events may only be stale, and a success could not be taken back. */
  private async waitForEvents(shown: string): Promise<CdkCustomResourceIsCompleteResponse> {
    const { deadline, target, situation } = this;
    log('unclear', { because: shown, elapsed: `${deadline}` });
    if (deadline.areEventsAwaited) return WAIT;
    await this.observe();
    throw this.failed(notUnderstood(target, shown, situation, this.left));
  }

  /** Keeping something is a success for CloudFormation, and this line in the log. */
  private async keep(because: string): Promise<CdkCustomResourceIsCompleteResponse> {
    await this.observe();
    warn('kept', { because, ...statusesOf(this.left) });
    return { IsComplete: true };
  }

  /** Reads at the target, for people. If that fails, nothing else changes. */
  private async observe(): Promise<void> {
    try {
      this.left = await this.teardown.observe(this.target, this.rateLimiter);
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

/**
 * What was noted does not show whether CloudFormation still waits. The newest page of events does, and is read once per
 * poll.
 */
function confirmOnce(deletion: Deletion, operation: Operation): Confirm {
  let over: Promise<boolean> | undefined;
  return async () => {
    over ??= isNoLongerAwaited(deletion, operation);
    if (await over) throw new OutdatedError();
  };
}
