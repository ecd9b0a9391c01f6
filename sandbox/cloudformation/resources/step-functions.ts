import type { AssetBucket } from '../../assembly';
import type { StateMachineProps, StepFunctions } from '../../step-functions';
import { generatedSuffix, ResourceType } from '../resource-type';
import type { Resource, ResourceState } from '../stack';

/** AWS::StepFunctions::StateMachine */
export class StateMachine implements ResourceType {
  // [cited] AWS::StepFunctions::StateMachine: both need replacement.
  readonly replacedBy = ['StateMachineName', 'StateMachineType'];
  readonly properties = [
    'StateMachineName', 'Definition', 'DefinitionS3Location', 'DefinitionString', 'DefinitionSubstitutions', 'RoleArn',
    // the sandbox has no log delivery, no tracing and no encryption.
    'StateMachineType', 'LoggingConfiguration', 'TracingConfiguration', 'EncryptionConfiguration', 'Tags',
  ];

  constructor(private readonly stepFunctions: StepFunctions, private readonly assets: AssetBucket) {}

  create(resource: Resource): ResourceState {
    const { account, region } = resource.stack.environment;
    // [assumed] the format of a generated name: logical id and suffix, as observed; at most 80 characters, the quota of the service.
    const name = resource.properties.StateMachineName ?? `${resource.logicalId.slice(0, 67)}-${generatedSuffix()}`;
    const arn = `arn:aws:states:${region}:${account}:stateMachine:${name}`;
    this.stepFunctions.create(this.machine(resource, arn));
    return { physicalId: arn, attributes: { Arn: arn, Name: name } };
  }

  hasAttribute(name: string): boolean {
    return ['Arn', 'Name'].includes(name);
  }

  update(resource: Resource, old: Resource): ResourceState {
    this.stepFunctions.update(this.machine(resource, old.physicalId));
    return old;
  }

  async delete(resource: Resource): Promise<void> {
    await this.stepFunctions.delete(resource.physicalId);
  }

  private machine({ properties }: Resource, arn: string): StateMachineProps {
    const { DefinitionSubstitutions: substitutions = {}, RoleArn: roleArn } = properties;
    const text = this.definition(properties);
    if (text === undefined) {
      const { Bucket: bucket, Key: key } = properties.DefinitionS3Location;
      return { arn, definition: '{}', roleArn, obstacle: `its definition, s3://${bucket}/${key}, is not in the sandbox` };
    }
    // [cited] AWS::StepFunctions::StateMachine, DefinitionSubstitutions: ${key} stands for the value.
    const definition = text.replace(/\$\{(\w+)\}/g, (placeholder, name: string) => substitutions[name] ?? placeholder);
    return { arn, definition, roleArn };
  }

  private definition({ DefinitionString: text, Definition: document, DefinitionS3Location: location }: Resource['properties']) {
    if (text !== undefined) return text as string;
    return document ? JSON.stringify(document) : this.assets.text(location.Key, location.Bucket);
  }
}
