import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Sandbox } from '../../sandbox';
import type { DeployOptions, Stack } from '../../sandbox/cloudformation';

let sandbox: Sandbox;
let code: string;

beforeEach(async () => {
  sandbox = await Sandbox.start();
  code = mkdtempSync(join(tmpdir(), 'code-'));
});

afterEach(async () => {
  await sandbox.stop();
  rmSync(code, { recursive: true });
});

function deploy(resources: object, stackName = 'Demo', options: DeployOptions = {}): Promise<Stack> {
  return sandbox.cloudFormation.deploy({ stackName, template: { Resources: resources }, assets: new Map([['code.zip', code]]) }, options);
}

function reason(logicalId: string): string | undefined {
  return sandbox.events.filter(event => event.logicalId === logicalId).map(event => event.reason).filter(Boolean).pop();
}

const statement = (action: string) => ({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] });
const role = (properties: object = {}) => ({ Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {}, ...properties } });

describe('AWS::IAM', () => {
  const allowed = (stack: Stack, action: string) => sandbox.iam.allows(stack.resources.Role.attributes.Arn as string, { action, resource: 'x' });
  const policy = (action: string, properties: object = {}) => ({
    Type: 'AWS::IAM::Policy', Properties: { PolicyName: 'p', PolicyDocument: statement(action), Roles: [{ Ref: 'Role' }], ...properties },
  });

  test('a role may do what its policies allow at the time', async () => {
    const stack = await deploy({ Role: role({ Policies: [{ PolicyName: 'own', PolicyDocument: statement('a:Own') }] }), Policy: policy('a:One') });
    expect(['a:Own', 'a:One', 'a:Two'].map(action => allowed(stack, action))).toEqual([true, true, false]);
    await deploy({ Role: role(), Policy: policy('a:Two', { PolicyName: 'q' }) });
    expect(stack.status).toBe('UPDATE_COMPLETE');
    expect(['a:Own', 'a:One', 'a:Two'].map(action => allowed(stack, action))).toEqual([false, false, true]);
    await deploy({ Role: role() });
    expect(allowed(stack, 'a:Two')).toBe(false);
    expect((await sandbox.destroy('Demo')).status).toBe('DELETE_COMPLETE');
  });

  test('a role policy that is renamed replaces the old one, which the cleanup deletes', async () => {
    const inline = (PolicyName: string, action: string) => ({
      Type: 'AWS::IAM::RolePolicy', Properties: { PolicyName, PolicyDocument: statement(action), RoleName: { Ref: 'Role' } },
    });
    const stack = await deploy({ Role: role(), Policy: inline('p', 'a:One') });
    const { physicalId } = stack.resources.Policy;
    expect(physicalId).toBe(`p|${stack.resources.Role.physicalId}`);
    await deploy({ Role: role(), Policy: inline('p', 'a:Two') });
    expect(stack.resources.Policy.physicalId).toBe(physicalId);
    expect(['a:One', 'a:Two'].map(action => allowed(stack, action))).toEqual([false, true]);
    await deploy({ Role: role(), Policy: inline('q', 'a:Three') });
    expect(stack.resources.Policy.physicalId).not.toBe(physicalId);
    expect(sandbox.events.filter(({ logicalId }) => logicalId === 'Policy').pop()).toMatchObject({ physicalId, status: 'DELETE_COMPLETE' });
    expect(['a:Two', 'a:Three'].map(action => allowed(stack, action))).toEqual([false, true]);
    await deploy({ Role: role(), Policy: inline('q', 'a:Three'), Same: inline('q', 'a:Four') });
    expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(allowed(stack, 'a:Three')).toBe(true);
    expect((await deploy({ Role: role(), Policy: inline('not a name', 'a:Four') })).status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect((await sandbox.destroy('Demo')).status).toBe('DELETE_COMPLETE');
  });

  test('a managed policy is attached to its roles, follows its document, and is a boundary', async () => {
    const managed = (action: string, properties: object = {}) => ({
      Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: statement(action), ...properties },
    });
    const toRole = { Roles: [{ Ref: 'Role' }] };
    const stack = await deploy({ Role: role(), Policy: managed('a:One', toRole), Other: managed('a:Two') });
    expect(['a:One', 'a:Two'].map(action => allowed(stack, action))).toEqual([true, false]);
    await deploy({ Role: role(), Policy: managed('a:Two', toRole), Other: managed('a:Two') });
    expect(['a:One', 'a:Two'].map(action => allowed(stack, action))).toEqual([false, true]);
    const Policies = [{ PolicyName: 'own', PolicyDocument: statement('a:*') }];
    await deploy({ Role: role({ Policies, PermissionsBoundary: { Ref: 'Other' } }), Policy: managed('a:Two'), Other: managed('a:Two') });
    expect(['a:One', 'a:Two'].map(action => allowed(stack, action))).toEqual([false, true]);
    expect((await sandbox.destroy('Demo')).status).toBe('DELETE_COMPLETE');
  });

  test('a role gets its given name, or a generated one that IAM accepts', async () => {
    const stack = await deploy({ [`Role${'x'.repeat(100)}`]: role(), Named: role({ RoleName: 'mine', Path: '/x/' }) }, `Demo${'y'.repeat(100)}`);
    const [generated, named] = Object.values(stack.resources);
    expect(generated.physicalId).toMatch(/^Demo\w+-Role\w+-[0-9A-Z]{12}$/);
    expect(generated.physicalId).toHaveLength(64);
    expect(named.attributes.Arn).toBe('arn:aws:iam::111122223333:role/x/mine');
  });
});

