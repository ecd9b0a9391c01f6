import { CallFailure, shorten } from './errors';
import { adviceOn, list, mostTellingFirst } from './left';
import type { Left, Target } from './model';
import type { Progress } from './progress';

/** A target, and how far a round has got with it. */
export interface Outcome {
  readonly target: Target;
  readonly progress: Progress;
  /** If the target does not exist: the ARNs under which something of its name does. */
  readonly sameName?: string[];
}

const NAMED = 10;

/** Step Functions accepts 32,768 characters, but a person reads fewer. */
const MAX_BYTES = 8_000;

const AGAIN = 'start the workflow again';

/** The cause of a failure: how much is left, why, for how long, and what to do. */
export function incomplete(unreached: readonly Outcome[], targets: number, elapsed: { toString(): string }): string {
  const [{ target: { mode } }] = unreached;
  const left = mostTellingFirst(unreached.filter(({ progress }) => !progress.isMissing).flatMap(leftOf));
  const failures = [...new Set(unreached.flatMap(({ progress: { failure } }) => failure ? [adviceOnFailure(failure)] : []))];
  const advice = [
    ...unreached.filter(({ progress }) => progress.isMissing).map(adviceOnMissing),
    ...failures.slice(0, NAMED),
    ...failures.length > NAMED ? [`and ${failures.length - NAMED} more calls failed`] : [],
    `${left.length > 0 ? adviceOn(left[0]) : ''}${AGAIN}`,
  ];
  const what = `${unreached.length} of ${targets} ${targets === 1 ? 'target' : 'targets'} could not be ${mode === 'STOP' ? 'stopped' : 'deleted'} in ${elapsed}`;
  // the names come last, as a message that is too long is truncated.
  return shorten(`${what}; ${advice.join('; ')}${left.length > 0 ? `. Left: ${list(left, NAMED)}` : ''}`, MAX_BYTES);
}

/** The cause when a dry run cannot list what exists. */
export function cannotLook(failure: CallFailure, elapsed: { toString(): string }): string {
  return shorten(`${adviceOnFailure(failure)} (after ${elapsed}); nothing was changed`, MAX_BYTES);
}

/** What the cause lists for a target: what is left of it, or the target itself. */
function leftOf({ target: { arn }, progress: { left, failure, inTraining } }: Outcome): readonly Left[] {
  if (inTraining !== undefined) return [{ name: `the project version ${inTraining}`, status: 'TRAINING_IN_PROGRESS', refusal: 'trainingBehavior is FAIL' }, ...left];
  if (left.length > 0) return left;
  return [{ name: `the project ${arn.includes('/version/') ? 'version ' : ''}${arn}`, status: 'not torn down', refusal: failure?.message }];
}

function adviceOnMissing({ target: { arn }, sameName = [] }: Outcome): string {
  const others = sameName.length > 0 ? `, but ${sameName.join(' and ')} has its name, and its models may be billed` : '';
  return `there is no ${arn.includes('/version/') ? 'project version' : 'project'} ${arn}${others}: correct the ARN and deploy the workflow`;
}

function adviceOnFailure({ kind, action, resource, message }: CallFailure): string {
  return kind === 'denied'
    ? `not allowed to call ${action} on ${resource}: look for a permissions boundary or service control policy that denies it to the role of the workflow`
    : message;
}
