import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import { DescribeProjectsCommand, RekognitionClient } from '@aws-sdk/client-rekognition';
import { Sandbox } from '../../sandbox';
import { Iam } from '../../sandbox/iam';
import { Sts } from '../../sandbox/sts';

let sandbox: Sandbox;

beforeAll(async () => { sandbox = await Sandbox.start({ region: 'eu-west-1' }); });
afterAll(() => sandbox.stop());

const optionsFor = (region: string) => ({
  region, endpoint: sandbox.url, credentials: { accessKeyId: 'USER', secretAccessKey: 'none' }, maxAttempts: 1,
});

test.each(['us-east-1', 'eu-west-2'])('a request for %s is denied, as the sandbox is another Region', async region => {
  const rekognition = new RekognitionClient(optionsFor(region));
  const cloudFormation = new CloudFormationClient(optionsFor(region));
  const message = `this request is for the Region ${region}, and this sandbox is eu-west-1: start it with --region ${region}`;
  const TemplateBody = JSON.stringify({ Resources: { H: { Type: 'AWS::CloudFormation::WaitConditionHandle' } } });
  await expect(rekognition.send(new DescribeProjectsCommand({}))).rejects.toThrow(message);
  await expect(cloudFormation.send(new CreateStackCommand({ StackName: 'Demo', TemplateBody }))).rejects.toThrow(message);
  expect(sandbox.cloudFormation.stacks).toEqual([]);
  [rekognition, cloudFormation].forEach(client => client.destroy());
});

test('a request for the Region of the sandbox is served', async () => {
  const client = new RekognitionClient(optionsFor('eu-west-1'));
  await expect(client.send(new DescribeProjectsCommand({}))).resolves.toMatchObject({ ProjectDescriptions: [] });
  client.destroy();
});

test('a role of another account cannot be assumed, as the sandbox is one account', () => {
  const sts = new Sts({ iam: new Iam('111122223333'), account: '111122223333', now: () => Date.now() });
  const assume = (account: string) => sts.handle(
    'AssumeRole', { RoleArn: `arn:aws:iam::${account}:role/cdk-deploy`, RoleSessionName: 'cli' }, { arn: 'developer' },
  );
  expect(assume('111122223333')).toMatchObject({ Credentials: { SessionToken: expect.any(String) } });
  expect(() => assume('444455556666')).toThrow('this sandbox is the account 111122223333: start it with --account 444455556666');
});
