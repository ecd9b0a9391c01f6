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

/** Calls `act` before the n-th call of an operation takes effect. */
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

describe('another user', () => {
  test('who deleted the version before the stack is deleted does no harm', async () => {
    await start('STOPPED');
    flow.sandbox.rekognition.remove(version);
    await destroyed();
    expect(flow.changes).toEqual(['DeleteProjectVersion v1 ResourceNotFoundException']);
  });

  test('who deleted the version and its project before the stack is deleted does no harm', async () => {
    await start('STOPPED');
    flow.sandbox.rekognition.remove(version);
    flow.sandbox.rekognition.handle('DeleteProject', { ProjectArn: flow.project.arn });
    await flow.sandbox.advance(MINUTE);
    expect(flow.sandbox.rekognition.projects).toEqual([]);
    await destroyed();
  });

  test('who deletes the version between two polls does no harm', async () => {
    await start('RUNNING');
    before('DescribeProjectVersions', 3, () => flow.sandbox.rekognition.remove(version));
    await destroyed();
    expect(flow.left).toEqual({});
  });

  test('who restarts the model between stop and delete does not keep it from being deleted', async () => {
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

  test('who gave the name to a newer version does not lose that version', async () => {
    await start('STOPPED');
    flow.sandbox.rekognition.remove(version);
    flow.version('RUNNING');
    await destroyed();
    expect(flow.left).toEqual({ v1: 'RUNNING' });
    expect(flow.changes).toEqual(['DeleteProjectVersion v1 ResourceNotFoundException']);
  });

  test('who gives the name to a newer version while the old one is deleted does not lose the newer one', async () => {
    await start('STOPPED');
    flow.sandbox.rekognition.onStatus(({ arn, to }) => {
      if (arn === version.arn && to === undefined) flow.version('RUNNING');
    });
    await destroyed();
    expect(flow.left).toEqual({ v1: 'RUNNING' });
    expect(flow.sandbox.calls.filter(({ operation }) => operation.startsWith('Stop'))).toEqual([]);
  });

  test('who restarts the model again and again keeps it running, and the failure says so', async () => {
    flow = await Flow.start();
    version = flow.version('RUNNING');
    await flow.deploy(stack => teardownOf(version, { provider: patientProvider(stack) })(stack));
    flow.sandbox.rekognition.onStatus(({ to }) => { if (to === 'STOPPED') flow.sandbox.rekognition.setStatus(version, 'RUNNING'); });
    expect((await flow.destroy()).status).toBe('DELETE_FAILED');
    expect(flow.failure()).toMatch(/ is left after 5\d min: v1 (RUNNING \(billed\)|STOPPING)\./);
    expect(flow.left).toHaveProperty('v1');
  });
});

describe('during a deletion', () => {
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
  ])('%s with status %d for ten minutes does not change the outcome', async (code, status) => {
    await startBesideAnother();
    const end = flow.sandbox.clock.now() + 10 * MINUTE;
    flow.sandbox.intercept(async (call, next) => {
      if (call.service === 'rekognition' && call.time < end) throw new ServiceError(code, 'Slow down', status);
      return next();
    });
    await destroyed();
    expect(flow.log.some(({ message }) => message === 'tries again at the next poll')).toBe(true);
  });

  test.each(['StopProjectVersion', 'DeleteProjectVersion'])('a lost answer to %s does not change the outcome', async operation => {
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

  test('descriptions that are stale for a minute do not change the outcome', async () => {
    await startBesideAnother({ staleReads: MINUTE });
    await destroyed();
  });

  test('processes that are killed between stop and delete do not change the outcome', async () => {
    await startBesideAnother();
    flow.sandbox.rekognition.onStatus(({ to }) => {
      if (to === 'STOPPED') for (const { functionName } of functions()) flow.sandbox.lambda.kill(functionName);
    });
    await destroyed();
  });

  test('a handler that is killed right after it has stopped the model fails the deletion, and the next one completes it', async () => {
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
