import { CallFailure } from '../../../lambda/aws/errors';
import { afterOthers, RateLimiter } from '../../../lambda/aws/rate-limiter';
import { Reads } from '../../../lambda/steps/reads';
import { PROJECT_ARN } from '../../support/arns';
import { awsError, DescribeProjectsCommand, DescribeProjectVersionsCommand, rekognition, reset } from '../../support/aws';

const mockSleep = jest.fn((milliseconds: number) => { jest.setSystemTime(Date.now() + milliseconds); return Promise.resolve(); });
jest.mock('timers/promises', () => ({ setTimeout: (milliseconds: number) => mockSleep(milliseconds) }));

const waits = () => mockSleep.mock.calls.map(([milliseconds]) => milliseconds);

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  jest.spyOn(Math, 'random').mockReturnValue(0.9);
  reset();
});

afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

describe('the pace of a poll', () => {
  test('lets the first call of an operation through at once, and each further one 220 ms later', async () => {
    const rateLimiter = new RateLimiter(Date.now() + 60_000);
    for (const operation of ['stop', 'delete', 'stop', 'stop']) expect(await rateLimiter.turn(operation)).toBe(true);
    expect(waits()).toEqual([220, 220]);
  });

  test.each([[10, 5], [30, 15], [120, 90]])('ends in time: with %d seconds remaining, after %d', async (remaining, until) => {
    const rateLimiter = RateLimiter.within(remaining * 1000);
    jest.setSystemTime(Date.now() + until * 1000 - 1);
    expect(rateLimiter.isOutOfTime).toBe(false);
    jest.setSystemTime(Date.now() + 1);
    expect(rateLimiter.isOutOfTime).toBe(true);
  });

  test('has no turn left when the poll has to end', async () => {
    const rateLimiter = new RateLimiter(Date.now() + 220);
    expect(await rateLimiter.turn('stop')).toBe(true);
    expect(rateLimiter.isOutOfTime).toBe(false);
    expect(await rateLimiter.turn('stop')).toBe(false);
    jest.setSystemTime(Date.now() + 220);
    expect(rateLimiter.isOutOfTime).toBe(true);
  });

  test('doubles the wait each time a call is throttled, up to two seconds', async () => {
    const throttled = new CallFailure('rekognition:StopProjectVersion', 'arn', awsError('ThrottlingException'));
    const send = jest.fn().mockResolvedValue('done');
    for (let times = 0; times < 4; times++) send.mockRejectedValueOnce(throttled);
    expect(await new RateLimiter(Date.now() + 60_000).patiently(send)).toBe('done');
    expect(waits()).toEqual([450, 900, 1800, 1800]);
  });

  test('throws the throttling error when the poll has no time for another wait', async () => {
    const throttled = new CallFailure('rekognition:StopProjectVersion', 'arn', awsError('ThrottlingException'));
    await expect(new RateLimiter(Date.now() + 450).patiently(() => Promise.reject(throttled))).rejects.toBe(throttled);
    expect(waits()).toEqual([]);
    // its patience is longer than the time that the poll has left if the call took long.
    const send = () => { jest.setSystemTime(Date.now() + 800); return Promise.reject(throttled); };
    await expect(new RateLimiter(Date.now() + 1000).patiently(send)).rejects.toBe(throttled);
    expect(waits()).toEqual([]);
  });
});

test.each([[0, []], [1, [200]], [10, [2000]], [1000, [30_000]]])('a teardown that begins at the same time as %d others waits for %j ms', async (ahead, expected) => {
  await afterOthers(ahead);
  expect(waits()).toEqual(expected);
});

describe('the data of one step', () => {
  const asked = () => rekognition.commandCalls(DescribeProjectVersionsCommand).map(({ args: [{ input }] }) => [input.ProjectArn, input.VersionNames]);
  const look = (isShared = false) => new Reads(new RateLimiter(Date.now() + 60_000), isShared);
  const OTHER = PROJECT_ARN.replace('parts', 'screws');

  test('are requested once for each project and each name', async () => {
    const reads = look();
    for (const name of ['v1', 'v2', 'v1', undefined]) await reads.versions(PROJECT_ARN, name);
    await reads.versions(OTHER, 'v1');
    expect(asked()).toEqual([[PROJECT_ARN, ['v1']], [PROJECT_ARN, ['v2']], [PROJECT_ARN, undefined], [OTHER, ['v1']]]);
  });

  test('are requested as a whole list where targets share a project', async () => {
    const reads = look(true);
    for (const name of ['v1', 'v2']) await reads.versions(PROJECT_ARN, name);
    expect(asked()).toEqual([[PROJECT_ARN, undefined]]);
  });

  test('are also requested for projects by name and region, at their own pace', async () => {
    const reads = look();
    await reads.versions(PROJECT_ARN);
    for (const [region, projectName] of [['us-east-1', 'parts'], ['eu-west-1', 'parts'], ['us-east-1', 'screws'], ['us-east-1', 'parts']]) await reads.projects({ region, projectName });
    expect(rekognition.commandCalls(DescribeProjectsCommand).map(({ args: [{ input }] }) => input.ProjectNames)).toEqual([['parts'], ['parts'], ['screws']]);
    expect(waits()).toEqual([220, 220]);
  });
});
