import { App, Duration, NestedStack, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { ProjectTeardown, TeardownMode, TeardownWorkflow } from '../../../src';

/** A state machine asks Rekognition about every upload, and people about unclear ones. The model is in a nested stack. */
export function moderation(app: App, memorySize: number): void {
  const stack = new Stack(app, 'Moderation');
  const models = new NestedStack(stack, 'Models');
  const project = new CfnProject(models, 'Project', { projectName: 'moderation' });
  new ProjectTeardown(models, 'Teardown', { project });
  new TeardownWorkflow(models, 'NightlyStop', { mode: TeardownMode.STOP, projects: [project] });

  const removalPolicy = RemovalPolicy.DESTROY;
  const uploads = new Bucket(stack, 'Uploads', { eventBridgeEnabled: true, removalPolicy });
  const partitionKey = { name: 'key', type: AttributeType.STRING };
  const verdicts = new Table(stack, 'Verdicts', { partitionKey, removalPolicy });
  const reviewers = new Topic(stack, 'Reviewers');
  const score = new Function(stack, 'Score', {
    code: Code.fromInline('def handler(event, context): return {"score": 1}'),
    handler: 'index.handler',
    runtime: Runtime.PYTHON_3_13,
    memorySize,
  });

  const key = sfn.JsonPath.stringAt('$.detail.object.key');
  const detect = new tasks.CallAwsService(stack, 'Detect', {
    service: 'rekognition',
    action: 'detectModerationLabels',
    parameters: { Image: { S3Object: { Bucket: uploads.bucketName, Name: key } }, ProjectVersion: project.attrArn },
    iamResources: ['*'],
    resultPath: '$.found',
  });
  const rate = new tasks.LambdaInvoke(stack, 'Rate', {
    lambdaFunction: score, payloadResponseOnly: true, resultPath: '$.rating',
  });
  const remember = new tasks.DynamoPutItem(stack, 'Remember', {
    table: verdicts, item: { key: tasks.DynamoAttributeValue.fromString(key) }, resultPath: sfn.JsonPath.DISCARD,
  });
  const ask = new tasks.SnsPublish(stack, 'Ask', {
    topic: reviewers, message: sfn.TaskInput.fromText('please look'), resultPath: sfn.JsonPath.DISCARD,
  });
  const pause = new sfn.Wait(stack, 'Pause', { time: sfn.WaitTime.duration(Duration.hours(1)) });
  const pipeline = detect.next(rate).next(new sfn.Choice(stack, 'Clear?')
    .when(sfn.Condition.numberGreaterThan('$.rating.score', 90), remember.next(new sfn.Succeed(stack, 'Done')))
    .when(sfn.Condition.numberGreaterThan('$.rating.score', 50), ask.next(pause).next(detect))
    .otherwise(new sfn.Fail(stack, 'Rejected')));
  const definitionBody = sfn.DefinitionBody.fromChainable(pipeline);
  const machine = new sfn.StateMachine(stack, 'Pipeline', { definitionBody, tracingEnabled: true });
  new Rule(stack, 'Uploaded', {
    eventPattern: { source: ['aws.s3'], detail: { bucket: { name: [uploads.bucketName] } } },
    targets: [new SfnStateMachine(machine)],
  });
}
