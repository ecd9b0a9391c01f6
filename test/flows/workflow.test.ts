import { DeleteProjectCommand, RekognitionClient } from '@aws-sdk/client-rekognition';
import { Duration } from 'aws-cdk-lib';
import { VERSION_STATUSES } from '../../sandbox/rekognition';
import type { Project } from '../../sandbox/rekognition';
import { ServiceError } from '../../sandbox/service';
import { ProjectVersionTeardown, TeardownMode, TrainingBehavior } from '../../src';
import { Flow, HOUR, MINUTE, teardownOf } from '../support/flow';
import { WorkflowFlow } from '../support/workflow';

const { DELETE, STOP } = TeardownMode;

let flow: Flow;

afterEach(() => flow.stop());

const output = ({ output: text }: { output?: string }) => JSON.parse(text!);
const changes = () => flow.sandbox.calls.filter(({ service, operation }) => service === 'rekognition' && !/^(Describe|List)/.test(operation));

test('a training of 20 hours is waited for, and then everything is deleted', async () => {
  flow = await Flow.start();
  flow.version('TRAINING_IN_PROGRESS', { endsIn: 20 * HOUR });
  flow.version('RUNNING', {}, 'v2');
  const workflow = await WorkflowFlow.deploy(flow, { mode: DELETE }, [flow.project]);
  const started = await workflow.start();
  await flow.sandbox.advance(HOUR);
  expect(flow.left).toEqual({ v1: 'TRAINING_IN_PROGRESS' });

  const ended = await workflow.end(started);
  expect([ended.status, flow.left]).toEqual(['SUCCEEDED', {}]);
  expect(output(ended)).toMatchObject({ mode: 'DELETE', targets: 1, reached: 1 });
  expect(WorkflowFlow.hours(ended)).toBeGreaterThan(20);
  expect(WorkflowFlow.hours(ended)).toBeLessThan(20.2);
  // 12 polls an hour, nine events each, and some more frequent ones.
  expect(workflow.historyOf(started)).toBeGreaterThan(20 * 12 * 9);
  expect(workflow.historyOf(started)).toBeLessThan(25 * 12 * 9);
});

test('three of 40 projects that cannot be deleted do not prevent the others from being deleted', async () => {
  flow = await Flow.start({ requestsPerSecond: 5 });
  const projects: Project[] = Array.from({ length: 40 }, (_, index) => flow.sandbox.rekognition.createProject(`p${index}`));
  for (const project of projects) flow.sandbox.rekognition.addVersion(project, 'v1', { status: 'RUNNING' });
  const resisting = projects.slice(10, 13);
  flow.sandbox.intercept(async ({ operation, input }, next) => {
    if (operation === 'StopProjectVersion' && resisting.some(({ name }) => input.ProjectVersionArn.includes(`/${name}/`))) throw new ServiceError('ResourceInUseException', 'Not now.');
    return next();
  });
  const workflow = await WorkflowFlow.deploy(flow, { timeout: Duration.minutes(10) }, projects);
  const started = await workflow.start();
  await flow.sandbox.advance(5 * MINUTE);
  const statuses = projects.map(({ versions: [{ status }] }) => status);
  expect(statuses.filter(status => status === 'STOPPED')).toHaveLength(37);
  expect((await workflow.describe(started)).status).toBe('RUNNING');

  const ended = await workflow.end(started);
  expect([ended.status, ended.error]).toEqual(['FAILED', 'TeardownIncomplete']);
  expect(ended.cause).toMatch(/^3 models are not stopped after 10 min: p10\/v1, p11\/v1 and p12\/v1 RUNNING \(billed\)\. 3 of 40 targets are not done\. .* start the workflow again\. The last answer was: rekognition:StopProjectVersion failed with ResourceInUseException: Not now\. \[restarted\]/);
  expect(workflow.historyOf(started)).toBeLessThan(25_000);
}, 180_000);

test.each([STOP, DELETE])('mode %s leaves every version in the expected status', async mode => {
  flow = await Flow.start();
  VERSION_STATUSES.forEach((status, index) => flow.version(status, {}, `v${index}`));
  const workflow = await WorkflowFlow.deploy(flow, { mode }, [flow.project]);
  expect((await workflow.run()).status).toBe('SUCCEEDED');
  if (mode === DELETE) {
    expect(flow.left).toEqual({});
  } else {
    expect(Object.keys(flow.left)).toHaveLength(VERSION_STATUSES.length - 1);
    expect(Object.values(flow.left).filter(status => ['RUNNING', 'STARTING', 'STOPPING'].includes(status))).toEqual([]);
    expect(changes().filter(({ operation }) => operation !== 'StopProjectVersion')).toEqual([]);
  }
});

