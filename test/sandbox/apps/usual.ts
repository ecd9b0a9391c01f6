import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { LambdaIntegration, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Code, Function, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { ProjectTeardown } from '../../../src';

const removalPolicy = RemovalPolicy.DESTROY;

/** A usual web application: an API in front of functions, with storage, messages, a VPC, encryption and alarms. */
export function usual(app: App, memorySize: number): void {
  const settings = new Stack(app, 'Settings');
  new StringParameter(settings, 'Stage', { parameterName: '/returns/stage', stringValue: 'prod' });
  const stack = new Stack(app, 'Usual');
  stack.addDependency(settings);
  const project = new CfnProject(stack, 'Project', { projectName: 'returns' });
  new ProjectTeardown(stack, 'Teardown', { project });

  const key = new Key(stack, 'Key', { enableKeyRotation: true, alias: 'returns', removalPolicy });
  const vpc = new Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 1 });
  const bucket = new Bucket(stack, 'Photos', {
    encryption: BucketEncryption.KMS,
    encryptionKey: key,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    autoDeleteObjects: true,
    removalPolicy,
  });
  const partitionKey = { name: 'id', type: AttributeType.STRING };
  const table = new Table(stack, 'Returns', { partitionKey, encryptionKey: key, removalPolicy });
  const secret = new Secret(stack, 'Secret');
  const queue = new Queue(stack, 'Queue', { visibilityTimeout: Duration.minutes(3) });
  const topic = new Topic(stack, 'Topic', { masterKey: key });
  topic.addSubscription(new SqsSubscription(queue));

  const handler = new Function(stack, 'Handler', {
    code: Code.fromInline('exports.handler = async () => ({ statusCode: 200 });'),
    handler: 'index.handler',
    runtime: Runtime.NODEJS_22_X,
    memorySize,
    vpc,
    tracing: Tracing.ACTIVE,
    logGroup: new LogGroup(stack, 'Log', { removalPolicy }),
    environment: {
      BUCKET: bucket.bucketName,
      TABLE: table.tableName,
      SECRET: secret.secretArn,
      STAGE: StringParameter.valueForStringParameter(stack, '/returns/stage'),
    },
  });
  bucket.grantReadWrite(handler);
  table.grantReadWriteData(handler);
  secret.grantRead(handler);
  handler.addEventSource(new SqsEventSource(queue));
  new Rule(stack, 'Hourly', { schedule: Schedule.rate(Duration.hours(1)), targets: [new LambdaFunction(handler)] });
  handler.metricErrors().createAlarm(stack, 'Errors', { threshold: memorySize, evaluationPeriods: 1 });

  const api = new RestApi(stack, 'Api', { cloudWatchRole: false });
  api.root.addResource('returns').addMethod('POST', new LambdaIntegration(handler));
  const users = new UserPool(stack, 'Users', { removalPolicy });
  users.addClient('Web');
  new StringParameter(stack, 'Address', { parameterName: '/returns/address', stringValue: api.url });
}
