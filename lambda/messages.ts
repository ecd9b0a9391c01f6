import { ProjectArn } from './arn';
import { CallFailure, TeardownError } from './errors';
import { adviceOn, list, mostTellingFirst, stateOf, WHEN_TRAINED } from './left';
import type { Left, Target } from './model';

/** What the handler was doing when it failed. The advice depends on it. */
export interface Situation {
  /** Handling a Create or Update, finding out whether a Delete may be carried out, or carrying it out. */
  readonly phase: 'verification' | 'custody' | 'deletion';
  /** The outermost stack. */
  readonly rootStackId: string;
  /** Whether the Delete belongs to a cleanup, which CloudFormation gives up after three attempts; undefined while that is not known. */
  readonly isCleanUp?: boolean;
}

const NAMED = 5;

function tryAgain(target: Target, { phase, rootStackId, isCleanUp }: Situation, arn = target.arn): string {
  const byHand = `${target.mode === 'STOP' ? 'stop' : 'stop and delete'} it by hand`;
  const how = commands(target, arn);
  switch (phase) {
    case 'verification': return 'nothing was changed; deploy again';
    case 'custody': return `nothing was changed; ${isCleanUp ? 'if it was meant to be torn down' : `if you want to delete the stack ${rootStackId}, delete it again; if an update was meant to remove it`}, ${byHand}: ${how}`;
    case 'deletion': return isCleanUp ? `${byHand}, because CloudFormation gives up after three attempts: ${how}` : 'delete the stack again';
  }
}

/** The commands for doing by hand what the handler could not do. */
function commands({ mode }: Target, arn: string): string {
  const isVersion = arn.includes('/version/');
  const version = isVersion ? arn : 'VERSION';
  const command = (operation: string) => `aws rekognition ${operation}-project-version --region ${arn.split(':')[3]} --project-version-arn ${version}`;
  return `${command('stop')}${mode === 'STOP' ? '' : `, then, once it is stopped, ${command('delete')}`}`
    + `${isVersion ? '' : `, for each VERSION that aws rekognition describe-project-versions --project-arn ${arn} lists`}`;
}

function nameOf(arn: string): string {
  return `the project ${arn.includes('/version/') ? 'version ' : ''}${arn}`;
}

/** The failure when the time is up, which comes before CloudFormation's own "Operation timed out". */
export function notReached(target: Target, left: Left[], situation: Situation, elapsed: { toString(): string }): TeardownError {
  const failed = `could not be ${target.mode === 'STOP' ? 'stopped' : 'deleted'} in ${elapsed}`;
  const [first, ...others] = mostTellingFirst(left);
  const advice = `${adviceOn(first)}${tryAgain(target, situation, first.versionArn)}`;
  if (others.length === 0) return new TeardownError(`${first.name} ${failed}: it ${stateOf(first)}; ${advice}`);

  // the names come last, as a message that is too long is truncated.
  return new TeardownError(`${left.length} resources of ${nameOf(target.arn)} ${failed}; ${advice}. Left: ${list([first, ...others], NAMED)}`);
}

/** The failure for a version in training with `TrainingBehavior.FAIL`. */
export function inTraining(target: Target, projectVersionArn: string, situation: Situation): TeardownError {
  return new TeardownError(`the project version ${projectVersionArn} is TRAINING_IN_PROGRESS and trainingBehavior is FAIL: nothing was deleted; `
    + `${WHEN_TRAINED}${tryAgain(target, situation)}`);
}

/** The failure when the target of a Create or Update does not exist. */
export function notFound({ arn }: Target, { account, region }: Pick<ProjectArn, 'account' | 'region'>): TeardownError {
  return new TeardownError(`there is no ${nameOf(arn).replace('the ', '')} in account ${account} and region ${region}: correct the ARN `
    + '(rekognition:DescribeProjectVersions and DescribeProjects show it), or remove the teardown of something that is already deleted');
}

/** The failure when the physical id and the properties of a Delete name different things, which CloudFormation never sends by itself. */
export function notTheTarget({ arn }: Target, physicalResourceId: string): TeardownError {
  return new TeardownError(`the resource has the physical id ${physicalResourceId}, but its properties name ${arn}: nothing was deleted, because it is not clear `
    + 'which one is meant; delete the right one by hand, then delete the stack and retain this resource');
}

/** The failure when the events of the stack do not show whether a Delete may be carried out. */
export function notUnderstood(target: Target, shown: string, situation: Situation): TeardownError {
  return new TeardownError(`it is not clear whether ${nameOf(target.arn)} should be torn down: ${shown}; ${tryAgain(target, situation)}`);
}

/** The failure when a call was denied, or failed with an error that polling cannot fix. */
export function callFailed(target: Target, failure: CallFailure, situation: Situation, elapsed: { toString(): string }): TeardownError {
  const isDeleting = situation.phase === 'deletion';
  const consequence = `${isDeleting ? `${nameOf(target.arn)} is not torn down, and what runs continues to be billed: ` : ''}${tryAgain(target, situation)}`;
  return new TeardownError(failure.kind === 'denied'
    ? `not allowed to call ${failure.action} on ${failure.resource} (for ${elapsed}): grant it to the role of the teardown provider `
      + `and look for a permissions boundary or service control policy that denies it; ${consequence}. ${failure.cause.message}`
    : `${failure.message} (after ${elapsed}); ${consequence}`);
}