test('a dry run only reads, and lists what a run would do', async () => {
  flow = await Flow.start();
  flow.version('RUNNING', {}, 'v1');
  flow.version('TRAINING_IN_PROGRESS', { endsIn: HOUR }, 'v2');
  flow.version('STOPPED', {}, 'v3');
  flow.sandbox.rekognition.addDataset(flow.project, 'TRAIN');
  const workflow = await WorkflowFlow.deploy(flow, { mode: DELETE, deleteProjects: true }, [flow.project]);
  const ended = await workflow.run('{"dryRun": true}');
  expect(ended.status).toBe('SUCCEEDED');
  const { versions, datasets, projects, notFound, more } = output(ended);
  expect(Object.fromEntries(versions.map(({ arn, would }: any) => [arn.split('/')[3], would]))).toEqual({
    v1: ['StopProjectVersion', 'DeleteProjectVersion'], v2: ['wait while TRAINING_IN_PROGRESS', 'DeleteProjectVersion'], v3: ['DeleteProjectVersion'],
  });
  expect(datasets).toMatchObject([{ would: ['DeleteDataset'] }]);
  expect(projects).toMatchObject([{ arn: flow.project.arn, would: ['DeleteProject'] }]);
  expect([notFound, more]).toEqual([[], 0]);
  expect(versions).toEqual(expect.arrayContaining([expect.objectContaining({ status: 'RUNNING', createdAt: expect.any(String) })]));
  expect(changes()).toEqual([]);
});

test.each([
  ['a misspelt key', '{"dryrun": true}'],
  ['another value', '{"dryRun": false}'],
  ['one key too many', '{"dryRun": true, "projects": []}'],
  ['a list', '[]'],
  ['what EventBridge sends by itself', '{"version": "0", "detail-type": "Scheduled Event"}'],
])('an input with %s fails before anything is called', async (_, input) => {
  flow = await Flow.start();
  flow.version('RUNNING');
  const workflow = await WorkflowFlow.deploy(flow, {}, [flow.project]);
  const ended = await workflow.run(input);
  expect([ended.status, ended.error]).toEqual(['FAILED', 'InvalidRequest']);
  expect(ended.cause).toMatch('the input must be {} or {"dryRun": true}, got: ');
  expect(flow.sandbox.calls.filter(({ service }) => service === 'rekognition')).toEqual([]);
});

test('two executions at once and a teardown of the same version all succeed', async () => {
  flow = await Flow.start({ requestsPerSecond: 5 });
  const version = flow.version('RUNNING');
  const workflow = await WorkflowFlow.deploy(flow, { mode: DELETE, projectVersionArns: [version.arn] }, [flow.project],
    stack => { new ProjectVersionTeardown(stack, 'Model', { projectVersionArn: version.arn }); });
  const executions = [await workflow.start(), await workflow.start()];
  for (const execution of executions) expect((await workflow.end(execution)).status).toBe('SUCCEEDED');
  expect(flow.left).toEqual({});
  expect((await flow.destroy()).status).toBe('DELETE_COMPLETE');
});

test('a version that a workflow deletes while a stack with its teardown is deleted ends both successfully', async () => {
  flow = await Flow.start({ requestsPerSecond: 5 });
  const version = flow.version('RUNNING');
  const teardown = await flow.deployForeign(teardownOf(version));
  const workflow = await WorkflowFlow.deploy(flow, { mode: DELETE }, [flow.project]);
  const before = flow.sandbox.calls.length;
  const started = await workflow.start();
  expect((await flow.sandbox.destroy(teardown.id)).status).toBe('DELETE_COMPLETE');
  expect((await workflow.end(started)).status).toBe('SUCCEEDED');
  expect(flow.left).toEqual({});
  // both were working before it was gone.
  const calls = flow.sandbox.calls.slice(before);
  const meanwhile = calls.slice(0, calls.findIndex(({ operation }) => operation === 'DeleteProjectVersion'));
  expect(new Set(meanwhile.filter(({ service }) => service === 'rekognition').map(({ caller }) => caller.functionName)).size).toBe(2);
});

test('an execution that a retry starts again runs only once', async () => {
  flow = await Flow.start();
  flow.version('RUNNING');
  const workflow = await WorkflowFlow.deploy(flow, {}, [flow.project]);
  expect(await workflow.start('{}', 'run-1')).toBe(await workflow.start('{}', 'run-1'));
  expect((await workflow.end(await workflow.start('{}', 'run-1'))).status).toBe('SUCCEEDED');
  expect(flow.sandbox.stepFunctions.executions).toHaveLength(1);
});

