import * as fc from 'fast-check';
import { Actors } from './actors';
import { CallFaults } from './faults';
import { EPOCH, Invocation } from './handler';
import { LifecyclePlan, lifecycles, Trouble } from './plan';
import type { Statistics } from './statistics';
import { Clock } from '../../sandbox/clock';
import type { ServiceName } from '../../sandbox/in-process';
import { ProjectVersion, Rekognition, VERSION_STATUSES } from '../../sandbox/rekognition';
import type { WorkflowAnswer, WorkflowRequest } from '../../src/private/contract';
import { ACCOUNT, REGION } from '../support/arns';

/** A workflow and its nights: its settings and how it is started. The rest of the world is generated as for a stack's lifecycle. */
export interface NightsPlan {
  readonly world: LifecyclePlan;
  readonly mode: 'DELETE' | 'STOP';
  readonly training: 'WAIT' | 'FAIL';
  readonly deleteProjects: boolean;
  /** Indexes of the projects and versions that it names. */
  readonly projects: number[];
  readonly versions: number[];
  readonly timeoutMinutes: number;
  readonly twice: boolean;
  readonly dryRun: boolean;
}

const some = (count: number) => fc.uniqueArray(fc.nat(count - 1), { maxLength: count, size: 'max' });

export const nights: fc.Arbitrary<NightsPlan> = fc.record({
  world: lifecycles({ versions: 0, projects: 0 }),
  mode: fc.constantFrom('DELETE', 'STOP'),
  training: fc.constantFrom('WAIT', 'WAIT', 'FAIL'),
  deleteProjects: fc.boolean(),
  projects: some(3),
  versions: some(7),
  timeoutMinutes: fc.oneof({ weight: 40, arbitrary: fc.integer({ min: 1, max: 60 }) }, { weight: 1, arbitrary: fc.constant(26 * 60) }),
  twice: fc.boolean(),
  dryRun: fc.boolean(),
}).filter(({ projects, versions }) => projects.length + versions.length > 0);

const CHANGES = /^(Stop|Delete|Start|Create|Copy|Put|Tag|Untag|Update)/;
const GRACE = 30 * 60_000;
const MAX_ATTEMPTS = 9;

/** Runs the workflow a few times, and throws if an invariant was violated. */
export async function runNights(plan: NightsPlan, statistics: Statistics): Promise<void> {
  statistics.count('workflows');
  const account = new Account(plan, statistics);
  if (plan.dryRun) await account.night({ actors: [], callFaults: [], pollFaults: [] }, { dryRun: true });
  for (const trouble of plan.world.deletions) await account.night(trouble, {});
  if (account.violations.length > 0) throw new Error([...account.violations, '', ...account.trace.slice(-60)].join('\n'));
}

class Account {
  readonly violations: string[] = [];
  readonly trace: string[] = [];
  private readonly clock = new Clock(0);
  private readonly rekognition: Rekognition;
  private readonly actors: Actors;
  private readonly ownerOf = new Map<string, string>();
  private readonly request: Omit<WorkflowRequest, 'input' | 'startedAt' | 'previous'>;
  private faults!: CallFaults;
  private crashes: { nth: number; calls: number }[] = [];
  private rounds = 0;
  private dryRun = false;
  private hosts = 0;

