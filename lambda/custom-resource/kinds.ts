import { projectTeardown } from './project-teardown';
import { projectVersionTeardown } from './project-version-teardown';
import type { PollEvent, Teardown } from './teardown';
import { parseProjectArn, parseProjectVersionArn } from '../arn';
import { GENERAL_TYPE } from '../custody/events';
import { invalid } from '../messages/teardown';
import type { Target } from '../model';

const TEARDOWNS: Teardown<any>[] = [projectVersionTeardown, projectTeardown];

/**
 * What a request is about: the kind of teardown, and its target. Throws a `TeardownError` if the properties are
 * invalid.
 */
export function targetOf({
  ResourceType: type,
  ResourceProperties: properties,
}: Pick<PollEvent, 'ResourceType' | 'ResourceProperties'>): {
    teardown: Teardown<Target>;
    target: Target;
  } {
  // CloudFormation records that type in cleanups. If it ever sends it too, the properties show what is meant.
  const teardown =
    type !== GENERAL_TYPE
      ? TEARDOWNS.find(one => one.type === type)
      : properties.ProjectVersionArn === undefined
        ? projectTeardown
        : projectVersionTeardown;
  if (!teardown) throw invalid(`The handler does not know the resource type ${type}.`);
  return { teardown, target: teardown.read(properties) };
}

/** Whether a physical id comes from the handler. */
export function isArn(physicalResourceId: string | undefined): boolean {
  return (parseProjectVersionArn(physicalResourceId) ?? parseProjectArn(physicalResourceId)) !== undefined;
}
