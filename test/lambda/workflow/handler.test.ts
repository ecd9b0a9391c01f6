import { round } from '../../../lambda/workflow/handler';
import type { WorkflowAnswer, WorkflowRequest } from '../../../src/private/contract';
import { OTHER_VERSION_ARN, PROJECT_ARN, VERSION_ARN } from '../../support/arns';
import {
  awsError, changes, DeleteDatasetCommand, DeleteProjectVersionCommand, DescribeProjectsCommand, DescribeProjectVersionsCommand, rekognition, reset,
  StopProjectVersionCommand, versionIs,
} from '../../support/aws';
import { LogLines } from '../../support/log-lines';

const mockSleep = jest.fn((milliseconds: number) => { jest.setSystemTime(Date.now() + milliseconds); return Promise.resolve(); });
jest.mock('timers/promises', () => ({ setTimeout: (milliseconds: number) => mockSleep(milliseconds) }));

let logged: LogLines;

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  reset();
  logged = new LogLines();
});

afterEach(() => {
  jest.useRealTimers();
  logged.stop();
});

/** `remaining`: time left of the function's timeout, in milliseconds. */
function ask(request: Partial<WorkflowRequest> = {}, minutes = 0, remaining = 300_000): Promise<WorkflowAnswer> {
  return round({
    mode: 'DELETE',
    trainingBehavior: 'WAIT',
    deleteProjects: false,
    projectArns: [PROJECT_ARN],
    projectVersionArns: [],
    timeoutSeconds: 26 * 3600,
    input: {},
    startedAt: new Date(Date.now() - minutes * 60_000).toISOString(),
    previous: {},
    ...request,
  }, { getRemainingTimeInMillis: () => remaining });
}

const reads = () => rekognition.commandCalls(DescribeProjectVersionsCommand).length;

test.each([10_000, 30_000, 300_000])('a round acts with a function that has %d ms', async remaining => {
  versionIs('RUNNING');
  rekognition.on(StopProjectVersionCommand).resolves({});
  await ask({}, 0, remaining);
  expect(rekognition.commandCalls(StopProjectVersionCommand)).toHaveLength(1);
});

describe('a round waits', () => {
  test.each(['RUNNING', 'STARTING', 'STOPPING', 'DELETING', 'COPYING_IN_PROGRESS', 'A_STATUS_OF_TOMORROW'])('15 seconds while something is %s', async status => {
    versionIs(status);
    rekognition.on(StopProjectVersionCommand).resolves({});
    rekognition.on(DeleteProjectVersionCommand).resolves({});
    expect(await ask()).toMatchObject({ next: 'WAIT', waitSeconds: 15, quickRounds: 1 });
  });

  test('5 minutes while only training is waited for, which does not count as a short wait', async () => {
    versionIs('TRAINING_IN_PROGRESS');
    expect(await ask({ previous: { next: 'WAIT', quickRounds: 7 } })).toMatchObject({ next: 'WAIT', waitSeconds: 300, quickRounds: 7 });
  });

  test('5 minutes after 240 short waits', async () => {
    versionIs('STOPPING');
    expect(await ask({ previous: { quickRounds: 239 } })).toMatchObject({ next: 'WAIT', waitSeconds: 15, quickRounds: 240 });
    expect(await ask({ previous: { quickRounds: 240 } })).toMatchObject({ next: 'WAIT', waitSeconds: 300, quickRounds: 240 });
  });

  test('15 seconds while one of two versions is in training and the other is changing', async () => {
    const versions = (...statuses: string[]) => statuses.map((Status, index) => ({ ProjectVersionArn: `${VERSION_ARN}${index}`, Status: Status as never }));
    rekognition.on(DescribeProjectVersionsCommand).resolves({ ProjectVersionDescriptions: versions('TRAINING_IN_PROGRESS', 'STOPPING') });
    expect(await ask()).toMatchObject({ waitSeconds: 15 });
    rekognition.on(DescribeProjectVersionsCommand, { ProjectArn: `${PROJECT_ARN}0` }).resolves({ ProjectVersionDescriptions: versions('TRAINING_IN_PROGRESS') });
    rekognition.on(DescribeProjectVersionsCommand, { ProjectArn: PROJECT_ARN }).resolves({ ProjectVersionDescriptions: versions('STOPPING') });
    expect(await ask({ projectArns: [PROJECT_ARN, `${PROJECT_ARN}0`] })).toMatchObject({ waitSeconds: 15 });
  });

  test('15 seconds while only a failed call is in the way', async () => {
    rekognition.on(DescribeProjectVersionsCommand).rejects(awsError('InternalServerError'));
    expect(await ask()).toMatchObject({ waitSeconds: 15 });
  });

  test('no longer than the timeout allows', async () => {
    versionIs('TRAINING_IN_PROGRESS');
    expect(await ask({ timeoutSeconds: 3600 }, 59)).toMatchObject({ waitSeconds: 60 });
  });
});

