import { Actors } from './actors';
import { CallFaults } from './faults';
import { network } from './framework';
import { account, administrator, EPOCH, Invocation } from './handler';
import { Oracle } from './oracle';
import type { DeployPlan, LifecyclePlan, PollFault, Trouble } from './plan';
import { Provider } from './provider';
import type { Statistics } from './statistics';
import { Arns, PROJECT_TEARDOWN, VERSION_TEARDOWN } from './template';
import { Deployed, keyOf, Operation, Truth } from './truth';
import { Clock } from '../../sandbox/clock';
import { CloudFormation, CloudFormationSettings, Resource, Stack, StackEvent } from '../../sandbox/cloudformation';
import { CustomResource } from '../../sandbox/cloudformation/custom-resource';
import { ResourceFailure } from '../../sandbox/cloudformation/errors';
import type { ResourceType } from '../../sandbox/cloudformation/resource-type';
import { Inert } from '../../sandbox/cloudformation/resources/inert';
import { NestedStack } from '../../sandbox/cloudformation/resources/nested-stack';
import { Project } from '../../sandbox/cloudformation/resources/rekognition';
import type { ResourceState } from '../../sandbox/cloudformation/stack';
import type { ServiceName } from '../../sandbox/in-process';
import { Rekognition } from '../../sandbox/rekognition';
import type { ProjectVersion } from '../../sandbox/rekognition';
import { ServiceError } from '../../sandbox/service';
import type { HandlerEnvironment } from '../../src/private/contract';
import { ACCOUNT, REGION } from '../support/arns';

const QUIET: Trouble = { actors: [], callFaults: [], pollFaults: [] };

/** How stale an injected stale read is. */
const OLD = 60_000;
const LONGEST_POLL = 120_000;

/** Fails after a while. */
class Failing implements ResourceType {
  constructor(private readonly clock: Clock) {}

  async create(): Promise<ResourceState> {
    await this.clock.sleep(5000);
    throw new ResourceFailure('it is supposed to fail');
  }

  update(_: Resource, old: Resource): ResourceState {
    return old;
  }

  delete(): void {}
}

/** A resource that a rollback returns to its old properties, unless the plan makes it resist. */
class Anchor extends Inert {
  constructor(private readonly refuse: () => void) {
    super();
  }

  override update(resource: Resource, old: Resource): ResourceState {
    this.refuse();
    return super.update(resource, old);
  }
}

class OwnProject extends Project {
  constructor(private readonly refuse: () => void) {
    super(() => administrator);
  }

  override update(resource: Resource, old: Resource): Promise<ResourceState> {
    this.refuse();
    return super.update(resource, old);
  }
}

/** An account with a stack, models that it tears down, and models that it does not. */
export class World implements Truth, Arns {
  readonly clock = new Clock(0);
  readonly rekognition: Rekognition;
  readonly cloudFormation: CloudFormation;
  readonly provider: Provider;
  readonly oracle: Oracle;
  readonly actors: Actors;
  readonly ownerOf = new Map<string, string>();
  readonly created = new Set<string>();
  readonly projectsBefore = new Map<string, ReadonlySet<string>>();
  readonly deletionFailed = new Map<string, number>();
  readonly untagged = new Set<string>();
  readonly disturbed = new Map<string, number>();
  readonly changed = new Map<string, number>();
  /** What happened, to help find out why an invariant does not hold. */
  readonly trace: string[] = [];
  operation?: Operation;
  deployed: Deployed = { projects: new Set(), teardowns: new Set() };
  attempts = 0;
  /** The template of the nested stack, as uploaded for a deployment. */
  nestedTemplate: object = {};
  /** The resource that fails to return to its old properties. */
  resists: DeployPlan['resists'] = 'nothing';
  private readonly named: ProjectVersion[];
  private faults!: CallFaults;
  private step = QUIET;
  private hosts = 0;
  private forged = 0;
  private staleReadAt = -Infinity;

