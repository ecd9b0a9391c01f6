import type { CdkCustomResourceEvent } from 'aws-lambda';
import { adviceOn, capitalized } from './advice';
import { diagnose, otherAccount } from './calls';
import { commandsFor, listVersions } from './commands';
import { compose, Content, quote } from './compose';
import { mayBeBilled, remaining } from './remaining';
import { CallFailure } from '../aws/errors';
import { TeardownError } from '../failure';
import type { Left, Target } from '../model';

/** What the handler was doing when it failed. The advice depends on it. */
export interface Situation {
  /** Handling a Create or Update, finding out whether a Delete may be carried out, or carrying it out. */
  readonly phase: 'verification' | 'custody' | 'deletion';
  /** The outermost stack. */
  readonly rootStackId: string;
  /**
   * Whether the Delete belongs to a cleanup, which CloudFormation gives up after three attempts; undefined while that
   * is not known.
   */
  readonly isCleanUp?: boolean;
  /** Whether an update that removes the teardown is meant to delete the target. */
  readonly removes?: boolean;
}

const BY_HAND = 'run what follows, as CloudFormation gives up after three attempts';
const BY_ITSELF = 'look again later, as CloudFormation gives up after three attempts';

/** The failure when the time is up, which comes before CloudFormation's own "Operation timed out". */
export function notReached(
  target: Target,
  left: readonly Left[],
  situation: Situation,
  elapsed: { toString(): string },
): TeardownError {
  const { id, sentence } = adviceOn(left, lastStep(target, left, situation));
  return failure({
    id,
    text: names => `${remaining(left, stateAfter(target, elapsed), names)} ${sentence}`,
    ...listing(target, left, situation),
  });
}

/** The failure for a version in training with `TrainingBehavior.FAIL`. */
export function inTraining(
  target: Target,
  left: readonly Left[],
  situation: Situation,
  elapsed: { toString(): string },
): TeardownError {
  const { sentence } = adviceOn(left, lastStep(target, left, situation));
  return failure({
    id: 'training',
    text: names =>
      `${remaining(left, stateAfter(target, elapsed), names)} trainingBehavior is FAIL, so nothing was deleted. `
        + sentence,
    ...listing(target, left, situation),
  });
}

/** The failure when the target of a Create or Update does not exist. */
export function notFound({ arn }: Target): TeardownError {
  const [, , , region, account] = arn.split(':');
  return failure({
    id: 'not-found',
    text: () =>
      `There is no ${arn.includes('/version/') ? 'project version' : 'project'} ${arn} in account ${account} and `
      + `region ${region}, so nothing was changed. `
      + 'Correct the ARN (aws rekognition describe-project-versions lists ARNs), or remove the teardown of something '
      + 'that is already deleted.',
  });
}

/** The failure when the target of a Create or Update is in another account. */
export function inOtherAccount({ arn }: Target, account: string): TeardownError {
  return failure({ id: 'other-account', text: () => `${otherAccount(arn.split(':')[4], account)} It is ${arn}.` });
}

/**
 * The failure when the physical id and the properties of a Delete name different things, which CloudFormation never
 * sends by itself.
 */
export function notTheTarget({ arn }: Target, physicalResourceId: string, { rootStackId }: Situation): TeardownError {
  return failure({
    id: 'ambiguous',
    text: () =>
      `The resource has the physical id ${physicalResourceId}, but its properties name ${arn}, so nothing was deleted: `
      + 'it is not known which of them runs and is billed. Delete the right one by hand, '
      + `then ${deleteWithout(rootStackId)}.`,
  });
}

/** What a bug of the handler means for a person. `named`: what the request is about, if anything. */
export function bug(
  error: unknown,
  named: unknown,
  { RequestType: type, StackId: stackId }: Pick<CdkCustomResourceEvent, 'RequestType' | 'StackId'>,
): string {
  const what = quote(String(named));
  const because = `as the handler has a bug: ${quote(String(error))}.`;
  return compose({
    id: 'bug',
    text: () =>
      type !== 'Delete'
        ? `Nothing was changed, ${because} Report it, and deploy without the teardown of ${what} until it is fixed.`
        : `It is not known whether a model of ${what} runs and is billed, ${because} Look at it and report the bug, `
          + `then delete the stack ${stackName(stackId)} again. If that fails too, delete the models by hand, `
          + `then ${deleteWithout(stackId)}.`,
  });
}

/**
 * The failure when the events of the stack do not show whether a Delete may be carried out. `observed`: undefined if
 * that is not known.
 */
export function notUnderstood(
  target: Target,
  shown: string,
  situation: Situation,
  observed?: readonly Left[],
): TeardownError {
  return failure({
    id: 'unclear',
    text: names =>
      `${whatExists(target, observed, names)} Nothing was changed, as it is not clear why CloudFormation deletes the `
        + `teardown: ${shown}. `
      + onUnclear(situation),
    ...listing(target, observed ?? [], situation),
  });
}