test('a function that is killed in the middle is started again', async () => {
  flow = await Flow.start();
  flow.version('RUNNING');
  flow.version('RUNNING', {}, 'v2');
  const workflow = await WorkflowFlow.deploy(flow, { mode: DELETE }, [flow.project]);
  let kills = 2;
  flow.sandbox.intercept(async ({ operation, caller }, next) => {
    const answer = await next();
    if (/^(Stop|Delete)/.test(operation) && kills-- > 0) caller.kill?.();
    return answer;
  });
  expect((await workflow.run()).status).toBe('SUCCEEDED');
  expect(flow.left).toEqual({});
});

test('a model that a schedule restarts is stopped again', async () => {
  flow = await Flow.start();
  const version = flow.version('RUNNING');
  let restarts = 2;
  flow.sandbox.rekognition.onStatus(({ to }) => {
    if (to === 'STOPPED' && restarts-- > 0) flow.sandbox.rekognition.setStatus(version, 'STARTING');
  });
  const workflow = await WorkflowFlow.deploy(flow, {}, [flow.project]);
  expect((await workflow.run()).status).toBe('SUCCEEDED');
  expect(flow.left).toEqual({ v1: 'STOPPED' });
});

test('a timeout reports in time what is left', async () => {
  flow = await Flow.start();
  flow.version('TRAINING_IN_PROGRESS', { endsIn: 30 * HOUR });
  const nightly = await WorkflowFlow.deploy(flow, { mode: DELETE }, [flow.project]);
  const started = await nightly.start();
  const ended = await nightly.end(started);
  expect([ended.status, ended.error]).toEqual(['FAILED', 'TeardownIncomplete']);
  expect(ended.cause).toMatch(/^1 model of project parts is left after 26 h: v1 TRAINING_IN_PROGRESS\. .* when it has finished, start the workflow again\. \[training\]/);
  expect(WorkflowFlow.hours(ended)).toBeGreaterThanOrEqual(26);
  expect(WorkflowFlow.hours(ended)).toBeLessThan(26.1);
  expect(nightly.historyOf(started)).toBeLessThan(25_000);
});

test('TrainingBehavior.FAIL with a version in training stops what runs, deletes nothing in its project, and lets the others finish', async () => {
  flow = await Flow.start();
  flow.version('TRAINING_IN_PROGRESS', { endsIn: 30 * HOUR }, 'training');
  flow.version('RUNNING', {}, 'running');
  const other = flow.sandbox.rekognition.createProject('other');
  flow.sandbox.rekognition.addVersion(other, 'v1', { status: 'RUNNING' });
  const workflow = await WorkflowFlow.deploy(flow, { mode: DELETE, trainingBehavior: TrainingBehavior.FAIL }, [flow.project, other]);
  const ended = await workflow.run();
  expect([ended.status, ended.error]).toEqual(['FAILED', 'TeardownIncomplete']);
  expect(ended.cause).toMatch('1 of 2 targets are not done');
  expect(flow.left).toEqual({ training: 'TRAINING_IN_PROGRESS', running: 'STOPPED' });
});

describe('a project that was deleted and made again under the same name', () => {
  async function renewed(mode: TeardownMode) {
    flow = await Flow.start();
    const { rekognition } = flow.sandbox;
    const old = rekognition.createProject('screws');
    const workflow = await WorkflowFlow.deploy(flow, { mode }, [old]);
    const credentials = { accessKeyId: 'operator', secretAccessKey: 'not checked' };
    const client = new RekognitionClient({ endpoint: flow.sandbox.url, region: 'us-east-1', credentials });
    await client.send(new DeleteProjectCommand({ ProjectArn: old.arn }));
    await flow.sandbox.advance(10 * MINUTE);
    const again = rekognition.createProject('screws');
    const version = rekognition.addVersion(again, 'v1', { status: 'RUNNING' });
    return { old, again, version, ended: await workflow.run() };
  }

  test.each([STOP, DELETE])('fails %s, which may not touch it, and is named', async mode => {
    const { old, again, version, ended } = await renewed(mode);
    expect([ended.status, ended.error, version.status]).toEqual(['FAILED', 'TeardownIncomplete', 'RUNNING']);
    expect(ended.cause).toContain(old.arn);
    expect(ended.cause).toContain(again.arn);
  });
});
