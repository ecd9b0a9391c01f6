import { isDeepStrictEqual } from 'node:util';
import { NotModeled } from './service';

/** What an operation does with the members of its input. Any other member is refused, as it would have no effect. */
export interface Members {
  readonly honored?: readonly string[];
  /** Those with one value that changes nothing. Other values are refused. */
  readonly only?: { readonly [member: string]: unknown };
  /** Those that have no effect, and why none is needed. */
  readonly ignored?: { readonly [member: string]: string };
}

export type Operations = { readonly [operation: string]: Members | undefined };

/** Throws if the input has a member that the operation would ignore without a reason. */
export function refuseOthers(operation: string, input: object, { honored = [], only = {}, ignored = {} }: Members): void {
  const given = Object.entries(input).filter(([, value]) => !isEmpty(value));
  const refused = given.filter(([name, value]) => !honored.includes(name) && !(name in ignored)
    && !(name in only && isDeepStrictEqual(value, only[name])));
  if (refused.length === 0) return;
  const shown = refused.map(([name, value]) => name in only ? `${name} ${JSON.stringify(value)}` : name);
  throw new NotModeled(`the sandbox does not know ${shown.join(', ')} of the operation ${operation}`);
}

/** Clients send empty lists and structures for what nobody has given. */
function isEmpty(value: unknown): boolean {
  if (value === undefined || value === '') return true;
  return typeof value === 'object' && value !== null && !Buffer.isBuffer(value) && Object.values(value).every(isEmpty);
}
