import { invalidParameter, limitExceeded, notFound, resourceInUse } from './errors';
import { Inventory } from './inventory';
import { GONE, statusAfter, VersionRequest, VersionStatus } from './life-cycle';
import { Project, ProjectVersion } from './model';
import { page } from './pages';
import { findProject } from './projects';
import { resultsOf } from './results';
import { versionMessage } from './status-messages';
import { checkNewTags, setTags } from './tags';

/** [cited] Rekognition quotas. [assumed] the error's name. */
const QUOTAS = { versionsPerProject: 100, trainings: 2, running: 2, inferenceUnits: 5 };

export function findVersion({ projects }: Inventory, arn: string): ProjectVersion {
  const version = projects.flatMap(project => project.versions).find(other => other.arn === arn);
  if (!version) throw notFound(arn);
  return version;
}

export function createProjectVersion(inventory: Inventory, input: any): object {
  const project = findProject(inventory, input.ProjectArn);
  if (project.feature === 'CUSTOM_LABELS') {
    // [cited] API reference, CreateProjectVersion: each of the two needs the other, and a project without datasets.
    if (!input.TrainingData !== !input.TestingData) throw invalidParameter('TrainingData and TestingData go together.');
    if (input.TrainingData && project.datasets.length > 0) throw invalidParameter('The project has datasets.');
    // [cited] API reference, FeatureConfig: "If the job configuration does not match the feature type", and it is for content moderation only.
    if (input.FeatureConfig) throw invalidParameter('FeatureConfig does not match the feature.');
  }
  checkRoom(project, input);
  const training = countVersions(inventory, ['TRAINING_IN_PROGRESS']);
  if (training >= QUOTAS.trainings) throw limitExceeded(`${QUOTAS.trainings} versions can be trained at a time.`);
  const version = inventory.addVersion(project, input.VersionName, 'TRAINING_IN_PROGRESS', {
    description: input.VersionDescription,
    outputConfig: input.OutputConfig,
    trainingData: input.TrainingData,
    testingData: input.TestingData,
    featureConfig: input.FeatureConfig,
    kmsKeyId: input.KmsKeyId,
  });
  return finishNew(version, input);
}

export function copyProjectVersion(inventory: Inventory, input: any): object {
  const source = findVersion(inventory, input.SourceProjectVersionArn);
  const destination = findProject(inventory, input.DestinationProjectArn);
  if (source.project !== findProject(inventory, input.SourceProjectArn)) throw invalidParameter('The version is not in the source project.');
  refuseAdapters(source);
  if (destination.feature !== 'CUSTOM_LABELS') throw invalidParameter('Adapters cannot be copied.');
  statusAfter('CopyProjectVersion', source.status, inventory.settings);
  checkRoom(destination, input);
  const copy = inventory.addVersion(destination, input.VersionName, 'COPYING_IN_PROGRESS', {
    outputConfig: input.OutputConfig, kmsKeyId: input.KmsKeyId, sourceArn: source.arn,
  });
  return finishNew(copy, input);
}

/**
 * [cited] API reference, CreateProject, AutoUpdate: "Automatic retraining is done as a best effort". [assumed] it creates a new version with
 * this name, at once and regardless of the quota of trainings, but not in a project that is being deleted or is full.
 */
export function retrain(inventory: Inventory, { project, name, details }: ProjectVersion): void {
  if (project.status === 'DELETING' || project.versions.length >= QUOTAS.versionsPerProject) return;
  inventory.addVersion(project, `${name.slice(0, 230)}-${inventory.clock.now()}`, 'TRAINING_IN_PROGRESS', details);
}

/** [cited] API reference: "A name for the version ... must be unique". [assumed] the names of the errors, and that a project that is being deleted accepts no version. */
function checkRoom(project: Project, { VersionName: name, Tags: tags }: any): void {
  checkNewTags(tags);
  if (project.status === 'DELETING' || project.versions.some(version => version.name === name)) throw resourceInUse();
  if (project.versions.length >= QUOTAS.versionsPerProject) throw limitExceeded(`A project can have ${QUOTAS.versionsPerProject} versions.`);
}

function finishNew(version: ProjectVersion, input: any): object {
  setTags(version, input.Tags);
  return { ProjectVersionArn: version.arn };
}

