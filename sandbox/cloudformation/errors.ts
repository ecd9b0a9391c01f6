export { NotModelled } from '../service';

/** A resource could not be created, updated or deleted: what users see as the resource's status reason. */
export class ResourceFailure extends Error {
  override readonly name: string = 'ResourceFailure';

  constructor(
    reason: string,
    /** The physical id that the failed attempt left behind; a rollback deletes it. */
    readonly physicalId?: string,
    /** Whether that id is the resource's own, and not one that CloudFormation made up. */
    readonly isInitiated = false,
  ) {
    super(reason);
  }
}

/** An update that was refused before anything was asked of the resource: a rollback has nothing to take back. */
export class UpdateRefused extends ResourceFailure {
  override readonly name = 'UpdateRefused';
}
