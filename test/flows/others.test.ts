import type { ProjectVersion } from '../../sandbox/rekognition';
import { ConnectionReset, ServiceError } from '../../sandbox/service';
import { Flow, MINUTE, patientProvider, teardownOf } from '../support/flow';

let flow: Flow;
let version: ProjectVersion;

async function start(status: string, settings?: Parameters<typeof Flow.start>[0]): Promise<void> {
  flow = await Flow.start(settings);
  version = flow.version(status);
  await flow.deployTeardown(version);
}

afterEach(() => flow.stop());

/** Does something when an operation was called for the n-th time, before it is carried out. */
function before(operation: string, nth: number, action: () => void): void {
  let count = 0;
  flow.sandbox.intercept(async (call, next) => {
    if (call.operation === operation && ++count === nth) action();
    return next();
  });
}

async function destroyed(): Promise<void> {
  expect((await flow.destroy()).status).toBe('DELETE_COMPLETE');
}

describe('somebody else', () => {
  test('deleted the version before the stack is deleted', async () => {
    await start('STOPPED');
    flow.sandbox.rekognition.remove(version);
    await destroyed();
    expect(flow.changes).toEqual(['DeleteProjectVersion v1 ResourceNotFoundException']);
  });

  test('deleted the version and its project before the stack is deleted', async () => {
    await start('STOPPED');
    flow.sandbox.rekognition.remove(version);
    flow.sandbox.rekognition.handle('DeleteProject', { ProjectArn: flow.project.arn });
    await flow.sandbox.advance(MINUTE);
    expect(flow.sandbox.rekognition.projects).toEqual([]);
    await destroyed();
  });

  test('deletes the version between two polls', async () => {
    await start('RUNNING');
    before('DescribeProjectVersions', 3, () => flow.sandbox.rekognition.remove(version));
    await destroyed();
    expect(flow.left).toEqual({});
  });

  test('starts the model again between stop and delete', async () => {
    await start('RUNNING');
    let restarted = false;
    flow.sandbox.rekognition.onStatus(({ to }) => {
      if (to !== 'STOPPED' || restarted) return;
      restarted = true;
      flow.sandbox.rekognition.handle('StartProjectVersion', { ProjectVersionArn: version.arn, MinInferenceUnits: 1 });
    });
    await destroyed();
    expect(restarted).toBe(true);
    expect(flow.left).toEqual({});
    expect(flow.changes.filter(change => change.startsWith('Stop'))).toHaveLength(2);
  });

  test('gave the name to a newer version, which survives', async () => {
    await start('STOPPED');
    flow.sandbox.rekognition.remove(version);
    flow.version('RUNNING');
    await destroyed();
    expect(flow.left).toEqual({ v1: 'RUNNING' });
    expect(flow.changes).toEqual(['DeleteProjectVersion v1 ResourceNotFoundException']);
  });

  test('gives the name to a newer version while the old one is deleted', async () => {
    await start('STOPPED');
    flow.sandbox.rekognition.onStatus(({ arn, to }) => {
      if (arn === version.arn && to === undefined) flow.version('RUNNING');
    });
    await destroyed();
    expect(flow.left).toEqual({ v1: 'RUNNING' });
    expect(flow.sandbox.calls.filter(({ operation }) => operation.startsWith('Stop'))).toEqual([]);
  });

  test('keeps the model running by starting it again and again, and the failure says so', async () => {
    flow = await Flow.start();
    version = flow.version('RUNNING');
    await flow.deploy(stack => teardownOf(version, { provider: patientProvider(stack) })(stack));
    flow.sandbox.rekognition.onStatus(({ to }) => { if (to === 'STOPPED') flow.sandbox.rekognition.setStatus(version, 'RUNNING'); });
    expect((await flow.destroy()).status).toBe('DELETE_FAILED');
    expect(flow.failure()).toMatch(/could not be deleted in 5\d min: it is still (RUNNING|STOPPING)/);
    expect(flow.left).toHaveProperty('v1');
  });
});

describe('trouble on the way', () => {
  afterEach(() => {
    expect(flow.left).toEqual({ other: 'RUNNING' });
    expect(flow.changes.filter(change => !/^(Stop|Delete)ProjectVersion v1( |$)/.test(change))).toEqual([]);
  });

  async function startBesideAnother(settings?: Parameters<typeof Flow.start>[0]): Promise<void> {
    await start('RUNNING', settings);
    flow.version('RUNNING', {}, 'other');
  }

  test.each([
    ['ThrottlingException', 400], ['ThrottlingException', 500], ['ProvisionedThroughputExceededException', 400], ['InternalServerError', 500],
  ])('%s with status %d for ten minutes changes nothing about the end', async (code, status) => {
    await startBesideAnother();
    const end = flow.sandbox.clock.now() + 10 * MINUTE;
    flow.sandbox.intercept(async (call, next) => {
      if (call.service === 'rekognition' && call.time < end) throw new ServiceError(code, 'Slow down', status);
      return next();
    });
    await destroyed();
    expect(flow.log.some(({ message }) => message === 'tries again at the next poll')).toBe(true);
  });

  test.each(['StopProjectVersion', 'DeleteProjectVersion'])('an answer to %s that is lost changes nothing about the end', async operation => {
    await startBesideAnother();
    let lost = false;
    flow.sandbox.intercept(async (call, next) => {
      const answer = await next();
      if (call.operation !== operation || lost) return answer;
      lost = true;
      throw new ConnectionReset();
    });
    await destroyed();
    expect(lost).toBe(true);
  });

  test('descriptions that are out of date for a minute change nothing about the end', async () => {
    await startBesideAnother({ staleReads: MINUTE });
    await destroyed();
  });

  test('processes that are killed between stop and delete change nothing about the end', async () => {
    await startBesideAnother();
    flow.sandbox.rekognition.onStatus(({ to }) => {
      if (to === 'STOPPED') for (const { functionName } of functions()) flow.sandbox.lambda.kill(functionName);
    });
    await destroyed();
  });

  test('a handler that is killed right after it has stopped the model fails the deletion, and the next one continues', async () => {
    await startBesideAnother();
    let killed = false;
    flow.sandbox.intercept(async (call, next) => {
      const answer = await next();
      if (call.operation === 'StopProjectVersion' && !killed) {
        killed = true;
        call.caller.kill!();
      }
      return answer;
    });
    expect((await flow.destroy()).status).toBe('DELETE_FAILED');
    expect(flow.failure()).toMatch('Runtime exited');
    await destroyed();
  });

  function functions(): { functionName: string }[] {
    return Object.values(flow.sandbox.stack('Models').resources)
      .filter(({ type }) => type === 'AWS::Lambda::Function')
      .map(({ physicalId }) => ({ functionName: physicalId }));
  }
});