describe('a call that fails', () => {
  beforeEach(() => versionIs('RUNNING'));

  test('for a while is retried', async () => {
    rekognition.on(StopProjectVersionCommand).rejects(awsError('ThrottlingException'));
    expect(await ask({}, 60)).toMatchObject({ next: 'WAIT', waitSeconds: 15 });
  });

  test('that only reads is retried too', async () => {
    rekognition.on(DescribeProjectVersionsCommand).rejects(awsError('InternalServerError'));
    expect(await ask({}, 60)).toMatchObject({ next: 'WAIT' });
    expect(await ask({}, 26 * 60)).toMatchObject({ next: 'FAIL', error: 'TeardownIncomplete', cause: expect.stringContaining('rekognition:DescribeProjectVersions failed with InternalServerError') });
  });

  test.each([['AccessDeniedException', 1, 'WAIT'], ['AccessDeniedException', 3, 'FAIL'], ['ValidationException', 0, 'FAIL']])('with %s after %d minutes: %s', async (name, minutes, next) => {
    rekognition.on(StopProjectVersionCommand).rejects(awsError(name));
    expect(await ask({}, minutes)).toMatchObject({ next });
  });

  test('for one of two versions does not end the execution while the other is changing', async () => {
    rekognition.on(DescribeProjectVersionsCommand).resolves({
      ProjectVersionDescriptions: [
        { ProjectVersionArn: VERSION_ARN, Status: 'RUNNING' }, { ProjectVersionArn: `${VERSION_ARN}1`, Status: 'TRAINING_IN_PROGRESS' },
      ],
    });
    rekognition.on(StopProjectVersionCommand).rejects(awsError('AccessDeniedException'));
    expect(await ask({}, 60)).toEqual({ next: 'WAIT', waitSeconds: 300, quickRounds: 0, found: [0] });
  });
});

test('a bug is not a failure of a target: it reaches the state machine, which retries the round', async () => {
  versionIs('RUNNING');
  logged.failWith(new TypeError('a bug'));
  await expect(ask()).rejects.toThrow('a bug');
});

test('a round changes nothing when the function has no time remaining', async () => {
  versionIs('RUNNING');
  rekognition.on(StopProjectVersionCommand).resolves({});
  expect(await ask({}, 0, 0)).toMatchObject({ next: 'WAIT' });
  expect(changes()).toEqual([]);
  await ask({}, 0, 30_001);
  expect(changes()).toEqual([{ operation: 'StopProjectVersion', arn: VERSION_ARN }]);
});

test('each round is logged: the state of the targets, and the failed calls', async () => {
  versionIs('STOPPED');
  rekognition.on(DescribeProjectVersionsCommand, { ProjectArn: `${PROJECT_ARN}0` }).rejects(awsError('AccessDeniedException'));
  await ask({ mode: 'STOP', projectArns: [PROJECT_ARN, `${PROJECT_ARN}0`] }, 1);
  expect(logged.of('round')).toEqual([expect.objectContaining({
    mode: 'STOP', targets: 2, reached: 1, elapsedSeconds: 60, inTheWay: [expect.stringContaining('rekognition:DescribeProjectVersions failed with AccessDeniedException')],
  })]);
});

test('a version whose project is not a target is torn down on its own', async () => {
  const other = PROJECT_ARN.replace('parts', 'screws');
  versionIs('RUNNING');
  rekognition.on(DescribeProjectVersionsCommand, { ProjectArn: other }).resolves({ ProjectVersionDescriptions: [] });
  rekognition.on(StopProjectVersionCommand).resolves({});
  await ask({ projectArns: [other], projectVersionArns: [VERSION_ARN] });
  expect(changes()).toEqual([{ operation: 'StopProjectVersion', arn: VERSION_ARN }]);
});

