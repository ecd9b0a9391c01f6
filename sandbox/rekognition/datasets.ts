import { alreadyExists, invalidParameter, notFound, resourceInUse } from './errors';
import { Inventory } from './inventory';
import { Dataset } from './model';
import { findProject, whileDeleting } from './projects';
import { describeStatus } from './status-messages';
import { checkNewTags, setTags } from './tags';

function findDataset({ projects }: Inventory, arn: string): Dataset {
  const dataset = projects.flatMap(project => project.datasets).find(other => other.arn === arn);
  // [cited] API reference, DeleteDataset: "If you try to access the dataset after it is deleted, you get a ResourceNotFoundException".
  if (!dataset) throw notFound(arn);
  return dataset;
}

export function createDataset(inventory: Inventory, input: any): object {
  const project = findProject(inventory, input.ProjectArn);
  // [cited] API reference, CreateDataset: "applies only to Amazon Rekognition Custom Labels". [assumed] the error's name.
  if (project.feature !== 'CUSTOM_LABELS') throw invalidParameter('Datasets are for Custom Labels.');
  if (project.status === 'DELETING') throw notFound(project.arn);
  // [cited] API reference, errors of CreateDataset.
  if (project.datasets.some(dataset => dataset.type === input.DatasetType)) throw alreadyExists(`The project has a ${input.DatasetType} dataset.`);
  // [cited] API reference: without DatasetSource "an empty dataset is created". [assumed] which takes no time.
  checkNewTags(input.Tags);
  const dataset = input.DatasetSource
    ? inventory.addDataset(project, input.DatasetType, 'CREATE_IN_PROGRESS', isEmpty(inventory, input.DatasetSource))
    : inventory.addDataset(project, input.DatasetType, 'CREATE_COMPLETE', true);
  setTags(dataset, input.Tags);
  return { DatasetArn: dataset.arn };
}

/** Whether the source of a dataset contains no images. */
function isEmpty(inventory: Inventory, { GroundTruthManifest: manifest, DatasetArn: original }: any): boolean {
  // [cited] API reference, DatasetSource: "if you supply both values, or if you don't specify any values, an InvalidParameterException exception occurs".
  if (!manifest === !original) throw invalidParameter('DatasetSource needs either GroundTruthManifest or DatasetArn.');
  // [assumed] every manifest contains images: the sandbox does not read it.
  return original !== undefined && findDataset(inventory, original).isEmpty;
}

export function describeDataset(inventory: Inventory, input: any): object {
  const dataset = findDataset(inventory, input.DatasetArn);
  return {
    DatasetDescription: {
      CreationTimestamp: new Date(dataset.createdAt),
      LastUpdatedTimestamp: new Date(dataset.changedAt),
      ...describeStatus(dataset),
      DatasetStats: statsOf(dataset),
    },
  };
}

function statsOf({ status, isEmpty: hasNothing }: Dataset): object {
  // [assumed] a dataset has no statistics before it is complete.
  if (hasNothing || status === 'CREATE_IN_PROGRESS' || status === 'CREATE_FAILED') return { LabeledEntries: 0, TotalEntries: 0, TotalLabels: 0, ErrorEntries: 0 };
  // [cited] API reference, example of DescribeDataset. [assumed] every dataset is like that one.
  return { LabeledEntries: 15, TotalEntries: 15, TotalLabels: 9, ErrorEntries: 0 };
}

export function deleteDataset(inventory: Inventory, input: any): object {
  const dataset = findDataset(inventory, input.DatasetArn);
  switch (dataset.status) {
    case 'CREATE_IN_PROGRESS':
    case 'UPDATE_IN_PROGRESS':
      // [cited] API reference, DeleteDataset: not while it is creating or updating. [assumed] the error's name.
      throw resourceInUse();
    case 'DELETE_IN_PROGRESS':
      return whileDeleting(inventory, dataset.arn, {});
    default:
      inventory.change(dataset, 'DELETE_IN_PROGRESS');
      return {};
  }
}
