import {
  CustomizationFeature, DeleteDatasetCommand, DeleteProjectCommand, DeleteProjectVersionCommand, ListTagsForResourceCommand,
  paginateDescribeProjects, paginateDescribeProjectVersions, ProjectDescription, RekognitionClient, StopProjectVersionCommand,
} from '@aws-sdk/client-rekognition';
import { ProjectArn } from './arn';
import { call, CallFailure, isFailure } from './errors';
import type { ObservedVersion } from './model';
import { inRegion } from './sdk';

const client = inRegion(configuration => new RekognitionClient(configuration));

/** A call on one resource, in the region of its ARN. */
type Change = (arn: string) => Promise<void>;

export const stopProjectVersion: Change = arn => call('rekognition:StopProjectVersion', arn,
  async () => void await clientOf(arn).send(new StopProjectVersionCommand({ ProjectVersionArn: arn })));

export const deleteProjectVersion: Change = arn => call('rekognition:DeleteProjectVersion', arn,
  async () => void await clientOf(arn).send(new DeleteProjectVersionCommand({ ProjectVersionArn: arn })));

export const deleteDataset: Change = arn => call('rekognition:DeleteDataset', arn,
  async () => void await clientOf(arn).send(new DeleteDatasetCommand({ DatasetArn: arn })));

export const deleteProject: Change = arn => call('rekognition:DeleteProject', arn,
  async () => void await clientOf(arn).send(new DeleteProjectCommand({ ProjectArn: arn })));

/** The versions of a project, from all pages, optionally only those with these names. */
export function describeProjectVersions(projectArn: string, names?: string[]): Promise<ObservedVersion[]> {
  return call('rekognition:DescribeProjectVersions', projectArn, async () => {
    const pages = paginateDescribeProjectVersions({ client: clientOf(projectArn), pageSize: 100 }, { ProjectArn: projectArn, VersionNames: names });
    const versions: ObservedVersion[] = [];
    for await (const page of pages) {
      versions.push(...(page.ProjectVersionDescriptions ?? []).map(version => ({
        arn: version.ProjectVersionArn ?? '',
        status: version.Status ?? 'UNKNOWN',
        isAdapter: version.Feature === CustomizationFeature.CONTENT_MODERATION,
        inferenceUnits: version.MinInferenceUnits,
        createdAt: version.CreationTimestamp,
      })));
    }
    return versions;
  });
}

/** The projects that have this name. */
export async function describeProjects({ region, projectName }: Pick<ProjectArn, 'region' | 'projectName'>): Promise<ProjectDescription[]> {
  try {
    // without both, the service lists only Custom Labels projects.
    return await listProjects(region, projectName, [CustomizationFeature.CUSTOM_LABELS, CustomizationFeature.CONTENT_MODERATION]);
  } catch (error) {
    // not documented for this operation, but it can only mean that there is no such project.
    if (isFailure(error, 'gone')) return [];
    // a region without adapters refuses the feature.
    if (isFailure(error, 'conflict')) return listProjects(region, projectName, [CustomizationFeature.CUSTOM_LABELS]);
    if (isFailure(error, 'denied')) return listCustomLabels(region, projectName, error);
    throw error;
  }
}

/**
 * A denial may be about adapters only: the feature may be denied by a policy or, without a text, be unknown in the region. What is then
 * listed is true, but if nothing is, the project may be one of an adapter, so that proves nothing unless the feature is unknown.
 */
async function listCustomLabels(region: string, projectName: string, denial: CallFailure): Promise<ProjectDescription[]> {
  const isAboutFeature = denial.text === '';
  try {
    const projects = await listProjects(region, projectName, [CustomizationFeature.CUSTOM_LABELS]);
    if (projects.length > 0 || isAboutFeature) return projects;
  } catch (error) {
    if (isAboutFeature && isFailure(error, 'gone')) return [];
  }
  throw denial;
}

function listProjects(region: string, projectName: string, features: CustomizationFeature[]): Promise<ProjectDescription[]> {
  return call('rekognition:DescribeProjects', '*', async () => {
    const pages = paginateDescribeProjects({ client: client(region) }, { ProjectNames: [projectName], Features: features });
    const projects: ProjectDescription[] = [];
    for await (const page of pages) projects.push(...page.ProjectDescriptions ?? []);
    return projects.filter(project => project.ProjectArn?.split('/')[1] === projectName);
  });
}

export function listTags(arn: string): Promise<Record<string, string>> {
  return call('rekognition:ListTagsForResource', arn,
    async () => (await clientOf(arn).send(new ListTagsForResourceCommand({ ResourceArn: arn }))).Tags ?? {});
}

function clientOf(arn: string): RekognitionClient {
  return client(arn.split(':')[3]);
}
