import { generatedName, generatedSuffix, ResourceType } from '../resource-type';
import type { Resource, ResourceState } from '../stack';

/** What is only there, without a name: AWS::CDK::Metadata, AWS::SNS::TopicPolicy. */
export class Inert implements ResourceType {
  create(resource: Resource): ResourceState {
    return { physicalId: generatedName(resource.stack, resource.logicalId, 128), attributes: {} };
  }

  update(_: Resource, old: Resource): ResourceState {
    return old;
  }

  delete(): void {}
}

/** AWS::CloudFormation::WaitConditionHandle: has nothing but a URL. */
export class WaitConditionHandle extends Inert {
  override create(resource: Resource): ResourceState {
    // [cited] User Guide: Ref gives a presigned URL. Nobody waits for it in the sandbox, so it leads nowhere.
    return { physicalId: `https://localhost/${resource.logicalId}-${generatedSuffix()}`, attributes: {} };
  }
}
