import { isDeepStrictEqual } from 'node:util';
import { AssetBucket, StackArtifact } from '../assembly';
import type { Clock } from '../clock';
import { Permission, Service, ServiceError } from '../service';
import { createStack, OnFailure } from './create';
import { deleteStack } from './delete';
import { Deployment } from './deployment';
import { describe, permissions } from './describe';
import type { Engine } from './engine';
import { NotModelled } from './errors';
import { EventLog } from './events';
import { Exports } from './exports';
import { ParameterValues, parameterValues } from './parameters';
import type { ResourceType } from './resource-type';
import { isCustom } from './scope';
import { Environment, Stack } from './stack';
import { parseTemplate } from './template';
import { Update } from './update';

export interface DeployOptions {
  readonly parameters?: ParameterValues;
  /** For a creation. An update that fails is always rolled back. */
  readonly onFailure?: OnFailure;
}

/** Resource types by name; all custom resources go by `Custom::*`. */
export type ResourceTypes = { readonly [type: string]: ResourceType };

export interface CloudFormationProps {
  readonly clock: Clock;
  readonly environment: Environment;
  resourceTypes(engine: Engine): ResourceTypes;
}

/** Stacks, the operations on them, and the part of the API that shows them. */
export class CloudFormation implements Service, Engine {
  readonly clock: Clock;
  readonly log = new EventLog();
  readonly assets = new AssetBucket();
  readonly exports = new Exports(() => this.stacks);
  /** All there ever were, deleted and nested ones too, oldest first. */
  readonly stacks: Stack[] = [];
  private readonly types: ResourceTypes;

  constructor(private readonly props: CloudFormationProps) {
    this.clock = props.clock;
    this.types = props.resourceTypes(this);
  }

  /** Creates or updates a stack. Rejects where CloudFormation refuses the request; how the operation went is in the stack's status. */
  async deploy(artifact: StackArtifact, { parameters = {}, onFailure }: DeployOptions = {}): Promise<Stack> {
    const template = parseTemplate(artifact.template);
    this.assets.publish(artifact);
    const existing = this.find(artifact.stackName);
    if (existing) {
      if (onFailure) throw new Error('OnFailure is for the creation of a stack; this one exists');
      refuseUpdate(existing);
    }
    const values = parameterValues(template, parameters, existing?.parameters ?? {});
    // [cited] UpdateStack: "No updates are to be performed", which tools take for success.
    if (existing && isDeepStrictEqual(template, existing.template) && isDeepStrictEqual(values, existing.parameters)) return existing;

    const stack = existing ?? this.newStack(artifact.stackName);
    const deployment = new Deployment(this, stack, template, values);
    await this.clock.drive(() => existing
      ? new Update(stack, deployment).run()
      : createStack(this, stack, deployment, onFailure ?? 'ROLLBACK'));
    return stack;
  }

  /** Deletes a stack. It is done in any case; whether all of it is gone is in the stack's status. */
  async destroy(stackName: string): Promise<Stack> {
    const stack = this.stack(stackName);
    if (stack.parent) throw new ServiceError('ValidationError', `Nested stack ${stack.name} is deleted with the stack around it`);
    if (stack.status === 'DELETE_COMPLETE') return stack;
    if (stack.busy) throw new ServiceError('ValidationError', `Stack [${stack.name}] cannot be deleted while in status ${stack.status}`);
    await this.clock.drive(() => deleteStack(this, stack, 'User Initiated'));
    return stack;
  }

  stack(nameOrId: string): Stack {
    const stack = this.find(nameOrId);
    // [cited] API reference, DescribeStacks: a deleted stack is found by its id only.
    if (!stack) throw new ServiceError('ValidationError', `Stack with id ${nameOrId} does not exist`);
    return stack;
  }

  newStack(name: string, parent?: Stack): Stack {
    const { environment, clock } = this.props;
    return new Stack({ name, parent, environment, clock, log: this.log });
  }

  resourceType(type: string): ResourceType {
    const found = this.types[isCustom(type) ? 'Custom::*' : type];
    if (!found) throw new NotModelled(`the resource type ${type} is not modelled`);
    return found;
  }

  permissions(operation: string, input: { readonly StackName?: string }): Permission[] {
    return permissions(this, operation, input);
  }

  handle(operation: string, input: object): object {
    return describe(this, operation, input);
  }

  /** A stack by name, unless it is deleted, or by id. */
  find(nameOrId: string): Stack | undefined {
    return this.stacks.find(stack => stack.id === nameOrId || (stack.name === nameOrId && stack.status !== 'DELETE_COMPLETE'));
  }
}

/** [cited] UpdateStack: what the service says of a stack that cannot be updated now, or at all. */
function refuseUpdate(stack: Stack): void {
  const updatable = ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'];
  if (stack.parent) throw new ServiceError('ValidationError', `Nested stack ${stack.name} is updated with the stack around it`);
  if (!updatable.includes(stack.status)) {
    throw new ServiceError('ValidationError', `Stack:${stack.id} is in ${stack.status} state and can not be updated.`);
  }
}
