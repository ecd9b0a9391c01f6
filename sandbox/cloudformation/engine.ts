import type { AssetBucket } from '../assembly';
import type { Clock } from '../clock';
import type { Exports } from './exports';
import type { ResourceType } from './resource-type';
import type { CloudFormationSettings } from './settings';
import type { Stack } from './stack';

/** What an operation on a stack needs. */
export interface Engine {
  readonly clock: Clock;
  readonly exports: Exports;
  readonly assets: AssetBucket;
  readonly settings: CloudFormationSettings;
  /** All stacks that ever existed, including deleted and nested ones, oldest first. */
  readonly stacks: Stack[];
  /** The value of a parameter in SSM. */
  ssmValue(name: string): string | undefined;
  /** Throws for a type that is not modeled. */
  resourceType(type: string): ResourceType;
  /** Not yet one of the stacks: its creation may still be rejected. */
  newStack(name: string, parent?: Stack): Stack;
  /** By name (unless the stack is deleted) or id. */
  stack(nameOrId: string): Stack;
  find(nameOrId: string): Stack | undefined;
}
