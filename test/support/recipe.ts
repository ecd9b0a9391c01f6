import { readFileSync, writeFileSync } from 'fs';
import * as path from 'path';
import { SFNClient } from '@aws-sdk/client-sfn';
import { synthesizeExample } from './examples';
import type { Sandbox } from '../../sandbox';
import { resourceTypes } from '../../sandbox/cloudformation/resources';

/** What starts the workflow of a recipe: the input, and the role whose permissions it has. */
export interface Starter {
  readonly machine: { readonly Ref: string };
  readonly role: { readonly 'Fn::GetAtt': [string, string] };
  readonly input: string;
}

const MODELLED = [
  ...Object.keys(resourceTypes({} as any, {} as any)),
  'AWS::CloudWatch::Alarm', 'AWS::Events::Rule', 'AWS::Logs::MetricFilter', 'AWS::SNS::Topic', 'AWS::SNS::TopicPolicy', 'AWS::Scheduler::Schedule',
];

/** One of the examples with a workflow, whose project is a parameter in Systems Manager. */
export class Recipe {
  readonly template: any;
  private readonly templateFile: string;

  constructor(file: string, private readonly stackName: string, private readonly outdir: string) {
    this.templateFile = path.join(synthesizeExample(file, outdir).directory, `${stackName}.template.json`);
    this.template = JSON.parse(readFileSync(this.templateFile, 'utf8'));
  }

  /** The only resource of a type. */
  only(type: string): any {
    const [resource, ...others] = Object.values<any>(this.template.Resources).filter(({ Type }) => Type === type);
    expect(others).toEqual([]);
    return resource.Properties;
  }

  /** The action of a pipeline that starts a state machine. */
  get invocation(): any {
    return this.only('AWS::CodePipeline::Pipeline').Stages.flatMap((stage: any) => stage.Actions).find(({ ActionTypeId }: any) => ActionTypeId.Provider === 'StepFunctions');
  }

  /**
   * Removes what the sandbox does not model from the template, with everything that refers to it, and gives the parameter a value at
   * deployment. Returns the types that the sandbox does not model.
   */
  leaveOutWhatIsNotModeled(): string[] {
    const { Resources: resources, Outputs: outputs = {}, Parameters: parameters } = this.template;
    const unknown = Object.entries<any>(resources).filter(([, { Type }]) => !MODELLED.includes(Type));
    const gone = new Set<string>();
    const leaveOut = (id: string): void => {
      gone.add(id);
      delete resources[id];
      for (const [other, resource] of Object.entries(resources)) if (!gone.has(other) && referencesIn(resource).includes(id)) leaveOut(other);
    };
    for (const [id] of unknown) leaveOut(id);
    for (const [name, output] of Object.entries(outputs)) if (referencesIn(output).some(id => gone.has(id))) delete outputs[name];
    for (const parameter of Object.values<any>(parameters)) parameter.Type = 'String';
    writeFileSync(this.templateFile, JSON.stringify(this.template));
    return [...new Set(unknown.map(([, { Type }]) => Type))].sort();
  }

  async deploy(sandbox: Sandbox, projectArn: string): Promise<void> {
    const [parameter] = Object.keys(this.template.Parameters).filter(name => name.startsWith('SsmParameterValue'));
    expect((await sandbox.deploy(this.outdir, this.stackName, { parameters: { [parameter]: projectArn } })).status).toBe('CREATE_COMPLETE');
  }

  machineArn(sandbox: Sandbox, { machine }: Starter): string {
    return sandbox.stack(this.stackName).resources[machine.Ref].physicalId;
  }

  /** Everything that the role of the starter may do, if it has not been used yet. */
  rights(sandbox: Sandbox, { role: { 'Fn::GetAtt': [id] } }: Starter): string[][] {
    const { physicalId } = sandbox.stack(this.stackName).resources[id];
    return sandbox.iam.unusedPermissions().filter(({ role }) => role === physicalId).map(({ action, resource }) => [action, resource]);
  }

  /** A client with the credentials of the starter's role. */
  clientOf(sandbox: Sandbox, { role: { 'Fn::GetAtt': [id] } }: Starter): SFNClient {
    const { accessKeyId } = sandbox.iam.assume(sandbox.stack(this.stackName).resources[id].attributes.Arn as string, 'starter');
    return new SFNClient({ endpoint: sandbox.url, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey: 'not checked' } });
  }
}

/** The ids that a part of a template refers to. A reference in any other form is missed, which fails the deployment. */
function referencesIn(part: any): string[] {
  if (typeof part !== 'object' || part === null) return [];
  return Object.entries<any>(part).flatMap(([key, value]) => {
    if (key === 'Ref') return [value];
    if (key === 'Fn::GetAtt') return [value[0]];
    if (key === 'DependsOn') return [value].flat();
    return referencesIn(value);
  });
}
