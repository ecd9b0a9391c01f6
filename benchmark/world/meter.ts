/** One call of an AWS API. */
export interface Call {
  /** Milliseconds, on the world's time. */
  readonly time: number;
  readonly service: string;
  readonly operation: string;
  /** The first ARN or id in its input. */
  readonly subject: string;
  /** The caller: a function's name, `CloudFormation`, or a peer that runs on a user's machine. */
  readonly caller: string;
  /** The code of the error, if the call failed. */
  readonly error?: string;
}

/** One invocation of a function, as it is billed. */
export interface Invocation {
  readonly functionName: string;
  /** On the world's time. */
  readonly began: number;
  readonly milliseconds: number;
  readonly megabytes: number;
  readonly isCold: boolean;
}

/** Counts what happens in a world after each reset. */
export class Meter {
  calls: Call[] = [];
  invocations: Invocation[] = [];

  reset(): void {
    this.calls = [];
    this.invocations = [];
  }
}

/** The largest number of these moments within one second. */
export function busiestSecond(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  let first = 0;
  return sorted.reduce((most, time, index) => {
    while (sorted[first] <= time - 1000) first++;
    return Math.max(most, index - first + 1);
  }, 0);
}

/** A percentile between 0 and 1, by nearest rank. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