describe('targets', () => {
  test('that are all in their final state succeed, with counts', async () => {
    versionIs('STOPPED');
    expect(await ask({ mode: 'STOP' }, 1)).toEqual({ next: 'SUCCEED', result: { mode: 'STOP', targets: 1, reached: 1, notFound: 0, elapsedSeconds: 60 } });
  });

  test('whose project is a target too are described once and changed once', async () => {
    versionIs('STOPPED');
    rekognition.on(DeleteProjectVersionCommand).resolves({});
    await ask({ projectVersionArns: [VERSION_ARN, VERSION_ARN] });
    expect(reads()).toBe(1);
    expect(changes()).toEqual([{ operation: 'DeleteProjectVersion', arn: VERSION_ARN }]);
  });

  test('that are versions of one project are found with one call', async () => {
    rekognition.on(DescribeProjectsCommand).resolves({ ProjectDescriptions: [{ ProjectArn: PROJECT_ARN }] });
    rekognition.on(DescribeProjectVersionsCommand).resolves({
      ProjectVersionDescriptions: [VERSION_ARN, OTHER_VERSION_ARN].map(arn => ({ ProjectVersionArn: arn, Status: 'STOPPED' as const })),
    });
    expect(await ask({ mode: 'STOP', projectArns: [], projectVersionArns: [VERSION_ARN, OTHER_VERSION_ARN] })).toMatchObject({ next: 'SUCCEED', result: { targets: 2, reached: 2 } });
    expect([reads(), rekognition.commandCalls(DescribeProjectsCommand).length]).toEqual([1, 1]);
  });

  describe('that do not exist', () => {
    const RENEWED = PROJECT_ARN.replace(/\d+$/, '1799000000000');
    const both = { projectVersionArns: [VERSION_ARN] };
    const projectsAre = (...arns: string[]) =>
      rekognition.on(DescribeProjectsCommand).resolves({ ProjectDescriptions: arns.map(ProjectArn => ({ ProjectArn })) });

    beforeEach(() => {
      projectsAre();
      for (const command of [DescribeProjectVersionsCommand, DeleteProjectVersionCommand, StopProjectVersionCommand] as const) {
        rekognition.on(command as any).rejects(awsError('ResourceNotFoundException'));
      }
    });

    test('are what DELETE wants, and are counted', async () => {
      expect(await ask(both)).toMatchObject({ next: 'SUCCEED', result: { targets: 2, reached: 2, notFound: 2 } });
    });

    test('are not counted if an earlier round has found them', async () => {
      expect(await ask({ ...both, previous: { quickRounds: 3, found: [0] } })).toMatchObject({ next: 'SUCCEED', result: { targets: 2, reached: 2, notFound: 1 } });
    });

    test('fail STOP after a minute, in which reads may be stale', async () => {
      expect(await ask({ ...both, mode: 'STOP' })).toEqual({ next: 'WAIT', waitSeconds: 15, quickRounds: 1, found: [] });
      const answered = await ask({ ...both, mode: 'STOP' }, 1);
      expect(answered).toMatchObject({ next: 'FAIL', error: 'TeardownIncomplete', cause: expect.stringContaining(`There is no project ${PROJECT_ARN}: correct the ARN`) });
      expect(answered.cause).toMatch(`There is no project version ${VERSION_ARN}: correct the ARN`);
    });

    test.each(['STOP', 'DELETE'] as const)('but were made again under the same name fail %s', async mode => {
      projectsAre(RENEWED);
      rekognition.on(DescribeProjectVersionsCommand, { ProjectArn: RENEWED }).resolves({
        ProjectVersionDescriptions: [{ ProjectVersionArn: `${VERSION_ARN}1`, Status: 'RUNNING' }, { ProjectVersionArn: OTHER_VERSION_ARN, Status: 'RUNNING' }],
      });
      const { next, cause } = await ask({ ...both, mode }, 1);
      expect(next).toBe('FAIL');
      expect(cause).toMatch(`There is no project ${PROJECT_ARN}, but ${RENEWED} has its name, and what runs there is billed`);
      expect(cause).toMatch(`There is no project version ${VERSION_ARN}, but ${VERSION_ARN}1 has its name`);
    });

    test('are not believed to be gone as long as their project is listed', async () => {
      projectsAre(PROJECT_ARN);
      expect(await ask()).toMatchObject({ next: 'WAIT' });
      expect(await ask({}, 26 * 60)).toMatchObject({ next: 'FAIL', cause: expect.stringMatching('Project parts is left') });
    });

    test('fail only after others have finished', async () => {
      versionIs('STOPPING');
      rekognition.on(StopProjectVersionCommand).rejects(awsError('ResourceNotFoundException'));
      expect(await ask({ mode: 'STOP', projectVersionArns: [OTHER_VERSION_ARN.replace('parts', 'nuts')] }, 2)).toMatchObject({ next: 'WAIT', found: [0] });
    });

    test('are unknown as long as the versions of a project of the same name cannot be listed', async () => {
      projectsAre(RENEWED);
      rekognition.on(DescribeProjectVersionsCommand, { ProjectArn: RENEWED }).rejects(awsError('InternalServerError'));
      expect(await ask({ ...both, mode: 'STOP' })).toEqual({ next: 'WAIT', waitSeconds: 15, quickRounds: 1, found: [] });
      expect((await ask({ ...both, mode: 'STOP' }, 26 * 60)).cause).toMatch('rekognition:DescribeProjectVersions');
    });

    test('are unknown as long as projects cannot be listed', async () => {
      rekognition.on(DescribeProjectsCommand).rejects(awsError('InternalServerError'));
      expect(await ask({ mode: 'STOP' })).toEqual({ next: 'WAIT', waitSeconds: 15, quickRounds: 1, found: [] });
    });
  });

  test.each([
    ['projectArns', { projectArns: [VERSION_ARN] }, 'not the ARN of a Rekognition project: "arn:'],
    ['projectVersionArns', { projectVersionArns: [PROJECT_ARN] }, 'not the ARN of a Rekognition project version: "arn:'],
    ['input', { input: { dryRun: 'true' } }, 'the input must be {} or {"dryRun": true}, got: {"dryRun":"true"}; no call was made'],
    ['input of another key', { input: { DryRun: true } }, 'the input must be {} or {"dryRun": true}, got: {"DryRun":true}'],
    ['input of text', { input: '' }, 'the input must be {} or {"dryRun": true}, got: ""'],
    ['input of nothing', { input: null }, 'the input must be {} or {"dryRun": true}, got: null'],
  ])('with invalid %s fail before any call', async (_, request, cause) => {
    expect(await ask(request)).toEqual({ next: 'FAIL', error: 'InvalidRequest', cause: expect.stringContaining(cause) });
    expect(rekognition.calls()).toHaveLength(0);
  });

  test('without a start fail too', async () => {
    await expect(ask({ startedAt: '' })).rejects.toThrow('the function needs startedAt and timeoutSeconds');
  });
});

