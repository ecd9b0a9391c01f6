/** What the lines are about, until the next invocation: Lambda runs one at a time in a process. */
let about: object = {};

/** Sets what every line of this invocation begins with. */
export function logAbout(subject: object): void {
  about = subject;
}

/**
 * One structured line in the log group of the function. Events are never logged whole: the response URL in them is a
 * credential.
 */
export function log(message: string, details: object): void {
  console.info(line(message, details));
}

/** A line about something that was left on purpose. A log level that hides routine does not hide it. */
export function warn(message: string, details: object): void {
  console.warn(line(message, details));
}

/** A line about a failure. */
export function logFailure(details: object): void {
  console.error(line('failed', details));
}

function line(message: string, details: object): object {
  return { message, ...about, ...details };
}
