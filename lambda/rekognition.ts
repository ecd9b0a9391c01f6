import {
  CustomizationFeature, DeleteProjectVersionCommand, paginateDescribeProjects, paginateDescribeProjectVersions, ProjectVersionDescription,
  RekognitionClient, StopProjectVersionCommand,
} from '@aws-sdk/client-rekognition';
import { ProjectVersionArn } from './arn';
import { call, isFailure } from './errors';
import { inRegion } from './sdk';

/** What the control plane shows of a version. */
export interface Observation {
  readonly projectArn: string;
  readonly status: string;
  readonly isAdapter: boolean;
}

const client = inRegion(configuration => new RekognitionClient(configuration));

/**
 * Looks the version up. Undefined when no project lists it, which alone is no proof that it is gone: reads may be
 * stale. The name may have been given to a newer version meanwhile, so only the version with exactly this ARN counts.
 */
export async function observe(version: ProjectVersionArn, projectArn: string | undefined): Promise<Observation | undefined> {
  for (const candidate of projectArn ? [projectArn] : await projectsNamedAs(version)) {
    const found = (await describe(candidate, version)).find(description => description.ProjectVersionArn === version.arn);
    if (found) {
      return {
        projectArn: candidate,
        status: found.Status ?? 'UNKNOWN',
        isAdapter: found.Feature === CustomizationFeature.CONTENT_MODERATION,
      };
    }
  }
  return undefined;
}

export async function stopProjectVersion(version: ProjectVersionArn): Promise<void> {
  await call('rekognition:StopProjectVersion', version.arn,
    () => client(version.region).send(new StopProjectVersionCommand({ ProjectVersionArn: version.arn })));
}

export async function deleteProjectVersion(version: ProjectVersionArn): Promise<void> {
  await call('rekognition:DeleteProjectVersion', version.arn,
    () => client(version.region).send(new DeleteProjectVersionCommand({ ProjectVersionArn: version.arn })));
}

/**
 * The projects that may hold the version. The number at the end of a version's ARN is its own creation time, so the
 * project's ARN cannot be derived from it.
 */
async function projectsNamedAs(version: ProjectVersionArn): Promise<string[]> {
  const pages = paginateDescribeProjects({ client: client(version.region) }, {
    ProjectNames: [version.projectName],
    // without both, the service answers as if asked for Custom Labels projects only.
    Features: [CustomizationFeature.CUSTOM_LABELS, CustomizationFeature.CONTENT_MODERATION],
  });
  return call('rekognition:DescribeProjects', '*', async () => {
    const arns: string[] = [];
    for await (const page of pages) arns.push(...(page.ProjectDescriptions ?? []).flatMap(project => project.ProjectArn ?? []));
    return arns.filter(arn => arn.split('/')[1] === version.projectName);
  });
}

async function describe(projectArn: string, version: ProjectVersionArn): Promise<ProjectVersionDescription[]> {
  const pages = paginateDescribeProjectVersions({ client: client(version.region) }, {
    ProjectArn: projectArn,
    VersionNames: [version.versionName],
  });
  try {
    return await call('rekognition:DescribeProjectVersions', projectArn, async () => {
      const descriptions: ProjectVersionDescription[] = [];
      for await (const page of pages) descriptions.push(...page.ProjectVersionDescriptions ?? []);
      return descriptions;
    });
  } catch (error) {
    if (isFailure(error, 'gone')) return [];
    throw error;
  }
}
