import type { CdkCustomResourceIsCompleteEvent } from 'aws-lambda';
import { isProjectOf, parseProjectVersionArn, ProjectVersionArn } from './arn';
import { TeardownError } from './errors';
import type { ProjectVersionTeardownProperties } from '../src/private/contract';

type Properties = ProjectVersionTeardownProperties;

/** What a resource asks for: which version, and how it is to be torn down. */
export interface Target {
  readonly version: ProjectVersionArn;
  /** Absent when the project is to be looked up by its name. */
  readonly projectArn?: string;
  readonly trigger: Properties['Trigger'];
  readonly mode: Properties['Mode'];
  readonly trainingBehavior: Properties['TrainingBehavior'];
}

/** The event of a poll; `StartedAt` was noted by `onEvent`. */
export type PollEvent = CdkCustomResourceIsCompleteEvent & { readonly StartedAt?: string };

/** Reads the properties of a resource, also of one that an older release made. Throws when they make no sense. */
export function readTarget(properties: { readonly [key: string]: unknown }): Target {
  const version = parseProjectVersionArn(properties.ProjectVersionArn);
  if (!version) {
    throw new TeardownError(`not the ARN of a Rekognition project version: ${JSON.stringify(properties.ProjectVersionArn)}; `
      + 'expected arn:PARTITION:rekognition:REGION:ACCOUNT:project/PROJECT/version/VERSION/CREATED');
  }
  const projectArn = properties.ProjectArn;
  if (projectArn !== undefined && (typeof projectArn !== 'string' || !isProjectOf(projectArn, version))) {
    throw new TeardownError(`the project ${JSON.stringify(projectArn)} is not the project of the version ${version.arn}: `
      + 'region, account and project name must be the same; pass the project that the version belongs to, or leave `project` out');
  }
  return {
    version,
    projectArn,
    trigger: oneOf('Trigger', properties.Trigger, ['STACK_DELETION', 'RESOURCE_REMOVAL']),
    mode: oneOf('Mode', properties.Mode, ['DELETE', 'STOP']),
    trainingBehavior: oneOf('TrainingBehavior', properties.TrainingBehavior, ['WAIT', 'FAIL']),
  };
}

/** The first of the values is the default. */
function oneOf<T extends string>(name: string, value: unknown, values: readonly T[]): T {
  const known = values.find(candidate => candidate === (value ?? values[0]));
  if (known === undefined) throw new TeardownError(`${name} must be one of ${values.join(', ')}, got: ${JSON.stringify(value)}`);
  return known;
}
