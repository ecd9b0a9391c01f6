import { randomUUID } from 'node:crypto';
import { NotModeled, ServiceError } from '../service';
import { checkCapabilities } from './capabilities';
import { changesOf } from './changes';
import type { OnFailure } from './create';
import { page } from './describe';
import { checkImports, givenImports, Imports } from './import';
import type { ParameterValues } from './parameters';
import type { CloudFormation } from './service';
import type { Stack } from './stack';
import type { Template } from './template';
import { givenForRollback, givenParameters, givenTemplate } from './template-input';

interface ChangeSet {
  readonly id: string;
  readonly name: string;
  readonly stack: Stack;
  readonly description?: string;
  readonly creationTime: number;
  readonly template: Template;
  readonly parameters: ParameterValues;
  readonly tags: Stack['tags'];
  readonly notificationArns: Stack['notificationArns'];
  readonly onStackFailure?: OnFailure;
  readonly importsExisting: boolean;
  readonly imports?: Imports;
  readonly changes: readonly object[];
  /** Why there is nothing to execute. */
  readonly problem?: string;
  executed: boolean;
}

/** [cited] API reference of the change set operations. [assumed] creating a change set takes no time. */
export class ChangeSets {
  private sets: ChangeSet[] = [];

  constructor(private readonly service: CloudFormation) {}

  create(input: any): object {
    const { service } = this;
    const { StackName: stackName, ChangeSetName: name, ChangeSetType: type = 'UPDATE', Description: description } = input;
    const existing = service.find(stackName);
    if (!existing && type === 'UPDATE') throw new ServiceError('ValidationError', `Stack [${stackName}] does not exist`);
    if (existing && type === 'CREATE' && existing.status !== 'REVIEW_IN_PROGRESS') {
      throw new ServiceError('ValidationError', `Stack [${stackName}] already exists and cannot be created again with the changeSet [${name}].`);
    }
    if (existing && this.find(existing, name)) throw new ServiceError('AlreadyExistsException', `ChangeSet ${name} cannot be created because it already exists`);

    // [cited] API reference, CreateChangeSet, OnStackFailure.
    if (existing && input.OnStackFailure === 'DELETE') {
      throw new ServiceError('ValidationError', 'OnStackFailure DELETE is only valid for a change set of type CREATE');
    }
    const template = givenTemplate(service, input, existing);
    checkCapabilities(template, input);
    const parameters = givenParameters(input, existing);
    const imports = type === 'IMPORT' ? givenImports(input) : undefined;
    const stack = existing ?? service.newStack(stackName);
    const { changes, problem } = this.look(stack, template, parameters, imports);
    if (!existing) {
      service.stacks.push(stack);
      stack.report('REVIEW_IN_PROGRESS', 'User Initiated');
    }
    const { account, region } = stack.environment;
    const changeSet: ChangeSet = {
      id: `arn:aws:cloudformation:${region}:${account}:changeSet/${name}/${randomUUID()}`,
      name,
      stack,
      description,
      creationTime: service.clock.now(),
      template,
      parameters,
      tags: input.Tags || [],
      notificationArns: input.NotificationARNs || [],
      onStackFailure: input.OnStackFailure,
      importsExisting: input.ImportExistingResources === 'true',
      imports,
      changes,
      problem,
      executed: false,
    };
    this.sets.push(changeSet);
    return { Id: changeSet.id, StackId: stack.id };
  }

  describe(input: any): object {
    const { executed, problem, ...changeSet } = this.get(input);
    const { items, NextToken } = page(changeSet.changes, input);
    return {
      ChangeSetName: changeSet.name,
      ChangeSetId: changeSet.id,
      StackId: changeSet.stack.id,
      StackName: changeSet.stack.name,
      Description: changeSet.description,
      CreationTime: new Date(changeSet.creationTime),
      Status: problem ? 'FAILED' : 'CREATE_COMPLETE',
      StatusReason: problem,
      ExecutionStatus: problem ? 'UNAVAILABLE' : executed ? 'EXECUTE_COMPLETE' : 'AVAILABLE',
      Parameters: Object.entries(changeSet.parameters).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
      Tags: changeSet.tags,
      OnStackFailure: changeSet.onStackFailure,
      NotificationARNs: changeSet.notificationArns,
      Capabilities: [],
      Changes: items,
      NextToken,
    };
  }