  constructor(private readonly plan: LifecyclePlan, readonly statistics: Statistics) {
    const { clock } = this;
    this.rekognition = new Rekognition({ clock, account: ACCOUNT, region: REGION, settings: plan.settings });
    this.oracle = new Oracle(this);
    this.actors = new Actors(clock, this.rekognition, action => {
      this.note(`SOMEBODY ${action}`);
      statistics.count('actions by others', action.replace(/ arn:.*/, ''));
      if (action.startsWith('untag ')) this.untagged.add(action.slice('untag '.length));
    }, subject => this.forge(subject));
    Object.assign(process.env, {
      QUERY_INTERVAL_SECONDS: `${plan.times.queryInterval}`,
      TOTAL_TIMEOUT_SECONDS: `${plan.times.totalTimeout}`,
    } satisfies HandlerEnvironment);
    this.provider = new Provider({
      clock,
      times: plan.times,
      statistics,
      api: (invocation, service, operation, input) => this.call(invocation, service, operation, input),
      skew: () => plan.skew * 1000 + Math.round(plan.jitter * Math.sin(++this.hosts)),
      fault: (kind, nth) => this.pollFault(kind, nth),
      onRequest: request => this.oracle.received(request),
      onResponse: (request, body) => {
        this.note(`${request.event.RequestType} ${request.event.LogicalResourceId} RESPONDED ${body.slice(0, 600)}`);
        this.oracle.answered(request, body);
      },
      onProblem: problem => this.oracle.broken(problem),
    });
    this.cloudFormation = this.createCloudFormation();
    network.outbound = this.provider;
    account.rekognition = this.rekognition;
    this.named = this.populate();
    this.begin(QUIET);
  }

  get skew(): number {
    return this.plan.skew * 1000;
  }

  get now(): number {
    return this.clock.now();
  }

  get staleEvents(): number {
    const { plan: { cloudFormation: { staleEvents = 0 } }, now, staleReadAt } = this;
    return Math.max(Number(staleEvents), now - staleReadAt <= LONGEST_POLL ? OLD : 0);
  }

  get settings(): CloudFormationSettings {
    return this.cloudFormation.settings;
  }

  get interferences() {
    return this.actors.interferences;
  }

  get requests() {
    return this.provider.requests;
  }

  get root(): Stack | undefined {
    return this.cloudFormation.stacks.filter(stack => !stack.parent).at(-1);
  }

  get stacks(): readonly Stack[] {
    return this.cloudFormation.stacks;
  }

  versionArn(index: number): string {
    return this.named[index]?.arn ?? `${this.project('parts').replace(/\/\d+$/, '')}/version/typo/1767225600000`;
  }

  projectOf(versionIndex: number): string {
    return this.named[versionIndex]?.project.arn ?? this.project('parts');
  }

  version(index: number): string {
    return this.versionArn(index);
  }

  project(name: string): string {
    return this.named.find(({ project }) => project.name === name)!.project.arn;
  }

  ownProjectArn({ own, nestedStack }: DeployPlan): string | undefined {
    const { root, stacks } = this;
    if (!own || !root) return undefined;
    const stack = own.nested ? stacks.find(({ id }) => id === root.resources[nestedStack.id]?.physicalId) : root;
    return stack?.resources.Project?.attributes.Arn as string | undefined;
  }

  /** The ARNs of all projects in the account. */
  private projects(): Set<string> {
    return new Set(this.rekognition.projects.map(({ arn }) => arn));
  }

  /** Begins a new step, with its own faults and interference. */
  begin(step: Trouble): void {
    this.step = step;
    this.provider.nextStep();
    this.actors.plan(step.actors);
    this.faults = new CallFaults(step.callFaults, this.rekognition.settings.lastPageToken, (kind, { requestId, startedAt }) => {
      this.statistics.count('faults injected', kind);
      this.disturbed.set(requestId, startedAt);
      this.note(`FAULT ${kind}`);
    }, handle => this.inThePast(handle));
  }

  note(line: string): void {
    this.trace.push(`${((this.clock.now() - EPOCH) / 1000).toFixed(1)}s ${line}`);
  }

  private teardownsIn(stack: Stack): string[] {
    return Object.values(stack.resources).flatMap(({ type, logicalId, physicalId }) => {
      const nested = this.stacks.find(({ id }) => id === physicalId);
      if (nested) return this.teardownsIn(nested);
      const ids = { StackId: stack.id, LogicalResourceId: logicalId, PhysicalResourceId: physicalId };
      return isTeardown(type) ? [keyOf(ids)] : [];
    });
  }

