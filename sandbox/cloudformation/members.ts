import type { Members, Operations } from '../members';

const STACK = ['StackName'];
const TEMPLATE = ['TemplateBody', 'TemplateURL'];
const DEPLOYMENT = [...STACK, ...TEMPLATE, 'Parameters', 'Tags', 'Capabilities', 'NotificationARNs'];
const ROLE = { RoleARN: 'deployments may do everything' };
const TOKEN = { ClientRequestToken: 'no response is lost, so nobody repeats a request' };
/** Express mode does not wait until resources are stable, which the sandbox does not know. */
const STANDARD_MODE = { DeploymentConfig: { Mode: 'STANDARD' } };

/** What the operations of CloudFormation do with the members of their inputs. */
export const MEMBERS: Operations = {
  CreateChangeSet: {
    honored: [
      ...DEPLOYMENT, 'UsePreviousTemplate', 'ChangeSetName', 'ChangeSetType', 'Description', 'OnStackFailure',
      'ImportExistingResources', 'ResourcesToImport',
    ],
    only: STANDARD_MODE,
    ignored: {
      ...ROLE,
      ClientToken: TOKEN.ClientRequestToken,
      IncludeNestedStacks: 'a nested stack is one change, and its template is checked with that of its parent',
    },
  },
  DescribeChangeSet: {
    honored: [...STACK, 'ChangeSetName', 'NextToken'],
    ignored: { IncludePropertyValues: 'clients have the values of properties from the templates' },
  },
  ExecuteChangeSet: {
    honored: [...STACK, 'ChangeSetName', 'DisableRollback', 'RetainExceptOnCreate'],
    ignored: TOKEN,
  },
  DeleteChangeSet: { honored: [...STACK, 'ChangeSetName'] },
  ListChangeSets: { honored: [...STACK, 'NextToken'] },
  CreateStack: {
    honored: [...DEPLOYMENT, 'OnFailure', 'DisableRollback', 'RetainExceptOnCreate', 'EnableTerminationProtection'],
    only: STANDARD_MODE,
    ignored: { ...ROLE, ...TOKEN },
  },
  UpdateStack: {
    honored: [...DEPLOYMENT, 'UsePreviousTemplate', 'DisableRollback', 'RetainExceptOnCreate'],
    only: STANDARD_MODE,
    ignored: { ...ROLE, ...TOKEN },
  },
  DeleteStack: {
    honored: [...STACK, 'RetainResources'],
    only: { ...STANDARD_MODE, DeletionMode: 'STANDARD' },
    ignored: { ...ROLE, ...TOKEN },
  },
  RollbackStack: { honored: [...STACK, 'RetainExceptOnCreate'], ignored: { ...ROLE, ...TOKEN } },
  ContinueUpdateRollback: { honored: [...STACK, 'ResourcesToSkip'], ignored: { ...ROLE, ...TOKEN } },
  UpdateTerminationProtection: { honored: [...STACK, 'EnableTerminationProtection'] },
  GetTemplate: {
    honored: [...STACK, 'ChangeSetName'],
    ignored: { TemplateStage: 'no template has macros, so both stages are the same' },
  },
  GetTemplateSummary: { honored: [...STACK, ...TEMPLATE] },
  DescribeEvents: readsNothing('ChangeSetName', 'StackName', 'OperationId', 'Filters', 'NextToken'),
  ListHookResults: readsNothing('TargetType', 'TargetId', 'TypeArn', 'Status', 'NextToken'),
  DescribeStacks: { honored: [...STACK, 'NextToken'] },
  ListStacks: { honored: ['StackStatusFilter', 'NextToken'] },
  ListStackResources: { honored: [...STACK, 'NextToken'] },
  DescribeStackResources: { honored: [...STACK, 'LogicalResourceId'] },
  DescribeStackEvents: { honored: [...STACK, 'NextToken'] },
};

function readsNothing(...members: string[]): Members {
  return { ignored: Object.fromEntries(members.map(member => [member, 'there is nothing to read'])) };
}
