import { Clock } from '../clock';
import type { Members } from '../members';
import { Permission, Service, ServiceError } from '../service';
import { createDataset, deleteDataset, describeDataset } from './datasets';
import { invalidParameter, notFound } from './errors';
import { EndingOptions, Inventory, StatusChange } from './inventory';
import { DatasetStatus, GONE, VersionStatus } from './life-cycle';
import { Dataset, DatasetType, Feature, Project, ProjectVersion } from './model';
import { permissionsFor } from './permissions';
import { deleteProjectPolicy, listProjectPolicies, putProjectPolicy } from './policies';
import { createProject, deleteProject, describeProjects } from './projects';
import { membersOf } from './service-model';
import { EffectiveSettings, effectiveSettings, RekognitionSettings } from './settings';
import { listTagsForResource, tagResource, untagResource } from './tags';
import { validate } from './validation';
import {
  copyProjectVersion, createProjectVersion, deleteProjectVersion, describeProjectVersions, retrain, startProjectVersion,
  stopProjectVersion,
} from './versions';

export type { EndingOptions, StatusChange } from './inventory';
export { DATASET_STATUSES, GONE, VERSION_STATUSES } from './life-cycle';
export type { DatasetStatus, VersionStatus } from './life-cycle';
export type { Dataset, DatasetType, Feature, Project, ProjectVersion } from './model';
export type { Durations, EffectiveSettings, RekognitionSettings } from './settings';

const OPERATIONS: { readonly [operation: string]: ((inventory: Inventory, input: any) => object) | undefined } = {
  CreateProject: createProject,
  DescribeProjects: describeProjects,
  DeleteProject: deleteProject,
  CreateProjectVersion: createProjectVersion,
  CopyProjectVersion: copyProjectVersion,
  StartProjectVersion: startProjectVersion,
  StopProjectVersion: stopProjectVersion,
  DeleteProjectVersion: deleteProjectVersion,
  DescribeProjectVersions: describeProjectVersions,
  CreateDataset: createDataset,
  DescribeDataset: describeDataset,
  DeleteDataset: deleteDataset,
  PutProjectPolicy: putProjectPolicy,
  ListProjectPolicies: listProjectPolicies,
  DeleteProjectPolicy: deleteProjectPolicy,
  TagResource: tagResource,
  UntagResource: untagResource,
  ListTagsForResource: listTagsForResource,
};

export interface RekognitionProps {
  readonly clock: Clock;
  readonly account: string;
  readonly region: string;
  readonly settings?: Partial<RekognitionSettings>;
}

export interface VersionOptions extends EndingOptions {
  /** Default TRAINING_COMPLETED. A transitional status ends after its usual time. */
  readonly status?: VersionStatus;
  /** Inference units of a version that runs. Default 1. */
  readonly units?: number;
  readonly tags?: { readonly [key: string]: string };
}

/** Rekognition's control plane: projects with their versions, datasets and policies. */
export class Rekognition implements Service {
  /** May be changed while the sandbox runs. */
  readonly settings: EffectiveSettings;
  private readonly inventory: Inventory;
  private readonly clock: Clock;
  /** [cited] Custom Labels guide, "Create the console bucket": its name. [assumed] the folder. */
  private readonly consoleOutput: { S3Bucket: string; S3KeyPrefix: string };
  private readonly requests = new Map<string, number[]>();
  /** Requests of the operation of `falseNotFound`. */
  private questionable = 0;

  constructor(props: RekognitionProps) {
    this.clock = props.clock;
    this.settings = effectiveSettings(props.settings);
    this.consoleOutput = { S3Bucket: `custom-labels-console-${props.region}-0123456789`, S3KeyPrefix: 'output' };
    this.inventory = new Inventory(this.clock, this.settings, `arn:aws:rekognition:${props.region}:${props.account}`);
  }

  /** All that its service model has. */
  members(operation: string): Members | undefined {
    const honored = membersOf(operation);
    return honored && { honored };
  }

  permissions(operation: string, input: any): Permission[] {
    return permissionsFor(operation, input);
  }

  handle(operation: string, input: any): object {
    this.throttle(operation);
    validate(operation, input);
    this.refuseAdapters(input);
    this.deny(operation, input);
    return OPERATIONS[operation]!(this.inventory, input);
  }

  /** By creation time. */
  get projects(): Project[] {
    return this.inventory.projects;
  }

  get versions(): ProjectVersion[] {
    return this.projects.flatMap(project => project.versions);
  }

  version(arn: string): ProjectVersion | undefined {
    return this.versions.find(version => version.arn === arn);
  }