  private populate(): ProjectVersion[] {
    const { rekognition, plan: { statuses, crowd, crowdStatus, crowdStays, foreignProject } } = this;
    rekognition.onStatus(({ arn, from, to }) => {
      this.note(`${arn} ${from ?? '-'} -> ${to ?? '-'}`);
      this.changed.set(arn, this.now);
      if (from !== undefined) return;
      const owner = rekognition.projects.find(({ versions, datasets }) => [...versions, ...datasets].some(other => other.arn === arn));
      if (owner) this.ownerOf.set(arn, owner.arn);
    });
    const parts = rekognition.createProject('parts');
    const other = rekognition.createProject('other');
    const moderation = rekognition.createProject('moderation', { feature: 'CONTENT_MODERATION' });
    const similar = rekognition.createProject('parts-2');
    if (foreignProject) {
      const screws = rekognition.createProject('screws');
      rekognition.addVersion(screws, 'v1', { status: 'RUNNING' });
    }
    const ending = crowdStays ? { endsIn: Infinity } : {};
    for (let index = 0; index < crowd; index++) rekognition.addVersion(parts, `${index}-`.padEnd(255, 'x'), { status: crowdStatus, ...ending });
    const named = [[parts, 'v1'], [parts, 'v2'], [other, 'v1'], [moderation, 'v1']] as const;
    const bystanders = [[parts, 'v10'], [similar, 'v1'], [moderation, 'v2']] as const;
    return [...named, ...bystanders].map(([project, name], index) => {
      const status = statuses[index];
      // adapters never run.
      const fitting = project === moderation && ['STARTING', 'RUNNING', 'STOPPING'].includes(status) ? 'TRAINING_COMPLETED' : status;
      return rekognition.addVersion(project, name, { status: fitting });
    }).slice(0, named.length);
  }

  private createCloudFormation(): CloudFormation {
    const { clock, provider } = this;
    const cloudFormation = new CloudFormation({
      clock,
      environment: { account: ACCOUNT, region: REGION },
      settings: this.plan.cloudFormation,
      resourceTypes: engine => ({
        'AWS::CloudFormation::Stack': new NestedStack(engine),
        'AWS::Rekognition::Project': new OwnProject(() => this.refuse('Project')),
        'Custom::*': new CustomResource({
          clock,
          lambda: { has: () => true, invoke: (_, payload) => provider.invokeAsync(payload) },
          responses: provider,
          settings: engine.settings,
        }),
        'Test::Anchor': new Anchor(() => this.refuse('Anchor')),
        'Test::Failing': new Failing(clock),
      }),
    });
    // normally, nested templates are files in an assembly.
    cloudFormation.assets.nestedTemplate = () => this.nestedTemplate;
    cloudFormation.log.onEvent(event => {
      const { logicalId, status, reason = '' } = event;
      this.observe(event);
      this.oracle.moved();
      this.note(`CLOUDFORMATION ${logicalId} ${status} ${reason.slice(0, 300)}`);
      if (reason.includes('did not receive a response')) this.oracle.unanswered(`${logicalId}: ${reason}`, this.requests.get(/requestId \[(.*?)\]/.exec(reason)![1]));
    });
    return cloudFormation;
  }

  /** Records what the oracle needs to know about a stack's past. */
  private observe({ stackId, physicalId, status }: StackEvent): void {
    if (stackId !== physicalId) return;
    if (stackId === this.root?.id) this.observeRoot(this.root, status);
    if (status === 'CREATE_IN_PROGRESS') this.projectsBefore.set(stackId, this.projects());
    if (['CREATE_COMPLETE', 'UPDATE_COMPLETE'].includes(status)) this.created.add(stackId);
    if (status === 'DELETE_FAILED') this.deletionFailed.set(stackId, this.now);
    if (status === 'UPDATE_ROLLBACK_FAILED' && this.operation?.kind === 'update') this.operation.isBroken = true;
  }