describe('AWS::Lambda::Function', () => {
  const fn = (properties: object = {}) => ({
    Type: 'AWS::Lambda::Function',
    Properties: { Handler: 'index.handler', Runtime: 'nodejs22.x', Role: 'arn:aws:iam::111122223333:role/r', Code: { S3Key: 'code.zip' }, ...properties },
  });

  const served = (properties: object = {}) => ({
    Type: 'Custom::It', Properties: { ServiceToken: { 'Fn::GetAtt': ['F', 'Arn'] }, ...properties },
  });

  test('is configured by its properties, including later changes', async () => {
    const { resources: { F: { physicalId } } } = await deploy({ F: fn() });
    expect(await sandbox.lambda.handle('GetFunctionConfiguration', { FunctionName: physicalId })).toMatchObject({ Timeout: 3, MemorySize: 128 });
    await deploy({ F: fn({ Timeout: 60 }) });
    expect(await sandbox.lambda.handle('GetFunctionConfiguration', { FunctionName: physicalId })).toMatchObject({ Timeout: 60 });
  });

  test('fails on a name that is taken', async () => {
    await deploy({ F: fn({ FunctionName: 'taken' }) });
    expect((await deploy({ F: fn({ FunctionName: 'taken' }) }, 'Other')).status).toBe('ROLLBACK_COMPLETE');
    expect(sandbox.lambda.has('taken')).toBe(true);
  });

  test('is rejected if it has a property that the sandbox does not know', async () => {
    const refusal = 'F: AWS::Lambda::Function has properties that are not modeled: Colour';
    await expect(deploy({ F: fn({ Colour: 'red' }) })).rejects.toThrow(refusal);
  });

  test('runs inline code, with the module cfn-response', async () => {
    const ZipFile = `const { SUCCESS, send } = require('cfn-response');
      exports.handler = (event, context) => send(event, context, SUCCESS, { Answer: event.ResourceProperties.Q + '!' }, 'id');`;
    const stack = await deploy({
      F: fn({ Code: { ZipFile } }), C: served({ Q: 'why' }),
    });
    expect(stack.status).toBe('CREATE_COMPLETE');
    expect(stack.resources.C).toMatchObject({ physicalId: 'id', attributes: { Answer: 'why!' } });
  });

  test.each<[string, object]>([
    ['it is a container image', { PackageType: 'Image', Code: { ImageUri: 'image' } }],
    ['its runtime is python3.13, and the sandbox runs Node.js only', { Runtime: 'python3.13' }],
    ['it has layers, which the sandbox does not unpack', { Layers: ['arn:aws:lambda:::layer:one:1'] }],
    ['its reserved concurrency is 0', { ReservedConcurrentExecutions: 0 }],
    ['its code, s3://elsewhere/other.zip, is not in the sandbox', { Code: { S3Bucket: 'elsewhere', S3Key: 'other.zip' } }],
    ['it has a file system', { FileSystemConfigs: [{ Arn: 'arn:aws:elasticfilesystem:::x', LocalMountPath: '/mnt/x' }] }],
  ])('is created although it cannot run, and its custom resource is only recorded: %s', async (obstacle, properties) => {
    const stack = await deploy({ F: fn({ FunctionName: 'f', ...properties }), C: served() });
    expect([stack.status, stack.resources.C.whyRecorded]).toEqual(['CREATE_COMPLETE', `f: ${obstacle}`]);
    expect(await sandbox.lambda.handle('Invoke', { FunctionName: 'f' }))
      .toMatchObject({ FunctionError: 'Unhandled', Payload: expect.stringContaining(`cannot run f: ${obstacle}`) });
    expect((await sandbox.destroy('Demo')).status).toBe('DELETE_COMPLETE');
  });
});

