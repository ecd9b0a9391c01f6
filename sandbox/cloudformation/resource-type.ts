import { randomUUID } from 'node:crypto';
import { ServiceError } from '../service';
import { NotModelled, ResourceFailure } from './errors';
import type { Resource, ResourceState, Stack } from './stack';

/** How resources of one type come, change and go. A `ResourceFailure` or an API's error fails the resource, anything else is a bug. */
export interface ResourceType {
  /** The properties whose change makes a new physical resource. */
  readonly replacedBy?: readonly string[];
  /** `signal` tells those who wait for the world that nobody waits for them any more. */
  create(resource: Resource, signal: AbortSignal): Promise<ResourceState> | ResourceState;
  /** A new physical id in the answer means that the old resource is still there, to be deleted in the cleanup. */
  update(resource: Resource, old: Resource, signal: AbortSignal): Promise<ResourceState> | ResourceState;
  delete(resource: Resource): Promise<void> | void;
  /** Only for what has a name of its own and can be imported: what is there already by that name. */
  find?(resource: Resource): Promise<ResourceState | undefined>;
  /** Only for what has a rollback of its own (nested stacks): instead of an update with the old properties. */
  rollBack?(resource: Resource, skipped: readonly string[]): Promise<void>;
  /** Only for what has a cleanup of its own (nested stacks): called in the cleanup of the stack around it. */
  cleanUp?(resource: Resource): Promise<void>;
}

/** The status reason of a failed resource. Errors that no resource answers for are passed on. */
export function reasonOf(error: unknown): string {
  if (error instanceof ResourceFailure) return error.message;
  if (error instanceof ServiceError) return handlerMessage(error.message, 'GeneralServiceException');
  throw error;
}

/** [cited] the form in which CloudFormation shows what a resource type's handler answered; the codes are its HandlerErrorCodes. */
export function handlerMessage(message: string, code: 'AlreadyExists' | 'NotFound' | 'GeneralServiceException'): string {
  return `Resource handler returned message: "${message}" (RequestToken: ${randomUUID()}, HandlerErrorCode: ${code})`;
}

/** [assumed] a physical name as CloudFormation makes them: stack, logical id, suffix; the parts shortened to fit. */
export function generatedName(stack: Stack, logicalId: string, maxLength: number): string {
  const room = maxLength - SUFFIX_LENGTH - 2;
  const id = logicalId.slice(0, Math.max(24, room - stack.name.length));
  return `${stack.name.slice(0, room - id.length)}-${id}-${generatedSuffix()}`;
}

const SUFFIX_LENGTH = 12;

export function generatedSuffix(): string {
  return randomUUID().replaceAll('-', '').slice(0, SUFFIX_LENGTH).toUpperCase();
}

/** Fails where a property is neither modelled nor, as listed second, without any effect in the sandbox. */
export function onlyKnown(resource: Resource, modelled: readonly string[], withoutEffect: readonly string[] = []): void {
  const unknown = Object.keys(resource.properties).filter(name => !modelled.includes(name) && !withoutEffect.includes(name));
  if (unknown.length > 0) throw new NotModelled(`${resource.logicalId} (${resource.type}) has properties that are not modelled: ${unknown.join(', ')}`);
}
