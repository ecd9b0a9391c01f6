import { projectTeardown } from './project-teardown';
import { projectVersionTeardown } from './project-version-teardown';
import type { PollEvent, Teardown } from './teardown';
import { parseProjectArn, parseProjectVersionArn } from '../arn';
import { GENERAL_TYPE } from '../custody/events';
import { invalid } from '../messages/teardown';
import type { Target } from '../model';

interface Subject {
  readonly teardown: Teardown<Target>;
  readonly target: Target;
}

const TEARDOWNS: Teardown<any>[] = [projectVersionTeardown, projectTeardown];

/**
 * What a request is about: the kind of teardown, and its target. Throws a `TeardownError` if the properties are
 * invalid.
 */
export function targetOf(event: Pick<PollEvent, 'ResourceType' | 'ResourceProperties'>): Subject {
  const teardown = kindOf(event);
  if (!teardown) throw invalid(`The handler does not know the resource type ${event.ResourceType}.`);
  return { teardown, target: teardown.read(event.ResourceProperties) };
}

function kindOf(
  { ResourceType: type, ResourceProperties: properties }: Pick<PollEvent, 'ResourceType' | 'ResourceProperties'>,
): Teardown<any> | undefined {
  if (type !== GENERAL_TYPE) return TEARDOWNS.find(one => one.type === type);
  // CloudFormation records that type in cleanups. If it ever sends it too, the properties show what is meant.
  return properties.ProjectVersionArn === undefined ? projectTeardown : projectVersionTeardown;
}

/** Whether a physical id comes from the handler. */
export function isArn(physicalResourceId: string | undefined): boolean {
  return (parseProjectVersionArn(physicalResourceId) ?? parseProjectArn(physicalResourceId)) !== undefined;
}