test('a function with tracing, some reserved concurrency and others settings without an effect here runs', async () => {
  const ZipFile = 'exports.handler = async () => 1;';
  await deploy({
    F: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: 'f',
        Handler: 'index.handler',
        Runtime: 'nodejs22.x',
        Role: 'arn:aws:iam::111122223333:role/r',
        Code: { ZipFile },
        TracingConfig: { Mode: 'Active' },
        ReservedConcurrentExecutions: 2,
        VpcConfig: { SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-1'] },
      },
    },
  });
  expect(await sandbox.lambda.handle('Invoke', { FunctionName: 'f' })).toEqual({ Payload: '1' });
});

describe('AWS::StepFunctions::StateMachine', () => {
  const pass = { StartAt: 'P', States: { P: { Type: 'Pass', Result: '${Word}', End: true } } };
  const put = (Body: string) => sandbox.s3.handle('PutObject', { Bucket: 'b', Key: 'definition.json', Body: Buffer.from(Body) });
  const machine = (properties: object) => ({
    Type: 'AWS::StepFunctions::StateMachine', Properties: { RoleArn: 'arn:aws:iam::111122223333:role/r', ...properties },
  });

  async function run(properties: object) {
    const stack = await deploy({ M: machine(properties) });
    expect(stack.status).toBe('CREATE_COMPLETE');
    const { stepFunctions } = sandbox;
    const { executionArn } = stepFunctions.handle('StartExecution', { stateMachineArn: stack.resources.M.physicalId }) as any;
    await sandbox.advance(1000);
    return stepFunctions.handle('DescribeExecution', { executionArn });
  }

  test.each<[string, object]>([
    ['a text', { DefinitionString: JSON.stringify(pass) }],
    ['a document', { Definition: pass }],
    ['an object in S3', { DefinitionS3Location: { Bucket: 'b', Key: 'definition.json' } }],
  ])('its definition is %s, with substitutions', async (_, definition) => {
    put(JSON.stringify(pass));
    expect(await run({ ...definition, DefinitionSubstitutions: { Word: 'done' } })).toMatchObject({ status: 'SUCCEEDED', output: '"done"' });
  });

  const invoke = { StartAt: 'T', States: { T: { Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage', End: true } } };
  test.each<[string, object, string]>([
    ['an unknown task', { Definition: invoke }, 'the resource arn:aws:states:::sqs:sendMessage of the state T'],
    ['a definition that is elsewhere', { DefinitionS3Location: { Bucket: 'c', Key: 'd.json' } }, 'its definition, s3://c/d.json, is not in'],
  ])('one with %s is created, and fails when it is started, with that cause', async (_, definition, cause) => {
    await expect(run(definition)).rejects.toThrow(cause);
    expect((await sandbox.destroy('Demo')).status).toBe('DELETE_COMPLETE');
  });
});

test('a role with unknown managed policies and an unknown boundary is created; only a call that depends on them fails', async () => {
  await deploy({
    R: {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: 'r',
        AssumeRolePolicyDocument: {},
        ManagedPolicyArns: ['arn:aws:iam::aws:policy/AmazonTextractFullAccess'],
        PermissionsBoundary: 'arn:aws:iam::111122223333:policy/boundary',
      },
    },
  });
  expect(() => sandbox.iam.allows('arn:aws:iam::111122223333:role/r', { action: 'textract:DetectText', resource: '*' }))
    .toThrow('the sandbox does not know whether arn:aws:iam::111122223333:role/r may call textract:DetectText');
});

describe('AWS::Rekognition', () => {
  const project = (name: string, tags: { [key: string]: string } = {}) => ({
    Type: 'AWS::Rekognition::Project',
    Properties: { ProjectName: name, Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) },
  });
  const dataset = { Type: 'AWS::Rekognition::Dataset', Properties: { DatasetType: 'TRAIN', ProjectArn: { 'Fn::GetAtt': ['P', 'Arn'] } } };

  test('changing the tags updates the project in place', async () => {
    const stack = await deploy({ P: project('one', { owner: 'a', old: 'x' }) });
    const [{ arn, tags }] = sandbox.rekognition.projects;
    await deploy({ P: project('one', { owner: 'b' }) });
    expect(Object.fromEntries(tags)).toEqual({ owner: 'b' });
    expect(stack.resources.P.attributes.Arn).toBe(arn);
  });

  test('a project whose name is taken is not created', async () => {
    sandbox.rekognition.createProject('one');
    expect((await deploy({ P: project('one') })).status).toBe('ROLLBACK_COMPLETE');
    expect(sandbox.events.find(({ status }) => status === 'CREATE_FAILED')?.reason).toMatch(/'one' already exists.*HandlerErrorCode: AlreadyExists/);
    expect(sandbox.rekognition.projects).toHaveLength(1);
  });

  test('an existing project is imported on request, and gets its tags', async () => {
    const { arn, tags } = sandbox.rekognition.createProject('one', { tags: { cost: 'x' } });
    const stack = await deploy({ P: project('one', { owner: 'a' }), Q: project('two') }, 'Demo', { importExistingResources: true });
    expect(stack.status).toBe('CREATE_COMPLETE');
    expect(stack.resources.P).toMatchObject({ physicalId: 'one', attributes: { Arn: arn } });
    expect(Object.fromEntries(tags)).toEqual({ cost: 'x', owner: 'a' });
    expect(sandbox.rekognition.projects.map(({ name }) => name)).toEqual(['one', 'two']);
  });

  test('deleting a project that somebody else has deleted succeeds', async () => {
    await deploy({ P: project('one') });
    const [{ arn: ProjectArn }] = sandbox.rekognition.projects;
    await sandbox.rekognition.handle('DeleteProject', { ProjectArn });
    await sandbox.advance(60_000);
    expect((await sandbox.destroy('Demo')).status).toBe('DELETE_COMPLETE');
  });

  test('an error of the service appears as the status reason', async () => {
    await deploy({ P: project('one') });
    sandbox.rekognition.addVersion(sandbox.rekognition.projects[0], 'v1');
    await sandbox.destroy('Demo');
    expect(reason('P')).toMatch(/^Resource handler returned message: ".* \(Service: Rekognition, Status Code: 400, Request ID: .*GeneralServiceException\)$/);
  });

  test('a dataset is waited for, both when it is created and when it is deleted', async () => {
    const stack = await deploy({ P: project('one'), D: dataset });
    expect(stack.status).toBe('CREATE_COMPLETE');
    expect(sandbox.calls.map(({ operation }) => operation)).toContain('CreateDataset');
    await sandbox.destroy('Demo');
    expect([stack.status, stack.statusReason]).toEqual(['DELETE_COMPLETE', undefined]);
    expect(sandbox.calls.filter(({ service }) => service === 'rekognition').slice(-3).map(({ operation, error }) => error ?? operation))
      .toEqual(['ResourceNotFoundException', 'DescribeProjects', 'DeleteProject']);
  });
});

test.each<[string, object, string]>([
  ['AWS::Logs::LogGroup', { LogGroupName: 'taken' }, 'LogGroupName'],
  ['AWS::SSM::Parameter', { Name: 'taken', Type: 'String', Value: 'x' }, 'Name'],
])('%s has a unique name, and is replaced when the name changes', async (type, properties, name) => {
  const stack = await deploy({ R: { Type: type, Properties: properties } });
  expect((await deploy({ R: { Type: type, Properties: properties } }, 'Other')).status).toBe('ROLLBACK_COMPLETE');
  expect(stack.resources.R.physicalId).toBe('taken');
  await deploy({ R: { Type: type, Properties: { ...properties, [name]: 'free' } } });
  expect(stack.resources.R.physicalId).toBe('free');
  expect((await deploy({ R: { Type: type, Properties: properties } }, 'Third')).status).toBe('CREATE_COMPLETE');
});

test('resources that only have to exist are created without any effect', async () => {
  const stack = await deploy({ H: { Type: 'AWS::CloudFormation::WaitConditionHandle' }, M: { Type: 'AWS::CDK::Metadata', Properties: { Analytics: 'x' } } });
  expect(stack.resources.H.physicalId).toMatch(/^https:/);
  expect((await sandbox.destroy('Demo')).status).toBe('DELETE_COMPLETE');
});

test('a resource that is only recorded has a name and an ARN, and is replaced when the name changes', async () => {
  const parameter = (value: object) => ({ Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Value: value } });
  const resources = (scheduleName: string) => ({
    Schedule: { Type: 'AWS::Scheduler::Schedule', Properties: { Name: scheduleName, ScheduleExpression: 'rate(1 day)' } },
    Rule: { Type: 'AWS::Events::Rule', Properties: { Name: 'idle' } },
    Alarm: { Type: 'AWS::CloudWatch::Alarm', Properties: { AlarmName: 'failed' } },
    Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'operators' } },
    ArnOfRule: parameter({ 'Fn::GetAtt': ['Rule', 'Arn'] }),
    ArnOfAlarm: parameter({ 'Fn::GetAtt': ['Alarm', 'Arn'] }),
  });
  const { resources: { Schedule: schedule, Topic: topic, ArnOfRule: rule, ArnOfAlarm: alarm } } = await deploy(resources('evening'));
  expect([schedule.physicalId, topic.physicalId, rule.properties.Value, alarm.properties.Value]).toEqual([
    'evening', 'arn:aws:sns:us-east-1:111122223333:operators', 'arn:aws:events:us-east-1:111122223333:rule/idle', 'arn:aws:cloudwatch:us-east-1:111122223333:alarm:failed',
  ]);
  const updated = await deploy(resources('night'));
  expect([updated.status, updated.resources.Schedule.attributes.Arn]).toEqual(['UPDATE_COMPLETE', 'arn:aws:scheduler:us-east-1:111122223333:schedule/default/night']);
});
