import type { CdkCustomResourceIsCompleteEvent } from 'aws-lambda';
import { TeardownError } from './errors';
import type { Confirm, Target } from './model';
import type { Deletion, Operation } from './operation';
import type { Pace } from './pace';
import type { Progress } from './progress';

/**
 * The event of a poll, with what `onEvent` noted: when the request began, and the operation of CloudFormation that a Delete
 * belongs to, if the record showed it by then.
 */
export type PollEvent = CdkCustomResourceIsCompleteEvent & { readonly StartedAt?: string; readonly Operation?: Operation | null };

/** The properties of a resource as they arrive: of this release, of an older one, or anything at all. */
export interface Properties {
  readonly [name: string]: unknown;
}

/** One kind of teardown, by the type of its custom resource. */
export interface Teardown<T extends Target> {
  /** Throws a `TeardownError` if the properties make no sense. */
  read(properties: Properties): T;

  /** Create and Update: looks for the target, changes nothing, and answers with the attributes; undefined when it is not listed. */
  find(target: T): Promise<object | undefined>;

  /** The attributes of a target that is gone and need not exist. */
  attributesWhenGone(target: T): object;

  /** Delete: what decides whether it may be carried out, by the kind of the teardown. */
  custody(target: T): Pick<Deletion, 'trigger' | 'project'>;

  /**
   * Delete: takes one step towards the wanted state and answers with what is left to do and what is in the way.
   * It remembers nothing, so it may be repeated, interrupted or run twice at once. `confirm` is called before anything is
   * changed, and throws if nothing may be changed any more.
   */
  step(target: T, pace: Pace, confirm: Confirm): Promise<Progress>;
}

/** What both kinds of teardown have in their properties. */
export function readCommon(properties: Properties): Pick<Target, 'mode' | 'trainingBehavior'> {
  return {
    mode: oneOf('Mode', properties.Mode, ['DELETE', 'STOP']),
    trainingBehavior: oneOf('TrainingBehavior', properties.TrainingBehavior, ['WAIT', 'FAIL']),
  };
}

/** The first of the values is the default, for properties that an older release did not send. */
export function oneOf<T extends string>(name: string, value: unknown, values: readonly T[]): T {
  const known = values.find(candidate => candidate === (value ?? values[0]));
  if (known === undefined) throw new TeardownError(`${name} must be one of ${values.join(', ')}, got: ${JSON.stringify(value)}`);
  return known;
}

/** The outermost stack, as the app knows it. */
export function rootStackId(event: PollEvent): string {
  return (event.ResourceProperties.RootStackId as string | undefined) ?? event.StackId;
}

/** The Delete that a poll is about. */
export function deletionOf(event: PollEvent, custody: Pick<Deletion, 'trigger' | 'project'>): Deletion {
  return {
    stackId: event.StackId,
    resourceType: event.ResourceType,
    logicalResourceId: event.LogicalResourceId,
    physicalResourceId: event.PhysicalResourceId ?? '',
    requestedAt: Date.parse(event.StartedAt ?? ''),
    ...custody,
  };
}
