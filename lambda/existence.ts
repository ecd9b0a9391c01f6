import { outermostStack } from './cloudformation';
import { PollEvent, Properties, rootStackId } from './teardown';

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
