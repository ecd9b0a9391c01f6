import { StackStatus } from '@aws-sdk/client-cloudformation';
import type { Action } from '../../lambda/decide';
import type { FailureKind } from '../../lambda/errors';

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

/** Why CloudFormation may have sent a Delete, as the record shows it. */
export interface Reason {
  /** The status of the stack whose operation it is. */
  readonly status: string;
  /** Whether that stack had ever been created. */
  readonly wasCreated: boolean;
  /** Whether another resource in the stacks has the same physical id. */
  readonly hasHeir: boolean;
}

export type Custody = 'act' | 'keep' | 'unclear';

/** `says`: the first cell of the row in docs/custody.md. */
export type CustodyRow = Rule<Reason> & { readonly says: string; readonly STACK_DELETION: Custody; readonly RESOURCE_REMOVAL: Custody };

const DELETION = 'DELETE_IN_PROGRESS';
const CLEAN_UP = 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS';
const UNDOING = ['ROLLBACK_IN_PROGRESS', 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS'];
const KNOWN: string[] = Object.values(StackStatus);
const OTHERS = (...named: string[]) => KNOWN.filter(status => !named.includes(status));

export const CUSTODY: readonly CustodyRow[] = [
  { says: `\`${DELETION}\` of a stack that had been created`, when: { status: [DELETION], wasCreated: [true] }, STACK_DELETION: 'act', RESOURCE_REMOVAL: 'act' },
  { says: `\`${DELETION}\` of a stack that was never created`, when: { status: [DELETION], wasCreated: [false] }, STACK_DELETION: 'keep', RESOURCE_REMOVAL: 'keep' },
  { says: `\`${CLEAN_UP}\``, when: { status: [CLEAN_UP], hasHeir: [false] }, STACK_DELETION: 'keep', RESOURCE_REMOVAL: 'act' },
  {
    says: `\`${CLEAN_UP}\`, and another resource of the stacks has the same version`,
    when: { status: [CLEAN_UP], hasHeir: [true] },
    STACK_DELETION: 'keep',
    RESOURCE_REMOVAL: 'keep',
  },
  { says: 'any other known status', when: { status: OTHERS(DELETION, CLEAN_UP) }, STACK_DELETION: 'keep', RESOURCE_REMOVAL: 'keep' },
  { says: 'a status that this release does not know', when: { status: { not: KNOWN } }, STACK_DELETION: 'unclear', RESOURCE_REMOVAL: 'unclear' },
];

/** What the tag of a project of the same stack names. */
export const TAGS = ['this teardown', 'another teardown', 'nothing', 'project gone'] as const;

/** What else decides about a project of the same stack. */
export interface ProjectReason extends Omit<Reason, 'hasHeir'> {
  /** Whether the nested stack of both is deleted as a whole. */
  readonly isWholeStack: boolean;
  /** Whether the operation created the project. */
  readonly isNew: boolean;
  /** Whether the operation updated the project without renaming it. */
  readonly isUpdated: boolean;
  /** Whether the operation renamed the project, and removed or renamed its teardown. */
  readonly isReplacedAlone: boolean;
  readonly tag: typeof TAGS[number];
}

export type ProjectRow = Rule<ProjectReason> & { readonly says: string; readonly answer: Custody };

const PART = { isWholeStack: [false] };
const NEITHER = { isUpdated: [false], isReplacedAlone: [false] };
const UNDONE = `\`${DELETION}\` of a stack that was never created`;

export const PROJECT_CUSTODY: readonly ProjectRow[] = [
  { says: `\`${DELETION}\` of a stack that had been created`, when: { status: [DELETION], wasCreated: [true] }, answer: 'act' },
  { says: `${UNDONE}, and the project was created with it`, when: { status: [DELETION], wasCreated: [false], isNew: [true] }, answer: 'act' },
  { says: `${UNDONE}, and the project existed before`, when: { status: [DELETION], wasCreated: [false], isNew: [false] }, answer: 'keep' },
  { says: `${UNDOING.map(status => `\`${status}\``).join(' or ')}, and what is undone created the project`, when: { status: UNDOING, isNew: [true] }, answer: 'act' },
  { says: `${UNDOING.map(status => `\`${status}\``).join(' or ')}, and the project existed before`, when: { status: UNDOING, isNew: [false] }, answer: 'keep' },
  { says: `\`${CLEAN_UP}\`, and their nested stack is deleted as a whole`, when: { status: [CLEAN_UP], isWholeStack: [true] }, answer: 'act' },
  { says: `\`${CLEAN_UP}\`, and the update changed the project without renaming it`, when: { status: [CLEAN_UP], ...PART, isUpdated: [true] }, answer: 'keep' },
  { says: `\`${CLEAN_UP}\`, and the update renamed the project, and removed or renamed its teardown`, when: { status: [CLEAN_UP], ...PART, isReplacedAlone: [true] }, answer: 'unclear' },
  { says: `\`${CLEAN_UP}\`, it did neither, and the tag names this teardown`, when: { status: [CLEAN_UP], ...PART, ...NEITHER, tag: ['this teardown'] }, answer: 'act' },
  {
    says: `\`${CLEAN_UP}\`, it did neither, and the tag names another teardown or nothing`,
    when: { status: [CLEAN_UP], ...PART, ...NEITHER, tag: ['another teardown', 'nothing'] },
    answer: 'unclear',
  },
  { says: `\`${CLEAN_UP}\`, it did neither, and the project is gone`, when: { status: [CLEAN_UP], ...PART, ...NEITHER, tag: ['project gone'] }, answer: 'keep' },
  { says: 'any other known status', when: { status: OTHERS(DELETION, CLEAN_UP, ...UNDOING) }, answer: 'keep' },
  { says: 'a status that this release does not know', when: { status: { not: KNOWN } }, answer: 'unclear' },
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
