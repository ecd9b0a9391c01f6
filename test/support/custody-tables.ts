import { Rule } from './tables';

/*
 * Why CloudFormation may have sent a Delete, as the events show it, and what the handler does: docs/custody.md has the same tables.
 */

export interface Reason {
  /** The status of the stack whose operation it is. */
  readonly status: string;
  /** Whether that stack had ever been created. */
  readonly wasCreated: boolean;
  /** Whether no completed deployment ever had the teardown with this target. */
  readonly isUndeployed: boolean;
  /** Whether another resource in the stacks has the same physical id. */
  readonly hasSuccessor: boolean;
}

export type Custody = 'act' | 'keep' | 'unclear';

/** `says`: the first cell of the row in docs/custody.md. */
export type CustodyRow = Rule<Reason> & { readonly says: string; readonly STACK_DELETION: Custody; readonly RESOURCE_REMOVAL: Custody };

const DELETION = 'DELETE_IN_PROGRESS';
const CLEAN_UP = 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS';
const UNDOING = [
  'ROLLBACK_IN_PROGRESS', 'UPDATE_ROLLBACK_IN_PROGRESS', 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS', 'IMPORT_ROLLBACK_IN_PROGRESS',
];
const GOES_ON = ['CREATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS', 'IMPORT_IN_PROGRESS'];
/** Nothing is in progress: CloudFormation deletes no resource. */
const AT_REST = [
  'CREATE_COMPLETE', 'CREATE_FAILED', 'ROLLBACK_COMPLETE', 'ROLLBACK_FAILED', 'DELETE_COMPLETE', 'DELETE_FAILED', 'UPDATE_COMPLETE', 'UPDATE_FAILED',
  'UPDATE_ROLLBACK_COMPLETE', 'UPDATE_ROLLBACK_FAILED', 'IMPORT_COMPLETE', 'IMPORT_ROLLBACK_COMPLETE', 'IMPORT_ROLLBACK_FAILED', 'REVIEW_IN_PROGRESS',
];
const KNOWN = [DELETION, CLEAN_UP, ...UNDOING, ...GOES_ON, ...AT_REST];

const both = (custody: Custody) => ({ STACK_DELETION: custody, RESOURCE_REMOVAL: custody });
const OTHERS = 'any other status in which an operation runs';
const NOTHING_RUNS = 'a status in which no operation runs (`..._COMPLETE`, `..._FAILED`)';
const UNKNOWN = 'a status that this release does not know';

export const CUSTODY: readonly CustodyRow[] = [
  { says: `\`${DELETION}\` of a stack that had been created`, when: { status: [DELETION], wasCreated: [true] }, ...both('act') },
  { says: `\`${DELETION}\` of a stack that was never created`, when: { status: [DELETION], wasCreated: [false] }, ...both('keep') },
  {
    says: `\`${CLEAN_UP}\``,
    when: { status: [CLEAN_UP], isUndeployed: [false], hasSuccessor: [false] },
    STACK_DELETION: 'keep',
    RESOURCE_REMOVAL: 'act',
  },
  {
    says: `\`${CLEAN_UP}\`, and another resource of the stacks has the same version`,
    when: { status: [CLEAN_UP], isUndeployed: [false], hasSuccessor: [true] },
    ...both('keep'),
  },
  { says: `\`${CLEAN_UP}\`, and no completed deployment had this teardown of the version`, when: { status: [CLEAN_UP], isUndeployed: [true] }, ...both('keep') },
  { says: OTHERS, when: { status: [...UNDOING, ...GOES_ON] }, ...both('keep') },
  { says: NOTHING_RUNS, when: { status: AT_REST }, ...both('unclear') },
  { says: UNKNOWN, when: { status: { not: KNOWN } }, ...both('unclear') },
];

/** What the tag of a project of the same stack names. */
export const TAGS = ['this teardown', 'another teardown', 'nothing', 'project gone'] as const;

/** Whether the update renamed the project, and what it did to the teardown. */
export const RENAMINGS = ['no', 'with its teardown', 'without its teardown'] as const;

/** What the new template does with the old project. */
export const TEMPLATES = ['retains', 'deletes', 'cannot tell'] as const;

/** What else decides about a project of the same stack. */
export interface ProjectReason extends Omit<Reason, 'hasSuccessor'> {
  /** Whether the nested stack of both is deleted as a whole. */
  readonly isWholeStack: boolean;
  /** Whether what is undone created the project. */
  readonly isNew: boolean;
  /** Whether the update changed the project without renaming it; in a deletion, whether the update did that which has failed before. */
  readonly isUpdated: boolean;
  readonly renamed: typeof RENAMINGS[number];
  readonly template: typeof TEMPLATES[number];
  readonly mode: 'DELETE' | 'STOP';
  readonly tag: typeof TAGS[number];
}

