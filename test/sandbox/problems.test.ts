import { Sandbox } from '../../sandbox';

let sandbox: Sandbox;

beforeAll(async () => { sandbox = await Sandbox.start(); });
afterAll(() => sandbox.stop());

const role = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {} } };

/** Deploys a template and returns its problems; nothing may have been created. */
async function problemsOf(template: object): Promise<string[]> {
  const artifact = { stackName: 'Demo', template, assets: new Map() };
  const refusal = await sandbox.cloudFormation.deploy(artifact).then(() => 'deployed', (error: Error) => error.message);
  expect([sandbox.cloudFormation.stacks, sandbox.events]).toEqual([[], []]);
  const [sentence, ...problems] = refusal.split('\n');
  expect(sentence).toBe('the sandbox, not AWS, refuses this template:');
  return problems;
}

test('all problems of a template are found at once, before anything is created', async () => {
  expect(
    await problemsOf({
      Transform: 'AWS::LanguageExtensions',
      Parameters: { Secret: { Type: 'AWS::Other', Default: 'x' } },
      Conditions: { Odd: { 'Fn::Not': [{ 'Fn::Contains': [['a'], 'a'] }] } },
      Resources: {
        Role: { ...role, Properties: { ...role.Properties, Colour: 'red' } },
        Table: { Type: 'AWS::DynamoDB::Table', Properties: { KeySchema: { 'Fn::Length': [] } } },
        Macro: { Type: 'AWS::CloudFormation::Macro' },
        Reader: {
          Type: 'AWS::SSM::Parameter',
          Properties: { Type: 'SecureString', Value: { 'Fn::GetAtt': ['Role', 'Age'] } },
        },
        Group: { Type: 'AWS::Logs::LogGroup', CreationPolicy: {} },
        Queue: {
          Type: 'AWS::SQS::Queue',
          Properties: { QueueName: { 'Fn::Sub': '${Table.Shape}-${AWS::NotificationARNs}' } },
        },
        Custom: { Type: 'Custom::Anything', Properties: { ServiceToken: 'x', Colour: 'red' } },
      },
      Outputs: {
        Anything: { Value: { 'Fn::GetAtt': ['Custom', 'Anything'] } },
        Name: { Value: { 'Fn::GetAtt': 'Role.Name' } },
      },
    }),
  ).toEqual([
    'the template has fields that are not modeled: Transform',
    'the parameter Secret has a type that is not modeled: AWS::Other',
    'condition Odd: a condition that is not modeled: {"Fn::Contains":[["a"],"a"]}',
    'Role: AWS::IAM::Role has properties that are not modeled: Colour',
    'Table: the intrinsic function Fn::Length is not modeled',
    'Macro: the resource type AWS::CloudFormation::Macro is not modeled',
    'Reader: SSM parameters of type SecureString are not modeled',
    'Reader: Role (AWS::IAM::Role) has no attribute Age in the sandbox',
    'Group: AWS::Logs::LogGroup has fields that are not modeled: CreationPolicy',
    'Queue: Table (AWS::DynamoDB::Table) has no attribute Shape in the sandbox',
    'Queue: the pseudo parameter AWS::NotificationARNs is not modeled',
    'output Name: Role (AWS::IAM::Role) has no attribute Name in the sandbox',
  ]);
});

test('the templates of nested stacks are part of it', async () => {
  const nested = {
    Resources: { Role: { ...role, Properties: { Colour: 'red' } }, Macro: { Type: 'AWS::CloudFormation::Macro' } },
  };
  sandbox.s3.handle('PutObject', {
    Bucket: 'templates',
    Key: 'nested.json',
    Body: Buffer.from(JSON.stringify(nested)),
  });
  const TemplateURL = { 'Fn::Sub': 'https://s3.${AWS::Region}.${AWS::URLSuffix}/templates/nested.json' };
  expect(
    await problemsOf({ Resources: { Nested: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL } } } }),
  ).toEqual([
    'Nested: Role: AWS::IAM::Role has properties that are not modeled: Colour',
    'Nested: Macro: the resource type AWS::CloudFormation::Macro is not modeled',
  ]);
});

test('policies on the progress and the snapshots of a resource that is only recorded have no effect', async () => {
  const Resources = {
    Group: {
      Type: 'AWS::AutoScaling::AutoScalingGroup',
      Properties: { MinSize: '1', MaxSize: '1' },
      UpdatePolicy: {},
      CreationPolicy: {},
    },
    Database: { Type: 'AWS::RDS::DBInstance', DeletionPolicy: 'Snapshot', UpdateReplacePolicy: 'Snapshot' },
  };
  const stack = await sandbox.cloudFormation.deploy({
    stackName: 'Recorded',
    template: { Resources },
    assets: new Map(),
  });
  expect(stack.status).toBe('CREATE_COMPLETE');
  await sandbox.destroy('Recorded');
  expect(stack.status).toBe('DELETE_COMPLETE');
});
