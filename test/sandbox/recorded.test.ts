import { Sandbox } from '../../sandbox';
import type { Stack } from '../../sandbox/cloudformation';
import { listed } from '../../sandbox/cloudformation/only-recorded';

let sandbox: Sandbox;

beforeAll(async () => { sandbox = await Sandbox.start(); });
afterAll(() => sandbox.stop());
afterEach(async () => { await sandbox.destroy('Demo').catch(() => {}); });

function deploy(resources: object, outputs: { [name: string]: unknown } = {}): Promise<Stack> {
  const Outputs = Object.fromEntries(Object.entries(outputs).map(([name, Value]) => [name, { Value }]));
  return sandbox.cloudFormation.deploy({ stackName: 'Demo', template: { Resources: resources, Outputs }, assets: new Map() });
}

const attribute = (name: string) => ({ 'Fn::GetAtt': ['R', name] });

// the values on the right are those of the examples in the CloudFormation reference of each type, with other names.
test.each<[string, object, RegExp, { [attribute: string]: RegExp }]>([
  ['AWS::S3::Bucket', {}, /^demo-r-[0-9a-z]{12}$/, {
    Arn: /^arn:aws:s3:::demo-r-[0-9a-z]{12}$/,
    DomainName: /^demo-r-[0-9a-z]{12}\.s3\.amazonaws\.com$/,
    RegionalDomainName: /^demo-r-[0-9a-z]{12}\.s3\.us-east-1\.amazonaws\.com$/,
  }],
  ['AWS::DynamoDB::Table', { TableName: 'scores', KeySchema: [] }, /^scores$/, { Arn: /^arn:aws:dynamodb:us-east-1:111122223333:table\/scores$/ }],
  ['AWS::SQS::Queue', { QueueName: 'jobs' }, /^https:\/\/sqs\.us-east-1\.amazonaws\.com\/111122223333\/jobs$/, {
    Arn: /^arn:aws:sqs:us-east-1:111122223333:jobs$/, QueueName: /^jobs$/,
  }],
  ['AWS::SNS::Topic', { TopicName: 'operators' }, /^arn:aws:sns:us-east-1:111122223333:operators$/, { TopicName: /^operators$/ }],
  ['AWS::CloudWatch::Alarm', { AlarmName: 'failed' }, /^failed$/, { Arn: /^arn:aws:cloudwatch:us-east-1:111122223333:alarm:failed$/ }],
  ['AWS::Events::Rule', { Name: 'idle' }, /^idle$/, { Arn: /^arn:aws:events:us-east-1:111122223333:rule\/idle$/ }],
  ['AWS::Scheduler::Schedule', { Name: 'evening', ScheduleExpression: 'rate(1 day)', Target: {}, FlexibleTimeWindow: {} }, /^evening$/, {
    Arn: /^arn:aws:scheduler:us-east-1:111122223333:schedule\/default\/evening$/,
  }],
  ['AWS::Logs::MetricFilter', { LogGroupName: 'g', FilterPattern: '', MetricTransformations: [] }, /^g\|Demo-R-[0-9A-Z]{12}$/, {}],
  ['AWS::EC2::VPC', { CidrBlock: '10.1.0.0/16' }, /^vpc-[0-9a-f]{17}$/, {
    VpcId: /^vpc-[0-9a-f]{17}$/, CidrBlock: /^10\.1\.0\.0\/16$/, DefaultSecurityGroup: /^sg-[0-9a-f]{17}$/, DefaultNetworkAcl: /^acl-[0-9a-f]{17}$/,
  }],
  ['AWS::EC2::Subnet', { VpcId: 'vpc-1', AvailabilityZone: 'us-east-1b' }, /^subnet-[0-9a-f]{17}$/, { VpcId: /^vpc-1$/, AvailabilityZone: /^us-east-1b$/ }],
  ['AWS::EC2::Route', { RouteTableId: 'rtb-1', DestinationCidrBlock: '0.0.0.0/0' }, /^rtb-1\|0\.0\.0\.0\/0$/, {}],
  ['AWS::KMS::Key', {}, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, { Arn: /^arn:aws:kms:us-east-1:111122223333:key\/[0-9a-f-]{36}$/ }],
  ['AWS::ApiGateway::RestApi', { Name: 'api' }, /^[0-9a-f]{10}$/, { RootResourceId: /^[0-9a-f]{10}$/ }],
  ['AWS::Cognito::UserPool', {}, /^us-east-1_[0-9a-f]{9}$/, { Arn: /^arn:aws:cognito-idp:us-east-1:111122223333:userpool\/us-east-1_[0-9a-f]{9}$/ }],
  ['AWS::SecretsManager::Secret', { Name: 'key' }, /^arn:aws:secretsmanager:us-east-1:111122223333:secret:key-[0-9a-f]{6}$/, {}],
  ['AWS::Lambda::Version', { FunctionName: 'f' }, /^arn:aws:lambda:us-east-1:111122223333:function:f:1$/, { Version: /^1$/ }],
  ['AWS::Rekognition::Collection', { CollectionId: 'faces' }, /^faces$/, { Arn: /^arn:aws:rekognition:us-east-1:111122223333:collection\/faces$/ }],
])('%s is only recorded, with the identifiers and attributes that it has in AWS', async (type, properties, physicalId, attributes) => {
  const names = Object.keys(attributes);
  const stack = await deploy({ R: { Type: type, Properties: properties } }, Object.fromEntries(names.map((name, index) => [`O${index}`, attribute(name)])));
  expect([stack.status, stack.statusReason]).toEqual(['CREATE_COMPLETE', undefined]);
  expect(stack.resources.R.physicalId).toMatch(physicalId);
  names.forEach((name, index) => expect(stack.outputs[`O${index}`]).toMatch(attributes[name]));
});

