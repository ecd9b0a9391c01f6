import type { Left } from './model';

/** What a person can do, depending on what is left. The most important comes first. */
export const WHEN_TRAINED = 'training cannot be cancelled and takes up to 24 hours: when it has finished, ';
const ADVICE: [(left: Left) => boolean, string][] = [
  [isIn('TRAINING_IN_PROGRESS'), WHEN_TRAINED],
  [isIn('COPYING_IN_PROGRESS'), 'a copy cannot be cancelled: when it has finished, '],
  [isIn('RUNNING', 'STARTING'), 'a model is billed while it runs: find out what restarts it, stop that, and '],
  [({ isUnknown = false }) => isUnknown, 'this release does not know the status, and the model may be billed: check it, stop it by hand if it runs, and '],
];

function isIn(...statuses: string[]): (left: Left) => boolean {
  return ({ status }) => status !== undefined && statuses.includes(status);
}

/** The index in `ADVICE`, or one after the last. */
function rank(left: Left): number {
  const index = ADVICE.findIndex(([applies]) => applies(left));
  return index < 0 ? ADVICE.length : index;
}

/** The beginning of the advice, up to the step to repeat. */
export function adviceOn(left: Left): string {
  return ADVICE[rank(left)]?.[1] ?? '';
}

export function mostTellingFirst(left: readonly Left[]): Left[] {
  return [...left].sort((one, other) => rank(one) - rank(other));
}

export function stateOf({ status, refusal }: Left): string {
  return `${status ? `is still ${status}` : 'is no longer listed, but not confirmed to be gone'}${refusal ? ` (${refusal})` : ''}`;
}

/** The first few with their status, and the number of the rest. */
export function list(left: readonly Left[], named: number): string {
  const first = left.slice(0, named).map(one => `${one.name} ${stateOf(one)}`).join(', ');
  return `${first}${left.length > named ? `, and ${left.length - named} more` : ''}`;
}
