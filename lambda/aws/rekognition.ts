import {
  CustomizationFeature,
  DeleteDatasetCommand,
  DeleteProjectCommand,
  DeleteProjectVersionCommand,
  DescribeProjectsCommand,
  DescribeProjectVersionsCommand,
  ListTagsForResourceCommand,
  ProjectDescription,
  RekognitionClient,
  StopProjectVersionCommand,
} from '@aws-sdk/client-rekognition';
import { ProjectArn } from '../arn';
import { call, CallFailure, isFailure } from './errors';
import type { ObservedVersion } from '../model';
import { inRegion } from './clients';

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

/** Requests one page, perhaps more than once. */
export type RequestPage = <Page>(send: () => Promise<Page>) => Promise<Page>;

const once: RequestPage = send => send();

/** The versions of a project, from all pages, optionally only those with these names. */
export async function describeProjectVersions(
  projectArn: string,
  names?: string[],
  requestPage = once,
): Promise<ObservedVersion[]> {
  const pages = await allPages(requestPage, NextToken =>
    call('rekognition:DescribeProjectVersions', projectArn, () =>
      clientOf(projectArn).send(
        new DescribeProjectVersionsCommand({ ProjectArn: projectArn, VersionNames: names, MaxResults: 100, NextToken }),
      ),
    ),
  );
  return pages
    .flatMap(page => page.ProjectVersionDescriptions ?? [])
    .map(version => ({
      arn: version.ProjectVersionArn ?? '',
      status: version.Status ?? 'UNKNOWN',
      isAdapter: version.Feature === CustomizationFeature.CONTENT_MODERATION,
      inferenceUnits: version.MinInferenceUnits,
      createdAt: version.CreationTimestamp,
    }));
}

/** The projects that have this name. */
export async function describeProjects(
  project: Pick<ProjectArn, 'region' | 'projectName'>,
  requestPage = once,
): Promise<ProjectDescription[]> {
  const list = (...features: CustomizationFeature[]) => listProjects(project, features, requestPage);
  try {
    // without both, the service lists only Custom Labels projects.
    return await list(CustomizationFeature.CUSTOM_LABELS, CustomizationFeature.CONTENT_MODERATION);
  } catch (error) {
    // not documented for this operation, but it can only mean that there is no such project.
    if (isFailure(error, 'gone')) return [];
    // a region without adapters refuses the feature.
    if (isFailure(error, 'conflict')) return list(CustomizationFeature.CUSTOM_LABELS);
    if (isFailure(error, 'denied')) return listCustomLabels(() => list(CustomizationFeature.CUSTOM_LABELS), error);
    throw error;
  }
}

/**
 * A denial may be about adapters only: the feature may be denied by a policy or, without a text, be unknown in the
 * region. What is then listed is true, but if nothing is, the project may be one of an adapter, so that proves nothing
 * unless the feature is unknown.
 */
async function listCustomLabels(
  list: () => Promise<ProjectDescription[]>,
  denial: CallFailure,
): Promise<ProjectDescription[]> {
  const isAboutFeature = denial.text === '';
  try {
    const projects = await list();
    if (projects.length > 0 || isAboutFeature) return projects;
  } catch (error) {
    if (isAboutFeature && isFailure(error, 'gone')) return [];
    // it says nothing, and the next poll asks for both lists again.
    if (isFailure(error, 'transient')) throw error;
  }
  throw denial;
}

async function listProjects(
  { region, projectName }: Pick<ProjectArn, 'region' | 'projectName'>,
  Features: CustomizationFeature[],
  requestPage: RequestPage,
): Promise<ProjectDescription[]> {
  const pages = await allPages(requestPage, NextToken =>
    call('rekognition:DescribeProjects', '*', () =>
      client(region).send(new DescribeProjectsCommand({ ProjectNames: [projectName], Features, NextToken })),
    ),
  );
  return pages
    .flatMap(page => page.ProjectDescriptions ?? [])
    .filter(project => project.ProjectArn?.split('/')[1] === projectName);
}

/** A page that has to be requested again does not begin the list anew. */
async function allPages<Page extends { NextToken?: string }>(
  requestPage: RequestPage, request: (token?: string) => Promise<Page>,
): Promise<Page[]> {
  const pages: Page[] = [];
  let token: string | undefined;
  do {
    const page: Page = await requestPage(() => request(token));
    pages.push(page);
    token = page.NextToken;
  } while (token);
  return pages;
}

export function listTags(arn: string): Promise<Record<string, string>> {
  return call('rekognition:ListTagsForResource', arn,
    async () => (await clientOf(arn).send(new ListTagsForResourceCommand({ ResourceArn: arn }))).Tags ?? {});
}

function clientOf(arn: string): RekognitionClient {
  return client(arn.split(':')[3]);
}
