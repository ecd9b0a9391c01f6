import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeProjectsCommand, RekognitionClient, StopProjectVersionCommand } from '@aws-sdk/client-rekognition';
import { Sandbox } from '../../sandbox';
import { Commentary } from '../../sandbox/commentary';
import { VERSION_ARN } from '../support/arns';

let sandbox: Sandbox;
let commentary: Commentary;
let printed: string[];
let rekognition: RekognitionClient;
let lambda: LambdaClient;
let logs: CloudWatchLogsClient;

beforeEach(async () => {
  sandbox = await Sandbox.start();
  printed = [];
  commentary = new Commentary(sandbox, line => printed.push(line));
  const credentials = { accessKeyId: 'USER', secretAccessKey: 'none' };
  const options = { region: 'us-east-1', endpoint: sandbox.url, credentials, maxAttempts: 1 };
  rekognition = new RekognitionClient(options);
  lambda = new LambdaClient(options);
  logs = new CloudWatchLogsClient(options);
});

afterEach(async () => {
  for (const client of [rekognition, lambda, logs]) client.destroy();
  await sandbox.stop();
});

const deploy = (resources: object, stackName = 'Shop') =>
  sandbox.cloudFormation.deploy({ stackName, template: { Resources: resources }, assets: new Map() });
const project = (name: string) => ({ Type: 'AWS::Rekognition::Project', Properties: { ProjectName: name } });

/** What has been printed, without the times. Every line must begin with one, in hours, minutes and seconds. */
function lines(): string[] {
  commentary.flush();
  for (const line of printed) expect(line).toMatch(/^\d\d:\d\d:\d\d {2} *\S/);
  return printed.map(line => line.slice('00:00:00  '.length));
}

test('events have the name of their stack, and the reason of a failure', async () => {
  await deploy({ Project: project('screws') });
  await deploy({ Project: project('screws') }, 'Again');
  expect(lines()).toEqual(expect.arrayContaining([
    'Shop  CREATE_COMPLETE  Project',
    'Shop  CREATE_COMPLETE  Shop',
    expect.stringMatching(/^Again {2}CREATE_FAILED {2}Project {2}.*already exists/),
  ]));
});

test('what comes again before anything else happens is only counted', async () => {
  for (let times = 0; times < 3; times++) await rekognition.send(new DescribeProjectsCommand({}));
  expect(printed).toHaveLength(1);
  await deploy({ Project: project('screws') });
  await rekognition.send(new DescribeProjectsCommand({}));
  expect(lines().filter(line => line.startsWith('you: '))).toEqual([
    'you: DescribeProjects', 'you: DescribeProjects (2 more times)', 'you: DescribeProjects',
  ]);
});

test('a change of status follows the call that has caused it', async () => {
  const birds = sandbox.rekognition.createProject('birds');
  const { arn } = sandbox.rekognition.addVersion(birds, 'v1', { status: 'RUNNING' });
  printed.splice(0);
  await rekognition.send(new StopProjectVersionCommand({ ProjectVersionArn: arn }));
  expect(lines()).toEqual(['you: StopProjectVersion', 'model birds/v1: RUNNING -> STOPPING']);
});

test('an error of a call is shown once, with its message', async () => {
  for (let times = 0; times < 2; times++) {
    const stop = new StopProjectVersionCommand({ ProjectVersionArn: VERSION_ARN });
    await expect(rekognition.send(stop)).rejects.toThrow();
  }
  expect(lines()).toEqual([
    expect.stringMatching(/^you: StopProjectVersion: ResourceNotFoundException: /),
    expect.stringMatching(/^you: StopProjectVersion: ResourceNotFoundException: .* \(1 more time\)$/),
  ]);
});

test('the log of a function is shown, without the parts that always differ, and clients can read it', async () => {
  const kept = "console.log({ message: 'kept', target: 'v1' })";
  const ZipFile = `exports.handler = async () => { console.log('plain'); ${kept}; };`;
  const logging = { Effect: 'Allow', Action: 'logs:*', Resource: '*' };
  const Policies = [{ PolicyName: 'p', PolicyDocument: { Version: '2012-10-17', Statement: [logging] } }];
  const Properties = {
    FunctionName: 'f',
    Handler: 'index.handler',
    Runtime: 'nodejs22.x',
    Role: { 'Fn::GetAtt': ['R', 'Arn'] },
    LoggingConfig: { LogFormat: 'JSON' },
    Code: { ZipFile },
  };
  await deploy({
    R: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {}, Policies } },
    F: { Type: 'AWS::Lambda::Function', Properties },
  });
  await lambda.send(new InvokeCommand({ FunctionName: 'f' }));
  expect(lines().filter(line => line.startsWith('log of '))).toEqual([
    'log of f: plain', 'log of f: {"message":"kept","target":"v1"}',
  ]);
  // as `aws logs tail` does.
  const tail = { logGroupName: '/aws/lambda/f', interleaved: true, startTime: 0, filterPattern: 'kept' };
  const { events } = await logs.send(new FilterLogEventsCommand(tail));
  expect(events).toMatchObject([{ message: expect.stringContaining('"target":"v1"') }]);
});

test('what is only recorded is listed', async () => {
  await deploy({ A: { Type: 'AWS::SQS::Queue' } });
  expect(lines().slice(-2)).toEqual(['only recorded: 1 resource of 1 type', '  AWS::SQS::Queue: A']);
});
