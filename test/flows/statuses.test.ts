import type { RekognitionSettings } from '../../sandbox/rekognition';
import { TeardownMode, TrainingBehavior } from '../../src';
import { Flow, HOUR, MINUTE, patientProvider, teardownOf, VersionOptions } from '../support/flow';

let flow: Flow;

afterEach(() => flow.stop());

async function tornDown(status: string, settings?: Partial<RekognitionSettings>, options?: VersionOptions): Promise<void> {
  flow = await Flow.start(settings);
  const version = flow.version(status, options);
  await flow.deployTeardown(version);
  expect(flow.changes).toEqual([]);
  expect((await flow.destroy()).status).toBe('DELETE_COMPLETE');
  expect(flow.left).toEqual({});
}

test('a running model is stopped, deleted and gone before the stack is', async () => {
  await tornDown('RUNNING', { durations: { stopping: 5 * MINUTE } });
  expect(flow.changes).toEqual(['StopProjectVersion v1', 'DeleteProjectVersion v1', 'DeleteProjectVersion v1 ResourceNotFoundException']);
  const [gone] = flow.sandbox.events.filter(({ status, resourceType }) => status === 'DELETE_COMPLETE' && resourceType.startsWith('Custom::'));
  expect(gone.time).toBeGreaterThanOrEqual(flow.sandbox.calls.find(({ operation }) => operation === 'StopProjectVersion')!.time + 2 * MINUTE / 3);
});

test.each([
  'TRAINING_COMPLETED', 'TRAINING_FAILED', 'STOPPED', 'FAILED', 'COPYING_COMPLETED', 'COPYING_FAILED', 'A_STATUS_OF_TOMORROW',
])('a version that is %s is deleted without being stopped', async status => {
  await tornDown(status);
  expect(flow.changes).toEqual(['DeleteProjectVersion v1', 'DeleteProjectVersion v1 ResourceNotFoundException']);
});

test.each(['STOPPING', 'COPYING_IN_PROGRESS', 'DELETING', 'TRAINING_IN_PROGRESS'])('a version that is %s is waited for', async status => {
  await tornDown(status, { durations: { training: MINUTE } });
  expect(flow.changes.filter(change => change.startsWith('Stop'))).toEqual([]);
});

test.each(['ACCEPTED', 'REFUSED'] as const)('a starting model is gone when the service has %s to stop it', async stopWhileStarting => {
  await tornDown('STARTING', { stopWhileStarting });
  expect(flow.changes.filter(change => change === 'StopProjectVersion v1')).toHaveLength(1);
});

test.each(['ResourceInUseException', 'InvalidParameterException'] as const)('a rejection with %s is not a failure', async refusal => {
  await tornDown('STARTING', { stopWhileStarting: 'REFUSED', refusal });
  expect(flow.changes).toContain(`StopProjectVersion v1 ${refusal}`);
});

test.each(['DEPRECATED', 'EXPIRED', 'TRAINING_COMPLETED'])('an adapter that is %s is found and deleted, and never stopped', async status => {
  flow = await Flow.start();
  const project = flow.sandbox.rekognition.createProject('moderation', { feature: 'CONTENT_MODERATION' });
  await flow.deployTeardown(flow.sandbox.rekognition.addVersion(project, 'adapter', { status }));
  expect((await flow.destroy()).status).toBe('DELETE_COMPLETE');
  expect(flow.left).toEqual({});
  expect(flow.changes.filter(change => change.startsWith('Stop'))).toEqual([]);
});

test('a training that does not end in time fails the deletion with advice, and a second deletion after the training succeeds', async () => {
  flow = await Flow.start();
  const version = flow.version('TRAINING_IN_PROGRESS', { endsIn: 3 * HOUR });
  await flow.deploy(stack => teardownOf(version, { provider: patientProvider(stack) })(stack));

  const before = flow.sandbox.clock.now();
  expect((await flow.destroy()).status).toBe('DELETE_FAILED');
  expect(flow.sandbox.clock.now() - before).toBeLessThan(HOUR);
  expect(flow.failure()).toMatch(/1 model of project parts is left after 5\d min: v1 TRAINING_IN_PROGRESS\. .* when it has finished, delete the stack Models again\. \[training\]/);
  expect(flow.left).toEqual({ v1: 'TRAINING_IN_PROGRESS' });
  expect(flow.changes).toEqual([]);

  await flow.sandbox.advance(3 * HOUR);
  expect((await flow.destroy()).status).toBe('DELETE_COMPLETE');
  expect(flow.left).toEqual({});
});

test('a version in training fails the deletion at once with TrainingBehavior.FAIL', async () => {
  flow = await Flow.start();
  await flow.deployTeardown(flow.version('TRAINING_IN_PROGRESS'), { trainingBehavior: TrainingBehavior.FAIL });
  const before = flow.sandbox.clock.now();
  expect((await flow.destroy()).status).toBe('DELETE_FAILED');
  expect(flow.sandbox.clock.now() - before).toBeLessThan(MINUTE);
  expect(flow.failure()).toMatch('trainingBehavior is FAIL, so nothing was deleted');
  expect(flow.left).toEqual({ v1: 'TRAINING_IN_PROGRESS' });
});

describe('mode STOP', () => {
  test.each([
    ['RUNNING', 'STOPPED'], ['STARTING', 'STOPPED'], ['STOPPING', 'STOPPED'], ['STOPPED', 'STOPPED'],
    ['TRAINING_IN_PROGRESS', 'TRAINING_IN_PROGRESS'], ['TRAINING_COMPLETED', 'TRAINING_COMPLETED'], ['COPYING_IN_PROGRESS', 'COPYING_IN_PROGRESS'],
  ])('leaves a model that is %s as %s', async (status, left) => {
    flow = await Flow.start();
    await flow.deployTeardown(flow.version(status), { mode: TeardownMode.STOP });
    expect((await flow.destroy()).status).toBe('DELETE_COMPLETE');
    expect(flow.left).toEqual({ v1: left });
    expect(flow.changes.filter(change => change.startsWith('Delete'))).toEqual([]);
  });

  test('can be switched on and off, and the last deployment counts', async () => {
    flow = await Flow.start();
    const version = flow.version('RUNNING');
    await flow.deployTeardown(version, { mode: TeardownMode.STOP });
    await flow.deployTeardown(version, { mode: TeardownMode.DELETE });
    await flow.deployTeardown(version, { mode: TeardownMode.STOP });
    expect(flow.changes).toEqual([]);
    expect((await flow.destroy()).status).toBe('DELETE_COMPLETE');
    expect(flow.left).toEqual({ v1: 'STOPPED' });
  });
});
