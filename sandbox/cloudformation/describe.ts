import { Caller, NotModeled, Permission, ServiceError } from '../service';
import type { StackEvent } from './events';
import type { Past } from './past';
import { CONTROL_CHARACTER, shownReason } from './reasons';
import type { CloudFormationSettings } from './settings';
import type { Stack } from './stack';

/** The stacks that the API shows. */
interface Stacks {
  readonly stacks: readonly Stack[];
  /** The stacks as reads return them, which may be stale. */
  readonly past: Past;
  readonly settings: CloudFormationSettings;
  find(nameOrId: string): Stack | undefined;
  stack(nameOrId: string): Stack;
}

interface Input {
  readonly StackName?: string;
  readonly StackStatusFilter?: readonly string[];
  readonly LogicalResourceId?: string;
  readonly NextToken?: string;
}

// [cited] ListStackResources, DescribeStackEvents, DescribeStacks, ListStacks: "If the output exceeds 1 MB, a string that identifies the next page"; [assumed] here: a hundred items.
const PAGE_SIZE = 100;

/** [cited] Service Authorization Reference, CloudFormation: all act on a stack; DescribeStacks without a name, and ListStacks, on all of them. */
export function permissions(known: Stacks, operation: string, { StackName: name }: Input): Permission[] {
  const resource = name === undefined ? '*' : known.find(name)?.id ?? name;
  return [{ action: `cloudformation:${operation}`, resource }];
}

export function describe(known: Stacks, operation: string, input: Input, caller?: Caller): object {
  switch (operation) {
    case 'DescribeStacks': {
      // [cited] DescribeStacks: without a name all stacks that are not deleted.
      const stacks = input.StackName === undefined
        ? known.stacks.filter(({ status }) => status !== 'DELETE_COMPLETE')
        : [known.stack(input.StackName)];
      const { items, NextToken } = page(stacks, input);
      const statuses = known.past.statuses();
      return { Stacks: items.map(stack => ({ ...describeStack(stack), ...statuses(stack) })), NextToken };
    }
    case 'ListStacks': {
      // [cited] ListStacks: without a filter "existing stacks and stacks that have been deleted".
      const { items, NextToken } = page(known.stacks.filter(({ status }) => input.StackStatusFilter?.includes(status) ?? true), input);
      return { StackSummaries: items.map(summarize), NextToken };
    }
    case 'ListStackResources': {
      if (input.StackName === undefined) throw new ServiceError('ValidationError', 'StackName is required');
      const { items, NextToken } = page(known.past.resources(known.stack(input.StackName)), input);
      return {
        StackResourceSummaries: items.map(({ logicalId, physicalId, resourceType, status, reason }) => ({
          LogicalResourceId: logicalId,
          PhysicalResourceId: physicalId || undefined,
          ResourceType: resourceType,
          ResourceStatus: status,
          ResourceStatusReason: reason,
        })),
        NextToken,
      };
    }
    case 'DescribeStackResources': {
      if (input.StackName === undefined) throw new ServiceError('ValidationError', 'StackName is required');
      const stack = known.stack(input.StackName);
      const { LogicalResourceId: only } = input;
      return {
        StackResources: Object.values(stack.resources).filter(({ logicalId }) => only === undefined || logicalId === only).map(resource => ({
          StackId: stack.id,
          StackName: stack.name,
          LogicalResourceId: resource.logicalId,
          PhysicalResourceId: resource.physicalId || undefined,
          ResourceType: resource.type,
          ResourceStatus: resource.status,
          ResourceStatusReason: resource.statusReason,
        })),
      };
    }
    case 'DescribeStackEvents': {
      if (input.StackName === undefined) throw new ServiceError('ValidationError', 'StackName is required');
      const { id } = known.stack(input.StackName);
      // [cited] "in reverse chronological order"; also for a deleted stack, by its id.
      const { items, NextToken } = eventPage(known.past.events(id), input, caller);
      if (items.some(event => CONTROL_CHARACTER.test(shownReason(event, known.settings) ?? ''))) {
        // [cited] aws-cloudformation/cloudformation-coverage-roadmap#1601: the text. [assumed] the error's name.
        const message = 'The response contains control characters or otherwise invalid characters';
        throw new ServiceError('ValidationError', message);
      }
      return {
        StackEvents: items.map(event => ({
          StackId: id,
          EventId: event.id,
          OperationId: known.settings.operationIds === 'NONE' ? undefined : event.operationId,
          StackName: event.stackName,
          LogicalResourceId: event.logicalId,
          // [cited] published event logs: empty while there is none.
          PhysicalResourceId: event.physicalId,
          ResourceType: event.resourceType,
          ResourceProperties: event.properties && JSON.stringify(event.properties),
          Timestamp: new Date(event.time),
          ResourceStatus: event.status,
          ResourceStatusReason: shownReason(event, known.settings),
          DetailedStatus: event.detailedStatus,
        })),
        NextToken,
      };
    }
    default:
      throw new NotModeled(`the sandbox does not know CloudFormation's operation ${operation}`);
  }
}

