import { invalidParameter, limitExceeded, notFound, resourceInUse } from './errors';
import { Inventory } from './inventory';
import { Dataset, Feature, Project } from './model';
import { page } from './pages';
import { describeStatus } from './status-messages';
import { checkNewTags, setTags } from './tags';

/** [cited] Rekognition quotas. [assumed] the error's name. */
const PROJECTS_PER_ACCOUNT = 100;

export function findProject({ projects }: Inventory, arn: string): Project {
  const project = projects.find(other => other.arn === arn);
  if (!project) throw notFound(arn);
  return project;
}

export function createProject(inventory: Inventory, input: any): object {
  const feature: Feature = input.Feature ?? 'CUSTOM_LABELS';
  // [cited] API reference, CreateProject, AutoUpdate: "Required argument for Content Moderation. Applicable only to adapters."
  if ((feature === 'CONTENT_MODERATION') !== (input.AutoUpdate !== undefined)) throw invalidParameter('AutoUpdate goes with CONTENT_MODERATION.');
  // [cited] AWS's handler of AWS::Rekognition::Project interprets this error as "already exists". [assumed] names are unique across features.
  if (inventory.projects.some(project => project.name === input.ProjectName)) throw resourceInUse();
  if (inventory.projects.length >= PROJECTS_PER_ACCOUNT) throw limitExceeded(`There can be ${PROJECTS_PER_ACCOUNT} projects.`);
  checkNewTags(input.Tags);
  const project = inventory.addProject(input.ProjectName, feature, input.AutoUpdate === 'ENABLED');
  setTags(project, input.Tags);
  return { ProjectArn: project.arn };
}

export function describeProjects({ projects, settings }: Inventory, input: any): object {
  // [cited] API reference: "If no value is specified, CUSTOM_LABELS is used as a default."
  const features: Feature[] = input.Features ?? ['CUSTOM_LABELS'];
  const names: string[] | undefined = input.ProjectNames;
  const missing = names?.find(name => !projects.some(project => project.name === name));
  if (missing && settings.unknownProjectName === 'ResourceNotFoundException') throw notFound(missing);
  const { items, nextToken } = page({
    items: projects.filter(project => features.includes(project.feature) && (!names || names.includes(project.name))),
    // [cited] API reference: "sorted by the date and time the projects are created".
    keyOf: project => project.createdAt,
    of: ['DescribeProjects', features, names],
    defaultSize: 100,
    lastToken: settings.lastPageTokenOfProjects,
  }, input);
  return {
    ProjectDescriptions: items.map(project => ({
      ProjectArn: project.arn,
      CreationTimestamp: new Date(project.createdAt),
      Status: project.status,
      Datasets: project.datasets.map(describeDatasetMetadata),
      ...!settings.omitFeature && { Feature: project.feature },
      ...project.feature === 'CONTENT_MODERATION' && { AutoUpdate: project.autoUpdate ? 'ENABLED' : 'DISABLED' },
    })),
    NextToken: nextToken,
  };
}

function describeDatasetMetadata(dataset: Dataset): object {
  return { CreationTimestamp: new Date(dataset.createdAt), DatasetType: dataset.type, DatasetArn: dataset.arn, ...describeStatus(dataset) };
}

export function deleteProject(inventory: Inventory, input: any): object {
  const project = findProject(inventory, input.ProjectArn);
  if (project.status === 'DELETING') return whileDeleting(inventory, project.arn, { Status: 'DELETING' });
  // [cited] API reference: "To delete a project you must first delete all models or adapters". [assumed] the error's name.
  if (project.versions.length > 0) throw resourceInUse();
  if (project.datasets.length > 0 && inventory.settings.datasetsBlockDeleteProject) throw resourceInUse();
  inventory.change(project, 'DELETING');
  return { Status: 'DELETING' };
}

/** The response to deleting something for a second time. */
export function whileDeleting({ settings }: Inventory, arn: string, accepted: object): object {
  switch (settings.deleteWhileDeleting) {
    case 'ACCEPTED': return accepted;
    case 'ResourceInUseException': throw resourceInUse();
    case 'ResourceNotFoundException': throw notFound(arn);
  }
}