/**
 * The failure when a call was denied, or failed with an error that polling cannot fix. `left`: undefined if that is not
 * known.
 */
export function callFailed(
  target: Target, call: CallFailure, situation: Situation, elapsed: { toString(): string }, left?: readonly Left[],
): TeardownError {
  const account = situation.rootStackId.split(':')[4];
  const { id, what, remedy } = diagnose(call, elapsed, account, 'the teardown provider');
  const { phase } = situation;
  const next =
    phase === 'verification'
      ? 'Then deploy again.'
      : phase === 'custody'
        ? onUnclear(situation)
        : `${capitalized(lastStep(target, left ?? [], situation))}.`;
  const state = (names: number) => {
    if (phase === 'verification') return '';
    return phase === 'deletion' && left?.length
      ? remaining(left, stateAfter(target, elapsed), names)
      : whatExists(target, left, names);
  };
  return failure({
    id,
    text: names => [
      state(names), `${what}.`, phase === 'deletion' ? '' : 'Nothing was changed.', remedy, next,
    ].filter(sentence => sentence !== '').join(' '),
    ...phase === 'verification' ? undefined : listing(target, left ?? [], situation),
  });
}

/**
 * The failure when a retained teardown would have to change something. CloudFormation deletes it only if an operation
 * that is rolled back has the parameter `RetainExceptOnCreate`.
 */
export function retained(
  target: Target, { action }: CallFailure, situation: Situation, left?: readonly Left[],
): TeardownError {
  const stack = stackName(situation.rootStackId);
  const keeping = situation.isCleanUp
    ? 'CloudFormation gives up after three attempts, and then nothing tears the project down. '
    : `To keep the project, delete the stack ${stack}, which retains what its template retains. `;
  return failure({
    id: 'retained',
    text: names => `${whatExists(target, left, names)} ${action} was denied: the template retains the teardown, so the `
      + 'handler may change nothing. '
      + 'CloudFormation deletes it all the same, as the operation was started with RetainExceptOnCreate. '
      + `${keeping}To delete it, run what follows.`,
    ...listing(target, left ?? [], situation),
    commands: commandsFor(target, left ?? []),
  });
}

/** The failure of a request that nobody but a person can have made. */
export function invalid(text: string): TeardownError {
  return failure({ id: 'invalid', text: () => text });
}

function failure(content: Content): TeardownError {
  return new TeardownError(compose(content), content.id);
}

function stateAfter({ mode }: Target, elapsed: { toString(): string }): string {
  return `${mode === 'STOP' ? 'not stopped' : 'left'} after ${elapsed}`;
}

/** What exists of a target of which nothing was changed. */
function whatExists({ arn }: Target, observed: readonly Left[] | undefined, names: number): string {
  const [, project, , name] = arn.split(':').slice(5).join(':').split('/');
  const what = name ? `model ${name} of project ${project}` : `project ${project}`;
  if (!observed) {
    return `It is not known whether ${name ? `${what} runs` : `models of ${what} run`} and ${name ? 'is' : 'are'} `
      + 'billed.';
  }
  return observed.length > 0
    ? remaining(observed, 'there', names)
    : `No model${name ? ` ${name}` : ''} of project ${project} is listed.`;
}

/** The end of an advice. In a cleanup nobody tries again, so a person has to do it. */
function lastStep(target: Target, left: readonly Left[], { isCleanUp, rootStackId }: Situation): string {
  if (isCleanUp) return commandsFor(target, left).length > 0 ? BY_HAND : BY_ITSELF;
  return `delete the stack ${stackName(rootStackId)} again`;
}

function onUnclear({ isCleanUp, removes, rootStackId }: Situation): string {
  const deleteAgain = isCleanUp ? '' : `To delete the stack ${stackName(rootStackId)}, delete it again. `;
  return (
    deleteAgain
    + (removes
      ? `If an update was to delete it, ${BY_HAND}.`
      : 'If an update removed the teardown in order to keep it, nothing is to be done.')
  );
}

function deleteWithout(stackId: string): string {
  return `delete the stack ${stackName(stackId)} and retain this resource`;
}

function stackName(stackId: string): string {
  return stackId.split('/')[1] ?? stackId;
}

/**
 * The names and commands of a message. There are commands only where CloudFormation will not try again, or it is not
 * known whether it will.
 */
function listing(target: Target, left: readonly Left[], { isCleanUp, phase, removes }: Situation): Partial<Content> {
  const byHand = isCleanUp || (phase === 'custody' && removes);
  return {
    names: left.length,
    telling: left.filter(mayBeBilled).length,
    commands: byHand ? commandsFor(target, left) : [],
    list: listVersions(target.arn),
  };
}
