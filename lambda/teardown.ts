import type { CdkCustomResourceIsCompleteEvent } from 'aws-lambda';
import { Deletion, Verdict } from './custody';
import { TeardownError } from './errors';
import { Pace } from './pace';
import type { TeardownProperties } from '../src/private/contract';

/** The event of a poll; `StartedAt` was noted by `onEvent`. */
export type PollEvent = CdkCustomResourceIsCompleteEvent & { readonly StartedAt?: string };

/** The properties of a resource as they arrive: of this release, of an older one, or anything at all. */
export interface Properties {
  readonly [name: string]: unknown;
}

/** What every teardown is asked for. */
export interface Target {
  /** The physical id: the ARN of what is torn down. */
  readonly arn: string;
  readonly mode: TeardownProperties['Mode'];
  readonly trainingBehavior: TeardownProperties['TrainingBehavior'];
}

/** Something that is not yet as it is wanted. */
export interface Left {
  /** What it is, for messages, such as `the project version arn:...`. */
  readonly name: string;
  /** Undefined when it is not listed (any more). */
  readonly status?: string;
  /** Whether this release does not know what the status means. */
  readonly isUnknown?: boolean;
  /** Why the service did not do what it was asked. */
  readonly refusal?: string;
  /** Whether it will not do so later either. */
  readonly isStuck?: boolean;
}

/** One kind of teardown, by the type of its custom resource. */
export interface Teardown<T extends Target> {
  /** Throws a `TeardownError` if the properties make no sense. */
  read(properties: Properties): T;

  /** Create and Update: looks for the target, changes nothing, and answers with the attributes; undefined when it is not listed. */
  find(target: T): Promise<object | undefined>;

  /** The attributes of a target that is gone and need not exist. */
  attributesWhenGone(target: T): object;

  /** Delete: whether it may be carried out. */
  custody(target: T, event: PollEvent): Promise<Verdict>;

  /**
   * Delete: takes one step towards the wanted state and answers with what is left to do, nothing when it is reached.
   * It remembers nothing, so it may be repeated, interrupted or run twice at once.
   */
  step(target: T, pace: Pace): Promise<Left[]>;
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

/** The outermost stack, which knows why a Delete was sent. */
export function rootStackId(event: PollEvent): string {
  return (event.ResourceProperties.RootStackId as string | undefined) ?? event.StackId;
}

/** What CloudFormation is asked about. */
export function deletionOf(event: PollEvent, trigger: Deletion['trigger']): Deletion {
  return {
    rootStackId: rootStackId(event),
    stackId: event.StackId,
    resourceType: event.ResourceType,
    logicalResourceId: event.LogicalResourceId,
    physicalResourceId: event.PhysicalResourceId ?? '',
    trigger,
  };
}