export type ProjectRow = Rule<ProjectReason> & { readonly says: string; readonly answer: Custody | 'the tag decides' };

const UNDONE = `\`${DELETION}\` of a stack that was never created`;
const ROLLED_BACK = 'a rollback or its cleanup';
const FAILED_BEFORE = `\`${DELETION}\` right after an update that failed and had changed the project`;
const PART = { status: [CLEAN_UP], isUndeployed: [false], isWholeStack: [false] };
const RENAMED = `\`${CLEAN_UP}\`, and the update renamed the project`;
const CALLED = 'the tag names';

/** By what the tag of the project names. */
export const BY_TAG: { readonly [tag in typeof TAGS[number]]: Custody } = {
  'this teardown': 'act',
  'another teardown': 'unclear',
  'nothing': 'unclear',
  'project gone': 'keep',
};

export const PROJECT_CUSTODY: readonly ProjectRow[] = [
  { says: `\`${DELETION}\` of a stack that had been created`, when: { status: [DELETION], wasCreated: [true], isUpdated: [false] }, answer: 'act' },
  {
    says: `${FAILED_BEFORE}, and ${CALLED} this teardown`,
    when: { status: [DELETION], wasCreated: [true], isUpdated: [true], isUndeployed: [false], tag: ['this teardown'] },
    answer: 'act',
  },
  {
    says: `${FAILED_BEFORE}, and ${CALLED} another teardown or nothing`,
    when: { status: [DELETION], wasCreated: [true], isUpdated: [true], isUndeployed: [false], tag: { not: ['this teardown'] } },
    answer: 'keep',
  },
  {
    says: `${FAILED_BEFORE}, and no completed deployment had this teardown of it`,
    when: { status: [DELETION], wasCreated: [true], isUpdated: [true], isUndeployed: [true] },
    answer: 'keep',
  },
  { says: `${UNDONE}, and the project was created with it`, when: { status: [DELETION], wasCreated: [false], isNew: [true] }, answer: 'act' },
  { says: `${UNDONE}, and the project existed before`, when: { status: [DELETION], wasCreated: [false], isNew: [false] }, answer: 'keep' },
  { says: `${ROLLED_BACK}, and the undone operation created the project`, when: { status: UNDOING, isNew: [true] }, answer: 'act' },
  { says: `${ROLLED_BACK}, and the project existed before`, when: { status: UNDOING, isNew: [false] }, answer: 'keep' },
  { says: `\`${CLEAN_UP}\`, and no completed deployment had this teardown of the project`, when: { status: [CLEAN_UP], isUndeployed: [true] }, answer: 'keep' },
  { says: `\`${CLEAN_UP}\`, and their nested stack is deleted as a whole`, when: { ...PART, isWholeStack: [true] }, answer: 'act' },
  { says: `\`${CLEAN_UP}\`, and the update changed the project without renaming it`, when: { ...PART, isUpdated: [true] }, answer: 'keep' },
  {
    says: `${RENAMED}, and the new template does not retain the old one`,
    when: { ...PART, isUpdated: [false], renamed: { not: ['no'] }, template: ['deletes'], mode: ['DELETE'] },
    answer: 'act',
  },
  {
    says: `${RENAMED}, and the new template retains the old one`,
    when: { ...PART, isUpdated: [false], renamed: { not: ['no'] }, template: ['retains'], mode: ['DELETE'] },
    answer: 'keep',
  },
  {
    says: `${RENAMED}, removed or renamed its teardown, and the template cannot tell`,
    when: { ...PART, isUpdated: [false], renamed: ['without its teardown'], template: ['cannot tell'], mode: ['DELETE'] },
    answer: 'unclear',
  },
  {
    says: `${RENAMED} and its teardown, and the template cannot tell`,
    when: { ...PART, isUpdated: [false], renamed: ['with its teardown'], template: ['cannot tell'], mode: ['DELETE'] },
    answer: 'the tag decides',
  },
  {
    says: `${RENAMED}, and the teardown has \`STOP\``,
    when: { ...PART, isUpdated: [false], renamed: { not: ['no'] }, mode: ['STOP'] },
    answer: 'the tag decides',
  },
  {
    says: `\`${CLEAN_UP}\`, and the update neither changed nor renamed the project`,
    when: { ...PART, isUpdated: [false], renamed: ['no'] },
    answer: 'the tag decides',
  },
  { says: OTHERS, when: { status: GOES_ON }, answer: 'keep' },
  { says: NOTHING_RUNS, when: { status: AT_REST }, answer: 'unclear' },
  { says: UNKNOWN, when: { status: { not: KNOWN } }, answer: 'unclear' },
];
