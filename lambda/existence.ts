import { outermostStack } from './cloudformation';
import { PollEvent, Properties, rootStackId } from './teardown';

/**
 * Whether Create or Update has to fail when its target does not exist. One that is gone must not block an update of
 * something else, nor the roll-back of an update, which nobody could get out of again.
 */
export async function mustExist(event: PollEvent): Promise<boolean> {
  if (event.RequestType !== 'Update') return true;
  if (namedBy(event.OldResourceProperties) === namedBy(event.ResourceProperties)) return false;
  return (await outermostStack(rootStackId(event))).StackStatus !== 'UPDATE_ROLLBACK_IN_PROGRESS';
}

/** The ARN of what is torn down. The teardown of a version may name the project too. */
export function namedBy(properties: Properties = {}): unknown {
  return properties.ProjectVersionArn ?? properties.ProjectArn;
}