test('a recorded resource is updated in place, or replaced if its schema says so', async () => {
  const table = (properties: object) => ({ R: { Type: 'AWS::DynamoDB::Table', Properties: { KeySchema: [], ...properties } } });
  const stack = await deploy(table({}));
  const { physicalId } = stack.resources.R;
  await deploy(table({ BillingMode: 'PAY_PER_REQUEST' }));
  expect([stack.status, stack.resources.R.physicalId]).toEqual(['UPDATE_COMPLETE', physicalId]);
  await deploy(table({ BillingMode: 'PAY_PER_REQUEST', TableName: 'named' }));
  expect([stack.status, stack.resources.R.physicalId]).toEqual(['UPDATE_COMPLETE', 'named']);
  expect(sandbox.events.filter(({ logicalId }) => logicalId === 'R').at(-1)).toMatchObject({ status: 'DELETE_COMPLETE', physicalId });
});

test('what is only recorded is listed once, at the end of the deployment that adds it', async () => {
  const lists: string[][] = [];
  sandbox.cloudFormation.onlyRecorded.onRecorded(resources => lists.push(listed(resources)));
  const resources = { A: { Type: 'AWS::SQS::Queue' }, B: { Type: 'AWS::SQS::Queue' }, L: { Type: 'AWS::Logs::LogGroup' } };
  await deploy(resources);
  await deploy({ ...resources, T: { Type: 'AWS::SNS::Topic' } });
  await deploy({ ...resources, T: { Type: 'AWS::SNS::Topic', Properties: { DisplayName: 'x' } } });
  expect(lists).toEqual([
    ['only recorded: 2 resources of 1 type', '  AWS::SQS::Queue: A, B'],
    ['only recorded: 1 resource of 1 type', '  AWS::SNS::Topic: T'],
  ]);
});

test.each(['AWS::CloudFormation::Macro', 'AWS::Serverless::Function', 'AWS::SQS::Nothing', 'Other::Vendor::Thing'])(
  'the type %s is not recorded: it changes deployments, or nobody knows it', async type => {
    await expect(deploy({ R: { Type: type } })).rejects.toThrow(`the resource type ${type} is not modeled`);
  });

test('a strict sandbox records nothing', async () => {
  const strict = await Sandbox.start({ strict: true });
  const artifact = { stackName: 'Demo', template: { Resources: { R: { Type: 'AWS::SQS::Queue' } } }, assets: new Map() };
  await expect(strict.cloudFormation.deploy(artifact)).rejects.toThrow('the resource type AWS::SQS::Queue is not modeled');
  await strict.stop();
});

test.each<[string, object, string | undefined]>([
  ['Custom::LogRetention', { LogGroupName: 'g' }, 'it calls CloudWatch Logs'],
  ['Custom::AWS', { Create: '{"service":"EC2","action":"describeVpcs"}', InstallLatestAwsSdk: false }, 'it calls describeVpcs of EC2'],
  ['Custom::Mine', { Update: '{"service":"rekognition","action":"IndexFacesCommand"}', InstallLatestAwsSdk: false }, 'it calls IndexFacesCommand of rekognition'],
  ['Custom::AWS', { Create: '{"service":"@aws-sdk/client-rekognition","action":"describeProjects"}', InstallLatestAwsSdk: false }, undefined],
  ['Custom::Mine', {}, undefined],
])('whether a custom resource runs or is only recorded is decided by its type or its calls: %s %j', async (type, properties, why) => {
  // inline, it answers itself: a recorded one would not have this id.
  const ZipFile = "const { send } = require('cfn-response'); exports.handler = (event, context) => send(event, context, 'SUCCESS', {}, 'ran');";
  const stack = await deploy({
    F: {
      Type: 'AWS::Lambda::Function',
      Properties: { FunctionName: 'f', Handler: 'index.handler', Runtime: 'nodejs22.x', Role: 'arn:aws:iam::111122223333:role/r', Code: { ZipFile } },
    },
    R: { Type: type, Properties: { ServiceToken: { 'Fn::GetAtt': ['F', 'Arn'] }, ...properties } },
  }, why === undefined ? {} : { Id: attribute('Item.Arn'), Group: attribute('LogGroupName') });
  expect([stack.status, stack.resources.R.whyRecorded]).toEqual(['CREATE_COMPLETE', why]);
  if (why === undefined) expect(stack.resources.R.physicalId).toBe('ran');
  else expect(stack.outputs.Id).toMatch(/^arn:aws:/);
});

test('every resource of an unknown type is named, before anything is created', async () => {
  const resources = { A: { Type: 'AWS::SQS::Queue' }, B: { Type: 'Other::Vendor::Thing' }, C: { Type: 'AWS::CloudFormation::Macro' } };
  await expect(deploy(resources)).rejects.toThrow(/^the sandbox, not AWS, refuses this template:\nB: .*Vendor[^]*\nC: .*Macro/);
  expect(sandbox.events.filter(({ logicalId }) => logicalId === 'A').at(-1)?.status).not.toBe('CREATE_COMPLETE');
});
