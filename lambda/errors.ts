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

export const MAX_BYTES = 1500;

/**
 * A failure whose message a person reads in CloudFormation's events.
 *
 * CloudFormation rejects a response over 4,096 bytes and the provider framework truncates nothing, so the message has to
 * be short. The framework appends the stack trace, so there is none.
 */
export class TeardownError extends Error {
  /** What the line in the log says besides the message. */
  facts: object = {};

  /** `id`: the heading in docs/troubleshooting.md. */
  constructor(message: string, readonly id = 'invalid') {
    super(shorten(message));
    this.name = 'TeardownError';
    this.stack = `${this.name}: ${this.message}`;
  }
}

/**
 * A text as one line of characters that XML knows. One that it does not know, in a single message, makes all events of the stack
 * unreadable for every client.
 *
 * @see https://www.w3.org/TR/xml/#charsets
 */
export function clean(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').replace(/[\p{Cs}\uFFFE\uFFFF]/gu, '\uFFFD');
}

/** A message as one clean line of limited length. */
export function shorten(message: string, maxBytes = MAX_BYTES): string {
  const line = clean(message);
  if (bytesInJson(line) <= maxBytes) return line;
  let short = '';
  let bytes = 3;
  // by whole characters, so that none is split.
  for (const character of line) {
    bytes += bytesInJson(character);
    if (bytes > maxBytes) break;
    short += character;
  }
  return `${short}...`;
}

export function bytesInJson(text: string): number {
  return Buffer.byteLength(JSON.stringify(text)) - 2;
}
