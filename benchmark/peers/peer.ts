import type { Machine } from './machine';
import type { ProjectVersion } from '../../sandbox/rekognition';

/** Another way of doing the same. */
export interface Peer {
  readonly name: string;
  /** Where it is described. */
  readonly source: string;
  /** Whether it is the function behind a custom resource of the stack, or somebody runs it. */
  readonly isFunction: boolean;
  /** Makes an end of these versions, which are all that is in their projects. What it throws fails the deletion. */
  act(machine: Machine, versions: readonly ProjectVersion[]): Promise<void>;
}
