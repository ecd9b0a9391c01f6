import type { Machine } from './machine';
import type { ProjectVersion } from '../../sandbox/rekognition';

/** Another way of deleting models. */
export interface Peer {
  readonly name: string;
  /** Where it is described. */
  readonly source: string;
  /** Whether it is the function behind a custom resource of the stack, or somebody runs it. */
  readonly isFunction: boolean;
  /** Deletes these versions, which are all that their projects contain. If it throws, the deletion fails. */
  act(machine: Machine, versions: readonly ProjectVersion[]): Promise<void>;
}
