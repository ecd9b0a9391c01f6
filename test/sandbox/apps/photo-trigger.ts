import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import { Bucket, EventType } from 'aws-cdk-lib/aws-s3';
import { LambdaDestination } from 'aws-cdk-lib/aws-s3-notifications';
import { ProjectTeardown } from '../../../src';

/** Every photo that arrives in a bucket is given to a model, by a function in Python. */
export function photoTrigger(app: App, memorySize: number, directory: string): void {
  const code = join(directory, 'python');
  mkdirSync(code, { recursive: true });
  writeFileSync(join(code, 'index.py'), 'def handler(event, context):\n    return None\n');

  const stack = new Stack(app, 'PhotoTrigger');
  const project = new CfnProject(stack, 'Project', { projectName: 'photos' });
  new ProjectTeardown(stack, 'Teardown', { project });
  const handler = new Function(stack, 'Detect', {
    code: Code.fromAsset(code),
    handler: 'index.handler',
    runtime: Runtime.PYTHON_3_13,
    memorySize,
    reservedConcurrentExecutions: 5,
  });
  handler.addToRolePolicy(new PolicyStatement({
    actions: ['rekognition:DetectCustomLabels'], resources: [`${project.attrArn}*`],
  }));
  const bucket = new Bucket(stack, 'Photos', { removalPolicy: RemovalPolicy.DESTROY, autoDeleteObjects: true });
  bucket.grantRead(handler);
  bucket.addEventNotification(EventType.OBJECT_CREATED, new LambdaDestination(handler), { suffix: '.jpg' });
  new CfnOutput(stack, 'Bucket', { value: bucket.bucketName });
}
