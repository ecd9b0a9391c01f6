import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand, paginateListStackResources } from '@aws-sdk/client-cloudformation';
import { App, CfnOutput, CustomResource, Duration, Stack } from 'aws-cdk-lib';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import { Provider } from 'aws-cdk-lib/custom-resources';
import { Sandbox } from '../../sandbox';

/** Takes the project's ARN as its physical id; it is complete after a minute. */
const HANDLER = `
exports.onEvent = async ({ RequestType, PhysicalResourceId, ResourceProperties: { Project, Fail } }) => {
  if (Fail === RequestType) throw new Error('failing as asked');
  return { PhysicalResourceId: RequestType === 'Delete' ? PhysicalResourceId : Project, Start: Date.now() };
};
exports.isComplete = async ({ RequestType, Start }) => {
  if (Date.now() < Start + 60_000) return { IsComplete: false };
  return RequestType === 'Delete' ? { IsComplete: true } : { IsComplete: true, Data: { Seconds: Math.round((Date.now() - Start) / 1000) } };
};
`;

interface AppProps {
  readonly projectName?: string;
  readonly fail?: 'Create' | 'Update' | 'Delete';
}

let directory: string;
let sandbox: Sandbox;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'app-'));
  sandbox = await Sandbox.start();
});

afterEach(async () => {
  await sandbox.stop();
  rmSync(directory, { recursive: true });
});

/** The directory of the app's cloud assembly. */
function synthesize({ projectName = 'one', fail }: AppProps = {}): string {
  writeFileSync(join(directory, 'index.js'), HANDLER);
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), 'app-out-')) });
  const stack = new Stack(app, 'Demo');
  const handler = (name: string) => new Function(stack, name, {
    runtime: Runtime.NODEJS_22_X, handler: `index.${name}`, code: Code.fromAsset(directory),
  });
  const provider = new Provider(stack, 'Provider', {
    onEventHandler: handler('onEvent'), isCompleteHandler: handler('isComplete'), queryInterval: Duration.seconds(15),
  });
  const project = new CfnProject(stack, 'Project', { projectName });
  const custom = new CustomResource(stack, 'Custom', { serviceToken: provider.serviceToken, properties: { Project: project.attrArn, Fail: fail } });
  new CfnOutput(stack, 'Seconds', { value: custom.getAttString('Seconds') });
  return app.synth().directory;
}

/** The events of a resource, in order: status and physical id. */
function history(logicalId: string): string[] {
  return sandbox.events.filter(event => event.logicalId === logicalId).map(({ status, physicalId }) => `${status} ${physicalId}`);
}

test('a CDK app with a provider is created and destroyed, and its polling takes only sandbox time', async () => {
  const start = sandbox.clock.now();
  const stack = await sandbox.deploy(synthesize(), 'Demo');
  expect([stack.status, stack.statusReason]).toEqual(['CREATE_COMPLETE', undefined]);
  expect(Number(stack.outputs.Seconds)).toBeGreaterThanOrEqual(60);
  expect(sandbox.clock.now() - start).toBeGreaterThanOrEqual(60_000);
  expect(stack.resources.Custom.physicalId).toBe(sandbox.rekognition.projects[0].arn);
  // the execution itself sends the response, and ends a little later.
  await sandbox.advance(0);
  expect(sandbox.stepFunctions.executions).toMatchObject([{ status: 'SUCCEEDED' }]);

  const deleted = await sandbox.destroy('Demo');
  expect([deleted.status, deleted.statusReason]).toEqual(['DELETE_COMPLETE', undefined]);
  expect(Object.values(stack.resources).filter(({ type }) => type === 'AWS::Lambda::Function').filter(({ physicalId }) => sandbox.lambda.has(physicalId)))
    .toEqual([]);
  await sandbox.advance(60_000);
  expect(sandbox.rekognition.projects).toEqual([]);
});

