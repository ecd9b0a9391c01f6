import { parseProjectArn } from '../arn';
import { oneOf, readCommon, Teardown } from './teardown';
import { invalid } from '../messages/teardown';
import { ProjectTarget, stepOnProject } from '../steps/project';
import { Reads } from '../steps/reads';

interface OwnedProjectTarget extends ProjectTarget {
  /** The key of the project's tag that names its teardown, for a project of the same stack. */
  readonly ownerTag?: string;
}

/** `Custom::RekognitionProjectTeardown`: everything in a project, and optionally the project itself. */
export const projectTeardown: Teardown<OwnedProjectTarget> = {
  type: 'Custom::RekognitionProjectTeardown',

  read(properties) {
    const project = parseProjectArn(properties.ProjectArn);
    if (!project) {
      throw invalid(`This is not the ARN of a Rekognition project: ${JSON.stringify(properties.ProjectArn)}. `
        + 'Expected: arn:PARTITION:rekognition:REGION:ACCOUNT:project/PROJECT/CREATED');
    }
    return {
      arn: project.arn,
      project,
      deletesProject: oneOf('DeleteProject', properties.DeleteProject, ['false', 'true']) === 'true',
      ownerTag: properties.OwnerTag as string | undefined,
      isRetained: properties.Retained === 'true',
      ...readCommon(properties),
    };
  },

  async find({ arn, ownerTag }, rateLimiter) {
    // CloudFormation itself has just created a project of the same stack.
    return ownerTag !== undefined || await new Reads(rateLimiter).versions(arn) ? {} : undefined;
  },

  attributesWhenGone: () => ({}),

  custody: ({ arn, project, ownerTag, mode }) => ({
    trigger: 'STACK_DELETION',
    project: ownerTag === undefined ? undefined : { arn, name: project.projectName, ownerTag, mode },
  }),

  observe: async ({ arn }, rateLimiter) => await new Reads(rateLimiter).versions(arn) ?? [],

  step: stepOnProject,
};