  private observeRoot(root: Stack, status: string): void {
    if (['CREATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS'].includes(status) && this.attempts++ === 0) {
      this.deployed = { projects: this.projects(), teardowns: new Set(this.teardownsIn(root)) };
    }
    const ended = ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'DELETE_COMPLETE'];
    if (ended.includes(status)) this.attempts = 0;
  }

  private refuse(what: DeployPlan['resists']): void {
    if (this.resists === what && this.root?.status === 'UPDATE_ROLLBACK_IN_PROGRESS') throw new ResourceFailure(`the ${what} is supposed to resist`);
  }

  /** Someone who knows the service token or may invoke the function forges a Delete: for the stack itself, or for one that does not exist. */
  private forge(subject: number): void {
    const teardowns = this.stacks.filter(({ status }) => status !== 'DELETE_COMPLETE').flatMap(({ resources }) => Object.values(resources))
      .filter(({ type }) => isTeardown(type));
    const resource = teardowns[subject % teardowns.length];
    if (!resource || resource.physicalId === '') return;
    const isForeign = subject % 2 === 0;
    this.note(`SOMEBODY forges a Delete of ${resource.logicalId}${isForeign ? ' from another stack' : ''}`);
    this.provider.forge({
      RequestType: 'Delete',
      RequestId: `forged-${++this.forged}`,
      StackId: isForeign ? `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/Evil/1` : resource.stack.id,
      LogicalResourceId: resource.logicalId,
      PhysicalResourceId: resource.physicalId,
      ResourceType: resource.type,
      ResponseURL: 'https://responses.test/forged',
      ResourceProperties: resource.properties,
    });
  }

  /** Handles a call so that its response shows a past state. */
  private inThePast(handle: () => object): object {
    const { cloudFormation: { settings: stacks }, rekognition: { settings } } = this;
    const { staleStatus, staleEvents, staleLists } = stacks;
    const { staleTags } = settings;
    Object.assign(stacks, { staleStatus: OLD, staleEvents: OLD, staleLists: OLD });
    settings.staleTags = OLD;
    this.staleReadAt = this.now;
    try {
      return handle();
    } finally {
      Object.assign(stacks, { staleStatus, staleEvents, staleLists });
      settings.staleTags = staleTags;
    }
  }

  private pollFault(kind: 'poll' | 'event', nth: number): PollFault | undefined {
    const found = this.step.pollFaults.find(fault => fault.nth === nth && fault.kind.endsWith(' event') === (kind === 'event'));
    if (found) this.statistics.count('faults injected', found.kind);
    if (found) this.note(`FAULT ${found.kind}`);
    return found;
  }

  private async call(invocation: Invocation, service: ServiceName, operation: string, input: any): Promise<object> {
    const request = this.provider.requests.get(invocation.requestId)!;
    if (invocation.dead) return NEVER;
    this.actors.beforeCall();
    if (request.crashAfter !== undefined && invocation.calls++ >= request.crashAfter) {
      request.crashAfter = undefined;
      request.crashed = true;
      invocation.die('RequestId: 00000000-0000-4000-8000-000000000000 Error: Runtime exited with error: signal: killed');
      return NEVER;
    }
    const { RequestType: type, LogicalResourceId: logicalId } = request.event;
    if (!/^(Describe|List)/.test(operation)) this.note(`${type} ${logicalId} CALLS ${operation} ${Object.values(input)[0]}`);
    this.oracle.asked(invocation, operation, input);
    if (this.plan.latency > 0) await invocation.sleep(this.plan.latency);
    if (invocation.dead) return NEVER;
    const paged = this.plan.smallPages && input.MaxResults !== undefined ? { ...input, MaxResults: this.plan.crowd > 0 ? 20 : 2 } : input;
    const handle = () => {
      if (service === 'rekognition') return this.rekognition.handle(operation, paged);
      // the handler's role may only read its own stacks.
      if (!this.cloudFormation.find(input.StackName)) throw new ServiceError('AccessDenied', `not authorized to perform: cloudformation:${operation} on ${input.StackName}`, 403);
      return this.cloudFormation.handle(operation, paged);
    };
    return this.faults.answer({ invocation, service, operation }, handle);
  }
}

function isTeardown(type: string): boolean {
  return type === VERSION_TEARDOWN || type === PROJECT_TEARDOWN;
}

/** What the calls of a process that has ended return. */
const NEVER = new Promise<never>(() => {});
