export const MAX_BYTES = 1500;

/**
 * A failure whose message a person reads in CloudFormation's events.
 *
 * CloudFormation rejects a response over 4,096 bytes and the provider framework truncates nothing, so the message has
 * to be short. The framework appends the stack trace, so there is none.
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
 * A text as one line of characters that XML knows. One that it does not know, in a single message, makes all events of
 * the stack unreadable for every client.
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
