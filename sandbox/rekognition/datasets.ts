import { alreadyExists, invalidParameter, notFound, resourceInUse } from './errors';
import { Inventory } from './inventory';
import { Dataset } from './model';
import { findProject, whileDeleting } from './projects';

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
  const dataset = inventory.addDataset(project, input.DatasetType, input.DatasetSource ? 'CREATE_IN_PROGRESS' : 'CREATE_COMPLETE');
  for (const [key, value] of Object.entries<string>(input.Tags ?? {})) dataset.tags.set(key, value);
  return { DatasetArn: dataset.arn };
}

export function describeDataset(inventory: Inventory, input: any): object {
  const dataset = findDataset(inventory, input.DatasetArn);
  return {
    DatasetDescription: {
      CreationTimestamp: new Date(dataset.createdAt),
      LastUpdatedTimestamp: new Date(dataset.changedAt),
      Status: dataset.status,
    },
  };
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
