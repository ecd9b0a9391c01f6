import type { Members } from './members';

/** An error response of an AWS API. */
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

/** Something that AWS has and the sandbox does not: it fails instead of guessing. */
export class NotModeled extends Error {
  override readonly name = 'NotModeled';
}

/** Thrown by an interceptor to break the connection instead of sending a response. */
export class ConnectionReset extends Error {}

/** The caller of an API: the role of a function, or an external user with all permissions. */
export interface Caller {
  /** The ARN in error messages: that of an assumed role or of the administrator. */
  readonly arn: string;
  /** The role whose policies decide. Without it, everything is allowed. */
  readonly roleArn?: string;
  /** The name of the calling Lambda function. */
  readonly functionName?: string;
  /** The program that calls, as it names itself. */
  readonly userAgent?: string;
  /** Kills the calling process, like a crash. */
  kill?(): void;
  /** Waits for something on behalf of the calling process, which releases time meanwhile. */
  waitFor?<T>(promise: Promise<T>): Promise<T>;
}

/** One request to one of the sandbox's APIs. */
export interface ApiCall {
  readonly service: string;
  readonly operation: string;
  // the shape of the input depends on the API.
  readonly input: any;
  readonly caller: Caller;
  /** Milliseconds since the epoch, on the sandbox's time. */
  readonly time: number;
}

/** A request with its result. */
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
  /** What an operation does with the members of its input; undefined if the service does not know the operation. */
  members(operation: string): Members | undefined;
  /** All permissions that a request needs. */
  permissions(operation: string, input: any): Permission[];
  /** Executes a request. Throws a `ServiceError` where AWS would return an error. */
  handle(operation: string, input: any, caller: Caller): Promise<object> | object;
}

/**
 * Runs between a request and its service. It can act before and after, pass the request on with `next()`, which returns the response, or throw a
 * `ServiceError` or `ConnectionReset` before or after the effect.
 */
export type Interceptor = (call: ApiCall, next: () => Promise<object>) => Promise<object>;
