import { createNested } from '../create';
import { deleteStack } from '../delete';
import { Deployment } from '../deployment';
import type { Engine } from '../engine';
import { ResourceFailure, UpdateRefused } from '../errors';
import { parameterValues } from '../parameters';
import { problemsOf } from '../problems';
import { generatedName, ResourceType } from '../resource-type';
import type { Resource, ResourceState, Stack } from '../stack';
import { parseTemplate, Template } from '../template';
import { cleanUp, forward, rollBack } from '../update';

/** [cited] aws-solutions/instance-scheduler-on-aws#214: the generated name of a nested stack "is 100 characters long"; names may have 128. */
const MAX_NAME_LENGTH = 100;

/** AWS::CloudFormation::Stack: a stack whose operations are part of those of its parent. */
export class NestedStack implements ResourceType {
  // [cited] published event logs: also one that does not change.
  readonly isAlwaysUpdated = true;
  readonly properties = ['TemplateURL', 'Parameters', 'Tags'];

  constructor(private readonly engine: Engine) {}

  hasAttribute(name: string): boolean {
    return name.startsWith('Outputs.');
  }

  /** Those of its template, if that is known already. */
  problems({ TemplateURL: url }: Resource['properties'], resolve: (value: unknown) => any): string[] {
    let template: Template;
    try {
      template = parseTemplate(this.engine.assets.nestedTemplate(resolve(url)));
    } catch {
      return [];
    }
    return problemsOf(this.engine, template, resolve);
  }

  async create(resource: Resource, signal: AbortSignal): Promise<ResourceState> {
    const child = this.engine.newStack(generatedName(resource.stack, resource.logicalId, MAX_NAME_LENGTH), resource.stack);
    const deployment = this.deployment(child, resource, signal);
    resource.initiated(child.id);
    if (!await createNested(this.engine, child, deployment)) {
      // [cited] the format that users report.
      throw new ResourceFailure(`Embedded stack ${child.id} was not successfully created: ${deployment.reason}`, child.id);
    }
    return state(child);
  }

  async update(resource: Resource, old: Resource, signal: AbortSignal): Promise<ResourceState> {
    const child = this.engine.stack(old.physicalId);
    // [assumed] the texts for a nested stack that somebody has deleted on its own, or tried to.
    if (child.status === 'DELETE_COMPLETE') throw new UpdateRefused(`Stack [${child.id}] does not exist`);
    if (child.status === 'DELETE_FAILED') throw new UpdateRefused(`Stack:${child.id} is in ${child.status} state and can not be updated.`);
    const deployment = this.deployment(child, resource, signal);
    if (!deployment.changes && !hasNested(child)) return state(child);
    if (!await forward(child, deployment)) {
      throw new ResourceFailure(`Embedded stack ${child.id} was not successfully updated. Currently in ${child.status} with reason: ${child.statusReason}`);
    }
    return state(child);
  }

  async rollBack(resource: Resource, skipped: readonly string[]): Promise<void> {
    const child = this.engine.stack(resource.physicalId);
    // without a transition, its update was rejected before it began.
    if (child.transition && !await rollBack(child, skipped)) {
      throw new ResourceFailure(`Embedded stack ${child.id} was not successfully rolled back`);
    }
  }

  /** [cited] published event logs: the events, also for a nested stack that did not change. */
  async cleanUp(resource: Resource): Promise<void> {
    const child = this.engine.stack(resource.physicalId);
    if (resource.stack.status === 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS') resource.report('UPDATE_IN_PROGRESS');
    if (child.transition) await cleanUp(child);
    resource.report('UPDATE_COMPLETE');
  }

  async delete(resource: Resource): Promise<void> {
    const child = this.engine.stack(resource.physicalId);
    await deleteStack(this.engine, child, 'User Initiated');
    if (child.status !== 'DELETE_COMPLETE') {
      throw new ResourceFailure(`Embedded stack ${child.id} was not successfully deleted: ${child.statusReason}`);
    }
  }

  private deployment(child: Stack, resource: Resource, signal: AbortSignal): Deployment {
    const { TemplateURL: url, Parameters: given = {} } = resource.properties;
    const template = parseTemplate(this.engine.assets.nestedTemplate(url));
    const texts = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : String(value)]));
    // [assumed] only the parameters of the resource count; earlier values are not kept.
    return new Deployment(this.engine, child, template, parameterValues(template, texts, {}), { cancelled: signal });
  }
}

/** [cited] published event logs: a nested stack with nested stacks of its own is updated, although nothing changes. */
function hasNested({ resources }: Stack): boolean {
  return Object.values(resources).some(({ type }) => type === 'AWS::CloudFormation::Stack');
}

/** [cited] AWS::CloudFormation::Stack: Ref returns the id, Fn::GetAtt returns Outputs.NAME. */
function state(child: Stack): ResourceState {
  return { physicalId: child.id, attributes: Object.fromEntries(Object.entries(child.outputs).map(([name, value]) => [`Outputs.${name}`, value])) };
}
