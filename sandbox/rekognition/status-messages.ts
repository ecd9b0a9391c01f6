import type { DatasetStatus, VersionStatus } from './life-cycle';
import type { Dataset } from './model';

const VERSION_MESSAGES: { readonly [status: string]: string | undefined } = {
  // [cited] an AWS sample's README.
  TRAINING_IN_PROGRESS: 'The model is being trained.',
  // [cited] API reference, example of DescribeProjectVersions.
  TRAINING_COMPLETED: 'The model is ready to run.',
  // [cited] guide, "Terminal manifest file errors". [assumed] this one of them.
  TRAINING_FAILED: 'The manifest file is empty.',
  // [cited] what the guide's sample of StartProjectVersion prints, as published by people who ran it.
  RUNNING: 'The model is running.',
  // [assumed] all other texts.
  STARTING: 'The model is being started.',
  FAILED: 'Amazon Rekognition experienced a service issue.',
  STOPPING: 'The model is being stopped.',
  STOPPED: 'The model is stopped.',
  DELETING: 'The model is being deleted.',
  COPYING_IN_PROGRESS: 'The model is being copied.',
  COPYING_COMPLETED: 'The model is ready to run.',
  COPYING_FAILED: 'Amazon Rekognition experienced a service issue.',
  DEPRECATED: 'The base model is deprecated.',
  EXPIRED: 'The base model is expired.',
};

/** There is a message in every status: the AWS samples print it without checking. [assumed] also in unknown statuses. */
export function versionMessage(status: VersionStatus): string {
  return VERSION_MESSAGES[status] ?? `The model is ${status}.`;
}

interface DatasetMessage {
  readonly text: string;
  readonly code: 'SUCCESS' | 'SERVICE_ERROR' | 'CLIENT_ERROR';
}

const DATASET_MESSAGES: { readonly [status in DatasetStatus]: DatasetMessage } = {
  // [cited] API reference, example of DescribeProjects.
  CREATE_COMPLETE: { text: 'The dataset was successfully created from the manifest file.', code: 'SUCCESS' },
  // [cited] guide, "Terminal file errors". [assumed] this one of them, and its code.
  CREATE_FAILED: { text: 'The manifest file extension or contents are invalid.', code: 'CLIENT_ERROR' },
  // [cited] API reference, example of DescribeDataset.
  UPDATE_FAILED: { text: 'The manifest file contains images from multiple S3 buckets.', code: 'CLIENT_ERROR' },
  // [assumed] the other texts, and that every status without a failure counts as a success.
  CREATE_IN_PROGRESS: { text: 'The dataset is being created.', code: 'SUCCESS' },
  UPDATE_IN_PROGRESS: { text: 'The dataset is being updated.', code: 'SUCCESS' },
  UPDATE_COMPLETE: { text: 'The dataset was successfully updated.', code: 'SUCCESS' },
  DELETE_IN_PROGRESS: { text: 'The dataset is being deleted.', code: 'SUCCESS' },
};

// [assumed] without a manifest, the text does not mention one.
const CREATED_EMPTY: DatasetMessage = { text: 'The dataset was successfully created.', code: 'SUCCESS' };

/** The members that describe the status of a dataset. [cited] API reference: both descriptions of a dataset have them. */
export function describeStatus({ status, isEmpty }: Dataset): object {
  const { text, code } = isEmpty && status === 'CREATE_COMPLETE' ? CREATED_EMPTY : DATASET_MESSAGES[status as DatasetStatus];
  return { Status: status, StatusMessage: text, StatusMessageCode: code };
}
