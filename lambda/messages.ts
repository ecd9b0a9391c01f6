import { CallFailure, TeardownError } from './errors';
import { Step } from './reconcile';
import { Target } from './request';

/** What a person can do about a version that is still in a status. */
function advice(status: string | undefined): string {
  switch (status) {
    case 'TRAINING_IN_PROGRESS':
      return 'training cannot be cancelled and takes up to 24 hours: delete the stack again when it has finished';
    case 'COPYING_IN_PROGRESS':
      return 'a copy cannot be cancelled: delete the stack again when it has finished';
    case 'RUNNING':
    case 'STARTING':
      return 'it is billed while it runs; look for what starts it again, end that, and delete the stack again';
    default:
      return 'delete the stack again, or delete the version with `aws rekognition delete-project-version`';
  }
}

/** The failure when the time is over, and so CloudFormation's own "Operation timed out" never has to be. */
export function notReached(target: Target, found: Step, elapsed: { toString(): string }): TeardownError {
  const wanted = target.mode === 'STOP' ? 'stopped' : 'deleted';
  const state = found.status ? `is still ${found.status}` : 'is no longer listed, but not confirmed to be gone,';
  const refusal = found.refusal ? ` (${found.refusal})` : '';
  return new TeardownError(`the project version ${target.version.arn} could not be ${wanted}: it ${state} after ${elapsed}${refusal}; ${advice(found.status)}`);
}

/** The failure when training is not to be waited for. */
export function inTraining(target: Target): TeardownError {
  return new TeardownError(`the project version ${target.version.arn} is TRAINING_IN_PROGRESS and trainingBehavior is FAIL: nothing was deleted; `
    + advice('TRAINING_IN_PROGRESS'));
}

/** The failure when a call was denied, or failed in a way that polling on does not mend. */
export function callFailed(target: Target, failure: CallFailure, elapsed: { toString(): string }): TeardownError {
  const left = `the project version ${target.version.arn} was not torn down and is billed on if it runs`;
  return new TeardownError(failure.kind === 'denied'
    ? `not allowed to call ${failure.action} on ${failure.resource} (for ${elapsed}): grant it to the role of the teardown provider `
      + `and look for a permissions boundary or service control policy that denies it; ${left}. ${failure.cause.message}`
    : `${failure.message} (after ${elapsed}); ${left}; delete the stack again, or delete the version with \`aws rekognition delete-project-version\``);
}
