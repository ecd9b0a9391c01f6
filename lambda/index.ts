import type { CdkCustomResourceEvent, CdkCustomResourceIsCompleteResponse, CdkCustomResourceResponse } from 'aws-lambda';
import { parseProjectVersionArn } from './arn';
import { custody, outermostStack } from './custody';
import { Deadline } from './deadline';
import { CallFailure } from './errors';
import { log } from './log';
import { callFailed, inTraining, notReached } from './messages';
import { step } from './reconcile';
import { PollEvent, readTarget, Target } from './request';
import { verify } from './verify';

const WAIT = { IsComplete: false } as const;
const DONE = { IsComplete: true } as const;

/**
 * Starts a request: checks the properties, fixes the physical id (the version's ARN) and notes the time for the
 * polls' deadline. A Delete is not judged here, so that nothing can fail before it can be tried again.
 */
export async function onEvent(event: CdkCustomResourceEvent): Promise<CdkCustomResourceResponse> {
  const PhysicalResourceId = event.RequestType === 'Delete' ? event.PhysicalResourceId : readTarget(event.ResourceProperties).version.arn;
  return { PhysicalResourceId, StartedAt: new Date().toISOString() } as CdkCustomResourceResponse;
}

/**
 * One poll: looks where things stand and takes the next step. `IsComplete: false` is the only answer that polls
 * again; the provider framework turns every error into a failure of the request.
 */
export async function isComplete(event: PollEvent): Promise<CdkCustomResourceIsCompleteResponse> {
  const deadline = new Deadline(event.StartedAt, event.RequestType);
  const physicalResourceId = event.PhysicalResourceId ?? '';
  if (event.RequestType === 'Delete' && !isTarget(physicalResourceId, event.ResourceProperties)) {
    return keep(physicalResourceId, 'it is not the version in the properties: CloudFormation made this id up after a creation that did not happen');
  }

  const target = readTarget(event.ResourceProperties);
  try {
    return event.RequestType === 'Delete'
      ? await tearDown(event, target, deadline)
      : { IsComplete: true, Data: await verify(target, () => mustExist(event, target)) };
  } catch (error) {
    if (!(error instanceof CallFailure)) throw error;
    const passing = error.kind === 'transient' ? !deadline.isOver : error.kind === 'denied' && deadline.isDenialTolerated;
    log(passing ? 'tries again at the next poll' : 'gives up', { error: error.message, elapsed: `${deadline}` });
    if (passing) return WAIT;
    throw callFailed(target, error, deadline);
  }
}

async function tearDown(event: PollEvent, target: Target, deadline: Deadline): Promise<CdkCustomResourceIsCompleteResponse> {
  const arn = target.version.arn;
  const verdict = await custody({
    stackId: event.StackId,
    rootStackId: rootStackId(event),
    logicalResourceId: event.LogicalResourceId,
    physicalResourceId: arn,
    trigger: target.trigger,
  });
  if (!verdict.act) return keep(arn, verdict.because);

  const result = await step(target);
  if (result.reached) {
    log(target.mode === 'STOP' ? 'stopped' : 'deleted', { projectVersionArn: arn, elapsed: `${deadline}` });
    return DONE;
  }
  if (result.action === 'fail') throw inTraining(target);
  if (deadline.isOver) throw notReached(target, result, deadline);
  return WAIT;
}

/** A keeping is a success for CloudFormation, and this line in the log. */
function keep(projectVersionArn: string, because: string): CdkCustomResourceIsCompleteResponse {
  log('kept', { projectVersionArn, because });
  return DONE;
}

function isTarget(physicalResourceId: string, properties: { readonly [key: string]: unknown }): boolean {
  return parseProjectVersionArn(physicalResourceId) !== undefined && physicalResourceId === properties.ProjectVersionArn;
}

function rootStackId(event: PollEvent): string {
  return (event.ResourceProperties.RootStackId as string | undefined) ?? event.StackId;
}

/**
 * A version that is gone must not block an update of something else, nor the roll-back of an update, which nobody
 * could get out of again.
 */
async function mustExist(event: PollEvent, target: Target): Promise<boolean> {
  if (event.RequestType !== 'Update') return true;
  if (event.OldResourceProperties?.ProjectVersionArn === target.version.arn) return false;
  return (await outermostStack(rootStackId(event))).StackStatus !== 'UPDATE_ROLLBACK_IN_PROGRESS';
}
