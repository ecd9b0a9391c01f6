import { ServiceError } from '../service';
import { NotModeled, ResourceFailure } from './errors';
import type { Exports } from './exports';
import { isTrue, references, resolve, Scope } from './intrinsics';
import { parameterRef, ParameterValues, ssmValues } from './parameters';
import { recordedAttribute } from './resources/identity';
import type { Stack } from './stack';
import type { Template } from './template';

/** What templates read outside their stack. */
export interface Outside {
  readonly exports: Exports;
  ssmValue(name: string): string | undefined;
  find(stackName: string): Stack | undefined;
}

/** What the intrinsic functions of a template see while a stack is deployed: the current state of its resources. */
export class TemplateScope implements Scope {
  readonly imports = new Set<string>();
  /** The values of the parameters that are stored in SSM. */
  readonly fromSsm: ParameterValues;

  constructor(
    private readonly stack: Stack,
    private readonly template: Template,
    private readonly parameters: ParameterValues,
    private readonly outside: Outside,
  ) {
    this.fromSsm = ssmValues(template, parameters, name => outside.ssmValue(name));
  }

  get region(): string {
    return this.stack.environment.region;
  }

  get mappings(): Template['mappings'] {
    return this.template.mappings;
  }

  resolve(value: unknown): any {
    return this.withoutReferences(resolve(value, this));
  }

  /** Whether the condition of a resource or output is true. */
  admits({ condition }: { readonly condition?: string }): boolean {
    return condition === undefined || this.condition(condition);
  }

  ref(name: string): unknown {
    if (name.startsWith('AWS::')) return this.pseudoParameter(name);
    const parameter = this.template.parameters[name];
    return parameter ? parameterRef(parameter, this.fromSsm[name] ?? this.parameters[name]) : this.resource(name).physicalId;
  }

  attribute(logicalId: string, attribute: string): unknown {
    const resource = this.resource(logicalId);
    if (attribute in resource.attributes) return resource.attributes[attribute];
    if (isCustom(resource.type) && resource.whyRecorded) return recordedAttribute(resource, attribute);
    if (!isCustom(resource.type)) throw new NotModeled(`${logicalId} (${resource.type}) has no attribute ${attribute} in the sandbox`);
    // [cited] the text that users see for it (aws/aws-cdk issues on CustomResource attributes).
    throw new ResourceFailure(`CustomResource attribute error: Vendor response doesn't contain ${attribute} attribute in object `
      + `${this.stack.id}|${logicalId}`);
  }

  condition(name: string): boolean {
    const condition = this.template.conditions[name];
    if (condition === undefined) throw new ServiceError('ValidationError', `Template error: unresolved condition dependency ${name}`);
    return isTrue(condition, this);
  }

  importValue(exportName: string): string {
    this.imports.add(exportName);
    return this.outside.exports.value(exportName);
  }

  /** [cited] Fn::GetStackOutput: resolved when the stack is created or updated; the other stack does not know of it. */
  stackOutput(stackName: string, outputName: string, region: string = this.region): string {
    if (region !== this.region) throw new NotModeled(`Fn::GetStackOutput from another Region is not modeled: ${region}`);
    const value = this.outside.find(stackName)?.outputs[outputName];
    // [assumed] the text.
    if (value === undefined) throw new ResourceFailure(`Output ${outputName} of the stack ${stackName} does not exist`);
    return value;
  }

  /** Rejects a template that refers to something that it does not contain, before anything is deployed. */
  validate(): void {
    const { resources, outputs, parameters } = this.template;
    const checkIn = (block: string) => (target: string) => {
      if (target.startsWith('AWS::') || target in parameters || target in resources) return;
      throw new ServiceError('ValidationError', `Template format error: Unresolved resource dependencies [${target}] in the ${block} block of the template`);
    };
    for (const { properties, dependsOn } of Object.values(resources)) {
      dependsOn.forEach(checkIn('Resources'));
      references(properties, checkIn('Resources'));
    }
    references(outputs, checkIn('Outputs'));
  }

  /**
   * Replaces dynamic references to SSM. [cited] User Guide, "Get a plaintext value from Systems Manager Parameter Store". Those to
   * secrets stay as they are.
   */
  private withoutReferences(value: any): any {
    if (typeof value === 'string') {
      return value.replace(/\{\{resolve:ssm:([^:}]+)(:\d+)?\}\}/g, (_, name: string) => {
        const stored = this.outside.ssmValue(name);
        // [assumed] the text.
        if (stored === undefined) throw new ResourceFailure(`Could not find a value for ${name} in Parameter Store`);
        return stored;
      });
    }
    if (Array.isArray(value)) return value.map(item => this.withoutReferences(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, this.withoutReferences(item)]));
  }

  private resource(logicalId: string) {
    const resource = this.stack.resources[logicalId];
    if (!resource) throw new ServiceError('ValidationError', `Template error: ${logicalId} is referred to, but its condition is false`);
    return resource;
  }

  private pseudoParameter(name: string): string | undefined {
    const { account, region } = this.stack.environment;
    switch (name) {
      case 'AWS::AccountId': return account;
      case 'AWS::Region': return region;
      case 'AWS::Partition': return 'aws';
      case 'AWS::URLSuffix': return 'amazonaws.com';
      case 'AWS::StackId': return this.stack.id;
      case 'AWS::StackName': return this.stack.name;
      default: return undefined;
    }
  }
}

/** All but `AWS::NotificationARNs`. [cited] Template reference, Pseudo parameters. */
export const PSEUDO_PARAMETERS = [
  'AWS::AccountId', 'AWS::NoValue', 'AWS::Partition', 'AWS::Region', 'AWS::StackId', 'AWS::StackName', 'AWS::URLSuffix',
];

/** The type of a custom resource that has no type of its own. */
export const GENERAL_TYPE = 'AWS::CloudFormation::CustomResource';

/** [cited] User Guide: AWS::CloudFormation::CustomResource or Custom::MyCustomResourceTypeName. */
export function isCustom(type: string): boolean {
  return type === GENERAL_TYPE || type.startsWith('Custom::');
}
