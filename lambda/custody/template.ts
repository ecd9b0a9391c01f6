import type { Renaming } from './history';
import { templateOf } from '../aws/cloudformation';

/**
 * What the new template does with the old project of a renaming. `stale` if CloudFormation may still show the old
 * template, `unknown` if the template cannot tell which one it is.
 */
export type Retention = 'retained' | 'deleted' | 'stale' | 'unknown';

/**
 * Reads it off `UpdateReplacePolicy`. A template proves to be the new one by having the new name of the project as a
 * literal.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatereplacepolicy.html
 */
export async function retentionOf(stackId: string, { logicalId, newName }: Renaming): Promise<Retention> {
  const project = resourceIn(await templateOf(stackId), logicalId);
  if (project?.Type !== 'AWS::Rekognition::Project') return 'unknown';
  const { ProjectName: name } = project.Properties ?? {};
  if (typeof name !== 'string') return 'unknown';
  if (name !== newName) return 'stale';
  const { UpdateReplacePolicy: policy = 'Delete' } = project;
  return policy === 'Delete' ? 'deleted' : policy === 'Retain' ? 'retained' : 'unknown';
}

interface Resource {
  readonly Type?: unknown;
  readonly UpdateReplacePolicy?: unknown;
  readonly Properties?: { readonly [name: string]: unknown };
}

/** Undefined if there is no such resource, or the template is not JSON. */
function resourceIn(template: string, logicalId: string): Resource | undefined {
  try {
    const resource: unknown = JSON.parse(template).Resources[logicalId];
    return typeof resource === 'object' && resource !== null ? resource : undefined;
  } catch {
    return undefined;
  }
}
