import type { StackStatus } from '@aws-sdk/client-cloudformation';

/** What a stack does in a status. */
export type Phase =
  /** It is being deleted. */
  | 'deletion'
  /** It deletes whatever an update has removed or replaced. */
  | 'update cleanup'
  /** It deletes whatever an update had created, after the rollback. */
  | 'rollback cleanup'
  /** It goes back to its earlier state. */
  | 'undoing'
  /** It goes on to its next state. */
  | 'in progress'
  /** Nothing: the operation has ended, and CloudFormation deletes no resource. */
  | 'at rest';

// by hand, and complete: the build fails when the SDK knows another status.
const PHASES: Record<StackStatus, Phase> = {
  CREATE_IN_PROGRESS: 'in progress',
  CREATE_FAILED: 'at rest',
  CREATE_COMPLETE: 'at rest',
  ROLLBACK_IN_PROGRESS: 'undoing',
  ROLLBACK_FAILED: 'at rest',
  ROLLBACK_COMPLETE: 'at rest',
  DELETE_IN_PROGRESS: 'deletion',
  DELETE_FAILED: 'at rest',
  DELETE_COMPLETE: 'at rest',
  UPDATE_IN_PROGRESS: 'in progress',
  UPDATE_COMPLETE_CLEANUP_IN_PROGRESS: 'update cleanup',
  UPDATE_COMPLETE: 'at rest',
  UPDATE_FAILED: 'at rest',
  UPDATE_ROLLBACK_IN_PROGRESS: 'undoing',
  UPDATE_ROLLBACK_FAILED: 'at rest',
  UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS: 'rollback cleanup',
  UPDATE_ROLLBACK_COMPLETE: 'at rest',
  REVIEW_IN_PROGRESS: 'at rest',
  IMPORT_IN_PROGRESS: 'in progress',
  IMPORT_COMPLETE: 'at rest',
  IMPORT_ROLLBACK_IN_PROGRESS: 'undoing',
  IMPORT_ROLLBACK_FAILED: 'at rest',
  IMPORT_ROLLBACK_COMPLETE: 'at rest',
};

/** Undefined for a status that this release does not know. */
export function phaseOf(status: string): Phase | undefined {
  return Object.hasOwn(PHASES, status) ? PHASES[status as StackStatus] : undefined;
}

/** Whether the stack has reached a stable state, by a deployment or by its rollback. */
export function isCompleted(status: string): boolean {
  return /^(REVIEW_IN_PROGRESS|(CREATE|UPDATE|IMPORT)(_ROLLBACK)?_COMPLETE)$/.test(status);
}
