import type { Machine } from './machine';
import type { ProjectVersion } from '../../sandbox/rekognition';

/** Another way to delete models. */
export interface Peer {
  readonly name: string;
  /** Where it is described. */
  readonly source: string;
  /** Whether it is the function of a custom resource in the stack, or a program that a user runs. */
  readonly isFunction: boolean;
  /** Deletes these versions, which are the only ones in their projects. If it throws, the deletion fails. */
  act(machine: Machine, versions: readonly ProjectVersion[]): Promise<void>;
}
