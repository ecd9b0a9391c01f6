import { ServiceError } from '../service';
import { invalidParameter, resourceInUse } from './errors';
import { Durations, EffectiveSettings } from './settings';

/** [cited] enum ProjectVersionStatus of the service model, complete. */
export const VERSION_STATUSES = [
  'TRAINING_IN_PROGRESS', 'TRAINING_COMPLETED', 'TRAINING_FAILED', 'STARTING', 'RUNNING', 'FAILED', 'STOPPING', 'STOPPED', 'DELETING',
  'COPYING_IN_PROGRESS', 'COPYING_COMPLETED', 'COPYING_FAILED', 'DEPRECATED', 'EXPIRED',
] as const;

/** A status of a project version. Any other string is allowed too, as the service may add one. */
export type VersionStatus = typeof VERSION_STATUSES[number] | (string & {});

/** [cited] enum DatasetStatus of the service model, complete. */
export const DATASET_STATUSES = [
  'CREATE_IN_PROGRESS', 'CREATE_COMPLETE', 'CREATE_FAILED', 'UPDATE_IN_PROGRESS', 'UPDATE_COMPLETE', 'UPDATE_FAILED', 'DELETE_IN_PROGRESS',
] as const;

export type DatasetStatus = typeof DATASET_STATUSES[number];

/** [cited] enum ProjectStatus of the service model. CREATING is left out: [assumed] a project exists at once. */
export type ProjectStatus = 'CREATED' | 'DELETING';

/** The status of a resource that does not exist, or no longer exists. The service never returns it. */
export const GONE = 'GONE';
export type Gone = typeof GONE;

/** How a transitional status ends. */
export interface Ending {
  readonly after: keyof Durations;
  readonly as: string;
}

export type Endings = { readonly [status: string]: Ending | undefined };

export const VERSION_ENDINGS: Endings = {
  // [cited] API reference, CreateProjectVersion. The other way to end: TRAINING_FAILED.
  TRAINING_IN_PROGRESS: { after: 'training', as: 'TRAINING_COMPLETED' },
  // [cited] API reference, CopyProjectVersion. The other way to end: COPYING_FAILED.
  COPYING_IN_PROGRESS: { after: 'copying', as: 'COPYING_COMPLETED' },
  // [cited] API reference, StartProjectVersion. The other way to end: FAILED, on which botocore's waiter ProjectVersionRunning fails.
  STARTING: { after: 'starting', as: 'RUNNING' },
  // [cited] API reference, StopProjectVersion. The other way to end: FAILED, in the guide's Java sample only.
  STOPPING: { after: 'stopping', as: 'STOPPED' },
  // [cited] guide, "Deleting a model": its sample waits until the version is no longer listed.
  DELETING: { after: 'deleting', as: GONE },
  // [cited] guide, "Managing adapters".
  DEPRECATED: { after: 'expiring', as: 'EXPIRED' },
};

export const DATASET_ENDINGS: Endings = {
  // [cited] API reference, CreateDataset, UpdateDatasetEntries, DeleteDataset.
  CREATE_IN_PROGRESS: { after: 'datasetChanging', as: 'CREATE_COMPLETE' },
  UPDATE_IN_PROGRESS: { after: 'datasetChanging', as: 'UPDATE_COMPLETE' },
  DELETE_IN_PROGRESS: { after: 'datasetDeleting', as: GONE },
};

export const PROJECT_ENDINGS: Endings = {
  // [cited] API reference, DeleteProject: done when "the project no longer appears in the response" of DescribeProjects.
  DELETING: { after: 'projectDeleting', as: GONE },
};

export type VersionRequest = 'StartProjectVersion' | 'StopProjectVersion' | 'DeleteProjectVersion' | 'CopyProjectVersion';

