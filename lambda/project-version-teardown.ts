import { parseProjectArn, parseProjectVersionArn, ProjectVersionArn } from './arn';
import { stackCustody } from './custody';
import { ObservedVersion } from './decide';
import { isFailure, TeardownError } from './errors';
import { log } from './log';
import { describeProjects, describeProjectVersions } from './rekognition';
import { deletionOf, oneOf, readCommon, Target, Teardown } from './teardown';
import { perform, taskFor } from './versions';
import type { ProjectVersionTeardownAttributes, ProjectVersionTeardownProperties } from '../src/private/contract';

interface VersionTarget extends Target {
  readonly version: ProjectVersionArn;
  /** Absent when the project is to be looked up by its name. */
  readonly projectArn?: string;
  readonly trigger: ProjectVersionTeardownProperties['Trigger'];
}

interface Found extends ObservedVersion {
  readonly projectArn: string;
}

/** `Custom::RekognitionProjectVersionTeardown`: one version, by its ARN. */
export const projectVersionTeardown: Teardown<VersionTarget> = {
  read(properties) {
    const version = parseProjectVersionArn(properties.ProjectVersionArn);
    if (!version) {
      throw new TeardownError(`not the ARN of a Rekognition project version: ${JSON.stringify(properties.ProjectVersionArn)}; `
        + 'expected arn:PARTITION:rekognition:REGION:ACCOUNT:project/PROJECT/version/VERSION/CREATED');
    }
    return {
      arn: version.arn,
      version,
      projectArn: properties.ProjectArn === undefined ? undefined : readProject(properties.ProjectArn, version),
      trigger: oneOf('Trigger', properties.Trigger, ['STACK_DELETION', 'RESOURCE_REMOVAL']),
      ...readCommon(properties),
    };
  },

  async find(target): Promise<ProjectVersionTeardownAttributes | undefined> {
    const found = await find(target);
    return found && { ProjectArn: found.projectArn, Status: found.status };
  },

  attributesWhenGone: ({ projectArn = '' }): ProjectVersionTeardownAttributes => ({ ProjectArn: projectArn, Status: 'NOT_FOUND' }),

  custody: ({ trigger }, event) => stackCustody(deletionOf(event, trigger)),

  async step(target) {
    const task = taskFor(target.arn, await find(target), target);
    log('step', { projectVersionArn: task.arn, status: task.status ?? 'not listed', action: task.action });
    const left = await perform(task);
    return left ? [left] : [];
  },
};

function readProject(projectArn: unknown, version: ProjectVersionArn): string {
  const project = parseProjectArn(projectArn);
  if (!project || project.region !== version.region || project.account !== version.account || project.projectName !== version.projectName) {
    throw new TeardownError(`the project ${JSON.stringify(projectArn)} is not the project of the version ${version.arn}: `
      + 'region, account and project name must be the same; pass the project that the version belongs to, or leave `project` out');
  }
  return project.arn;
}

/**
 * Looks the version up. Undefined when no project lists it, which alone is no proof that it is gone: reads may be
 * stale. The name may have been given to a newer version meanwhile, so only the version with exactly this ARN counts.
 */
async function find({ arn, version, projectArn }: VersionTarget): Promise<Found | undefined> {
  for (const candidate of projectArn ? [projectArn] : await projectsNamedAs(version)) {
    const observed = (await versionsNamedAs(version, candidate)).find(other => other.arn === arn);
    if (observed) return { ...observed, projectArn: candidate };
  }
  return undefined;
}

/**
 * The projects that may hold the version. The number at the end of a version's ARN is its own creation time, so the
 * project's ARN cannot be derived from it.
 */
async function projectsNamedAs(version: ProjectVersionArn): Promise<string[]> {
  return (await describeProjects(version)).flatMap(project => project.ProjectArn ?? []);
}

async function versionsNamedAs(version: ProjectVersionArn, projectArn: string): Promise<ObservedVersion[]> {
  try {
    return await describeProjectVersions(projectArn, [version.versionName]);
  } catch (error) {
    if (isFailure(error, 'gone')) return [];
    throw error;
  }
}
