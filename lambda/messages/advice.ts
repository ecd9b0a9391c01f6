import { Id, quote } from './compose';
import { isUnknown, join, mayBeBilled, mostTellingFirst, nameOf, projectNameOf } from './remaining';
import type { Left } from '../model';

/** What to do about what remains, and the id that stands for it. */
export interface Advice {
  readonly id: Id;
  readonly sentence: string;
}

/**
 * The advice is about what is billed, if anything is.
 *
 * @param again What to do in the end, such as `delete the stack Models again`.
 */
export function adviceOn(left: readonly Left[], again: string): Advice {
  const [first] = mostTellingFirst(left);
  const refusals = [
    ...new Set(left.filter(one => one.status === first.status).flatMap(({ refusal }) => refusal ?? [])),
  ];
  const answered = refusals.length > 0 ? ` The last answer was: ${quote(refusals[0])}.` : '';
  const { id, sentence } = adviceOnStatus(first, left, again);
  return { id, sentence: sentence + answered };
}

function adviceOnStatus(first: Left, left: readonly Left[], again: string): Advice {
  const running = left.filter(mayBeBilled);
  const isOneProject = new Set(left.map(({ arn }) => projectNameOf(arn))).size === 1;
  const which = running.length > 3 ? 'them' : join(running.map(one => nameOf(one, !isOneProject)));
  if (isUnknown(first)) {
    return { id: 'unknown-status', sentence: `Check whether ${which} runs, stop it by hand if so, then ${again}.` };
  }
  switch (first.status) {
    case 'RUNNING':
    case 'STARTING':
      return { id: 'restarted', sentence: `Something restarts ${which}: disable it, then ${again}.` };
    case 'TRAINING_IN_PROGRESS':
      return {
        id: 'training',
        sentence: `Training cannot be canceled and takes up to 24 hours: when it has finished, ${again}.`,
      };
    case 'COPYING_IN_PROGRESS':
      return { id: 'copying', sentence: `A copy cannot be canceled: when it has finished, ${again}.` };
    case undefined:
      return { id: 'not-confirmed', sentence: `${capitalized(again)}.` };
    default:
      return { id: 'slow', sentence: `${capitalized(again)}.` };
  }
}

export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
