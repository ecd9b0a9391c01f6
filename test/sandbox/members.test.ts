import * as cloudFormationSdk from '@aws-sdk/client-cloudformation';
import * as logsSdk from '@aws-sdk/client-cloudwatch-logs';
import * as lambdaSdk from '@aws-sdk/client-lambda';
import * as sfnSdk from '@aws-sdk/client-sfn';
import { Sandbox } from '../../sandbox';
import { CloudFormation } from '../../sandbox/cloudformation';
import { MEMBERS } from '../../sandbox/cloudformation/members';
import { CloudWatchLogs } from '../../sandbox/cloudwatch-logs';
import { Lambda } from '../../sandbox/lambda';
import { Members, refuseOthers } from '../../sandbox/members';
import type { Service } from '../../sandbox/service';
import { StepFunctions } from '../../sandbox/step-functions';

const NAMES = [
  'DescribeLogGroups',
  'DescribeLogStreams',
  'FilterLogEvents',
  'Invoke',
  'GetFunction',
  'GetFunctionConfiguration',
  'StartExecution',
  'DescribeExecution',
  'StopExecution',
  ...Object.keys(MEMBERS),
];
const SERVICES: readonly [string, Pick<Service, 'members'>, object][] = [
  ['CloudFormation', CloudFormation.prototype, cloudFormationSdk],
  ['CloudWatch Logs', CloudWatchLogs.prototype, logsSdk],
  ['Lambda', Lambda.prototype, lambdaSdk],
  ['Step Functions', StepFunctions.prototype, sfnSdk],
];

/** The members of an operation's input in the model of AWS, as the SDK has it. */
function modelOf(sdk: any, operation: string): string[] | undefined {
  const shape = [`${operation}Input$`, `${operation}Request$`, 'InvocationRequest$'].find(name => sdk[name]);
  return shape && sdk[shape][4];
}

test.each(SERVICES)('the members of requests that %s knows are those of the service model', (_, service, sdk) => {
  const known = NAMES.map(operation => [operation, service.members(operation)] as const)
    .filter((each): each is [string, Members] => each[1] !== undefined);
  expect(known.length).toBeGreaterThan(2);
  const unheard = known.flatMap(([operation, { honored = [], only = {}, ignored = {} }]) =>
    [...honored, ...Object.keys(only), ...Object.keys(ignored)]
      .filter(member => !modelOf(sdk, operation)?.includes(member))
      .map(member => `${operation}.${member}`),
  );
  expect(unheard).toEqual([]);
});

test('a member without an effect is refused, unless it is empty, has the one value that is known, or there is a reason', () => {
  const members: Members = {
    honored: ['Name'],
    only: { Mode: { Kind: 'STANDARD' } },
    ignored: { Token: 'nobody repeats requests' },
  };
  const refused = (input: object) => () => refuseOthers('Act', input, members);
  expect(
    refused({ Name: 'a', Mode: { Kind: 'STANDARD' }, Token: 't', List: '', Structure: { Items: [] }, None: undefined }),
  ).not.toThrow();
  expect(refused({ Name: 'a', Colour: 'red', Size: 0 })).toThrow(
    'the sandbox does not know Colour, Size of the operation Act',
  );
  expect(refused({ Mode: { Kind: 'EXPRESS' } })).toThrow(
    'the sandbox does not know Mode {"Kind":"EXPRESS"} of the operation Act',
  );
});

