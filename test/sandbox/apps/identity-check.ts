import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Code, Function, LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import { AwsCustomResource, AwsCustomResourcePolicy, PhysicalResourceId } from 'aws-cdk-lib/custom-resources';
import { ProjectTeardown, TeardownProvider } from '../../../src';

/**
 * Compares faces with a collection, and documents with a model, in a VPC. The SDK calls in the stack run if the sandbox
 * knows them.
 */
export function identityCheck(app: App, memorySize: number, directory: string): void {
  const code = join(directory, 'check');
  const layer = join(directory, 'layer', 'nodejs');
  for (const folder of [code, layer]) mkdirSync(folder, { recursive: true });
  writeFileSync(join(code, 'index.js'), 'exports.handler = async () => require("shared").threshold;');
  writeFileSync(join(layer, 'shared.js'), 'exports.threshold = 99;');

  const stack = new Stack(app, 'IdentityCheck');
  const vpc = new Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 0 });
  const project = new CfnProject(stack, 'Project', { projectName: 'documents' });
  new ProjectTeardown(stack, 'Teardown', { project, provider: new TeardownProvider(stack, 'Provider', { vpc }) });

  new Function(stack, 'Check', {
    code: Code.fromAsset(code),
    handler: 'index.handler',
    runtime: Runtime.NODEJS_22_X,
    memorySize,
    vpc,
    layers: [new LayerVersion(stack, 'Shared', {
      code: Code.fromAsset(join(directory, 'layer')), removalPolicy: RemovalPolicy.DESTROY,
    })],
  });
  const policy = AwsCustomResourcePolicy.fromSdkCalls({ resources: AwsCustomResourcePolicy.ANY_RESOURCE });
  const common = { policy, installLatestAwsSdk: false };
  new AwsCustomResource(stack, 'Collection', {
    ...common,
    onCreate: {
      service: 'rekognition',
      action: 'createCollection',
      parameters: { CollectionId: 'faces' },
      physicalResourceId: PhysicalResourceId.of('faces'),
    },
    onDelete: { service: 'rekognition', action: 'deleteCollection', parameters: { CollectionId: 'faces' } },
  });
  const found = new AwsCustomResource(stack, 'Projects', {
    ...common,
    onUpdate: {
      service: 'rekognition',
      action: 'describeProjects',
      parameters: { ProjectNames: [project.ref] },
      physicalResourceId: PhysicalResourceId.of('projects'),
    },
  });
  new CfnOutput(stack, 'ProjectArn', { value: found.getResponseField('ProjectDescriptions.0.ProjectArn') });
}
