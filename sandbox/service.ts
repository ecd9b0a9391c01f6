/** An error answer of an AWS API. */
export class ServiceError extends Error {
  constructor(
    /** The error's name on the wire, such as `ResourceInUseException`. */
    readonly code: string,
    message: string,
    /** The HTTP status. */
    readonly status: number = 400,
  ) {
    super(message);
    this.name = code;
  }
}

/** Something that AWS has and the sandbox does not: it says so instead of guessing. */
export class NotModelled extends Error {
  override readonly name = 'NotModelled';
}

/** Thrown by an interceptor: the connection breaks instead of an answer. */
export class ConnectionReset extends Error {}

/** Who calls an API: a function's role, or somebody outside with all rights. */
export interface Caller {
  /** The ARN that error messages show: an assumed role's, or the administrator's. */
  readonly arn: string;
  /** The role whose policies decide; without it everything is allowed. */
  readonly roleArn?: string;
  /** The Lambda function that calls, by name. */
  readonly functionName?: string;
  /** Kills the process that calls, as a crash would. */
  kill?(): void;
  /** Waits for something in the name of the process that calls, which lets go of time meanwhile. */
  waitFor?<T>(promise: Promise<T>): Promise<T>;
}

/** One request to one of the sandbox's APIs. */
export interface ApiCall {
  readonly service: string;
  readonly operation: string;
  // each API has inputs of its own shape.
  readonly input: any;
  readonly caller: Caller;
  /** Milliseconds since the epoch, on the sandbox's time. */
  readonly time: number;
}

/** A request with what came of it. */
export interface ApiCallRecord extends ApiCall {
  readonly output?: any;
  /** The error's code. */
  readonly error?: string;
  readonly errorMessage?: string;
}

/** What an IAM policy must allow for a request. */
export interface Permission {
  readonly action: string;
  readonly resource: string;
}

/** One AWS API of the sandbox. */
export interface Service {
  /** The permissions that a request needs; all of them. */
  permissions(operation: string, input: any): Permission[];
  /** Carries out a request. Throws a `ServiceError` where AWS would answer with one. */
  handle(operation: string, input: any, caller: Caller): Promise<object> | object;
}

/**
 * Comes between a request and its service: may act before, let it pass with `next()`, act after, or throw a
 * `ServiceError` or `ConnectionReset` before or after the effect. What `next()` returns is the answer.
 */
export type Interceptor = (call: ApiCall, next: () => Promise<object>) => Promise<object>;
