import { Sandbox } from '../../sandbox';
import type { DeployOptions, Stack } from '../../sandbox/cloudformation';

const FROM_SSM = { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/models/arn' };

let sandbox: Sandbox;

beforeEach(async () => { sandbox = await Sandbox.start(); });
afterEach(() => sandbox.stop());

function deploy(stackName: string, template: object, options?: DeployOptions): Promise<Stack> {
  return sandbox.cloudFormation.deploy({ stackName, template, assets: new Map() }, options);
}

const stored = (Value: unknown, Type = 'String') => ({ Type: 'AWS::SSM::Parameter', Properties: { Name: '/models/arn', Type, Value } });
const reader = (value: unknown = { Ref: 'Arn' }) => ({
  Parameters: { Arn: FROM_SSM },
  Resources: { Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: value } } },
  Outputs: { Value: { Value: value } },
});

test('a parameter that a template has written is read by other templates and by the API', async () => {
  await deploy('Writer', { Resources: { P: stored('one') } });
  expect(await sandbox.ssm.handle('GetParameter', { Name: '/models/arn' })).toMatchObject({
    Parameter: { Value: 'one', Version: 1, ARN: 'arn:aws:ssm:us-east-1:111122223333:parameter/models/arn' },
  });
  const { outputs, resources } = await deploy('Reader', reader());
  expect([outputs.Value, resources.Queue.attributes.QueueName]).toEqual(['one', 'one']);
});

test('a new value is read by the next deployment, even if nothing else has changed', async () => {
  await deploy('Writer', { Resources: { P: stored('one') } });
  const stack = await deploy('Reader', reader());
  await deploy('Reader', reader());
  expect(stack.status).toBe('CREATE_COMPLETE');
  await deploy('Writer', { Resources: { P: stored('two') } });
  await deploy('Reader', reader());
  expect([stack.status, stack.outputs.Value]).toEqual(['UPDATE_COMPLETE', 'two']);
  expect(await sandbox.cloudFormation.handle('DescribeStacks', { StackName: 'Reader' })).toMatchObject({
    Stacks: [{ Parameters: [{ ParameterKey: 'Arn', ParameterValue: '/models/arn', ResolvedValue: 'two' }] }],
  });
});

test('a stack that reads a parameter that does not exist is rejected', async () => {
  await expect(deploy('Reader', reader())).rejects.toThrow('Unable to fetch parameters [/models/arn] from parameter store for this account.');
  await deploy('Writer', { Resources: { P: stored('one') } });
  await sandbox.destroy('Writer');
  await expect(sandbox.ssm.handle.bind(sandbox.ssm, 'GetParameter', { Name: '/models/arn' })).toThrow('There is no parameter /models/arn');
});

test('the bootstrap version can be read, as every account is bootstrapped', async () => {
  const parameters = { Arn: '/cdk-bootstrap/hnb659fds/version' };
  expect(Number((await deploy('Reader', reader(), { parameters })).outputs.Value)).toBeGreaterThan(30);
});

test('a list is read as a list', async () => {
  await deploy('Writer', { Resources: { P: stored('a, b', 'StringList') } });
  const template = { ...reader({ 'Fn::Select': [1, { Ref: 'Arn' }] }), Parameters: { Arn: { ...FROM_SSM, Type: 'AWS::SSM::Parameter::Value<List<String>>' } } };
  expect((await deploy('Reader', template)).outputs.Value).toBe('b');
});

test('a dynamic reference is replaced by the value, and by nothing if there is none', async () => {
  await deploy('Writer', { Resources: { P: stored('one') } });
  const resources = (name: string) => ({ Resources: { Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: `q-{{resolve:ssm:${name}:1}}` } } } });
  expect((await deploy('Reader', resources('/models/arn'))).resources.Queue.attributes.QueueName).toBe('q-one');
  expect((await deploy('Other', resources('/none'))).status).toBe('ROLLBACK_COMPLETE');
});

test('another stack reads an output that is not exported, at the time of its own deployment', async () => {
  const reading = (OutputName: string) => ({
    Resources: { Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { 'Fn::GetStackOutput': { StackName: 'Writer', OutputName } } } } },
  });
  await deploy('Writer', { Resources: { P: stored('one') }, Outputs: { Name: { Value: 'exposed' } } });
  const stack = await deploy('Reader', reading('Name'));
  expect(stack.resources.Queue.attributes.QueueName).toBe('exposed');
  expect((await deploy('Other', reading('Missing'))).status).toBe('ROLLBACK_COMPLETE');
  expect((await sandbox.destroy('Writer')).status).toBe('DELETE_COMPLETE');
});

test.each<[object, string, string | undefined]>([
  [{ Type: 'String', AllowedPattern: '[a-z]+' }, 'one', undefined],
  [{ Type: 'String', AllowedPattern: '[a-z]+' }, 'One', 'Malformed input-Parameter P must match pattern [a-z]+'],
  [{ Type: 'String', AllowedPattern: '[a-z]+', ConstraintDescription: 'be in lower case' }, 'One', 'Malformed input-Parameter P must be in lower case'],
  [{ Type: 'String', MinLength: '2', MaxLength: 3 }, 'ab', undefined],
  [{ Type: 'String', MinLength: '2' }, 'a', 'contain at least 2 characters'],
  [{ Type: 'String', MaxLength: 3 }, 'abcd', 'contain at most 3 characters'],
  [{ Type: 'Number', MinValue: 1, MaxValue: '10' }, '10', undefined],
  [{ Type: 'Number' }, 'ten', 'be a number'],
  [{ Type: 'Number', MinValue: 1 }, '0', 'be a number not less than 1'],
  [{ Type: 'Number', MaxValue: '10' }, '11', 'be a number not greater than 10'],
  [{ Type: 'AWS::EC2::VPC::Id' }, 'vpc-1', undefined],
  [{ Type: 'AWS::Other' }, 'x', 'a type that is not modeled: AWS::Other'],
])('the constraints of a parameter are checked: %j, %s', async (definition, value, problem) => {
  const template = { ...reader('q'), Parameters: { P: definition } };
  const deployed = deploy('Reader', template, { parameters: { P: value } });
  if (problem) await expect(deployed).rejects.toThrow(problem);
  else expect((await deployed).status).toBe('CREATE_COMPLETE');
});