  constructor(private readonly plan: NightsPlan, private readonly statistics: Statistics) {
    const { world: { settings, statuses, crowd, crowdStatus } } = plan;
    this.rekognition = new Rekognition({ clock: this.clock, account: ACCOUNT, region: REGION, settings });
    this.actors = new Actors(this.clock, this.rekognition, action => this.note(`SOMEBODY ${action}`));
    this.rekognition.onStatus(({ arn, from, to }) => {
      this.note(`${arn} ${from ?? '-'} -> ${to ?? '-'}`);
      const owner = this.rekognition.projects.find(({ versions, datasets }) => [...versions, ...datasets].some(other => other.arn === arn));
      if (owner) this.ownerOf.set(arn, owner.arn);
    });
    const projects = [['parts', 'CUSTOM_LABELS'], ['moderation', 'CONTENT_MODERATION'], ['other', 'CUSTOM_LABELS'], ['bystander', 'CUSTOM_LABELS']] as const;
    const [parts, moderation, other, bystander] = projects.map(([name, feature]) => this.rekognition.createProject(name, { feature }));
    for (let index = 0; index < crowd; index++) this.rekognition.addVersion(parts, `c${index}`, { status: crowdStatus });
    const named = [[parts, 'v1'], [parts, 'v2'], [moderation, 'v1'], [other, 'v1'], [bystander, 'v1'], [bystander, 'v2']] as const;
    const versions = named.map(([project, name], index) => {
      const isRunning = ['STARTING', 'RUNNING', 'STOPPING'].includes(statuses[index]);
      return this.rekognition.addVersion(project, name, { status: project === moderation && isRunning ? 'TRAINING_COMPLETED' : statuses[index] }).arn;
    });
    const typo = versions[0].replace(/\/v1\//, '/typo/');
    this.request = {
      mode: plan.mode,
      trainingBehavior: plan.training,
      deleteProjects: plan.deleteProjects,
      projectArns: plan.projects.map(index => [parts, moderation, other][index].arn),
      projectVersionArns: plan.versions.map(index => [...versions, typo][index]),
      timeoutSeconds: plan.timeoutMinutes * 60,
    };
  }

  /** One night, with its own faults and interference: one execution, or two at once. */
  async night({ actors, callFaults, pollFaults }: Trouble, input: { dryRun?: true }): Promise<void> {
    this.dryRun = input.dryRun === true;
    this.rounds = 0;
    this.actors.plan(actors);
    this.crashes = pollFaults.filter(({ kind }) => kind === 'crash');
    this.faults = new CallFaults(callFaults, this.rekognition.settings.lastPageToken, kind => this.statistics.count('faults injected', kind));
    const { clock } = this;
    await clock.drive(() => clock.pause(Promise.all(Array.from({ length: this.plan.twice ? 2 : 1 }, () => clock.work(() => this.execute(input))))));
  }

  /** Mirrors the state machine: rounds with a wait after each. */
  private async execute(input: object): Promise<void> {
    const { clock, request } = this;
    const began = clock.now();
    const startedAt = new Date(began).toISOString();
    let previous: unknown = input;
    let events = 5;
    for (;;) {
      const lookedAt = clock.now();
      const { answer, attempts } = await this.round({ ...request, input, startedAt, previous });
      events += 6 + 3 * attempts;
      if (!answer) return;
      if (answer.next === 'WAIT') {
        this.check('waits between 1 s and 300 s', answer.waitSeconds! >= 1 && answer.waitSeconds! <= 300, () => `${answer.waitSeconds}`);
        await clock.sleep(answer.waitSeconds! * 1000);
        previous = answer;
        continue;
      }
      this.statistics.count('executions', answer.error ?? (this.dryRun ? 'dry run' : 'succeeded'));
      this.check('ends in time', clock.now() - began <= request.timeoutSeconds * 1000 + GRACE, () => `after ${clock.now() - began} ms`);
      this.check('keeps its history short', events < 25_000, () => `${events} events`);
      this.judge(answer, lookedAt);
      return;
    }
  }

  private judge({ next, result, error, cause = '' }: WorkflowAnswer, lookedAt: number): void {
    this.note(`${next} ${cause} ${JSON.stringify(result)?.slice(0, 300)}`);
    if (next === 'FAIL') {
      const isKnown = error === 'TeardownIncomplete' || (this.dryRun && error === 'DryRunFailed');
      this.check('says why it fails', isKnown && cause.length < 8_100, () => `${error}: ${cause}`);
      const { projectArns, projectVersionArns } = this.request;
      const names = [...projectArns, ...projectVersionArns]
        .some(arn => cause.includes(` ${arn.split('/')[1]}`) || cause.includes(arn));
      this.check('names what is left', names || /rekognition:\w+/.test(cause), () => cause);
      return;
    }
    if (this.dryRun) return;
    this.check('does not call "not there" reached', this.plan.mode !== 'STOP' || (result as any).notFound === 0, () => JSON.stringify(result));
    const since = lookedAt - this.rekognition.settings.staleReads - Math.abs(this.plan.world.latency) * 5;
    const { interferences } = this.actors;
    const left = this.left().filter(({ project }) => !interferences.some(({ time, projectArn }) => time >= since && projectArn === project.arn));
    this.check('leaves nothing behind', left.length === 0, () => left.map(({ arn, status }) => `${arn} in ${status}`).join(', '));
  }

  /** Versions that are not in the state in which the workflow has to leave them. */
  private left(): ProjectVersion[] {
    const { request: { mode, projectArns, projectVersionArns }, rekognition } = this;
    const targets = rekognition.versions.filter(({ arn, project }) => projectVersionArns.includes(arn) || projectArns.includes(project.arn));
    const unknown = (status: string) => !VERSION_STATUSES.some(known => known === status);
    const mayRun = (status: string) => ['STARTING', 'RUNNING', 'STOPPING'].includes(status) || unknown(status);
    if (mode === 'STOP') return targets.filter(({ status, project }) => project.feature !== 'CONTENT_MODERATION' && mayRun(status));
    return targets.filter(({ status }) => status !== 'DELETING' || rekognition.settings.deleteWhileDeleting !== 'ResourceNotFoundException');
  }

  /** One round, with the retries of the state machine; there is no answer if all of them fail. */
  private async round(request: WorkflowRequest): Promise<{ answer?: WorkflowAnswer; attempts: number }> {
    for (let attempts = 1; attempts <= MAX_ATTEMPTS; attempts++) {
      const nth = this.rounds++;
      const crash = this.crashes.find(({ nth: other }) => other === nth);
      const skew = this.plan.world.skew * 1000 + Math.round(this.plan.world.jitter * Math.sin(++this.hosts));
      const invocation = new Invocation(this.clock, `${nth}`, (...call) => this.call(crash?.calls, ...call), skew);
      const { Payload: payload, FunctionError: error } = await invocation.run('round', structuredClone(request));
      this.statistics.count('rounds');
      if (!error) return { answer: JSON.parse(payload), attempts };
      this.check('fails only if it is killed', /Runtime exited|timed out/.test(payload), () => payload);
      await this.clock.sleep(Math.min(2 ** attempts, 120) * 1000);
    }
    return { attempts: MAX_ATTEMPTS };
  }

  private async call(crashAfter: number | undefined, invocation: Invocation, service: ServiceName, operation: string, input: any): Promise<object> {
    if (invocation.dead) return NEVER;
    this.actors.beforeCall();
    if (crashAfter !== undefined && invocation.calls++ >= crashAfter) {
      invocation.die('RequestId: 00000000-0000-4000-8000-000000000000 Error: Runtime exited with error: signal: killed');
      return NEVER;
    }
    if (CHANGES.test(operation)) this.judgeChange(operation, input);
    if (this.plan.world.latency > 0) await invocation.sleep(this.plan.world.latency);
    if (invocation.dead) return NEVER;
    const paged = this.plan.world.smallPages && input.MaxResults !== undefined ? { ...input, MaxResults: this.plan.world.crowd > 0 ? 20 : 2 } : input;
    return this.faults.answer({ invocation, service, operation }, () => this.rekognition.handle(operation, paged));
  }

  private judgeChange(operation: string, input: any): void {
    const { projectArns, projectVersionArns, mode, deleteProjects } = this.request;
    const arn: string = input.ProjectVersionArn ?? input.DatasetArn ?? input.ProjectArn;
    this.note(`CALLS ${operation} ${arn}`);
    const isTarget = operation === 'DeleteProject'
      ? deleteProjects && projectArns.includes(arn)
      : projectVersionArns.includes(arn) || projectArns.includes(this.ownerOf.get(arn) ?? '');
    this.check('touches only its targets', isTarget, () => `${operation} ${arn}`);
    const isAllowed = !this.dryRun && (mode === 'DELETE' || operation === 'StopProjectVersion');
    this.check('makes only changes that its mode allows', isAllowed, () => `${operation} ${arn} in mode ${mode}, dry run ${this.dryRun}`);
  }

  private note(line: string): void {
    this.trace.push(`${((this.clock.now() - EPOCH) / 1000).toFixed(1)}s ${line}`);
  }

  private check(invariant: string, holds: boolean, why: () => string): void {
    this.statistics.count('invariants checked', invariant);
    if (!holds) this.violations.push(`${invariant}: ${why()}`);
  }
}

/** What the calls of a process that has ended return. */
const NEVER = new Promise<never>(() => {});
