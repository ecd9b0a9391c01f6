import type { DeletionPlan, DeployPlan, LifecyclePlan, Trouble } from './plan';
import { QUIET } from './quiet';
import { Statistics } from './statistics';
import { render } from './template';
import { World } from './world';
import type { Stack } from '../../sandbox/cloudformation';
import { ServiceError } from '../../sandbox/service';

const STACK = 'Models';
const UPDATABLE = ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'];
/** The statuses of stacks that can be updated only with rollback disabled. */
const PAUSED = ['CREATE_FAILED', 'UPDATE_FAILED'];
/** The statuses of stacks that `cdk deploy` deletes before it creates them again. */
const STILLBORN = ['ROLLBACK_COMPLETE', 'ROLLBACK_FAILED'];
const DRAIN = 5 * 60_000;

/** Takes a stack through its lifecycle, and throws if an invariant was violated. */
export async function live(plan: LifecyclePlan, statistics = new Statistics()): Promise<World> {
  statistics.count('lifecycles');
  const life = new Life(plan, statistics);
  for (const [index, deployment] of plan.deployments.entries()) await life.deploy(deployment, index);
  // more often than necessary: a stack that is already deleted may be deleted again.
  for (const deletion of plan.deletions) await life.delete(deletion, deletion);
  life.judge();
  return life.world;
}

class Life {
  readonly world: World;

  constructor(plan: LifecyclePlan, statistics: Statistics) {
    this.world = new World(plan, statistics);
  }

  async deploy(plan: DeployPlan, index: number): Promise<void> {
    const { world } = this;
    // a pipeline may also replace a stack that was not rolled back.
    const replaced = plan.recovers ? [...STILLBORN, 'CREATE_FAILED'] : STILLBORN;
    if (world.root && replaced.includes(world.root.status)) await this.delete(plan, QUIET);
    const existing = this.existing;
    const isPaused = existing !== undefined && PAUSED.includes(existing.status);
    if (existing && !isPaused && !UPDATABLE.includes(existing.status)) return;
    const { root: template, nested = {} } = render(plan, index, world);
    world.nestedTemplate = nested;
    world.operation = existing ? { kind: 'update', plan, isBroken: false } : { kind: 'create' };
    world.begin(plan);
    world.resists = plan.resists;
    world.note(`DEPLOY ${JSON.stringify(template)} NESTED ${JSON.stringify(nested)}`);
    try {
      const { onFailure, imports: importExistingResources } = plan;
      const disableRollback = plan.disableRollback || isPaused;
      const options = existing ? { disableRollback, importExistingResources } : { onFailure, importExistingResources };
      if (isPaused) world.statistics.count('deployments of paused stacks', existing.status);
      const stack = await world.cloudFormation.deploy({ stackName: STACK, template, assets: new Map() }, options);
      world.statistics.count('deployments', stack.status);
      if (plan.recovers) await this.recover(stack);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      world.statistics.count('deployments', 'refused');
    }
    await this.drain();
    this.fill(plan);
  }

  /** Recovers from an update that did not roll back, as its owner would. */
  private async recover(stack: Stack): Promise<void> {
    const { world, world: { cloudFormation, statistics } } = this;
    if (stack.status === 'UPDATE_FAILED') {
      await cloudFormation.rollBack(STACK);
      statistics.count('rollbacks', stack.status);
    }
    for (let tries = 0; stack.status === 'UPDATE_ROLLBACK_FAILED' && tries < 2; tries++) {
      const skipped = world.resists === 'nothing' && tries === 0 ? [] : this.resisting(stack);
      world.note(`CONTINUE ROLLBACK skipping ${skipped.join(', ')}`);
      await cloudFormation.continueUpdateRollback(STACK, skipped);
      statistics.count('continued rollbacks', stack.status);
    }
  }

  /** The paths of the resources that failed to roll back. */
  private resisting(stack: Stack): string[] {
    return Object.values(stack.resources).filter(({ status }) => status === 'UPDATE_FAILED').flatMap(({ logicalId, physicalId }) => {
      const nested = this.world.stacks.find(({ id }) => id === physicalId);
      return nested ? this.resisting(nested).map(path => `${logicalId}.${path}`) : logicalId;
    });
  }

  async delete(step: Trouble, { what, retains }: Omit<DeletionPlan, keyof Trouble>): Promise<void> {
    const { world } = this;
    world.begin(step);
    const target = (what === 'nested stack' ? this.nested : undefined) ?? this.existing ?? this.nested;
    if (!target) return;
    const retained = target.status === 'DELETE_FAILED' ? retains.filter(logicalId => logicalId in target.resources) : [];
    world.operation = { kind: 'delete', target, retained };
    world.note(`DELETE ${target.name} retaining ${retained.join(', ')}`);
    const before = new Set(world.requests.values());
    await world.cloudFormation.destroy(target.id, retained);
    if (retained.length > 0) world.statistics.count('deletions that retain something', target.status);
    world.statistics.count(target.parent ? 'deletions of nested stacks' : 'deletions', target.status);
    if (target.status === 'DELETE_COMPLETE') world.oracle.deleted([...world.requests.values()].filter(request => !before.has(request)));
    await this.drain();
  }

  judge(): void {
    const { oracle: { violations }, trace } = this.world;
    if (violations.length > 0) throw new Error([...violations, '', ...trace.slice(-Number(process.env.TRACE ?? 60))].join('\n'));
  }

  private get existing(): Stack | undefined {
    return this.world.cloudFormation.find(STACK);
  }

  /** An existing nested stack with no operation in progress. */
  private get nested(): Stack | undefined {
    return this.world.stacks.find(({ parent, status, busy }) => parent && !parent.busy && !busy && status !== 'DELETE_COMPLETE');
  }

  private fill(plan: DeployPlan): void {
    const { world, world: { rekognition, actors } } = this;
    const arn = world.ownProjectArn(plan);
    const project = rekognition.projects.find(other => other.arn === arn && other.status === 'CREATED');
    if (project) actors.fill(project, plan.fill.statuses, plan.fill.dataset);
  }

  /** Lets running waiters finish, although CloudFormation no longer expects their responses. */
  private async drain(): Promise<void> {
    const { world } = this;
    world.operation = undefined;
    const isUnderWay = () => world.provider.active > 0 || [...world.requests.values()].some(({ respondedAt }) => respondedAt === undefined);
    for (let rounds = 0; isUnderWay(); rounds++) {
      if (rounds > 24) return world.oracle.unanswered('an abandoned request still has no response after two hours');
      await world.clock.advance(DRAIN);
    }
  }
}