export function startProjectVersion(inventory: Inventory, input: any): object {
  const { MinInferenceUnits: min, MaxInferenceUnits: max } = input;
  const version = findVersion(inventory, input.ProjectVersionArn);
  // [assumed] a maximum below the minimum is invalid.
  if (max !== undefined && max < min) throw invalidParameter('MaxInferenceUnits is less than MinInferenceUnits.');
  const answer = request(inventory, 'StartProjectVersion', version, () => {
    if (Math.max(min, max ?? 0) > QUOTAS.inferenceUnits) throw limitExceeded(`A version can have ${QUOTAS.inferenceUnits} inference units.`);
    const running = countVersions(inventory, ['STARTING', 'RUNNING', 'STOPPING']);
    if (running >= QUOTAS.running) throw limitExceeded(`${QUOTAS.running} versions can run at a time.`);
  });
  version.minInferenceUnits = min;
  version.maxInferenceUnits = max;
  return answer;
}

export function stopProjectVersion(inventory: Inventory, input: any): object {
  return request(inventory, 'StopProjectVersion', findVersion(inventory, input.ProjectVersionArn));
}

export function deleteProjectVersion(inventory: Inventory, input: any): object {
  return request(inventory, 'DeleteProjectVersion', findVersion(inventory, input.ProjectVersionArn));
}

function request(inventory: Inventory, operation: VersionRequest, version: ProjectVersion, check: () => void = () => {}): object {
  if (operation !== 'DeleteProjectVersion') refuseAdapters(version);
  const to = statusAfter(operation, version.status, inventory.settings);
  check();
  if (to !== version.status) inventory.change(version, to);
  return { Status: to };
}

/** [cited] API reference, Start-, Stop- and CopyProjectVersion: "only to Amazon Rekognition Custom Labels". [assumed] the error's name. */
function refuseAdapters(version: ProjectVersion): void {
  if (version.project.feature === 'CONTENT_MODERATION') throw invalidParameter('Adapters are neither started nor stopped nor copied.');
}

function countVersions({ projects }: Inventory, statuses: VersionStatus[]): number {
  return projects.flatMap(project => project.versions).filter(version => statuses.includes(version.status)).length;
}

export function describeProjectVersions(inventory: Inventory, input: any): object {
  const { settings } = inventory;
  const project = findProject(inventory, input.ProjectArn);
  const names: string[] | undefined = input.VersionNames;
  const asOf = inventory.clock.now() - settings.staleReads;
  const visible = project.everyVersion.filter(version => version.statusAt(asOf) !== GONE);
  const missing = names?.find(name => !visible.some(version => version.name === name));
  if (missing && settings.unknownVersionName === 'ResourceNotFoundException') throw notFound(missing);

  const { items, nextToken } = page({
    // [cited] API reference: "sorted by the creation date and time of the project versions, latest to earliest".
    items: visible.filter(version => !names || names.includes(version.name)).reverse(),
    keyOf: version => -version.createdAt,
    of: ['DescribeProjectVersions', project.arn, names],
    defaultSize: 100,
    lastToken: settings.lastPageToken,
  }, input);
  return { ProjectVersionDescriptions: items.map(version => describe(version, version.statusAt(asOf), settings.omitFeature)), NextToken: nextToken };
}

function describe(version: ProjectVersion, status: VersionStatus, omitFeature: boolean): object {
  return {
    ProjectVersionArn: version.arn,
    CreationTimestamp: new Date(version.createdAt),
    Status: status,
    StatusMessage: versionMessage(status),
    MinInferenceUnits: version.minInferenceUnits,
    MaxInferenceUnits: version.maxInferenceUnits,
    TrainingEndTimestamp: version.trainingEndedAt && new Date(version.trainingEndedAt),
    OutputConfig: version.details.outputConfig,
    // a stale answer does not contain them yet.
    ...status !== 'TRAINING_IN_PROGRESS' && resultsOf(version),
    KmsKeyId: version.details.kmsKeyId,
    SourceProjectVersionArn: version.details.sourceArn,
    VersionDescription: version.details.description,
    FeatureConfig: version.details.featureConfig,
    Feature: omitFeature ? undefined : version.project.feature,
  };
}
