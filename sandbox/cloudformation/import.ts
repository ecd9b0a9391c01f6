import { NotModeled, ServiceError } from '../service';
import { changesOf } from './changes';
import type { Deployment } from './deployment';
import type { Engine } from './engine';
import type { Stack } from './stack';
import type { Template } from './template';

/** What an import adopts: the properties that identify each existing resource, by its logical id. */
export type Imports = ReadonlyMap<string, { readonly [property: string]: string }>;

/** A member of the input of CreateChangeSet. */
interface ResourceToImport {
  readonly LogicalResourceId: string;
  readonly ResourceIdentifier: { readonly entry: unknown } | { readonly [property: string]: string };
}

/** The resources to import. The query protocol writes a map as a list of entries, each with key and value. */
export function givenImports({
  ResourcesToImport: given,
}: {
  readonly ResourcesToImport?: readonly ResourceToImport[] | '';
}): Imports {
  return new Map(
    (given || []).map(({ LogicalResourceId: logicalId, ResourceIdentifier: identifier }) => {
      const entries = Object.values<any>((identifier as any).entry ?? {});
      return [logicalId, Object.fromEntries(entries.map(({ key, value }) => [key, value]))];
    }),
  );
}

/** Throws unless the only changes are imports, and the sandbox can find the resources. Returns the changes. */
export function checkImports(engine: Engine, stack: Stack, template: Template, imports: Imports): object[] {
  for (const logicalId of imports.keys()) {
    const { type } = template.resources[logicalId] ?? {};
    if (type === undefined) throw new ServiceError('ValidationError', `${logicalId} is not a resource of the template`);
    if (!engine.resourceType(type).find) {
      throw new NotModeled(`the sandbox does not know how to import a resource of type ${type}`);
    }
  }
  const changes = changesOf({ stack, template, values: {}, resourceType: name => engine.resourceType(name) }) as any[];
  const others = changes
    .map(({ ResourceChange: change }) => change.LogicalResourceId)
    .filter(logicalId => !imports.has(logicalId));
  if (others.length > 0) {
    // [cited] the text that users report.
    throw new ServiceError(
      'ValidationError',
      `You have modified resources [${others.join(', ')}] in your template that are not being `
        + 'imported. Update, create or delete operations cannot be executed during import operations.',
    );
  }
  return changes.map(({ ResourceChange: change, ...rest }) => ({
    ...rest,
    ResourceChange: { ...change, Action: 'Import' },
  }));
}

/**
 * [cited] User Guide, "Resource import", and published event logs: the statuses. [assumed] a failed import lets go of
 * what it has adopted, and the stack stays.
 */
export async function importResources(stack: Stack, deployment: Deployment, imports: Imports): Promise<void> {
  stack.report('IMPORT_IN_PROGRESS', 'User Initiated');
  const done = await deployment.run();
  if (!done) {
    stack.report('IMPORT_ROLLBACK_IN_PROGRESS', deployment.reason);
    for (const logicalId of imports.keys()) {
      const resource = stack.resources[logicalId];
      if (!resource) continue;
      resource.report('IMPORT_ROLLBACK_IN_PROGRESS');
      resource.report('IMPORT_ROLLBACK_COMPLETE');
      delete stack.resources[logicalId];
    }
  }
  stack.transition = undefined;
  stack.report(done ? 'IMPORT_COMPLETE' : 'IMPORT_ROLLBACK_COMPLETE');
}
