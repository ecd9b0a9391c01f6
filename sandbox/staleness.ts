import type { Clock } from './clock';

/** How stale answers are, in milliseconds of sandbox time: all of them, or each one depending on its number, from 0 on. */
export type Staleness = number | ((read: number) => number);

/** Reads of one kind. */
export class Reads {
  private count = 0;

  constructor(private readonly clock: Clock, private readonly staleness: () => Staleness) {}

  /** The time whose state the next answer shows. Without staleness it shows everything, also events whose time is a few milliseconds ahead. */
  next(): number {
    const staleness = this.staleness();
    const read = this.count++;
    const age = typeof staleness === 'number' ? staleness : staleness(read);
    return age === 0 ? Infinity : this.clock.now() - age;
  }
}
