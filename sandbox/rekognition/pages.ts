import { createHash } from 'crypto';
import { ServiceError } from '../service';

interface PageRequest {
  readonly NextToken?: string;
  readonly MaxResults?: number;
}

interface PagedList<Item> {
  readonly items: readonly Item[];
  /** Identifies the list: a token is valid for the same list only. */
  readonly of: unknown;
  readonly defaultSize: number;
  /** The token of the last page. */
  readonly lastToken: '' | undefined;
  /** Increases from item to item. */
  keyOf(item: Item): number;
}

/**
 * One page of a list. A token identifies the last item that was returned, so nothing is skipped or repeated if items are deleted
 * between two pages. [assumed] AWS does not document what its tokens contain.
 */
export function page<Item>(list: PagedList<Item>, request: PageRequest): { items: Item[]; nextToken: string | undefined } {
  // [cited] service model: a token may be empty, as it is in the first request of the guide's sample "Listing dataset entries".
  const after = request.NextToken ? readToken(request.NextToken, idOf(list)) : -Infinity;
  const left = list.items.filter(item => list.keyOf(item) > after);
  const items = left.slice(0, request.MaxResults ?? list.defaultSize);
  const last = items.length === left.length;
  return { items, nextToken: last ? list.lastToken : Buffer.from(`${idOf(list)} ${list.keyOf(items.at(-1)!)}`).toString('base64url') };
}

function idOf<Item>({ of }: PagedList<Item>): string {
  return createHash('sha256').update(JSON.stringify(of)).digest('base64url');
}

function readToken(token: string, listId: string): number {
  const [tokenListId, key] = Buffer.from(token, 'base64url').toString().split(' ');
  if (tokenListId === listId) return Number(key);
  // [cited] developer guide, "Error handling". [assumed] also for a token of another list.
  throw new ServiceError('InvalidPaginationTokenException', 'Invalid Pagination Token');
}
