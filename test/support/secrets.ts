import { RESPONSE_URL_MARK } from './arns';
import { SECRETS } from '../../sandbox/lambda';

/** Secrets that no log may contain, in the form that they have in the sandbox. */
const MARKS: { [secret: string]: RegExp } = {
  'a response URL': new RegExp(RESPONSE_URL_MARK),
  'an access key id': /ASIASANDBOX\d/,
  'a secret access key': new RegExp(SECRETS.AWS_SECRET_ACCESS_KEY),
  'a session token': new RegExp(SECRETS.AWS_SESSION_TOKEN),
};

/** The kinds of secrets in the lines of a log, each with the first line that contains one. */
export function secretsIn(lines: string[]): { [secret: string]: string } {
  const found = Object.entries(MARKS).map(([secret, mark]) => [secret, lines.find(line => mark.test(line))]);
  return Object.fromEntries(found.filter(([, line]) => line !== undefined));
}
