import type { Deployment } from './deployment';
import type { Stack } from './stack';

/**
 * The phases of an update. An outermost stack runs them one after the other; the parent of a nested stack starts each of them.
 * [cited] User Guide, "Stack update behaviors" and the table of stack statuses.
 */
export class Update {
  constructor(private readonly stack: Stack, private readonly deployment: Deployment) {}

  async run(): Promise<void> {
    const done = await this.forward('User Initiated');
    if (this.stack.status === 'UPDATE_FAILED') return;
    if (done || await this.rollBack()) await this.cleanUp();
  }

  /** Rolls back from UPDATE_FAILED, or again from UPDATE_ROLLBACK_FAILED. */
  async continueRollBack(skipped: readonly string[] = []): Promise<void> {
    if (await this.rollBack(skipped, 'User Initiated')) await this.cleanUp();
  }

  async forward(reason?: string): Promise<boolean> {
    this.stack.report('UPDATE_IN_PROGRESS', reason);
    const done = await this.deployment.forward();
    if (done) this.stack.report('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
    else this.stack.report(this.stack.root.disableRollback ? 'UPDATE_FAILED' : 'UPDATE_ROLLBACK_IN_PROGRESS', this.deployment.reason);
    return done;
  }

  async rollBack(skipped: readonly string[] = [], reason?: string): Promise<boolean> {
    // a nested stack may have succeeded before its parent failed.
    if (this.stack.status !== 'UPDATE_ROLLBACK_IN_PROGRESS') this.stack.report('UPDATE_ROLLBACK_IN_PROGRESS', reason);
    const done = await this.deployment.rollBack(skipped);
    if (done) this.stack.report('UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
    else this.stack.report('UPDATE_ROLLBACK_FAILED', this.deployment.reason);
    return done;
  }

  async cleanUp(): Promise<void> {
    const isAbandoned = await this.deployment.cleanUp();
    if (this.stack.status !== 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS') return this.stack.report('UPDATE_ROLLBACK_COMPLETE');
    // [cited] published event logs.
    this.stack.report('UPDATE_COMPLETE', isAbandoned ? 'Update successful. One or more resources could not be deleted.' : undefined);
  }
}
