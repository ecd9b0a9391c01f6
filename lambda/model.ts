import type { TeardownProperties } from '../src/private/contract';

/** What every teardown gets. */
export interface Target {
  /** The physical id: the ARN of the version or project to tear down. */
  readonly arn: string;
  readonly mode: TeardownProperties['Mode'];
  readonly trainingBehavior: TeardownProperties['TrainingBehavior'];
  /** Whether the template retains the teardown, so that the handler may change nothing. */
  readonly isRetained?: boolean;
}

/** What the control plane shows of a version. */
export interface ObservedVersion {
  readonly arn: string;
  readonly status: string;
  readonly isAdapter: boolean;
  /** The minimum number with which it was last started. */
  readonly inferenceUnits?: number;
  readonly createdAt?: Date;
}

/** Something that has not reached the wanted state. */
export interface Left {
  /** Of a version, a dataset or a project. */
  readonly arn: string;
  /** Undefined if it is not listed, or no longer. */
  readonly status?: string;
  /** Why the service refused the call. */
  readonly refusal?: string;
  /** Whether repeating the call does not help. */
  readonly isStuck?: boolean;
}
