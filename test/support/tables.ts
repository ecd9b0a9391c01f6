import type { FailureKind } from '../../lambda/aws/errors';
import type { Action } from '../../lambda/steps/decide';

/*
 * The policy of the handler, as data: test/lambda/model.test.ts compares the code with it, combination by combination, and
 * tests compare the tables in docs/ too. A row applies to the combinations that have one of the values under each name in
 * `when`; exactly one row applies to each combination.
 */

/** One of these values, or any but these. */
export type Values<T> = readonly T[] | { readonly not: readonly T[] };

export interface Rule<C> {
  readonly when: { readonly [K in keyof C]?: Values<C[K]> };
}

/** The rows that apply to a combination: one, if the table is correct. */
export function rowsFor<C extends object, R extends Rule<C>>(table: readonly R[], combination: C): R[] {
  return table.filter(({ when }) => Object.entries(when)
    .every(([name, values]) => includes(values as Values<unknown>, combination[name as keyof C])));
}

function includes(values: Values<unknown>, value: unknown): boolean {
  return 'not' in values ? !values.not.includes(value) : values.includes(value);
}

/** What the service may show about a version. */
export const NOT_LISTED = 'not listed';
export const KNOWN_STATUSES = [
  'RUNNING', 'STARTING', 'STOPPING', 'TRAINING_IN_PROGRESS', 'COPYING_IN_PROGRESS', 'DELETING', 'TRAINING_COMPLETED', 'TRAINING_FAILED', 'STOPPED',
  'FAILED', 'COPYING_COMPLETED', 'COPYING_FAILED', 'DEPRECATED', 'EXPIRED',
] as const;

export interface Observation {
  readonly status: string;
  readonly isAdapter: boolean;
  readonly trainingBehavior: 'WAIT' | 'FAIL';
}

export type StatusRow = Rule<Observation> & { readonly DELETE: Action; readonly STOP: Action };

/** Adapters do not run: they are never stopped. */
const MODEL = { isAdapter: [false] };
const ADAPTER = { isAdapter: [true] };

export const STATUSES: readonly StatusRow[] = [
  { when: { status: [NOT_LISTED] }, DELETE: 'delete', STOP: 'stop' },
  { when: { status: ['RUNNING'], ...MODEL }, DELETE: 'stop', STOP: 'stop' },
  { when: { status: ['RUNNING'], ...ADAPTER }, DELETE: 'delete', STOP: 'done' },
  { when: { status: ['STARTING'], ...MODEL }, DELETE: 'stop', STOP: 'stop' },
  { when: { status: ['STARTING'], ...ADAPTER }, DELETE: 'delete', STOP: 'done' },
  { when: { status: ['STOPPING'] }, DELETE: 'wait', STOP: 'wait' },
  { when: { status: ['TRAINING_IN_PROGRESS'], trainingBehavior: ['WAIT'] }, DELETE: 'wait', STOP: 'done' },
  { when: { status: ['TRAINING_IN_PROGRESS'], trainingBehavior: ['FAIL'] }, DELETE: 'fail', STOP: 'done' },
  { when: { status: ['COPYING_IN_PROGRESS', 'DELETING'] }, DELETE: 'wait', STOP: 'done' },
  {
    when: {
      status: ['TRAINING_COMPLETED', 'TRAINING_FAILED', 'STOPPED', 'FAILED', 'COPYING_COMPLETED', 'COPYING_FAILED', 'DEPRECATED', 'EXPIRED'],
    },
    DELETE: 'delete',
    STOP: 'done',
  },
  { when: { status: { not: [NOT_LISTED, ...KNOWN_STATUSES] }, ...MODEL }, DELETE: 'delete', STOP: 'stop' },
  { when: { status: { not: [NOT_LISTED, ...KNOWN_STATUSES] }, ...ADAPTER }, DELETE: 'delete', STOP: 'done' },
];

/** What a call may answer. */
export type Answer = 'ok' | FailureKind;

/** How long a failed call is retried. */
export type Patience = 'never' | 'two minutes' | 'to the deadline';

export interface FailureRow {
  readonly kind: FailureKind;
  readonly error: string;
  /** How long to retry when a read fails with this error. `gone` is a valid answer to some reads. */
  readonly ask: Patience;
  /** The same for a call that stops or deletes; or what the error means for the version: `gone`, unless it is listed. */
  readonly change: Patience | 'it is gone' | 'its status tells';
}

export const FAILURES: readonly FailureRow[] = [
  { kind: 'gone', error: 'ResourceNotFoundException', ask: 'never', change: 'it is gone' },
  { kind: 'conflict', error: 'ResourceInUseException', ask: 'never', change: 'its status tells' },
  { kind: 'denied', error: 'AccessDeniedException', ask: 'two minutes', change: 'two minutes' },
  { kind: 'transient', error: 'ThrottlingException', ask: 'to the deadline', change: 'to the deadline' },
  { kind: 'fatal', error: 'ValidationException', ask: 'never', change: 'never' },
];
