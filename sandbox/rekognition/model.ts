import { DatasetStatus, Gone, GONE, ProjectStatus, VersionStatus } from './life-cycle';

/** [cited] enum CustomizationFeature of the service model: Custom Labels models, or adapters for content moderation. */
export type Feature = 'CUSTOM_LABELS' | 'CONTENT_MODERATION';

export type DatasetType = 'TRAIN' | 'TEST';

/** Something with a life cycle, an ARN and tags. */
export class Resource<Status extends string = string> {
  readonly tags = new Map<string, string>();
  private readonly earlierTags: { until: number; tags: Map<string, string> }[] = [];
  /** Cancels the pending change of status, if there is one. */
  cancelEnding?: () => void;
  private readonly history: { time: number; status: Status | Gone }[] = [];

  constructor(
    readonly arn: string,
    /** Milliseconds since the epoch; also the end of the ARN. */
    readonly createdAt: number,
  ) {}

  get status(): Status | Gone {
    return this.history.at(-1)?.status ?? GONE;
  }

  /** The status at an earlier time. */
  statusAt(time: number): Status | Gone {
    return this.history.filter(entry => entry.time <= time).at(-1)?.status ?? GONE;
  }

  /** To be called before they change. */
  keepTags(time: number): void {
    this.earlierTags.push({ until: time, tags: new Map(this.tags) });
  }

  /** The tags at an earlier time. For a time before the creation, the initial tags. */
  tagsAt(time: number): Map<string, string> {
    return this.earlierTags.find(({ until }) => until > time)?.tags ?? this.tags;
  }

  /** The time of the last change of status. */
  get changedAt(): number {
    return this.history.at(-1)!.time;
  }

  enter(status: Status | Gone, time: number): void {
    this.history.push({ time, status });
  }
}

export class Project extends Resource<ProjectStatus> {
  /** Includes deleted resources: stale reads may still show them. */
  readonly everyVersion: ProjectVersion[] = [];
  readonly everyDataset: Dataset[] = [];
  readonly policies: ProjectPolicy[] = [];

  constructor(arn: string, createdAt: number, readonly name: string, readonly feature: Feature, readonly autoUpdate: boolean) {
    super(arn, createdAt);
  }

  get versions(): ProjectVersion[] {
    return this.everyVersion.filter(version => version.status !== GONE);
  }

  get datasets(): Dataset[] {
    return this.everyDataset.filter(dataset => dataset.status !== GONE);
  }
}

/** The options of a new version. */
export interface VersionDetails {
  readonly description?: string;
  readonly outputConfig?: { readonly S3Bucket?: string; readonly S3KeyPrefix?: string };
  readonly trainingData?: object;
  readonly testingData?: { readonly AutoCreate?: boolean };
  readonly featureConfig?: object;
  readonly kmsKeyId?: string;
  /** The version that this one is a copy of. */
  readonly sourceArn?: string;
}

/** A model or an adapter. */
export class ProjectVersion extends Resource<VersionStatus> {
  minInferenceUnits?: number;
  maxInferenceUnits?: number;
  trainingEndedAt?: number;
  billableSeconds?: number;
  /** Results of the training: its own, or that of the version it was copied from. */
  hasResults = false;

  constructor(arn: string, createdAt: number, readonly project: Project, readonly name: string, readonly details: VersionDetails) {
    super(arn, createdAt);
  }
}

export class Dataset extends Resource<DatasetStatus> {
  constructor(arn: string, createdAt: number, readonly project: Project, readonly type: DatasetType, readonly isEmpty: boolean) {
    super(arn, createdAt);
  }
}

export interface ProjectPolicy {
  readonly name: string;
  readonly createdAt: number;
  revisionId: string;
  document: string;
  updatedAt: number;
}
