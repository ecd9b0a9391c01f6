/**
 * One structured line in the handler's log group. Events are never logged whole: the response URL in them is a
 * credential.
 */
export function log(message: string, details: object): void {
  console.info({ message, ...details });
}
