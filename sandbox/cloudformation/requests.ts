import { Caller, ServiceError } from '../service';
import { checkCapabilities } from './capabilities';
import { describe } from './describe';
import { schemaOf } from './resources/schema';
import type { CloudFormation } from './service';
import type { Template } from './template';
import { givenForRollback, givenParameters, givenTemplate } from './template-input';

type Handle = (service: CloudFormation, input: any) => object;

/** All operations except those that only read stacks. */
const OPERATIONS: { readonly [operation: string]: Handle | undefined } = {
  CreateChangeSet: ({ changeSets }, input) => changeSets.create(input),
  DescribeChangeSet: ({ changeSets }, input) => changeSets.describe(input),
  ExecuteChangeSet: ({ changeSets }, input) => changeSets.execute(input),
  DeleteChangeSet: ({ changeSets }, input) => changeSets.delete(input),
  ListChangeSets: ({ changeSets }, input) => changeSets.list(input),
  CreateStack: createStack,
  UpdateStack: updateStack,
  DeleteStack: deleteStack,
  RollbackStack: rollbackStack,
  ContinueUpdateRollback: continueUpdateRollback,
  UpdateTerminationProtection: updateTerminationProtection,
  GetTemplate: (service, input) => ({
    TemplateBody: input.ChangeSetName ? service.changeSets.template(input) : service.stack(input.StackName).template?.source ?? '{}',
    StagesAvailable: ['Original', 'Processed'],
  }),
  GetTemplateSummary: (service, input) => summary(service, input.StackName
    ? service.stack(input.StackName).template! : givenTemplate(service, input)),
  // [assumed] every failure is described by the reason of the change set or of a stack event.
  DescribeEvents: () => ({ OperationEvents: [] }),
  // there are no hooks.
  ListHookResults: () => ({ HookResults: [] }),
};

export function handle(service: CloudFormation, operation: string, input: any, caller?: Caller): object {
  return (OPERATIONS[operation] ?? (() => describe(service, operation, input, caller)))(service, input);
}

function createStack(service: CloudFormation, input: any): object {
  const name = input.StackName;
  // [cited] API reference, errors of CreateStack.
  if (service.find(name)) throw new ServiceError('AlreadyExistsException', `Stack [${name}] already exists`);
  const { OnFailure: onFailure, DisableRollback: disableRollback } = input;
  if (onFailure && disableRollback) {
    // [cited] API reference, CreateStack, OnFailure: "You can specify either OnFailure or DisableRollback, but not both".
    throw new ServiceError('ValidationError', 'Either DisableRollback or OnFailure can be specified, not both.');
  }
  const stack = service.newStack(name);
  const template = givenTemplate(service, input);
  checkCapabilities(template, input);
  const { run } = service.deployment(stack, template, {
    parameters: givenParameters(input), onFailure, ...givenForRollback(input),
  });
  stack.tags = input.Tags || [];
  stack.notificationArns = input.NotificationARNs || [];
  stack.terminationProtection = input.EnableTerminationProtection === 'true';
  service.begin(stack, run);
  return { StackId: stack.id };
}

function updateStack(service: CloudFormation, input: any): object {
  const stack = service.stack(input.StackName);
  const template = givenTemplate(service, input, stack);
  checkCapabilities(template, input);
  const { changes, run } = service.deployment(stack, template, {
    parameters: givenParameters(input, stack), ...givenForRollback(input),
  });
  // [cited] the text that tools look for.
  if (!changes) throw new ServiceError('ValidationError', 'No updates are to be performed.');
  // [cited] API reference, UpdateStack: they stay as they are unless the request has some, or an empty list of them.
  stack.tags = given(input.Tags) ?? stack.tags;
  stack.notificationArns = given(input.NotificationARNs) ?? stack.notificationArns;
  service.begin(stack, run);
  return { StackId: stack.id };
}

/** [cited] AWS Query protocol: an empty list is an empty text. */
function given<T>(list: readonly T[] | '' | undefined): readonly T[] | undefined {
  return list === '' ? [] : list;
}

function deleteStack(service: CloudFormation, input: any): object {
  const { RetainResources: retained = [] } = input;
  // [cited] DeleteStack of a stack that does not exist succeeds.
  const stack = service.find(input.StackName);
  const run = stack && service.deletion(stack, retained || []);
  if (run) service.begin(stack, run);
  return {};
}

function rollbackStack(service: CloudFormation, input: any): object {
  const stack = service.stack(input.StackName);
  const run = service.rollbackOf(stack);
  stack.retainExceptOnCreate = input.RetainExceptOnCreate === 'true';
  service.begin(stack, run);
  return { StackId: stack.id };
}

function continueUpdateRollback(service: CloudFormation, input: any): object {
  const stack = service.stack(input.StackName);
  service.begin(stack, service.continuedRollbackOf(stack, input.ResourcesToSkip || []));
  return {};
}

function updateTerminationProtection(service: CloudFormation, { StackName: name, EnableTerminationProtection: enable }: any): object {
  const stack = service.stack(name);
  stack.terminationProtection = enable === 'true';
  return { StackId: stack.id };
}

/** [cited] API reference, GetTemplateSummary. */
function summary(service: CloudFormation, { parameters, resources, description }: Template): object {
  const types = [...new Set(Object.values(resources).map(({ type }) => type))];
  return {
    Description: description,
    Parameters: Object.entries(parameters).map(([ParameterKey, { Type, Default, NoEcho }]) => ({
      ParameterKey, ParameterType: Type, DefaultValue: Default, NoEcho: String(NoEcho ?? false),
    })),
    ResourceTypes: types,
    ResourceIdentifierSummaries: types.filter(type => service.canImport(type)).map(ResourceType => ({
      ResourceType,
      LogicalResourceIds: Object.keys(resources).filter(logicalId => resources[logicalId].type === ResourceType),
      ResourceIdentifiers: schemaOf(ResourceType)?.primaryIdentifier,
    })),
  };
}
