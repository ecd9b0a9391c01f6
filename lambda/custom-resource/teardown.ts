import type { CdkCustomResourceIsCompleteEvent } from 'aws-lambda';
import { outermostStack } from '../aws/cloudformation';
import type { RateLimiter } from '../aws/rate-limiter';
import type { Deletion, Operation } from '../custody/operation';
import { invalid } from '../messages/teardown';
import type { ObservedVersion, Target } from '../model';
import type { StepContext } from '../steps/context';
import type { Progress } from '../steps/progress';

/**
 * The event of a poll, with what `onEvent` noted: when the request began, and the operation of CloudFormation that a
 * Delete belongs to, if the events already showed it.
 */
export type PollEvent = CdkCustomResourceIsCompleteEvent & {
  readonly StartedAt?: string;
  readonly Operation?: Operation | null;
};

/** The properties of a resource as they arrive, from this release, an older one, or anything else. */
export interface Properties {
  readonly [name: string]: unknown;
}

/** One kind of teardown, by the type of its custom resource. */
export interface Teardown<T extends Target> {
  readonly type: string;

  /** Throws a `TeardownError` if the properties are invalid. */
  read(properties: Properties): T;

  /**
   * Create and Update: looks up the target without changing anything. Returns its attributes, or undefined if it is not
   * listed.
   */
  find(target: T, rateLimiter: RateLimiter): Promise<object | undefined>;

  /** The attributes of a target that is gone and does not have to exist. */
  attributesWhenGone(target: T): object;

  /** Delete: the settings that decide whether it may be carried out. */
  custody(target: T): Pick<Deletion, 'trigger' | 'project'>;

  /** The versions of the target that exist, with read calls only. */
  observe(target: T, rateLimiter: RateLimiter): Promise<ObservedVersion[]>;

  /**
   * Delete: takes one step towards the wanted state. Returns what is left to do and what is in the way.
   * It remembers nothing, so it may be repeated, interrupted or run twice at once. It calls `confirm` before each
   * change.
   */
  step(target: T, context: StepContext): Promise<Progress>;
}

/** The properties that both kinds of teardown have. */
export function readCommon(properties: Properties): Pick<Target, 'mode' | 'trainingBehavior'> {
  return {
    mode: oneOf('Mode', properties.Mode, ['DELETE', 'STOP']),
    trainingBehavior: oneOf('TrainingBehavior', properties.TrainingBehavior, ['WAIT', 'FAIL']),
  };
}

/** The first value is the default, for properties that an older release did not send. */
export function oneOf<T extends string>(name: string, value: unknown, values: readonly T[]): T {
  const known = values.find(candidate => candidate === (value ?? values[0]));
  if (known === undefined) throw invalid(`${name} must be one of ${values.join(', ')}, got: ${JSON.stringify(value)}.`);
  return known;
}

/** The outermost stack of the app. */
export function rootStackId(event: PollEvent): string {
  return (event.ResourceProperties.RootStackId as string | undefined) ?? event.StackId;
}

/** The Delete that a poll handles. */
export function deletionOf(
  event: PollEvent,
  resourceType: string,
  custody: Pick<Deletion, 'trigger' | 'project'>,
): Deletion {
  return {
    stackId: event.StackId,
    resourceType,
    logicalResourceId: event.LogicalResourceId,
    physicalResourceId: event.PhysicalResourceId ?? '',
    requestedAt: Date.parse(event.StartedAt ?? ''),
    ...custody,
  };
}

/**
 * Whether Create or Update has to fail if its target does not exist. A target that is gone must not block an update of
 * something else, nor the rollback of an update, which would leave the stack stuck.
 */
export async function mustExist(event: PollEvent): Promise<boolean> {
  if (event.RequestType !== 'Update') return true;
  if (namedBy(event.OldResourceProperties) === namedBy(event.ResourceProperties)) return false;
  return (await outermostStack(rootStackId(event))).StackStatus !== 'UPDATE_ROLLBACK_IN_PROGRESS';
}

/** The ARN of the target. The teardown of a version may also name the project. */
export function namedBy(properties: Properties = {}): unknown {
  return properties.ProjectVersionArn ?? properties.ProjectArn;
}
