import type {
  CdkCustomResourceEvent,
  CdkCustomResourceIsCompleteResponse,
  CdkCustomResourceResponse,
  Context,
} from 'aws-lambda';
import { Deadline } from './deadline';
import { isArn, targetOf } from './kinds';
import { Poll } from './poll';
import { deletionOf, namedBy, PollEvent } from './teardown';
import { afterOthers, RateLimiter } from '../aws/rate-limiter';
import { findOperation, Operation } from '../custody/operation';
import { clean, TeardownError } from '../failure';
import { log, logAbout, logFailure } from '../log';
import { bug } from '../messages/teardown';

/**
 * Starts a request: checks the properties, sets the physical id (the ARN of the target) and notes for the polls when it
 * began, and why CloudFormation sent a Delete. It does not decide whether to carry out a Delete, so that nothing can
 * fail here that a poll could retry.
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
 * One poll: observes the target and takes the next step. Only after `IsComplete: false` does the provider framework
 * poll again. It turns every error into a failure of the request.
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
    return new Poll(event, deadline, RateLimiter.within(context.getRemainingTimeInMillis())).run();
  });
}
