import { RemovalPolicy } from 'aws-cdk-lib';
import { codeIn, tableIn } from './markdown';
import { Grant } from './policies';
import { TeardownMode, TeardownTrigger } from '../../src';

/** What the conditions in docs/iam.md refer to. */
export interface Case {
  readonly kind: 'version' | 'project';
  readonly project: 'none' | 'own' | 'imported' | 'of another stack';
  readonly isNested: boolean;
  readonly isToken: boolean;
  readonly trigger: TeardownTrigger;
  readonly mode: TeardownMode;
  readonly removalPolicy?: RemovalPolicy;
  readonly deleteProject?: boolean;
  readonly isInVpc: boolean;
}

/** The same for a workflow. */
export type WorkflowCase = Pick<Case, 'mode' | 'isInVpc'> & { readonly hasProjects: boolean; readonly hasVersions: boolean; readonly deleteProjects: boolean };

/** The conditions of the column `when`; several in one cell must all hold. */
const CONDITIONS: { [text: string]: (options: Case) => boolean } = {
  'always': () => true,
  'unless retained': ({ removalPolicy, kind, project }) => removalPolicy !== RemovalPolicy.RETAIN
    && (removalPolicy !== RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE || (kind === 'project' && project === 'own')),
  '`STACK_DELETION`': ({ trigger }) => trigger === TeardownTrigger.STACK_DELETION,
  '`RESOURCE_REMOVAL`': ({ trigger }) => trigger === TeardownTrigger.RESOURCE_REMOVAL,
  '`DELETE`': ({ mode }) => mode === TeardownMode.DELETE,
  'with `project`': ({ project }) => project !== 'none',
  'without `project`': ({ project }) => project === 'none',
  '`deleteProject`': ({ deleteProject }) => deleteProject === true,
  'the project is of the same stack': ({ project }) => project === 'own',
  'the project lives elsewhere': ({ project }) => project !== 'own',
  'nested': ({ isNested }) => isNested,
  'in a VPC': ({ isInVpc }) => isInVpc,
};

const WORKFLOW_CONDITIONS: { [text: string]: (options: WorkflowCase) => boolean } = {
  'always': () => true,
  '`DELETE`': ({ mode }) => mode === TeardownMode.DELETE,
  'with projects': ({ hasProjects }) => hasProjects,
  'with versions': ({ hasVersions }) => hasVersions,
  '`deleteProjects`': ({ deleteProjects }) => deleteProjects,
  'in a VPC': ({ isInVpc }) => isInVpc,
};

/** The grants of a workflow in the rows that apply to these options. */
export function grantsOfWorkflow(rows: Row[], options: WorkflowCase): Grant[] {
  const holding = rows.filter(({ conditions }) => conditions.every(condition => WORKFLOW_CONDITIONS[condition](options)));
  return [...new Set(holding.map(({ grant }) => grant))].sort();
}

export interface Row {
  readonly grant: Grant;
  readonly conditions: string[];
}

/** The rows that apply to these options. */
export function listed(rows: Row[], options: Case): Row[] {
  return rows.filter(({ conditions }) => conditions.every(condition => CONDITIONS[condition](options)));
}

/** The table below a heading in docs/iam.md. */
export function rowsBelow(heading: string): Row[] {
  return tableIn('docs/iam.md', heading, 'action', 'resource', 'when')!.map(([action, resource, when]) => ({
    grant: `${codeIn(action)[0]} ${resource.replaceAll('`', '')}`, conditions: when.split(', '),
  }));
}
