import type { StepFunctions } from '../../step-functions';
import { generatedSuffix, ResourceType } from '../resource-type';
import type { Resource, ResourceState } from '../stack';

/** AWS::StepFunctions::StateMachine */
export class StateMachine implements ResourceType {
  // [cited] AWS::StepFunctions::StateMachine: both need replacement.
  readonly replacedBy = ['StateMachineName', 'StateMachineType'];
  readonly properties = [
    'StateMachineName', 'DefinitionString', 'RoleArn',
    // the sandbox has no log delivery and no tracing.
    'StateMachineType', 'LoggingConfiguration', 'TracingConfiguration', 'Tags',
  ];

  constructor(private readonly stepFunctions: StepFunctions) {}

  create(resource: Resource): ResourceState {
    const { account, region } = resource.stack.environment;
    // [assumed] the format of a generated name: logical id and suffix, as observed; at most 80 characters, the quota of the service.
    const name = resource.properties.StateMachineName ?? `${resource.logicalId.slice(0, 67)}-${generatedSuffix()}`;
    const arn = `arn:aws:states:${region}:${account}:stateMachine:${name}`;
    this.stepFunctions.create(machine(resource, arn));
    return { physicalId: arn, attributes: { Arn: arn, Name: name } };
  }

  hasAttribute(name: string): boolean {
    return ['Arn', 'Name'].includes(name);
  }

  update(resource: Resource, old: Resource): ResourceState {
    this.stepFunctions.update(machine(resource, old.physicalId));
    return old;
  }

  async delete(resource: Resource): Promise<void> {
    await this.stepFunctions.delete(resource.physicalId);
  }
}

function machine(resource: Resource, arn: string) {
  const { DefinitionString: definition, RoleArn: roleArn } = resource.properties;
  return { arn, definition, roleArn };
}
