import { STACK_ID, VERSION_ARN } from './arns';
import type { Line } from './record';

/*
 * What the handler takes from the events before and after it has polled for 90 seconds: docs/custody.md has the same table.
 */

/** `found`: the operation that the Delete belongs to. */
export type Reading = 'found' | 'unclear';

export interface ReadingRow {
  /** The first cell of the row in docs/custody.md. */
  readonly says: string;
  /** The events of the stack, oldest first; undefined if they cannot be read. */
  readonly events?: readonly Line[];
  readonly type?: 'general';
  /** How much older than the request the newest event is, in seconds. */
  readonly age?: number;
  /** The events of the parent of the stack, if it is nested; `gone` if CloudFormation no longer knows the parent. */
  readonly parent?: readonly Line[] | 'gone';
  /** What DescribeStacks shows of the stack, without its ids. */
  readonly stack?: { readonly StackStatus: string; readonly Outputs?: object[] };
  readonly before: Reading;
  readonly after: Reading;
}

const CREATED: Line[] = [['stack', 'CREATE_IN_PROGRESS'], ['Model', 'CREATE_COMPLETE', VERSION_ARN], ['stack', 'CREATE_COMPLETE']];
const DELETION: Line = ['stack', 'DELETE_IN_PROGRESS'];
const GOES: Line = ['Model', 'DELETE_IN_PROGRESS', VERSION_ARN];
const DELETED = [...CREATED, DELETION, GOES];
const CLEANED_UP: Line[] = [...CREATED, ['stack', 'UPDATE_IN_PROGRESS'], ['stack', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'], GOES];
const PARENT_CREATED: Line[] = [['stack', 'CREATE_IN_PROGRESS'], ['Nested', 'CREATE_COMPLETE', STACK_ID], ['stack', 'CREATE_COMPLETE']];
const PARENT_UPDATED: Line[] = [...PARENT_CREATED, ['stack', 'UPDATE_IN_PROGRESS'], ['stack', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS']];
const DELETING = { StackStatus: 'DELETE_IN_PROGRESS' };
const OUTPUTS = [{ OutputKey: 'Url', OutputValue: 'https://example.com' }];

export const READING: readonly ReadingRow[] = [
  { says: 'the deletion, with the type of the request', events: DELETED, before: 'found', after: 'found' },
  {
    says: 'the deletion in a cleanup, with the general type',
    events: CLEANED_UP,
    type: 'general',
    before: 'found',
    after: 'found',
  },
  {
    says: 'the deletion of another resource in a cleanup',
    events: [...CLEANED_UP.slice(0, -1), ['Other', 'DELETE_IN_PROGRESS', VERSION_ARN]],
    before: 'unclear',
    after: 'unclear',
  },
  {
    says: 'the deletion, up to 15 seconds before the request',
    events: DELETED,
    age: 15,
    before: 'found',
    after: 'found',
  },
  {
    says: 'the deletion, up to 5 minutes before the request',
    events: DELETED,
    age: 290,
    before: 'unclear',
    after: 'found',
  },
  { says: 'the deletion, longer before the request', events: DELETED, age: 310, before: 'unclear', after: 'unclear' },
  {
    says: 'the end of the deletion',
    events: [...DELETED, ['Model', 'DELETE_COMPLETE', VERSION_ARN]],
    before: 'unclear',
    after: 'unclear',
  },
  {
    says: 'the deletion, in a status in which no operation runs',
    events: [...CREATED, GOES],
    before: 'unclear',
    after: 'unclear',
  },
  {
    says: 'the deletion of a nested stack, also in its parent',
    events: DELETED,
    parent: [...PARENT_UPDATED, ['Nested', 'DELETE_IN_PROGRESS', STACK_ID]],
    before: 'found',
    after: 'found',
  },
  {
    says: 'the deletion of a nested stack, but not in its parent',
    events: DELETED,
    parent: PARENT_CREATED,
    before: 'unclear',
    after: 'unclear',
  },
  { says: 'the deletion of a nested stack that its parent has retained', events: DELETED, parent: [...PARENT_UPDATED, ['Nested', 'DELETE_SKIPPED', STACK_ID], ['stack', 'UPDATE_COMPLETE']], before: 'unclear', after: 'found' },
  {
    says: 'the deletion of a nested stack that its parent has given up in a cleanup',
    events: DELETED,
    parent: [...PARENT_UPDATED, ['Nested', 'DELETE_FAILED', STACK_ID], ['stack', 'UPDATE_COMPLETE']],
    before: 'unclear',
    after: 'found',
  },
  {
    says: 'the deletion of a nested stack whose parent has just failed to delete it',
    events: DELETED,
    parent: [...PARENT_CREATED, DELETION, ['Nested', 'DELETE_FAILED', STACK_ID], ['stack', 'DELETE_FAILED']],
    before: 'unclear',
    after: 'unclear',
  },
  {
    says: 'the deletion of a nested stack whose parent is gone',
    events: DELETED,
    parent: 'gone',
    before: 'unclear',
    after: 'found',
  },
  {
    says: 'the deletion of the stack and something from right before the request, but not the resource',
    events: [...CREATED, DELETION],
    before: 'unclear',
    after: 'found',
  },
  {
    says: 'the deletion of the stack, but nothing from right before the request',
    events: [...CREATED, DELETION],
    age: 70,
    before: 'unclear',
    after: 'unclear',
  },
  {
    says: 'nothing, as they cannot be read; the stack is being deleted and has outputs',
    stack: { ...DELETING, Outputs: OUTPUTS },
    before: 'unclear',
    after: 'found',
  },
  {
    says: 'nothing, as they cannot be read; the stack is being deleted and has no outputs',
    stack: DELETING,
    before: 'unclear',
    after: 'unclear',
  },
  {
    says: 'nothing, as they cannot be read, in a cleanup',
    stack: { StackStatus: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', Outputs: OUTPUTS },
    before: 'unclear',
    after: 'unclear',
  },
];