  onStatus(listener: (change: StatusChange) => void): void {
    this.inventory.onStatus(listener);
  }

  // The following methods set up the state without requests, and so without their rules and limits.

  createProject(name: string, options: { feature?: Feature; autoUpdate?: boolean; tags?: { readonly [key: string]: string } } = {}): Project {
    if (this.projects.some(project => project.name === name)) throw new Error(`there is a project ${name} already`);
    const project = this.inventory.addProject(name, options.feature ?? 'CUSTOM_LABELS', options.autoUpdate ?? false);
    for (const [key, value] of Object.entries(options.tags ?? {})) project.tags.set(key, value);
    return project;
  }

  /** Adds a version in any status, even an unknown one. Accepts a project or its ARN. */
  addVersion(project: Project | string, name: string, options: VersionOptions = {}): ProjectVersion {
    const { status = 'TRAINING_COMPLETED', units = 1, tags = {}, ...ending } = options;
    const owner = this.project(project);
    if (owner.versions.some(version => version.name === name)) throw new Error(`the project ${owner.name} has a version ${name} already`);
    const version = this.inventory.addVersion(owner, name, status, { outputConfig: this.consoleOutput }, { ...ending, since: -Infinity });
    if (['STARTING', 'RUNNING', 'STOPPING'].includes(status)) version.minInferenceUnits = units;
    for (const [key, value] of Object.entries(tags)) version.tags.set(key, value);
    return version;
  }

  addDataset(project: Project | string, type: DatasetType, options: { status?: DatasetStatus } = {}): Dataset {
    const owner = this.project(project);
    if (owner.datasets.some(dataset => dataset.type === type)) throw new Error(`the project ${owner.name} has a ${type} dataset already`);
    return this.inventory.addDataset(owner, type, options.status ?? 'CREATE_COMPLETE', false);
  }

  /** Sets the status of a version, whatever the rules say, as another user or the service itself may do. */
  setStatus(version: ProjectVersion, status: VersionStatus, ending?: EndingOptions): void {
    this.inventory.change(this.existing(version), status, ending);
  }

  /** Deletes a version at once, as if another user had deleted it. */
  remove(version: ProjectVersion): void {
    this.inventory.change(this.existing(version), GONE);
  }

  /** A new base model for content moderation. [cited] guide, "Managing adapters": adapters on the old one become DEPRECATED, later EXPIRED. */
  releaseBaseModel(): void {
    for (const version of this.versions) {
      if (version.project.feature !== 'CONTENT_MODERATION' || version.status !== 'TRAINING_COMPLETED') continue;
      this.inventory.change(version, 'DEPRECATED');
      if (version.project.autoUpdate) retrain(this.inventory, version);
    }
  }

  private existing(version: ProjectVersion): ProjectVersion {
    if (!this.versions.includes(version)) throw new Error(`there is no version ${version.arn}`);
    return version;
  }

  private project(project: Project | string): Project {
    const arn = typeof project === 'string' ? project : project.arn;
    const found = this.projects.find(other => other.arn === arn);
    if (!found) throw new Error(`there is no project ${arn}`);
    return found;
  }

  private refuseAdapters({ Feature: feature, Features: features = [feature] }: any): void {
    if (!features.includes('CONTENT_MODERATION')) return;
    switch (this.settings.contentModeration) {
      case 'AVAILABLE': return;
      case 'AccessDeniedException': throw new ServiceError('AccessDeniedException', '');
      case 'InvalidParameterException': throw invalidParameter();
    }
  }

  private deny(operation: string, input: any): void {
    const { falseNotFound: plan } = this.settings;
    if (plan?.operation !== operation) return;
    const nth = this.questionable++ - plan.from;
    if (nth < 0 || nth >= plan.requests) return;
    const { ProjectVersionArn: version, ProjectArn: project, ResourceArn: tagged, DatasetArn: dataset } = input;
    throw notFound(version ?? project ?? tagged ?? dataset ?? input.ProjectNames?.[0]);
  }

  /** [cited] Rekognition quotas: requests a second for each operation; developer guide, "Error handling": error and message. */
  private throttle(operation: string): void {
    if (this.settings.requestsPerSecond === undefined) return;
    const now = this.clock.now();
    const recent = (this.requests.get(operation) ?? []).filter(time => time > now - 1000);
    if (recent.length >= this.settings.requestsPerSecond) {
      throw new ServiceError('ProvisionedThroughputExceededException', 'Provisioned Rate exceeded.');
    }
    this.requests.set(operation, [...recent, now]);
  }
}
