import { readFileSync } from 'fs';
import * as path from 'path';
import { SFNClient } from '@aws-sdk/client-sfn';
import { synthesizeExample } from './examples';
import type { Sandbox } from '../../sandbox';

/** What starts the workflow of a recipe: the input, and the role whose permissions it has. */
export interface Starter {
  readonly machine: { readonly Ref: string };
  readonly role: { readonly 'Fn::GetAtt': [string, string] };
  readonly input: string;
}

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

  async deploy(sandbox: Sandbox, projectArn: string): Promise<void> {
    const parameter = Object.values<any>(this.template.Parameters).find(({ Default: name }) => !name.startsWith('/cdk-bootstrap/'));
    sandbox.ssm.put(parameter.Default, projectArn);
    expect((await sandbox.deploy(this.outdir, this.stackName)).status).toBe('CREATE_COMPLETE');
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
