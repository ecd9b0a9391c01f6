import { CallFailure } from './errors';
import type { Left } from './model';

/** What a step comes to: what is left to do, nothing when the wanted state is reached, and what is in the way. */
export interface Progress {
  readonly left: readonly Left[];
  /** A call that failed, of which the left things say nothing. All others were made. */
  readonly failure?: CallFailure;
  /** The ARN of a version whose training is not to be waited for. */
  readonly inTraining?: string;
}

export const REACHED: Progress = { left: [] };

export function isReached({ left, failure, inTraining: trained }: Progress): boolean {
  return left.length === 0 && !failure && trained === undefined;
}

/** A call that failed is part of the progress; anything else is a bug. */
export async function orFailure(step: Promise<Progress>): Promise<Progress> {
  try {
    return await step;
  } catch (error) {
    if (error instanceof CallFailure) return { left: [], failure: error };
    throw error;
  }
}
