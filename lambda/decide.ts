import { ProjectVersionStatus } from '@aws-sdk/client-rekognition';
import type { ObservedVersion, Target } from './model';

/** What to do about a version in a status. */
export type Action = 'stop' | 'delete' | 'wait' | 'fail' | 'done';

const ACTIONS: Record<ProjectVersionStatus, Record<Target['mode'], Action>> = {
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

/** A status that this release does not know may be one that is billed: `STOP` is done when one that is not is seen. */
const UNKNOWN: Record<Target['mode'], Action> = { DELETE: 'delete', STOP: 'stop' };

/** The whole policy: from the observed version, or none, to what is to be done. */
export function decide(
  observed: Pick<ObservedVersion, 'status' | 'isAdapter'> | undefined,
  { mode, trainingBehavior }: Pick<Target, 'mode' | 'trainingBehavior'>,
): Action {
  // an empty answer may be stale: a call on the ARN proves that the version is gone.
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
