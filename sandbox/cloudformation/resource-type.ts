import { randomUUID } from 'node:crypto';
import { ServiceError } from '../service';
import { ResourceFailure } from './errors';
import type { Resource, ResourceState, Stack } from './stack';
import type { Properties } from './template';

/** How resources of one type are created, updated and deleted. A `ResourceFailure` or an API error fails the resource, anything else is a bug. */
export interface ResourceType {
  /** The properties whose change requires replacement. */
  readonly replacedBy?: readonly string[];
  /** Whether it is updated in each update of its stack, changed or not (nested stacks). */
  readonly isAlwaysUpdated?: boolean;
  /** Whether it needs a while to be consistent everywhere after it is configured. */
  readonly isEventuallyConsistent?: boolean;
  /** The properties that the sandbox models, or that have no effect in it. Without a list, all. */
  readonly properties?: readonly string[];
  /** Whether it is only recorded, so that what says how to wait for its progress has no effect. */
  readonly isOnlyRecorded?: boolean;
  /** Whether Fn::GetAtt may find an attribute. Without this, it may find any. */
  hasAttribute?(name: string): boolean;
  /** What else the sandbox does not know of a resource. `resolve` throws for what is not known before the deployment. */
  problems?(properties: Properties, resolve: (value: unknown) => any): string[];
  /** `signal` is aborted when nobody waits for the result any longer. */
  create(resource: Resource, signal: AbortSignal): Promise<ResourceState> | ResourceState;
  /** If this returns a new physical id, the old resource still exists and is deleted in the cleanup. */
  update(resource: Resource, old: Resource, signal: AbortSignal): Promise<ResourceState> | ResourceState;
  delete(resource: Resource): Promise<void> | void;
  /** Only for types with a name that can be imported: the existing resource with that name. */
  find?(resource: Resource): Promise<ResourceState | undefined>;
  /** Only for types with a rollback of their own (nested stacks): replaces the update to the old properties. */
  rollBack?(resource: Resource, skipped: readonly string[]): Promise<void>;
  /** Only for types with a cleanup of their own (nested stacks): called in the cleanup of the parent stack. */
  cleanUp?(resource: Resource): Promise<void>;
}

/** The status reason of a failed resource. Rethrows errors that are bugs. */
export function reasonOf(error: unknown): string {
  if (error instanceof ResourceFailure) return error.message;
  if (error instanceof ServiceError) return handlerMessage(error.message, 'GeneralServiceException');
  throw error;
}

/** [cited] the format in which CloudFormation shows errors of a resource type's handler; the codes are its HandlerErrorCodes. */
export function handlerMessage(message: string, code: 'AlreadyExists' | 'NotFound' | 'GeneralServiceException'): string {
  return `Resource handler returned message: "${message}" (RequestToken: ${randomUUID()}, HandlerErrorCode: ${code})`;
}

/** [assumed] a physical name as CloudFormation generates it: stack, logical id, suffix; the parts are truncated to fit. */
export function generatedName(stack: Stack, logicalId: string, maxLength: number): string {
  const room = maxLength - SUFFIX_LENGTH - 2;
  const id = logicalId.slice(0, Math.max(24, room - stack.name.length));
  return `${stack.name.slice(0, room - id.length)}-${id}-${generatedSuffix()}`;
}

const SUFFIX_LENGTH = 12;

export function generatedSuffix(): string {
  return randomUUID().replaceAll('-', '').slice(0, SUFFIX_LENGTH).toUpperCase();
}
