import { parseProjectArn, parseProjectVersionArn, ProjectVersionArn } from '../arn';
import { oneOf, readCommon, Teardown } from './teardown';
import type { ProjectVersionTeardownAttributes, ProjectVersionTeardownProperties } from '../../src/private/contract';
import { invalid } from '../messages/teardown';
import { findVersion, ProjectVersionTarget, stepOnProjectVersion } from '../steps/project-version';
import { Reads } from '../steps/reads';

interface VersionTarget extends ProjectVersionTarget {
  readonly trigger: ProjectVersionTeardownProperties['Trigger'];
}

/** `Custom::RekognitionProjectVersionTeardown`: one version, by its ARN. */
export const projectVersionTeardown: Teardown<VersionTarget> = {
  type: 'Custom::RekognitionProjectVersionTeardown',

  read(properties) {
    const version = parseProjectVersionArn(properties.ProjectVersionArn);
    if (!version) {
      throw invalid(
        `This is not the ARN of a Rekognition project version: ${JSON.stringify(properties.ProjectVersionArn)}. `
          + 'Expected: arn:PARTITION:rekognition:REGION:ACCOUNT:project/PROJECT/version/VERSION/CREATED',
      );
    }
    return {
      arn: version.arn,
      version,
      projectArn: properties.ProjectArn === undefined ? undefined : readProject(properties.ProjectArn, version),
      trigger: oneOf('Trigger', properties.Trigger, ['STACK_DELETION', 'RESOURCE_REMOVAL']),
      ...readCommon(properties),
    };
  },

  async find(target, rateLimiter): Promise<ProjectVersionTeardownAttributes | undefined> {
    const found = await findVersion(target, new Reads(rateLimiter));
    return found && { ProjectArn: found.projectArn, Status: found.status };
  },

  attributesWhenGone: ({ projectArn = '' }): ProjectVersionTeardownAttributes => ({
    ProjectArn: projectArn,
    Status: 'NOT_FOUND',
  }),

  custody: ({ trigger }) => ({ trigger }),

  async observe(target, rateLimiter) {
    const found = await findVersion(target, new Reads(rateLimiter));
    return found ? [found] : [];
  },

  step: stepOnProjectVersion,
};

function readProject(projectArn: unknown, version: ProjectVersionArn): string {
  const project = parseProjectArn(projectArn);
  if (
    !project
    || project.region !== version.region
    || project.account !== version.account
    || project.projectName !== version.projectName
  ) {
    throw invalid(
      `The project ${JSON.stringify(projectArn)} is not the project of the version ${version.arn}: `
        + 'region, account and project name must be the same. Pass the project that the version belongs to, or leave '
        + '`project` out.',
    );
  }
  return project.arn;
}