test('a replaced project is deleted after the resource that depended on it', async () => {
  const stack = await sandbox.deploy(synthesize(), 'Demo');
  const before = stack.resources.Custom.physicalId;
  await sandbox.deploy(synthesize({ projectName: 'two' }), 'Demo');
  expect([stack.status, stack.statusReason]).toEqual(['UPDATE_COMPLETE', undefined]);
  expect(stack.resources.Project.physicalId).toBe('two');
  expect(stack.resources.Custom.physicalId).toMatch(/:project\/two\//);

  const cleanUp = sandbox.events.filter(({ status }) => status.startsWith('DELETE_')).map(({ status, physicalId }) => `${status} ${physicalId}`);
  expect(cleanUp).toEqual([`DELETE_IN_PROGRESS ${before}`, `DELETE_COMPLETE ${before}`, 'DELETE_IN_PROGRESS one', 'DELETE_COMPLETE one']);
});

test('an update that fails is rolled back', async () => {
  const stack = await sandbox.deploy(synthesize(), 'Demo');
  const { Custom: { physicalId } } = stack.resources;
  await sandbox.deploy(synthesize({ projectName: 'two', fail: 'Update' }), 'Demo');
  expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(sandbox.events.find(({ status }) => status === 'UPDATE_FAILED')?.reason).toMatch(/^Received response status \[FAILED\] .*failing as asked/);
  expect(stack.resources.Custom.physicalId).toBe(physicalId);
  expect(history('Project').slice(-2)).toEqual(['DELETE_IN_PROGRESS two', 'DELETE_COMPLETE two']);
});

test('a creation that fails leaves nothing behind', async () => {
  const stack = await sandbox.deploy(synthesize({ fail: 'Create' }), 'Demo');
  expect(stack.status).toBe('ROLLBACK_COMPLETE');
  expect(history('Custom')[2]).toBe('CREATE_FAILED AWSCDK::CustomResourceProviderFramework::CREATE_FAILED');
  await sandbox.advance(60_000);
  expect(sandbox.rekognition.projects).toEqual([]);
});

test('a project that still has a version fails the deletion of its stack, which succeeds once the project is empty', async () => {
  const stack = await sandbox.deploy(synthesize(), 'Demo');
  const version = sandbox.rekognition.addVersion(stack.resources.Custom.physicalId, 'v1', { status: 'STOPPED' });
  await sandbox.destroy('Demo');
  expect([stack.status, stack.statusReason]).toEqual(['DELETE_FAILED', 'The following resource(s) failed to delete: [Project]. ']);
  sandbox.rekognition.remove(version);
  await sandbox.destroy('Demo');
  expect(stack.status).toBe('DELETE_COMPLETE');
  expect(sandbox.calls.filter(({ operation }) => operation === 'DeleteProject').map(({ error }) => error)).toEqual(['ResourceInUseException', undefined]);
});

test('the AWS SDK client of CloudFormation sees stacks and resources', async () => {
  const stack = await sandbox.deploy(synthesize(), 'Demo');
  const client = new CloudFormationClient({
    region: 'us-east-1', endpoint: sandbox.url, credentials: { accessKeyId: 'USER', secretAccessKey: 'none' },
  });
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: 'Demo' }));
    expect(Stacks).toMatchObject([{
      StackId: stack.id, StackStatus: 'CREATE_COMPLETE', Outputs: [{ OutputKey: 'Seconds', OutputValue: stack.outputs.Seconds }], CreationTime: expect.any(Date),
    }]);
    expect(Stacks![0].RootId).toBeUndefined();
    const listed: unknown[] = [];
    for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName: stack.id })) {
      listed.push(...StackResourceSummaries);
    }
    expect(listed).toContainEqual(expect.objectContaining({ LogicalResourceId: 'Project', PhysicalResourceId: 'one', ResourceStatus: 'CREATE_COMPLETE' }));
    await expect(client.send(new DescribeStacksCommand({ StackName: 'Other' }))).rejects.toMatchObject({
      name: 'ValidationError', message: 'Stack with id Other does not exist',
    });
  } finally {
    client.destroy();
  }
});

test('a deleted stack is still found by its name, one that never existed is not', async () => {
  expect(() => sandbox.stack('Demo')).toThrow('there has never been a stack Demo');
  await sandbox.deploy(synthesize(), 'Demo');
  await sandbox.destroy('Demo');
  expect(sandbox.stack('Demo').status).toBe('DELETE_COMPLETE');
});
