import { CallFailure } from '../aws/errors';
import type { Left } from '../model';

/**
 * The result of a step: what is left to do, and what is in the way. Nothing is left when the wanted state is reached.
 */
export interface Progress {
  readonly left: readonly Left[];
  /** A failed call that `left` does not report. All other calls were made. */
  readonly failure?: CallFailure;
  /** Whether the target does not exist, according to two kinds of calls. A teardown has nothing left to do then. */
  readonly isMissing?: boolean;
  /** The ARN of a version in training, with `TrainingBehavior.FAIL`. */
  readonly inTraining?: string;
}

export const REACHED: Progress = { left: [] };

export function isReached({ left, failure, inTraining: trained }: Progress): boolean {
  return left.length === 0 && !failure && trained === undefined;
}

/** Whether the only thing left to do is wait. */
export function isUnderWay({ left, failure, inTraining: trained }: Progress): boolean {
  return left.length > 0 && !failure && trained === undefined && left.every(({ refusal }) => refusal === undefined);
}

/** A failed call is part of the progress. Any other error is a bug. */
export async function orFailure(step: Promise<Progress>): Promise<Progress> {
  try {
    return await step;
  } catch (error) {
    if (error instanceof CallFailure) return { left: [], failure: error };
    throw error;
  }
}
