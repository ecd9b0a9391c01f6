import { Actors } from './actors';
import { CallFaults } from './faults';
import { network } from './framework';
import { account, administrator, EPOCH, Invocation, ServiceName } from './handler';
import { Operation, Oracle, Truth } from './oracle';
import type { LifecyclePlan, PollFault } from './plan';
import { Provider } from './provider';
import type { Statistics } from './statistics';
import type { Arns } from './template';
import { Clock } from '../../sandbox/clock';
import { CloudFormation, Resource, Stack } from '../../sandbox/cloudformation';
import { CustomResource } from '../../sandbox/cloudformation/custom-resource';
import { ResourceFailure } from '../../sandbox/cloudformation/errors';
import type { ResourceType } from '../../sandbox/cloudformation/resource-type';
import { Inert } from '../../sandbox/cloudformation/resources/inert';
import { NestedStack } from '../../sandbox/cloudformation/resources/nested-stack';
import { Project } from '../../sandbox/cloudformation/resources/rekognition';
import type { ResourceState } from '../../sandbox/cloudformation/stack';
import { Rekognition } from '../../sandbox/rekognition';
import type { ProjectVersion } from '../../sandbox/rekognition';
import type { HandlerEnvironment } from '../../src/private/contract';
import { ACCOUNT, REGION } from '../support/arns';

/** The trouble of a step of the lifecycle. */
export type Step = LifecyclePlan['deletions'][number];

const QUIET: Step = { actors: [], callFaults: [], pollFaults: [] };

/** Fails after a while. */
class Failing implements ResourceType {
  constructor(private readonly clock: Clock) {}

  async create(): Promise<ResourceState> {
    await this.clock.sleep(5000);
    throw new ResourceFailure('it was meant to fail');
  }

  update(_: Resource, old: Resource): ResourceState {
    return old;
  }

  delete(): void {}
}

/** An account with a stack, models that are in its care, and models that are not. */
export class World implements Truth, Arns {
  readonly clock = new Clock(0);
  readonly rekognition: Rekognition;
  readonly cloudFormation: CloudFormation;
  readonly provider: Provider;
  readonly oracle: Oracle;
  readonly actors: Actors;
  readonly ownerOf = new Map<string, string>();
  /** What happened, for whoever has to find out why an invariant does not hold. */
  readonly trace: string[] = [];
  operation?: Operation;
  /** The template of the nested stack, as it is uploaded for a deployment. */
  nestedTemplate: object = {};
  private readonly named: ProjectVersion[];
  private faults!: CallFaults;
  private step = QUIET;
  private hosts = 0;

  constructor(private readonly plan: LifecyclePlan, readonly statistics: Statistics) {
    const { clock } = this;
    this.rekognition = new Rekognition({ clock, account: ACCOUNT, region: REGION, settings: plan.settings });
    this.oracle = new Oracle(this);
    this.actors = new Actors(clock, this.rekognition, action => {
      this.note(`SOMEBODY ${action}`);
      statistics.count('actions of others', action.replace(/ arn:.*/, ''));
    });
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
      onResponse: (request, body) => {
        this.note(`${request.event.RequestType} ${request.event.LogicalResourceId} ANSWERED ${body.slice(0, 600)}`);
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

  get now(): number {
    return this.clock.now();
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

  get nested(): Stack | undefined {
    const id = this.root?.resources.Nested?.physicalId;
    return this.cloudFormation.stacks.find(stack => stack.id === id);
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

  ownProjectArn(nested: boolean): string | undefined {
    return (nested ? this.nested : this.root)?.resources.Project?.attributes.Arn as string | undefined;
  }

  /** A new step begins, with trouble of its own. */
  begin(step: Step): void {
    this.step = step;
    this.provider.nextStep();
    this.actors.plan(step.actors);
    this.faults = new CallFaults(step.callFaults, this.rekognition.settings.lastPageToken, kind => {
      this.statistics.count('faults injected', kind);
      this.note(`FAULT ${kind}`);
    });
  }

  note(line: string): void {
    this.trace.push(`${((this.clock.now() - EPOCH) / 1000).toFixed(1)}s ${line}`);
  }

  private populate(): ProjectVersion[] {
    const { rekognition, plan: { statuses, crowd, crowdStatus, crowdStays } } = this;
    rekognition.onStatus(({ arn, from, to }) => {
      this.note(`${arn} ${from ?? '-'} -> ${to ?? '-'}`);
      if (from !== undefined) return;
      const owner = rekognition.projects.find(({ versions, datasets }) => [...versions, ...datasets].some(other => other.arn === arn));
      if (owner) this.ownerOf.set(arn, owner.arn);
    });
    const parts = rekognition.createProject('parts');
    const other = rekognition.createProject('other');
    const moderation = rekognition.createProject('moderation', { feature: 'CONTENT_MODERATION' });
    const similar = rekognition.createProject('parts-2');
    const ending = crowdStays ? { endsIn: Infinity } : {};
    for (let index = 0; index < crowd; index++) rekognition.addVersion(parts, `${index}-`.padEnd(255, 'x'), { status: crowdStatus, ...ending });
    const named = [[parts, 'v1'], [parts, 'v2'], [other, 'v1'], [moderation, 'v1']] as const;
    const bystanders = [[parts, 'v10'], [similar, 'v1'], [moderation, 'v2']] as const;
    return [...named, ...bystanders].map(([project, name], index) => {
      const status = statuses[index];
      // adapters do not run.
      const fitting = project === moderation && ['STARTING', 'RUNNING', 'STOPPING'].includes(status) ? 'TRAINING_COMPLETED' : status;
      return rekognition.addVersion(project, name, { status: fitting });
    }).slice(0, named.length);
  }

  private createCloudFormation(): CloudFormation {
    const { clock, provider } = this;
    const cloudFormation = new CloudFormation({
      clock,
      environment: { account: ACCOUNT, region: REGION },
      resourceTypes: engine => ({
        'AWS::CloudFormation::Stack': new NestedStack(engine),
        'AWS::Rekognition::Project': new Project(() => administrator),
        'Custom::*': new CustomResource({
          clock, lambda: { has: () => true, invoke: (_, payload) => provider.invokeAsync(payload) }, responses: provider,
        }),
        'Test::Anchor': new Inert(),
        'Test::Failing': new Failing(clock),
      }),
    });
    // nested templates are files in an assembly otherwise.
    cloudFormation.assets.nestedTemplate = () => this.nestedTemplate;
    cloudFormation.log.onEvent(({ logicalId, status, reason = '' }) => {
      this.note(`CLOUDFORMATION ${logicalId} ${status} ${reason.slice(0, 300)}`);
      if (reason.includes('did not receive a response')) this.oracle.unanswered(`${logicalId}: ${reason}`, this.requests.get(/requestId \[(.*?)\]/.exec(reason)![1]));
    });
    return cloudFormation;
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
    if (!/^(Describe|List)/.test(operation)) this.note(`${type} ${logicalId} ASKS ${operation} ${Object.values(input)[0]}`);
    this.oracle.asked(invocation, operation, input);
    if (this.plan.latency > 0) await invocation.sleep(this.plan.latency);
    if (invocation.dead) return NEVER;
    const paged = this.plan.smallPages && input.MaxResults !== undefined ? { ...input, MaxResults: this.plan.crowd > 0 ? 20 : 2 } : input;
    const handle = () => service === 'rekognition' ? this.rekognition.handle(operation, paged) : this.cloudFormation.handle(operation, paged);
    return this.faults.answer({ invocation, service, operation }, handle);
  }
}

/** What a process that has ended waits for. */
const NEVER = new Promise<never>(() => {});
