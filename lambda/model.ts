import type { TeardownProperties } from '../src/private/contract';

/** What every teardown is asked for. */
export interface Target {
  /** The physical id: the ARN of what is torn down. */
  readonly arn: string;
  readonly mode: TeardownProperties['Mode'];
  readonly trainingBehavior: TeardownProperties['TrainingBehavior'];
}

/** What the control plane shows of a version. */
export interface ObservedVersion {
  readonly arn: string;
  readonly status: string;
  readonly isAdapter: boolean;
  /** How many it was last started with, at least. */
  readonly inferenceUnits?: number;
  readonly createdAt?: Date;
}

/** Something that is not yet as it is wanted. */
export interface Left {
  /** What it is, for messages, such as `the project version arn:...`. */
  readonly name: string;
  /** Set for a version. */
  readonly versionArn?: string;
  /** Undefined when it is not listed (any more). */
  readonly status?: string;
  /** Whether this release does not know what the status means. */
  readonly isUnknown?: boolean;
  /** Why the service did not do what it was asked. */
  readonly refusal?: string;
  /** Whether it will not do so later either. */
  readonly isStuck?: boolean;
}

/** Looks once, before the first change, whether this is still wanted; throws if not. */
export type Confirm = () => Promise<void>;
