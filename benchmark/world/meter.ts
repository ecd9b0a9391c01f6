/** One call of an AWS API. */
export interface Call {
  /** Milliseconds, on the world's time. */
  readonly time: number;
  readonly operation: string;
  /** The name of a function, `CloudFormation`, or a peer. */
  readonly caller: string;
  readonly isAccepted: boolean;
}

/** One invocation of a function, as it is billed. */
export interface Invocation {
  /** On the world's time. */
  readonly began: number;
  readonly milliseconds: number;
  readonly megabytes: number;
}

/** The calls and invocations in a world since its last reset. */
export class Meter {
  calls: Call[] = [];
  invocations: Invocation[] = [];

  reset(): void {
    this.calls = [];
    this.invocations = [];
  }
}