describe('the cause of a failure', () => {
  test('stays short, no matter how much is left', async () => {
    rekognition.on(DescribeProjectVersionsCommand).resolves({
      ProjectVersionDescriptions: Array.from({ length: 100 }, (_, index) => ({ ProjectVersionArn: VERSION_ARN.replace('parts.v1', `v${index}`.padEnd(255, 'x')), Status: 'STOPPING' as const })),
    });
    const { cause } = await ask({}, 26 * 60);
    expect(cause).toMatch(/^100 models of project parts are left after 26 h: v0x/);
    expect(cause).toMatch(/ and 80 more STOPPING\. 1 of 1 target is not done\. Start the workflow again\. \[slow\]$/);
    expect(cause!.length).toBeLessThan(8_100);
  });

  test('names a training that is not to be waited for', async () => {
    versionIs('TRAINING_IN_PROGRESS');
    expect(await ask({ trainingBehavior: 'FAIL' })).toMatchObject({ next: 'FAIL', error: 'TeardownIncomplete', cause: expect.stringMatching(/parts\.v1 TRAINING_IN_PROGRESS\. .* trainingBehavior is FAIL\. \[training\]$/) });
  });
});

describe('a dry run', () => {
  const dryRun = (request: Partial<WorkflowRequest> = {}, minutes = 0) => ask({ input: { dryRun: true }, ...request }, minutes);

  test.each([
    ['RUNNING', 'DELETE', ['StopProjectVersion', 'DeleteProjectVersion']],
    ['RUNNING', 'STOP', ['StopProjectVersion']],
    ['STOPPING', 'DELETE', ['wait while STOPPING', 'DeleteProjectVersion']],
    ['COPYING_IN_PROGRESS', 'DELETE', ['wait while COPYING_IN_PROGRESS', 'DeleteProjectVersion']],
    ['DELETING', 'DELETE', ['wait while DELETING']],
    ['TRAINING_IN_PROGRESS', 'STOP', []],
  ] as const)('of a version that is %s in mode %s', async (status, mode, would) => {
    versionIs(status, { MinInferenceUnits: 2, CreationTimestamp: new Date(0) });
    const { result } = await dryRun({ mode });
    expect(result).toMatchObject({ versions: [{ arn: VERSION_ARN, status, inferenceUnits: 2, createdAt: new Date(0), would }] });
    expect(changes()).toEqual([]);
  });

  test('says what is refused, and what that means for the rest of the project', async () => {
    rekognition.on(DescribeProjectVersionsCommand).resolves({
      ProjectVersionDescriptions: [
        { ProjectVersionArn: VERSION_ARN, Status: 'TRAINING_IN_PROGRESS' }, { ProjectVersionArn: `${VERSION_ARN}1`, Status: 'RUNNING' },
      ],
    });
    expect((await dryRun({ trainingBehavior: 'FAIL' })).result).toMatchObject({
      versions: [
        { would: [], refused: 'it is in training, and trainingBehavior is FAIL' }, { would: ['StopProjectVersion'] },
      ],
      datasets: [],
      projects: [],
    });
  });

  test('lists datasets and the project after the versions, and what does not exist', async () => {
    versionIs();
    rekognition.on(DescribeProjectsCommand).resolves({ ProjectDescriptions: [{ ProjectArn: PROJECT_ARN, Datasets: [{ DatasetArn: 'dataset', Status: 'CREATE_COMPLETE' }] }] });
    expect((await dryRun({ deleteProjects: true, projectVersionArns: [VERSION_ARN] })).result).toMatchObject({
      notFound: [VERSION_ARN], versions: [], datasets: [{ arn: 'dataset', would: ['DeleteDataset'] }], projects: [{ arn: PROJECT_ARN, would: ['DeleteProject'] }], more: 0,
    });
    expect(rekognition.commandCalls(DeleteDatasetCommand)).toEqual([]);
  });

  test('stays below the size that Step Functions accepts', async () => {
    rekognition.on(DescribeProjectVersionsCommand).resolves({
      ProjectVersionDescriptions: Array.from({ length: 1000 }, (_, index) => ({ ProjectVersionArn: VERSION_ARN.replace('parts.v1', `v${index}`.padEnd(255, 'x')), Status: 'RUNNING' as const })),
    });
    const answer = await dryRun({ mode: 'STOP' });
    expect(JSON.stringify(answer).length).toBeLessThan(262_144);
    const { versions, more } = answer.result as any;
    expect(versions.length + more).toBe(1000);
    expect(more).toBeGreaterThan(0);
  });

  test('with a bug reaches the state machine', async () => {
    versionIs();
    rekognition.on(DescribeProjectsCommand).resolves({ ProjectDescriptions: [{ ProjectArn: PROJECT_ARN, Datasets: 'a bug' as never }] });
    await expect(dryRun()).rejects.toThrow(TypeError);
  });

  test('succeeds, or waits 15 seconds after a transient error', async () => {
    versionIs('STOPPED');
    expect(await dryRun()).toMatchObject({ next: 'SUCCEED' });
    rekognition.on(DescribeProjectVersionsCommand).rejects(awsError('InternalServerError'));
    expect(await dryRun()).toEqual({ next: 'WAIT', waitSeconds: 15, quickRounds: 1 });
  });

  test.each([['ThrottlingException', 'WAIT'], ['AccessDeniedException', 'FAIL']])('that cannot read, with %s: %s', async (name, next) => {
    rekognition.on(DescribeProjectVersionsCommand).rejects(awsError(name));
    expect(await dryRun({}, 3)).toMatchObject(next === 'FAIL' ? { next, error: 'DryRunFailed', cause: expect.stringContaining('Nothing was changed') } : { next });
  });
});
