import { adviceOn } from './advice';
import { diagnose } from './calls';
import { compose, Id } from './compose';
import { join, mayBeBilled, mostTellingFirst, remaining } from './remaining';
import type { CallFailure } from '../aws/errors';
import type { Left, Target } from '../model';
import type { Progress } from '../steps/progress';

/** A target, and how far a round has got with it. */
export interface Outcome {
  readonly target: Target;
  readonly progress: Progress;
  /** If the target does not exist: the ARNs under which something of its name does. */
  readonly sameName?: readonly string[];
}

const NAMED = 10;

/** Step Functions accepts 32,768 characters, but a person reads fewer. */
const MAX_BYTES = 8_000;

const AGAIN = 'start the workflow again';
const ROLE = 'the workflow';

/**
 * The cause of a failure: what remains and whether it is billed, then what does not exist, which calls failed, and what
 * to do.
 */
export function incomplete(unreached: readonly Outcome[], targets: number, elapsed: { toString(): string }): string {
  const [{ target: { mode } }] = unreached;
  const left = mostTellingFirst(unreached.flatMap(({ progress }) => progress.left));
  const missing = unreached.filter(({ progress }) => progress.isMissing);
  const calls = unreached.flatMap(({ progress: { failure } }) =>
    failure ? [diagnose(failure, elapsed, undefined, ROLE)] : [],
  );
  const sentences = [...new Set([
    ...missing.map(aboutMissing), ...calls.map(({ what, remedy }) => `${what}.${remedy ? ` ${remedy}` : ''}`),
  ])];
  const billed = left.some(mayBeBilled);
  const advice = left.length > 0 ? adviceOn(left, AGAIN) : undefined;
  const unknown = unreached.filter(({ progress }) => progress.left.length === 0 && progress.failure).length;
  const state = `${mode === 'STOP' ? 'not stopped' : 'left'} after ${elapsed}`;
  return compose(
    {
      id: billed ? advice!.id : (idOf(missing) ?? calls[0]?.id ?? advice!.id),
      text: names =>
        [
          left.length > 0 ? remaining(left, state, names) : '',
          `${unreached.length} of ${targets} ${targets === 1 ? 'target is' : 'targets are'} not `
            + `done${left.length > 0 ? '' : ` after ${elapsed}`}.`,
          unknown > 0 ? `Of ${unknown} of them it is not known whether a model runs and is billed.` : '',
          ...sentences.slice(0, NAMED),
          sentences.length > NAMED ? `There are ${sentences.length - NAMED} more such failures.` : '',
          advice?.sentence ?? `Then ${AGAIN}.`,
        ]
          .filter(sentence => sentence !== '')
          .join(' '),
      names: left.length,
      telling: left.filter(mayBeBilled).length,
    },
    MAX_BYTES,
  );
}

/** The cause when a dry run cannot list what exists. */
export function cannotLook(failure: CallFailure, elapsed: { toString(): string }): string {
  const { id, what, remedy } = diagnose(failure, elapsed, undefined, ROLE);
  return compose({ id, text: () => `${what}. Nothing was changed.${remedy ? ` ${remedy}` : ''}` }, MAX_BYTES);
}

/** The cause of a request that is refused before any call. */
export function refused(text: string): string {
  return compose({ id: 'invalid', text: () => text }, MAX_BYTES);
}

/** What remains of a version in training that is not waited for. */
export function trainingOf(arn: string): Left {
  return { arn, status: 'TRAINING_IN_PROGRESS', refusal: 'trainingBehavior is FAIL', isStuck: true };
}

function aboutMissing({ target: { arn }, sameName = [] }: Outcome): string {
  const others = sameName.length > 0 ? `, but ${join([...sameName])} has its name, and what runs there is billed` : '';
  return `There is no ${arn.includes('/version/') ? 'project version' : 'project'} ${arn}${others}: correct the ARN `
    + 'and deploy the workflow.';
}

function idOf(missing: readonly Outcome[]): Id | undefined {
  if (missing.some(({ sameName = [] }) => sameName.length > 0)) return 'recreated';
  return missing.length > 0 ? 'not-found' : undefined;
}
