export { NotModeled } from '../service';

/** A resource could not be created, updated or deleted. The message becomes its status reason. */
export class ResourceFailure extends Error {
  override readonly name: string = 'ResourceFailure';

  constructor(
    reason: string,
    /** The physical id that the failed attempt left behind; a rollback deletes it. */
    readonly physicalId?: string,
    /** Whether that id is the resource's own, not one that CloudFormation generated. */
    readonly isInitiated = false,
  ) {
    super(reason);
  }
}

/** An update that was rejected before the resource was touched, so a rollback has nothing to undo. */
export class UpdateRefused extends ResourceFailure {
  override readonly name = 'UpdateRefused';
}
