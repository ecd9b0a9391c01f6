import { ProjectVersionStatus } from '@aws-sdk/client-rekognition';
import { isFailure } from './errors';
import { log } from './log';
import { deleteProjectVersion, Observation, observe, stopProjectVersion } from './rekognition';
import { Target } from './request';
import type { ProjectVersionTeardownProperties } from '../src/private/contract';

type Mode = ProjectVersionTeardownProperties['Mode'];
type Policy = Pick<Target, 'mode' | 'trainingBehavior'>;

/** What to do about a version in a status. */
export type Action = 'stop' | 'delete' | 'wait' | 'fail' | 'done';

/** What a step found and whether the wanted state is reached. */
export interface Step {
  readonly reached: boolean;
  /** Undefined when the version is not listed (any more). */
  readonly status?: string;
  /** Why the service did not do what it was asked. */
  readonly refusal?: string;
}

const ACTIONS: Record<ProjectVersionStatus, Record<Mode, Action>> = {
  RUNNING: { DELETE: 'stop', STOP: 'stop' },
  // whether a starting model can be stopped is not documented: it is tried, and a refusal means to wait.
  STARTING: { DELETE: 'stop', STOP: 'stop' },
  STOPPING: { DELETE: 'wait', STOP: 'wait' },
  TRAINING_IN_PROGRESS: { DELETE: 'wait', STOP: 'done' },
  COPYING_IN_PROGRESS: { DELETE: 'wait', STOP: 'done' },
  DELETING: { DELETE: 'wait', STOP: 'done' },
  TRAINING_COMPLETED: { DELETE: 'delete', STOP: 'done' },
  TRAINING_FAILED: { DELETE: 'delete', STOP: 'done' },
  STOPPED: { DELETE: 'delete', STOP: 'done' },
  FAILED: { DELETE: 'delete', STOP: 'done' },
  COPYING_COMPLETED: { DELETE: 'delete', STOP: 'done' },
  COPYING_FAILED: { DELETE: 'delete', STOP: 'done' },
  DEPRECATED: { DELETE: 'delete', STOP: 'done' },
  EXPIRED: { DELETE: 'delete', STOP: 'done' },
};

/** The whole policy: from the observed version, or none, to what is to be done. */
export function decide(observed: Pick<Observation, 'status' | 'isAdapter'> | undefined, { mode, trainingBehavior }: Policy): Action {
  // an empty answer may be stale: a call on the ARN proves that the version is gone.
  if (!observed) return mode === 'DELETE' ? 'delete' : 'stop';
  if (observed.status === 'TRAINING_IN_PROGRESS' && mode === 'DELETE' && trainingBehavior === 'FAIL') return 'fail';

  // a status that the service invents later may be one that is billed, so `STOP` tries to stop it.
  const actions = ACTIONS[observed.status as ProjectVersionStatus] ?? { DELETE: 'delete', STOP: 'stop' };
  const action = actions[mode];
  // adapters do not run, so there is nothing to stop.
  if (action === 'stop' && observed.isAdapter) return mode === 'DELETE' ? 'delete' : 'done';
  return action;
}

/**
 * One step towards the wanted state: looks, does at most one thing, and says whether there is more to do. It
 * remembers nothing, so it may be repeated, interrupted or run twice at once.
 */
export async function step(target: Target): Promise<Step & { readonly action: Action }> {
  const observed = await observe(target.version, target.projectArn);
  const status = observed?.status;
  const action = decide(observed, target);
  log('step', { projectVersionArn: target.version.arn, status: status ?? 'not listed', action });
  switch (action) {
    case 'stop': return { action, status, ...await attempt(target, status, stopProjectVersion) };
    case 'delete': return { action, status, ...await attempt(target, status, deleteProjectVersion) };
    default: return { action, status, reached: action === 'done' };
  }
}

/** An error answer decides nothing but that the version is gone; what to do next, the status tells at the next poll. */
async function attempt(target: Target, status: string | undefined, change: typeof stopProjectVersion): Promise<Omit<Step, 'status'>> {
  try {
    await change(target.version);
    return { reached: false };
  } catch (error) {
    if (isFailure(error, 'gone')) return { reached: true };
    if (!isFailure(error, 'conflict')) throw error;
    // an unknown status that cannot be stopped is not running.
    const nothingToStop = change === stopProjectVersion && status !== undefined && !(status in ACTIONS);
    return { reached: nothingToStop, refusal: error.message };
  }
}