describe('over HTTP', () => {
  let sandbox: Sandbox;
  const clients: { destroy(): void }[] = [];
  const start = <T extends { destroy(): void }>(Client: new (options: object) => T): T => {
    const credentials = { accessKeyId: 'USER', secretAccessKey: 'none' };
    // a refusal is final: more attempts would only take time.
    const client = new Client({ region: 'us-east-1', endpoint: sandbox.url, credentials, maxAttempts: 2 });
    clients.push(client);
    return client;
  };

  beforeAll(async () => { sandbox = await Sandbox.start({ onProblem: () => {} }); });
  afterAll(async () => {
    clients.forEach(client => client.destroy());
    await sandbox.stop();
  });

  const TemplateBody = JSON.stringify({ Resources: { H: { Type: 'AWS::CloudFormation::WaitConditionHandle' } } });
  const StackName = 'Demo';

  test.each<[object, string]>([
    [{ DeploymentMode: 'REVERT_DRIFT' }, 'DeploymentMode'],
    [{ DeploymentConfig: { Mode: 'EXPRESS' } }, 'DeploymentConfig {"Mode":"EXPRESS"}'],
    [{ ResourceTypes: ['AWS::S3::*'] }, 'ResourceTypes'],
    [{ RollbackConfiguration: { MonitoringTimeInMinutes: 5 } }, 'RollbackConfiguration'],
  ])('a change set with %j is refused, and there is no stack', async (members, shown) => {
    const input = { StackName, ChangeSetName: 'c', ChangeSetType: 'CREATE', TemplateBody, ...members } as any;
    await expect(
      start(cloudFormationSdk.CloudFormationClient).send(new cloudFormationSdk.CreateChangeSetCommand(input)),
    ).rejects.toThrow(`the sandbox does not know ${shown} of the operation CreateChangeSet`);
    expect(sandbox.cloudFormation.stacks).toEqual([]);
  });

  test('what the CDK CLI sends and what has no effect here is accepted', async () => {
    const cloudFormation = start(cloudFormationSdk.CloudFormationClient);
    await cloudFormation.send(new cloudFormationSdk.CreateStackCommand({
      StackName,
      TemplateBody,
      ClientRequestToken: 'token',
      RoleARN: 'arn:aws:iam::111122223333:role/r',
      NotificationARNs: ['arn:aws:sns:us-east-1:111122223333:topic'],
      RollbackConfiguration: { RollbackTriggers: [] },
      DeploymentConfig: { Mode: 'STANDARD' },
      Tags: [{ Key: 'team', Value: 'a' }],
    }));
    const [stack] = (await cloudFormation.send(new cloudFormationSdk.DescribeStacksCommand({ StackName }))).Stacks!;
    expect(stack).toMatchObject({
      NotificationARNs: ['arn:aws:sns:us-east-1:111122223333:topic'],
      Tags: [{ Key: 'team', Value: 'a' }],
    });
  });

  test.each<[string | undefined, string[], string | undefined]>([
    [undefined, [], 'CAPABILITY_IAM'],
    [undefined, ['CAPABILITY_IAM'], undefined],
    ['named', ['CAPABILITY_IAM'], 'CAPABILITY_NAMED_IAM'],
    ['named', ['CAPABILITY_NAMED_IAM'], undefined],
  ])('a role with the name %s and the capabilities %j: needs %s', async (RoleName, Capabilities, needed) => {
    const role = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {}, ...RoleName && { RoleName } } };
    const input = {
      StackName: `Roles${RoleName ?? ''}`,
      TemplateBody: JSON.stringify({ Resources: { R: role } }),
      Capabilities: Capabilities as cloudFormationSdk.Capability[],
    };
    const created = start(cloudFormationSdk.CloudFormationClient).send(new cloudFormationSdk.CreateStackCommand(input));
    if (needed) await expect(created).rejects.toThrow(`Requires capabilities : [${needed}]`);
    else await expect(created).resolves.toMatchObject({ StackId: expect.any(String) });
  });

  test.each<object>([
    { InvocationType: 'Event' }, { LogType: 'Tail' }, { Qualifier: '3' }, { ClientContext: 'e30=' },
  ])('an invocation with %j is refused', async members => {
    const lambda = start(lambdaSdk.LambdaClient);
    await expect(lambda.send(new lambdaSdk.InvokeCommand({ FunctionName: 'f', ...members })))
      .rejects.toThrow(`the sandbox does not know ${Object.keys(members)[0]}`);
  });

  test('a part of the description of an execution is refused', async () => {
    const sfn = start(sfnSdk.SFNClient);
    await expect(sfn.send(new sfnSdk.DescribeExecutionCommand({ executionArn: 'arn', includedData: 'METADATA_ONLY' })))
      .rejects.toThrow('the sandbox does not know includedData "METADATA_ONLY" of the operation DescribeExecution');
  });

  test.each<[string, object, string]>([
    ['PUT', { 'if-none-match': '*' }, 'if-none-match'],
    ['PUT', { 'x-amz-tagging': 'a=b' }, 'x-amz-tagging'],
    ['PUT', { 'content-encoding': 'gzip' }, 'content-encoding'],
    ['GET', { range: 'bytes=0-1' }, 'range'],
  ])('a request to S3 with another header is refused: %s %j', async (method, headers, shown) => {
    const authorization = 'AWS4-HMAC-SHA256 Credential=USER/20260101/us-east-1/s3/aws4_request';
    const body = method === 'PUT' ? 'text' : undefined;
    const response = await fetch(`${sandbox.url}/bucket/key`, { method, body, headers: { authorization, ...headers } });
    expect([response.status, await response.text()]).toEqual([
      405,
      expect.stringMatching(`the sandbox does not know [^<]*${shown}`),
    ]);
    expect(sandbox.s3.object('bucket', 'key')).toBeUndefined();
  });

  test('what AWS clients send with every list and read of objects is honored', async () => {
    const authorization = 'AWS4-HMAC-SHA256 Credential=USER/20260101/us-east-1/s3/aws4_request';
    sandbox.s3.handle('PutObject', { Bucket: 'photos', Key: 'a b/ü', Body: Buffer.from('x') });
    const read = (path: string, method = 'GET') =>
      fetch(`${sandbox.url}/photos${path}`, { method, headers: { authorization } });
    const list = await (await read('?list-type=2&prefix=&encoding-type=url')).text();
    expect(list).toContain('<EncodingType>url</EncodingType>');
    expect(list).toContain('<Key>a%20b/%C3%BC</Key>');
    const { status, headers } = await read('/a%20b/%C3%BC', 'HEAD');
    expect([status, headers.get('last-modified')]).toEqual([200, expect.stringMatching(/GMT$/)]);
  });
});
