import { ProjectVersionStatus } from '@aws-sdk/client-rekognition';
import type { ObservedVersion, Target } from '../model';

/** What to do with a version, depending on its status. */
export type Action = 'stop' | 'delete' | 'wait' | 'fail' | 'done';

const ACTIONS: Record<ProjectVersionStatus, Record<Target['mode'], Action>> = {
  RUNNING: { DELETE: 'stop', STOP: 'stop' },
  // it is not documented whether a starting model can be stopped. A poll tries, and waits if that is refused.
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

/**
 * In a status that this release does not know, a model may be billed. So `STOP` is done only when a known status shows
 * that it is not.
 */
const UNKNOWN: Record<Target['mode'], Action> = { DELETE: 'delete', STOP: 'stop' };

/** The whole policy: maps the observed version, or none, to an action. */
export function decide(
  observed: Pick<ObservedVersion, 'status' | 'isAdapter'> | undefined,
  { mode, trainingBehavior }: Pick<Target, 'mode' | 'trainingBehavior'>,
): Action {
  // an empty answer may be stale: only a call on the ARN proves that the version is gone.
  if (!observed) return mode === 'DELETE' ? 'delete' : 'stop';
  if (observed.status === 'TRAINING_IN_PROGRESS' && mode === 'DELETE' && trainingBehavior === 'FAIL') return 'fail';

  const action = (isKnown(observed.status) ? ACTIONS[observed.status] : UNKNOWN)[mode];
  // adapters do not run, so there is nothing to stop.
  if (action === 'stop' && observed.isAdapter) return mode === 'DELETE' ? 'delete' : 'done';
  return action;
}

/** Whether this release knows what the status means. */
export function isKnown(status: string): status is ProjectVersionStatus {
  return Object.hasOwn(ACTIONS, status);
}