/** [cited] API reference, StackSummary. */
function summarize(stack: Stack): object {
  return {
    StackId: stack.id,
    StackName: stack.name,
    StackStatus: stack.status,
    StackStatusReason: stack.statusReason,
    CreationTime: new Date(stack.creationTime),
    LastUpdatedTime: stack.lastUpdated && new Date(stack.lastUpdated),
    DeletionTime: stack.deletionTime && new Date(stack.deletionTime),
    // [cited] "For nested stacks": other stacks have neither.
    ParentId: stack.parent?.id,
    RootId: stack.parent && stack.root.id,
  };
}

/** [cited] API reference, Stack. */
function describeStack(stack: Stack): object {
  const { template } = stack;
  return {
    ...summarize(stack),
    DisableRollback: stack.disableRollback,
    Description: template?.description,
    EnableTerminationProtection: stack.terminationProtection,
    Tags: stack.tags,
    NotificationARNs: stack.notificationArns,
    Capabilities: [],
    RollbackConfiguration: {},
    Parameters: Object.entries(stack.parameters).map(([name, value]) => ({
      ParameterKey: name,
      // [cited] NoEcho: masked "as asterisks (*****)".
      ParameterValue: String(template?.parameters[name].NoEcho) === 'true' ? '****' : value,
      // [cited] API reference, Parameter: "The value that corresponds to a SSM parameter key".
      ResolvedValue: stack.fromSsm[name],
    })),
    Outputs: Object.entries(stack.outputs).map(([name, value]) => ({
      OutputKey: name,
      OutputValue: value,
      Description: template?.outputs[name].Description,
    })),
  };
}

/** The token of a page is the number of older entries, so new entries do not shift the next page. */
function eventPage(events: readonly StackEvent[], { NextToken: token }: Input, caller?: Caller) {
  // the CDK CLI ignores events from before its own time, but the sandbox's time is ahead of it.
  const isCli = /\baws-cdk\//.test(caller?.userAgent ?? '');
  const all = isCli ? events.filter(({ request }) => request === events.at(-1)?.request) : events;
  const end = token === undefined ? all.length : Number(token);
  if (!Number.isInteger(end)) throw new ServiceError('ValidationError', `NextToken ${token} is not valid`);
  const start = Math.max(0, end - PAGE_SIZE);
  return { items: all.slice(start, end).reverse(), NextToken: start > 0 ? String(start) : undefined };
}

export function page<T>(all: readonly T[], { NextToken: token = '0' }: Pick<Input, 'NextToken'>): { items: T[]; NextToken?: string } {
  const start = Number(token);
  if (!Number.isInteger(start)) throw new ServiceError('ValidationError', `NextToken ${token} is not valid`);
  const end = start + PAGE_SIZE;
  return { items: all.slice(start, end), NextToken: end < all.length ? String(end) : undefined };
}
