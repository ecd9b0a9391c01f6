import type { StackArtifact } from '../../sandbox/assembly';
import { Clock } from '../../sandbox/clock';
import { CloudFormation, Resource, Stack } from '../../sandbox/cloudformation';
import { CustomResource } from '../../sandbox/cloudformation/custom-resource';
import { ResourceFailure } from '../../sandbox/cloudformation/errors';
import type { ResourceType } from '../../sandbox/cloudformation/resource-type';
import { NestedStack } from '../../sandbox/cloudformation/resources/nested-stack';
import type { ResourceState } from '../../sandbox/cloudformation/stack';

/** A request that the function of a custom resource received. */
export interface CustomResourceEvent {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly RequestId: string;
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly ResourceType: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: { readonly [name: string]: any };
  readonly OldResourceProperties?: { readonly [name: string]: any };
}

export type Answer = { readonly [field: string]: unknown } | string | undefined;

/** A thing is defined by its properties: a new `Name` replaces it. An action listed in `failing` fails. */
class Thing implements ResourceType {
  readonly replacedBy = ['Name'];

  constructor(private readonly world: World) {}

  get isEventuallyConsistent(): boolean {
    return this.world.isEventuallyConsistent;
  }

  create(resource: Resource): Promise<ResourceState> {
    return this.act('create', resource, idOf(resource));
  }

  async find(resource: Resource): Promise<ResourceState | undefined> {
    return this.world.existing.has(idOf(resource)) ? { physicalId: idOf(resource), attributes: {} } : undefined;
  }

  update(resource: Resource, old: Resource): Promise<ResourceState> {
    return this.act('update', resource, old.physicalId);
  }

  async delete(resource: Resource): Promise<void> {
    await this.act('delete', resource, resource.physicalId);
  }

  private async act(verb: string, { properties }: Resource, physicalId: string): Promise<ResourceState> {
    const action = `${verb} ${physicalId}`;
    const fails = this.world.failing.has(action);
    this.world.onAction(action);
    this.world.actions.push(verb === 'update' ? `${action} ${properties.Value}` : action);
    const { areInitiated } = this.world;
    if (fails) throw new ResourceFailure(`cannot ${action}`, areInitiated ? physicalId : undefined, areInitiated);
    return { physicalId, attributes: { Arn: `arn:${physicalId}`, Value: properties.Value } };
  }
}

function idOf({ logicalId, properties }: Resource): string {
  return `${logicalId}-${properties.Name ?? 'thing'}`;
}

/** CloudFormation with fake resources: things, and one function for all custom resources that behaves as `answer` says. */
export class World {
  readonly clock = new Clock(0);
  /** The actions on things and the requests to custom resources, in order. */
  readonly actions: string[] = [];
  readonly failing = new Set<string>();
  /** Whether things that could not be created have a physical id nevertheless. */
  areInitiated = false;
  /** Whether things are. */
  isEventuallyConsistent = false;
  /** The physical ids of things that existed before, outside any stack. */
  readonly existing = new Set<string>();
  readonly events: CustomResourceEvent[] = [];
  /** The functions that have been deleted. */
  readonly gone = new Set<string>();
  private readonly waiting = new Map<string, (body: string) => void>();
  private urls = 0;

  readonly cloudFormation = new CloudFormation({
    clock: this.clock,
    environment: { account: '111122223333', region: 'us-east-1' },
    resourceTypes: engine => ({
      'Test::Thing': new Thing(this),
      'AWS::CloudFormation::Stack': new NestedStack(engine),
      'Custom::*': new CustomResource({
        clock: this.clock,
        settings: engine.settings,
        lambda: {
          has: name => !this.gone.has(name),
          invoke: (_, payload) => this.clock.work(() => this.invoke(JSON.parse(payload))),
        },
        responses: {
          expect: onResponse => {
            const url = `https://localhost/${++this.urls}`;
            this.waiting.set(url, onResponse);
            return url;
          },
          forget: url => this.waiting.delete(url),
        },
      }),
    }),
  });

  /** Called before each action on a thing; its effect counts from the next action on. */
  onAction: (action: string) => void = () => {};

  /** The response of the function: fields, a body, or nothing. If it throws, the invocation fails. */
  answer: (event: CustomResourceEvent) => Answer | Promise<Answer> = ({ ResourceProperties: { Id } }) => ({ PhysicalResourceId: Id ?? 'custom' });

  deploy(template: object, options: Parameters<CloudFormation['deploy']>[1] & { readonly assets?: StackArtifact['assets'] } = {}): Promise<Stack> {
    const { assets = new Map(), ...deployOptions } = options;
    this.actions.length = 0;
    return this.cloudFormation.deploy({ stackName: 'Shop', template, assets }, deployOptions);
  }

  destroy(): Promise<Stack> {
    this.actions.length = 0;
    return this.cloudFormation.destroy('Shop');
  }

  /** The events of one subject, as "STATUS [physical id] reason". */
  record(logicalId: string): string[] {
    return this.cloudFormation.log.events.filter(event => event.logicalId === logicalId)
      .map(({ status, physicalId, reason }) => [status, `[${physicalId}]`, reason].filter(Boolean).join(' '));
  }

  /** The events of one subject, as "STATUS reason". */
  history(logicalId: string): string[] {
    return this.cloudFormation.log.events.filter(event => event.logicalId === logicalId)
      .map(({ status, reason }) => [status, reason].filter(Boolean).join(' ').trim());
  }

  /** Whether the response URL was still open. */
  put(event: CustomResourceEvent, body: string): boolean {
    const onResponse = this.waiting.get(event.ResponseURL);
    onResponse?.(body);
    return onResponse !== undefined;
  }

  private async invoke(event: CustomResourceEvent): Promise<{ payload: string; functionError?: string }> {
    this.events.push(event);
    this.actions.push(`${event.RequestType} ${event.PhysicalResourceId ?? event.LogicalResourceId}`);
    try {
      const answer = await this.answer(event);
      if (answer !== undefined) this.put(event, typeof answer === 'string' ? answer : JSON.stringify(response(event, answer)));
      return { payload: 'null' };
    } catch (error) {
      return { payload: JSON.stringify({ errorMessage: String(error) }), functionError: 'Unhandled' };
    }
  }
}

function response(event: CustomResourceEvent, fields: object): object {
  const { RequestId, StackId, LogicalResourceId, PhysicalResourceId } = event;
  return { Status: 'SUCCESS', RequestId, StackId, LogicalResourceId, PhysicalResourceId, ...fields };
}

export function thing(properties: object = {}, attributes: object = {}): object {
  return { Type: 'Test::Thing', Properties: properties, ...attributes };
}

export function custom(properties: object = {}, attributes: object = {}): object {
  return { Type: 'Custom::Widget', Properties: { ServiceToken: 'function', ...properties }, ...attributes };
}
