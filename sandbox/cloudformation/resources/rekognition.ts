import {
  CreateDatasetCommand, CreateProjectCommand, DatasetType, DeleteDatasetCommand, DeleteProjectCommand, DescribeDatasetCommand,
  RekognitionClient, RekognitionServiceException, ResourceInUseException, ResourceNotFoundException, TagResourceCommand, UntagResourceCommand,
  paginateDescribeProjects,
} from '@aws-sdk/client-rekognition';
import type { Clock } from '../../clock';
import { ResourceFailure } from '../errors';
import { handlerMessage, ResourceType } from '../resource-type';
import type { Resource, ResourceState } from '../stack';

/** CloudFormation's own client: it uses the API like any other client, with the permissions of the principal that deploys. */
export type RekognitionApi = () => RekognitionClient;

const PROJECT = 'AWS::Rekognition::Project';
// [assumed] how often the handler of the dataset polls until the dataset is ready or gone.
const DATASET_POLL = 5_000;

/** AWS::Rekognition::Project. [cited] AWS's published handlers, aws-cloudformation-resource-providers-rekognition. */
export class Project implements ResourceType {
  readonly replacedBy = ['ProjectName'];
  readonly properties = ['ProjectName', 'Tags'];

  constructor(private readonly api: RekognitionApi) {}

  hasAttribute(name: string): boolean {
    return name === 'Arn';
  }

  create(resource: Resource): Promise<ResourceState> {
    const { ProjectName: name } = resource.properties;
    return answered(async () => {
      try {
        const { ProjectArn: arn } = await this.api().send(new CreateProjectCommand({ ProjectName: name, Tags: tagsOf(resource) }));
        return { physicalId: name, attributes: { Arn: arn } };
      } catch (error) {
        if (!(error instanceof ResourceInUseException)) throw error;
        throw new ResourceFailure(handlerMessage(`Resource of type '${PROJECT}' with identifier '${name}' already exists.`, 'AlreadyExists'));
      }
    });
  }

  /** [cited] its schema: the name is the primary identifier, and there is a read handler. */
  find({ properties: { ProjectName: name } }: Resource): Promise<ResourceState | undefined> {
    return answered(async () => {
      const arn = await this.arnOf(name);
      return arn === undefined ? undefined : { physicalId: name, attributes: { Arn: arn } };
    });
  }

  update(resource: Resource, old: Resource): Promise<ResourceState> {
    return answered(async () => {
      await updateTags(this.api(), old.attributes.Arn as string, resource, old);
      return { physicalId: old.physicalId, attributes: old.attributes };
    });
  }

  /** Finds the project by name and calls DeleteProject once, without waiting. The call is refused if the project still has versions. */
  delete(resource: Resource): Promise<void> {
    return answered(async () => {
      const arn = await this.arnOf(resource.physicalId);
      // for a missing project, the handler returns NotFound, which CloudFormation treats as deleted.
      if (arn) await this.api().send(new DeleteProjectCommand({ ProjectArn: arn }));
    });
  }

  private async arnOf(name: string): Promise<string | undefined> {
    for await (const { ProjectDescriptions: projects = [] } of paginateDescribeProjects({ client: this.api() }, {})) {
      const project = projects.find(({ ProjectArn: arn }) => arn!.split('/')[1] === name);
      if (project) return project.ProjectArn;
    }
    return undefined;
  }
}

/** AWS::Rekognition::Dataset: an empty dataset. [assumed] its handler waits, as handlers should, until the dataset is ready or gone. */
export class Dataset implements ResourceType {
  readonly replacedBy = ['DatasetType', 'ProjectArn'];
  readonly properties = ['DatasetType', 'ProjectArn', 'Tags'];

  constructor(private readonly api: RekognitionApi, private readonly clock: Clock) {}

  hasAttribute(name: string): boolean {
    return name === 'DatasetArn';
  }

  create(resource: Resource): Promise<ResourceState> {
    const { DatasetType: type, ProjectArn: project } = resource.properties;
    return answered(async () => {
      const { DatasetArn: arn } = await this.api().send(
        new CreateDatasetCommand({ DatasetType: type as DatasetType, ProjectArn: project, Tags: tagsOf(resource) }));
      while (await this.status(arn!) === 'CREATE_IN_PROGRESS') await this.clock.sleep(DATASET_POLL);
      return { physicalId: arn!, attributes: { DatasetArn: arn } };
    });
  }

  update(resource: Resource, old: Resource): Promise<ResourceState> {
    return answered(async () => {
      await updateTags(this.api(), old.physicalId, resource, old);
      return { physicalId: old.physicalId, attributes: old.attributes };
    });
  }

  delete(resource: Resource): Promise<void> {
    return answered(async () => {
      try {
        await this.api().send(new DeleteDatasetCommand({ DatasetArn: resource.physicalId }));
        for (;;) {
          await this.status(resource.physicalId);
          await this.clock.sleep(DATASET_POLL);
        }
      } catch (error) {
        if (!(error instanceof ResourceNotFoundException)) throw error;
      }
    });
  }

  private async status(arn: string): Promise<string | undefined> {
    const { DatasetDescription: dataset } = await this.api().send(new DescribeDatasetCommand({ DatasetArn: arn }));
    return dataset?.Status;
  }
}

function tagsOf({ properties }: Resource): { [key: string]: string } {
  return Object.fromEntries((properties.Tags ?? []).map(({ Key: key, Value: value }: { Key: string; Value: string }) => [key, value]));
}

async function updateTags(api: RekognitionClient, arn: string, resource: Resource, old: Resource): Promise<void> {
  const tags = tagsOf(resource);
  const gone = Object.keys(tagsOf(old)).filter(key => !(key in tags));
  if (gone.length > 0) await api.send(new UntagResourceCommand({ ResourceArn: arn, TagKeys: gone }));
  if (Object.keys(tags).length > 0) await api.send(new TagResourceCommand({ ResourceArn: arn, Tags: tags }));
}

/** Converts an API error into what CloudFormation shows. */
async function answered<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof RekognitionServiceException)) throw error;
    const { httpStatusCode: status, requestId } = error.$metadata;
    throw new ResourceFailure(handlerMessage(
      `${error.message} (Service: Rekognition, Status Code: ${status}, Request ID: ${requestId})`, 'GeneralServiceException'));
  }
}