  list({ StackName: stackName }: any): object {
    const stack = this.service.stack(stackName);
    return {
      Summaries: this.sets.filter(set => set.stack === stack).map(({ id, name, problem, executed, creationTime }) => ({
        StackId: stack.id,
        StackName: stack.name,
        ChangeSetId: id,
        ChangeSetName: name,
        Status: problem ? 'FAILED' : 'CREATE_COMPLETE',
        StatusReason: problem,
        ExecutionStatus: problem ? 'UNAVAILABLE' : executed ? 'EXECUTE_COMPLETE' : 'AVAILABLE',
        CreationTime: new Date(creationTime),
      })),
    };
  }

  /** [cited] ExecuteChangeSet: all other change sets of the stack are deleted, "because they aren't valid for the updated stack". */
  execute(input: any): object {
    const changeSet = this.get(input);
    const { stack, template, parameters, problem, executed } = changeSet;
    if (problem || executed) throw new ServiceError('InvalidChangeSetStatus', `ChangeSet [${changeSet.id}] cannot be executed in its current status`);
    const { run } = this.service.deployment(stack, template, {
      parameters,
      onFailure: changeSet.onStackFailure,
      ...givenForRollback(input),
      importExistingResources: changeSet.importsExisting,
      imports: changeSet.imports,
    });
    changeSet.executed = true;
    this.sets = this.sets.filter(other => other.stack !== stack || other === changeSet);
    stack.tags = changeSet.tags;
    stack.notificationArns = changeSet.notificationArns;
    this.service.begin(stack, run);
    return {};
  }

  /** [assumed] deleting a change set that does not exist succeeds: the CDK CLI relies on it. */
  delete(input: any): object {
    const stack = this.service.find(input.StackName) ?? this.sets.find(set => set.id === input.ChangeSetName)?.stack;
    this.sets = this.sets.filter(set => set.stack !== stack || (set.name !== input.ChangeSetName && set.id !== input.ChangeSetName));
    return {};
  }

  /** The text of the template of a change set. */
  template(input: any): string {
    return this.get(input).template.source;
  }

  private look(
    stack: Stack, template: Template, parameters: ParameterValues, imports?: Imports,
  ): { changes: object[]; problem?: string } {
    const { service } = this;
    try {
      // whether rollback is disabled is only known when the change set is executed.
      const { changes, values } = service.deployment(stack, template, { parameters, disableRollback: true });
      // [cited] the text that the CDK CLI looks for.
      if (!changes) return { changes: [], problem: "The submitted information didn't contain changes. Submit different information to create a change set." };
      if (imports) return { changes: checkImports(service, stack, template, imports) };
      return { changes: changesOf({ stack, template, values, resourceType: name => service.resourceType(name) }) };
    } catch (error) {
      if (!(error instanceof NotModeled)) throw error;
      return { changes: [], problem: error.message };
    }
  }

  private find(stack: Stack, nameOrId: string): ChangeSet | undefined {
    return this.sets.find(set => set.stack === stack && (set.name === nameOrId || set.id === nameOrId));
  }

  private get({ StackName: stackName, ChangeSetName: nameOrId }: any): ChangeSet {
    const found = stackName === undefined ? this.sets.find(set => set.id === nameOrId) : this.find(this.service.stack(stackName), nameOrId);
    if (!found) throw new ServiceError('ChangeSetNotFound', `ChangeSet [${nameOrId}] does not exist`, 404);
    return found;
  }
}
