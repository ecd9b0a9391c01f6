import {
  CloudFormationClient, ContinueUpdateRollbackCommand, CreateChangeSetCommand, CreateStackCommand,
  DescribeStacksCommand, ExecuteChangeSetCommand, RollbackStackCommand, UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { Sandbox } from '../../sandbox';
import { ServiceError } from '../../sandbox/service';

const MINUTE = 60_000;

let sandbox: Sandbox;
let client: CloudFormationClient;

beforeEach(async () => {
  sandbox = await Sandbox.start();
  client = new CloudFormationClient({ endpoint: sandbox.url, region: 'us-east-1', credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' } });
});

afterEach(async () => {
  client.destroy();
  await sandbox.stop();
});

const StackName = 'Shop';
const project = (name: string, stage: string, more = {}) => ({
  Type: 'AWS::Rekognition::Project', Properties: { ProjectName: name, Tags: [{ Key: 'stage', Value: stage }] }, ...more,
});
const template = (resources: object) => JSON.stringify({ Resources: resources });

async function status(): Promise<string | undefined> {
  await sandbox.advance(MINUTE);
  const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName }));
  return stack.StackStatus;
}

test('a failed rollback is continued through the API, without the skipped resources', async () => {
  await client.send(new CreateStackCommand({ StackName, TemplateBody: template({ Screws: project('screws', 'beta') }) }));
  expect(await status()).toBe('CREATE_COMPLETE');
  const [screws] = sandbox.rekognition.projects;
  const model = sandbox.rekognition.addVersion(screws, 'v1', { status: 'RUNNING' });

  // the update fails because a name is taken, the rollback because of a transient error of the service.
  sandbox.rekognition.createProject('taken');
  let tags = 0;
  const takeBack = sandbox.intercept((call, next) => {
    if (call.operation === 'TagResource' && ++tags > 1) throw new ServiceError('InvalidParameterException', 'no tags today');
    return next();
  });
  await client.send(new UpdateStackCommand({
    StackName, TemplateBody: template({ Screws: project('screws', 'prod'), Taken: project('taken', 'prod', { DependsOn: 'Screws' }) }),
  }));
  expect(await status()).toBe('UPDATE_ROLLBACK_FAILED');
  await expect(client.send(new ContinueUpdateRollbackCommand({ StackName, ResourcesToSkip: ['Taken'] }))).rejects.toThrow('Only resources that failed to roll back can be skipped');
  takeBack();

  await client.send(new ContinueUpdateRollbackCommand({ StackName, ResourcesToSkip: ['Screws'] }));
  expect(await status()).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(model.status).toBe('RUNNING');
  await expect(client.send(new ContinueUpdateRollbackCommand({ StackName }))).rejects.toThrow('can not be rolled back');
});

describe('RetainExceptOnCreate', () => {
  const RetainExceptOnCreate = true;
  const empty = { Kept: project('kept', 'beta') };
  const added = { ...empty, New: project('new', 'beta', { DeletionPolicy: 'Retain' }) };
  const failing = template({ ...added, Taken: project('taken', 'beta', { DependsOn: 'New' }) });
  const projects = () => sandbox.rekognition.projects.map(({ name }) => name);

  beforeEach(() => { sandbox.rekognition.createProject('taken'); });

  test('of CreateStack deletes what the template retains in the rollback', async () => {
    await client.send(new CreateStackCommand({ StackName, TemplateBody: failing, RetainExceptOnCreate }));
    expect(await status()).toBe('ROLLBACK_COMPLETE');
    expect(projects()).toEqual(['taken']);
  });

  describe('of a stack that exists,', () => {
    beforeEach(async () => {
      await client.send(new CreateStackCommand({ StackName, TemplateBody: template(empty) }));
      expect(await status()).toBe('CREATE_COMPLETE');
    });

    test.each([['UpdateStack', true], ['UpdateStack without it', false]])('%s', async (_, isGiven) => {
      await client.send(new UpdateStackCommand({ StackName, TemplateBody: failing, RetainExceptOnCreate: isGiven }));
      expect(await status()).toBe('UPDATE_ROLLBACK_COMPLETE');
      expect(projects()).toEqual(['taken', 'kept', ...isGiven ? [] : ['new']]);
    });

    test('ExecuteChangeSet', async () => {
      const ChangeSetName = 'changes';
      await client.send(new CreateChangeSetCommand({ StackName, ChangeSetName, TemplateBody: failing }));
      await client.send(new ExecuteChangeSetCommand({ StackName, ChangeSetName, RetainExceptOnCreate }));
      expect(await status()).toBe('UPDATE_ROLLBACK_COMPLETE');
      expect(projects()).toEqual(['taken', 'kept']);
    });

    test('RollbackStack', async () => {
      await client.send(new UpdateStackCommand({ StackName, TemplateBody: failing, DisableRollback: true }));
      expect(await status()).toBe('UPDATE_FAILED');
      await client.send(new RollbackStackCommand({ StackName, RetainExceptOnCreate }));
      expect(await status()).toBe('UPDATE_ROLLBACK_COMPLETE');
      expect(projects()).toEqual(['taken', 'kept']);
    });
  });
});
