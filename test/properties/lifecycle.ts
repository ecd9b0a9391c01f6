import type { DeployPlan, LifecyclePlan } from './plan';
import type { Request } from './provider';
import { Statistics } from './statistics';
import { render } from './template';
import { Step, World } from './world';
import type { Stack } from '../../sandbox/cloudformation';
import { ServiceError } from '../../sandbox/service';

const STACK = 'Models';
const UPDATABLE = ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'];
/** Stacks that `cdk deploy` deletes before it creates them anew. */
const STILLBORN = ['ROLLBACK_COMPLETE', 'ROLLBACK_FAILED'];
const DRAIN = 5 * 60_000;

/** Takes a stack through its life, and throws what was not as it has to be. */
export async function live(plan: LifecyclePlan, statistics = new Statistics()): Promise<World> {
  statistics.count('lifecycles');
  const life = new Life(plan, statistics);
  for (const [index, deployment] of plan.deployments.entries()) await life.deploy(deployment, index);
  // once more than it takes: what is deleted may be deleted again.
  for (const deletion of plan.deletions) await life.delete(deletion);
  life.judge();
  return life.world;
}

class Life {
  readonly world: World;
  private undoesCreation = false;

  constructor(plan: LifecyclePlan, statistics: Statistics) {
    this.world = new World(plan, statistics);
  }

  async deploy(plan: DeployPlan, index: number): Promise<void> {
    const { world } = this;
    if (world.root && STILLBORN.includes(world.root.status)) await this.delete(plan);
    const existing = this.existing;
    if (existing && !UPDATABLE.includes(existing.status)) return;
    const { root: template, nested = {} } = render(plan, index, world);
    world.nestedTemplate = nested;
    world.operation = existing ? { kind: 'update', plan, projectsBefore: this.projects() } : { kind: 'create' };
    world.begin(plan);
    world.note(`DEPLOY ${JSON.stringify(template)} NESTED ${JSON.stringify(nested)}`);
    try {
      const options = existing ? {} : { onFailure: plan.onFailure };
      const stack = await world.cloudFormation.deploy({ stackName: STACK, template, assets: new Map() }, options);
      world.statistics.count('deployments', stack.status);
      if (!existing) this.undoesCreation = !['CREATE_COMPLETE', 'CREATE_FAILED'].includes(stack.status);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      world.statistics.count('deployments', 'refused');
    }
    await this.drain();
    this.fill(plan);
  }

  async delete(step: Step): Promise<void> {
    const { world } = this;
    world.begin(step);
    const stack = this.existing;
    if (!stack) return;
    const { undoesCreation } = this;
    world.operation = { kind: 'delete', undoesCreation };
    world.note('DELETE');
    const before = new Set(world.requests.values());
    await world.cloudFormation.destroy(STACK);
    world.statistics.count('deletions', stack.status);
    const deletes = [...world.requests.values()].filter(request => !before.has(request) && this.hadToAct(request));
    if (stack.status === 'DELETE_COMPLETE') world.oracle.deleted(deletes);
    await this.drain();
  }

  judge(): void {
    const { oracle: { violations }, trace } = this.world;
    if (violations.length > 0) throw new Error([...violations, '', ...trace.slice(-Number(process.env.TRACE ?? 60))].join('\n'));
  }

  private get existing(): Stack | undefined {
    return this.world.cloudFormation.find(STACK);
  }

  /** Deletes of an owned project's contents, or of a stack that once was there. */
  private hadToAct({ event }: Request): boolean {
    return event.RequestType === 'Delete' && (event.ResourceProperties.OwnerTag !== undefined || !this.undoesCreation);
  }

  private projects(): Set<string> {
    return new Set([false, true].flatMap(nested => this.world.ownProjectArn(nested) ?? []));
  }

  private fill({ fill: { statuses, dataset } }: DeployPlan): void {
    const { rekognition, actors } = this.world;
    for (const arn of this.projects()) {
      const project = rekognition.projects.find(other => other.arn === arn && other.status === 'CREATED');
      if (project) actors.fill(project, statuses, dataset);
    }
  }

  /** Lets what is still under way come to its end: waiters whose answers nobody waits for any more. */
  private async drain(): Promise<void> {
    const { world } = this;
    world.operation = undefined;
    const isUnderWay = () => world.provider.active > 0 || [...world.requests.values()].some(({ respondedAt }) => respondedAt === undefined);
    for (let rounds = 0; isUnderWay(); rounds++) {
      if (rounds > 24) return world.oracle.unanswered('a request that nobody waits for any more has no answer after two hours');
      await world.clock.advance(DRAIN);
    }
  }
}
