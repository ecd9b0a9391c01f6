import { generatedName, generatedSuffix, ResourceType } from '../resource-type';
import type { Resource, ResourceState } from '../stack';

/** AWS::CDK::Metadata: has no effect in AWS either. */
export class Inert implements ResourceType {
  hasAttribute(): boolean {
    return false;
  }

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
    // [cited] User Guide: Ref returns a presigned URL. Nothing in the sandbox waits for it, so it goes nowhere.
    return { physicalId: `https://localhost/${resource.logicalId}-${generatedSuffix()}`, attributes: {} };
  }
}
