import { Clock } from '../clock';
import { Reads } from '../staleness';
import { DATASET_ENDINGS, DatasetStatus, Endings, Gone, GONE, PROJECT_ENDINGS, ProjectStatus, VERSION_ENDINGS, VersionStatus } from './life-cycle';
import { Dataset, DatasetType, Feature, Project, ProjectVersion, Resource, VersionDetails } from './model';
import { EffectiveSettings } from './settings';

/** A resource that was created (no `from`), changed, or deleted (no `to`). */
export interface StatusChange {
  readonly time: number;
  readonly arn: string;
  readonly from?: string;
  readonly to?: string;
}

/** How a transitional status ends this time. */
export interface EndingOptions {
  /** The next status, or GONE. Default: that of success. */
  readonly endsAs?: string;
  /** After this many milliseconds of sandbox time; Infinity for never. Default: the duration in the settings. */
  readonly endsIn?: number;
}

interface ChangeOptions extends EndingOptions {
  /** The time of the change, which only matters for stale reads. Default: now. */
  readonly since?: number;
}

/** All resources of the account, and how they change as time passes. */
export class Inventory {
  readonly tagReads: Reads;
  private readonly everyProject: Project[] = [];
  private readonly listeners: ((change: StatusChange) => void)[] = [];
  private lastStamp = 0;

  constructor(
    readonly clock: Clock,
    readonly settings: EffectiveSettings,
    /** The prefix of all ARNs. */
    private readonly arnPrefix: string,
  ) {
    this.tagReads = new Reads(clock, () => settings.staleTags);
  }

  /** By creation time. */
  get projects(): Project[] {
    return this.everyProject.filter(project => project.status !== GONE);
  }

  get resources(): Resource[] {
    return this.projects.flatMap(project => [project, ...project.versions, ...project.datasets]);
  }

  onStatus(listener: (change: StatusChange) => void): void {
    this.listeners.push(listener);
  }

  addProject(name: string, feature: Feature, autoUpdate: boolean): Project {
    const stamp = this.stamp();
    const project = new Project(`${this.arnPrefix}:project/${name}/${stamp}`, stamp, name, feature, autoUpdate);
    this.everyProject.push(project);
    this.change(project, 'CREATED');
    return project;
  }

  addVersion(project: Project, name: string, status: VersionStatus, details: VersionDetails = {}, options?: ChangeOptions): ProjectVersion {
    const stamp = this.stamp();
    const arn = `${this.arnPrefix}:project/${project.name}/version/${name}/${stamp}`;
    const version = new ProjectVersion(arn, stamp, project, name, details);
    project.everyVersion.push(version);
    this.change(version, status, options);
    return version;
  }

  addDataset(project: Project, type: DatasetType, status: DatasetStatus, isEmpty: boolean): Dataset {
    const stamp = this.stamp();
    const arn = `${this.arnPrefix}:project/${project.name}/dataset/${type.toLowerCase()}/${stamp}`;
    const dataset = new Dataset(arn, stamp, project, type, isEmpty);
    project.everyDataset.push(dataset);
    this.change(dataset, status);
    return dataset;
  }

  change(resource: Project, to: ProjectStatus | Gone): void;
  change(resource: ProjectVersion, to: VersionStatus, options?: ChangeOptions): void;
  change(resource: Dataset, to: DatasetStatus | Gone): void;
  change(resource: Resource, to: string, { endsAs, endsIn, since }: ChangeOptions = {}): void {
    const from = resource.status;
    const time = this.clock.now();
    resource.cancelEnding?.();
    resource.cancelEnding = undefined;
    resource.enter(to, since ?? time);
    if (resource instanceof ProjectVersion) this.noteTraining(resource, from, to);

    const usual = endingsOf(resource)[to];
    const as = endsAs ?? usual?.as;
    const after = endsIn ?? (usual && this.settings.durations[usual.after]);
    if (after !== Infinity && (as === undefined) !== (after === undefined)) {
      throw new Error(`the status ${to} of ${resource.arn} does not end by itself: say both endsAs and endsIn`);
    }
    if (as !== undefined && after !== Infinity) {
      resource.cancelEnding = this.clock.at(time + after!, () => this.end(resource, as));
    }
    const change = { time, arn: resource.arn, from: from === GONE ? undefined : from, to: to === GONE ? undefined : to };
    for (const listener of this.listeners) listener(change);
  }

  private noteTraining(version: ProjectVersion, from: VersionStatus, to: VersionStatus): void {
    const placed = from === GONE && !UNTRAINED.includes(to);
    if (from === 'TRAINING_IN_PROGRESS' || placed) version.trainingEndedAt = this.clock.now();
    // [assumed] the whole training is billed. The training of a version that was added in a later status took the usual time.
    if (placed) version.billableSeconds = this.settings.durations.training / 1000;
    else if (to === 'TRAINING_COMPLETED') version.billableSeconds = Math.round((this.clock.now() - version.createdAt) / 1000);
    // [cited] API reference, CopyProjectVersion: the training output of the source goes to the copy's OutputConfig.
    if (placed || to === 'TRAINING_COMPLETED' || to === 'COPYING_COMPLETED') version.hasResults = true;
  }

  private end(resource: Resource, as: string): void {
    // an ending may be any status: the caller knows which one fits the resource.
    this.change(resource as ProjectVersion, as);
    if (resource instanceof Project && as === GONE) {
      // [cited] API reference, DeleteProject: policies are deleted with the project. [assumed] so are datasets, if they do not block it.
      resource.policies.length = 0;
      for (const dataset of resource.datasets) this.change(dataset, GONE);
    }
  }

  /** [cited] API reference, examples: an ARN ends in the creation time of its resource. Two resources of the same millisecond must differ. */
  private stamp(): number {
    this.lastStamp = Math.max(this.clock.now(), this.lastStamp + 1);
    return this.lastStamp;
  }
}

/** Statuses of a version before or without training. */
const UNTRAINED: readonly VersionStatus[] = ['TRAINING_IN_PROGRESS', 'TRAINING_FAILED', 'COPYING_IN_PROGRESS', 'COPYING_FAILED', 'COPYING_COMPLETED'];

function endingsOf(resource: Resource): Endings {
  return resource instanceof Project ? PROJECT_ENDINGS : resource instanceof Dataset ? DATASET_ENDINGS : VERSION_ENDINGS;
}
