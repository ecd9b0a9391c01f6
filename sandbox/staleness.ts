import type { Clock } from './clock';

/** By how many milliseconds of sandbox time answers are out of date: all of them, or each by its number, from 0 on. */
export type Staleness = number | ((read: number) => number);

/** Reads of one kind. */
export class Reads {
  private count = 0;

  constructor(private readonly clock: Clock, private readonly staleness: () => Staleness) {}

  /** The moment that the next answer shows. */
  next(): number {
    const staleness = this.staleness();
    const read = this.count++;
    return this.clock.now() - (typeof staleness === 'number' ? staleness : staleness(read));
  }
}