interface Transition {
  readonly request: VersionRequest;
  /** OTHERWISE: every status that no other line names for this request. */
  readonly from: readonly VersionStatus[] | 'OTHERWISE';
  readonly to: VersionStatus | 'UNCHANGED' | 'REFUSED';
  /** The setting that decides whether the request is accepted, where the documentation leaves it open. */
  readonly variant?: 'stopWhileStarting' | 'stopWhenStopped' | 'deleteWhileDeleting';
}

/** What a request does to a version. The first matching line decides. */
const TRANSITIONS: readonly Transition[] = [
  // [cited] API reference, StartProjectVersion; guide, "Running a trained model".
  { request: 'StartProjectVersion', from: ['TRAINING_COMPLETED', 'STOPPED'], to: 'STARTING' },
  // [assumed] a copy can be started, and starting can be retried after it has failed.
  { request: 'StartProjectVersion', from: ['COPYING_COMPLETED', 'FAILED'], to: 'STARTING' },
  // [assumed] there is no trained model to host, or the model is hosted already.
  { request: 'StartProjectVersion', from: 'OTHERWISE', to: 'REFUSED' },

  // [cited] API reference, StopProjectVersion: "Stops a running model".
  { request: 'StopProjectVersion', from: ['RUNNING'], to: 'STOPPING' },
  // [assumed] see the setting.
  { request: 'StopProjectVersion', from: ['STARTING'], to: 'STOPPING', variant: 'stopWhileStarting' },
  // [assumed] see the setting.
  { request: 'StopProjectVersion', from: 'OTHERWISE', to: 'UNCHANGED', variant: 'stopWhenStopped' },

  // [cited] API reference, DeleteProjectVersion: "You can't delete a project version if it is running or if it is training".
  { request: 'DeleteProjectVersion', from: ['RUNNING', 'TRAINING_IN_PROGRESS'], to: 'REFUSED' },
  // [assumed] not while the version is about to run, about to stop, or still being created.
  { request: 'DeleteProjectVersion', from: ['STARTING', 'STOPPING', 'COPYING_IN_PROGRESS'], to: 'REFUSED' },
  // [assumed] see the setting.
  { request: 'DeleteProjectVersion', from: ['DELETING'], to: 'UNCHANGED', variant: 'deleteWhileDeleting' },
  // [cited] guide, "Deleting a model".
  { request: 'DeleteProjectVersion', from: ['TRAINING_COMPLETED', 'STOPPED'], to: 'DELETING' },
  // [assumed] the rule forbids only running and training. It allows a version in an undocumented status to be deleted.
  { request: 'DeleteProjectVersion', from: 'OTHERWISE', to: 'DELETING' },

  // [cited] guide, "Copying a model": a trained model is copied.
  { request: 'CopyProjectVersion', from: ['TRAINING_COMPLETED'], to: 'UNCHANGED' },
  // [assumed] the model is trained in these statuses too.
  { request: 'CopyProjectVersion', from: ['STARTING', 'RUNNING', 'FAILED', 'STOPPING', 'STOPPED', 'COPYING_COMPLETED'], to: 'UNCHANGED' },
  // [assumed] there is no model to copy.
  { request: 'CopyProjectVersion', from: 'OTHERWISE', to: 'REFUSED' },
];

/** The status after a request to a version in `status`. Throws the error of the service if it rejects the request. */
export function statusAfter(request: VersionRequest, status: VersionStatus, settings: EffectiveSettings): VersionStatus {
  const { to, variant } = TRANSITIONS.find(line => line.request === request && (line.from === 'OTHERWISE' || line.from.includes(status)))!;
  const verdict = variant ? settings[variant] : to === 'REFUSED' ? 'REFUSED' : 'ACCEPTED';
  switch (verdict) {
    case 'ACCEPTED': return to === 'UNCHANGED' ? status : to;
    case 'ResourceNotFoundException': throw new ServiceError(verdict, 'The resource is being deleted.');
    case 'ResourceInUseException': throw resourceInUse();
    case 'REFUSED': throw settings.refusal === 'InvalidParameterException' ? invalidParameter() : resourceInUse();
  }
}
