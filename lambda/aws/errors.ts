import { isServerError, isThrottlingError, isTransientError } from '@smithy/core/retry';

type SdkError = Parameters<typeof isThrottlingError>[0];

/** What an error means for the teardown. */
export type FailureKind =
  /** The resource does not exist. */
  | 'gone'
  /** Not now: the status decides what to do next. */
  | 'conflict'
  /** The caller may not do this (or not yet: IAM is eventually consistent). */
  | 'denied'
  /** Says nothing about the resource: the next poll tries again. */
  | 'transient'
  | 'fatal';

const KINDS: Record<string, FailureKind> = {
  ResourceNotFoundException: 'gone',
  ResourceInUseException: 'conflict',
  InvalidParameterException: 'conflict',
  AccessDeniedException: 'denied',
  AccessDenied: 'denied',
  // the credentials of a role that has just been created.
  UnrecognizedClientException: 'denied',
  InvalidClientTokenId: 'denied',
  ExpiredTokenException: 'denied',
  ExpiredToken: 'denied',
  InternalServerError: 'transient',
  // the list changed during pagination: the next poll starts again.
  InvalidPaginationTokenException: 'transient',
};

/** Errors of the network, below HTTP. */
const UNREACHABLE = new Set(['EAI_AGAIN', 'ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'ETIMEDOUT']);

/** A failed call to an AWS API, with the IAM action and resource that it needs. */
export class CallFailure extends Error {
  readonly kind: FailureKind;
  /** Whether the call came too soon after others. */
  readonly isThrottled: boolean;
  /** Whether there was no answer at all. */
  readonly isUnreachable: boolean;
  /** What the service says. The SDK has words of its own if it says nothing. */
  readonly text: string;

  constructor(readonly action: string, readonly resource: string, readonly cause: Error) {
    super(`${action} failed with ${cause.name}: ${cause.message}`);
    this.text = cause.message === 'UnknownError' ? '' : cause.message;
    this.isThrottled = isThrottlingError(cause as SdkError);
    this.isUnreachable = cause.name === 'TimeoutError' || UNREACHABLE.has((cause as { code?: string }).code ?? '');
    this.kind = KINDS[cause.name] ?? (isPassing(cause) ? 'transient' : isUnknownStack(cause) ? 'gone' : 'fatal');
  }
}

export function isFailure(error: unknown, ...kinds: FailureKind[]): error is CallFailure {
  return error instanceof CallFailure && kinds.includes(error.kind);
}

/** Makes a call. If it fails, the error names the action and the resource. */
export async function call<T>(action: string, resource: string, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    throw new CallFailure(action, resource, error instanceof Error ? error : new Error(String(error)));
  }
}

function isPassing(error: Error): boolean {
  const sdkError = error as SdkError;
  return isThrottlingError(sdkError) || isTransientError(sdkError) || isServerError(sdkError);
}

/** CloudFormation has no separate error for an unknown stack. */
function isUnknownStack({ name, message }: Error): boolean {
  return name === 'ValidationError' && message.endsWith('does not exist');
}
