import type { Looks } from './looks';
import type { ProjectTarget } from './project-step';
import type { ProjectVersionTarget } from './project-version-step';

/**
 * Where something of the same name exists if a target does not: somebody has deleted it and made it again, or its ARN was never right.
 * Returns the ARNs.
 */
export async function sameNameAs(target: ProjectTarget | ProjectVersionTarget, looks: Looks): Promise<string[]> {
  if ('project' in target) return (await looks.projects(target.project)).flatMap(({ ProjectArn: arn }) => arn ?? []);
  const { version } = target;
  const projects = (await looks.projects(version)).flatMap(({ ProjectArn: arn }) => arn ?? []);
  const versions = await Promise.all(projects.map(async arn => await looks.versions(arn, version.versionName) ?? []));
  return versions.flat().map(({ arn }) => arn).filter(arn => arn.startsWith(target.arn.slice(0, target.arn.lastIndexOf('/') + 1)));
}
