import * as handler from '../../../lambda/custom-resource/handler';
import { PROJECT_ARN, VERSION_ARN } from '../../support/arns';
import {
  awsError, changes, cloudFormation, DeleteDatasetCommand, DeleteProjectCommand, DeleteProjectVersionCommand,
  DescribeProjectsCommand, DescribeProjectVersionsCommand, DescribeStackEventsCommand, ListTagsForResourceCommand,
  rekognition, reset, stackIs, StopProjectVersionCommand,
} from '../../support/aws';
import { minutesAgo, operation, projectEvent } from '../../support/events';
import { LogLines } from '../../support/log-lines';

const GONE = awsError('ResourceNotFoundException');
const IN_USE = awsError('ResourceInUseException', 'Specified resource is in use.');
const DATASET_ARN = PROJECT_ARN.replace('/parts/', '/parts/dataset/train/');
const SECOND = 1000;

const mockSleep = jest.fn((milliseconds: number) => { jest.setSystemTime(Date.now() + milliseconds); return Promise.resolve(); });
jest.mock('timers/promises', () => ({ setTimeout: (milliseconds: number) => mockSleep(milliseconds) }));

let logged: LogLines;
let timeLeft: number;

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  reset();
  timeLeft = 120 * SECOND;
  process.env.TOTAL_TIMEOUT_SECONDS = '3300';
  process.env.QUERY_INTERVAL_SECONDS = '15';
  logged = new LogLines();
  projectHas({});
});

afterEach(() => {
  jest.useRealTimers();
  logged.stop();
});

const isComplete = (event: Parameters<typeof handler.isComplete>[0]) => handler.isComplete(event, { getRemainingTimeInMillis: () => timeLeft });

function arnOf(name: string): string {
  return VERSION_ARN.replace('parts.v1', name);
}

/** What the project contains: versions by name, and whether it has a dataset in that status. */
function projectHas(versions: { [name: string]: string }, dataset?: string, status = 'CREATED'): void {
  rekognition.on(DescribeProjectVersionsCommand).resolves({
    ProjectVersionDescriptions: Object.entries(versions).map(([name, Status]) => ({ ProjectVersionArn: arnOf(name), Status: Status as any })),
    NextToken: '',
  });
  rekognition.on(DescribeProjectsCommand).resolves({
    ProjectDescriptions: [{
      ProjectArn: PROJECT_ARN, Status: status as any, Datasets: dataset ? [{ DatasetArn: DATASET_ARN, DatasetType: 'TRAIN', Status: dataset as any }] : [],
    }],
  });
}

async function failure(event: Parameters<typeof isComplete>[0]): Promise<string> {
  const error: Error = await isComplete(event).then(result => { throw new Error(`unexpected success: ${JSON.stringify(result)}`); }, reason => reason);
  expect(error.name).toBe('TeardownError');
  return error.message;
}

describe('onEvent', () => {
  test('uses the project ARN as the physical id', async () => {
    expect(await handler.onEvent(projectEvent('Create') as any)).toMatchObject({ PhysicalResourceId: PROJECT_ARN });
  });

  test.each([
    ['the ARN of a version', { ProjectArn: VERSION_ARN }, 'not the ARN of a Rekognition project: "arn:'],
    ['no ARN', { ProjectArn: undefined }, 'not the ARN of a Rekognition project: undefined. Expected: arn:PARTITION:'],
    ['an odd choice', { DeleteProject: 'maybe' }, 'DeleteProject must be one of false, true, got: "maybe"'],
  ])('rejects %s', async (_, properties, message) => {
    await expect(handler.onEvent(projectEvent('Create', properties) as any)).rejects.toThrow(message);
  });

  test('rejects a resource type that it does not know', async () => {
    await expect(handler.onEvent(projectEvent('Create', {}, { ResourceType: 'Custom::Other' }) as any)).rejects.toThrow('The handler does not know the resource type Custom::Other');
  });
});

describe.each(['Create', 'Update'] as const)('%s', request => {
  test('succeeds when the project exists', async () => {
    expect(await isComplete(projectEvent(request))).toEqual({ IsComplete: true, Data: {} });
  });

  test('fails when a project that lives elsewhere does not exist', async () => {
    rekognition.on(DescribeProjectVersionsCommand).rejects(GONE);
    stackIs('UPDATE_IN_PROGRESS');
    expect(await isComplete(projectEvent(request))).toEqual({ IsComplete: false });
    expect(await failure(projectEvent(request, {}, { StartedAt: minutesAgo(1) }))).toMatch(`There is no project ${PROJECT_ARN} in account`);
  });

  test('does not fail for a project that is gone when the update changes other properties', async () => {
    rekognition.on(DescribeProjectVersionsCommand).rejects(GONE);
    expect(await isComplete(projectEvent('Update', {}, { OldResourceProperties: { ProjectArn: PROJECT_ARN } }))).toEqual({ IsComplete: true, Data: {} });
  });

  test('trusts CloudFormation about a project of the same stack', async () => {
    expect(await isComplete(projectEvent(request, { OwnerTag: 'owner' }))).toEqual({ IsComplete: true, Data: {} });
    expect(rekognition.calls()).toHaveLength(0);
  });
});

describe('custody of a project of the same stack', () => {
  const cleanUp = operation({ status: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', project: { isNew: false, isUpdated: false } });
  const event = projectEvent('Delete', { OwnerTag: 'owner' }, { Operation: cleanUp });

  test('acts in a cleanup if both the record and the tag show that the project is deleted', async () => {
    projectHas({ v1: 'STOPPED' });
    rekognition.on(ListTagsForResourceCommand).resolves({ Tags: { owner: 'TeardownResource' } });
    rekognition.on(DeleteProjectVersionCommand).resolves({});
    expect(await isComplete(event)).toEqual({ IsComplete: false });
    expect(changes()).toEqual([{ operation: 'DeleteProjectVersion', arn: arnOf('v1') }]);
  });

  test('does not read the tag when the stack is deleted', async () => {
    projectHas({ v1: 'STOPPED' });
    rekognition.on(DeleteProjectVersionCommand).resolves({});
    expect(await isComplete(projectEvent('Delete', { OwnerTag: 'owner' }))).toEqual({ IsComplete: false });
    expect(rekognition.commandCalls(ListTagsForResourceCommand)).toHaveLength(0);
  });

  test('keeps everything when the update has also updated the project, whatever the tag says', async () => {
    projectHas({ v1: 'RUNNING' });
    const updated = { ...cleanUp, project: { isNew: false, isUpdated: true } };
    expect(await isComplete({ ...event, Operation: updated } as any)).toEqual({ IsComplete: true });
    expect(changes()).toEqual([]);
    expect(rekognition.commandCalls(ListTagsForResourceCommand)).toHaveLength(0);
  });

  test('waits two minutes for a tag that names another teardown, then fails, names the tag, and does not advise to delete the stack', async () => {
    projectHas({ v1: 'RUNNING' });
    rekognition.on(ListTagsForResourceCommand).resolves({ Tags: { owner: 'RenamedResource' } });
    expect(await isComplete(event)).toEqual({ IsComplete: false });
    const message = await failure({ ...event, StartedAt: minutesAgo(2) });
    expect(message).toMatch(/^1 model of project parts is there: v1 RUNNING \(billed\)\. .* its tag owner is RenamedResource and should be TeardownResource\. If an update was to delete it, run what follows, .* \[unclear\] \(1\) aws rekognition stop-/);
    expect(message).not.toMatch('delete it again');
    expect(changes()).toEqual([]);
  });

  test('is complete when the project is gone', async () => {
    rekognition.on(ListTagsForResourceCommand).rejects(GONE);
    rekognition.on(DescribeProjectsCommand).resolves({ ProjectDescriptions: [] });
    expect(await isComplete(event)).toEqual({ IsComplete: true });
    expect(changes()).toEqual([]);
    expect(logged.of('kept')).toMatchObject([{ level: 'warn', target: PROJECT_ARN, because: 'the project is gone' }]);
  });

  test('fails and keeps everything when the tags cannot be read', async () => {
    rekognition.on(ListTagsForResourceCommand).rejects(awsError('AccessDeniedException'));
    expect(await isComplete(event)).toEqual({ IsComplete: false });
    expect(await failure({ ...event, StartedAt: minutesAgo(3) })).toMatch(`rekognition:ListTagsForResource on ${PROJECT_ARN} has been denied`);
    expect(changes()).toEqual([]);
  });
});

describe('custody of a project that lives elsewhere', () => {
  test('keeps everything unless the stack is deleted', async () => {
    projectHas({ v1: 'RUNNING' });
    expect(await isComplete(projectEvent('Delete', {}, { Operation: operation({ status: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS' }) }))).toEqual({ IsComplete: true });
    expect(changes()).toEqual([]);
    const because = 'the stack was in UPDATE_COMPLETE_CLEANUP_IN_PROGRESS and the trigger is STACK_DELETION';
    expect(logged.of('kept')).toMatchObject([{ target: PROJECT_ARN, because, statuses: { RUNNING: 1 }, running: [arnOf('v1')] }]);
  });

  test('keeps everything when asked to delete an id that CloudFormation generated', async () => {
    expect(await isComplete(projectEvent('Delete', {}, { PhysicalResourceId: 'Models-Teardown-1A2B3C' }))).toEqual({ IsComplete: true });
    expect(rekognition.calls()).toHaveLength(0);
    const because = 'CloudFormation generated this id for a resource that was never created';
    expect(logged.of('skipped')).toMatchObject([{ target: 'Models-Teardown-1A2B3C', because }]);
  });
});

describe('the versions', () => {
  test('are all handled in one poll, each as its status says', async () => {
    projectHas({ a: 'RUNNING', b: 'STOPPED', c: 'TRAINING_IN_PROGRESS', d: 'STARTING', e: 'FAILED', f: 'DELETING' });
    rekognition.on(StopProjectVersionCommand).resolves({});
    rekognition.on(DeleteProjectVersionCommand).resolves({});
    expect(await isComplete(projectEvent('Delete'))).toEqual({ IsComplete: false });
    expect(changes().map(({ operation: name, arn }) => `${name} ${arn.split('/')[3]}`).sort())
      .toEqual(['DeleteProjectVersion b', 'DeleteProjectVersion e', 'StopProjectVersion a', 'StopProjectVersion d']);
  });

  const projectHasMany = (status: string) => projectHas(Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`v${index}`, status])));

  test('are described once before and once after changes that take long', async () => {
    projectHasMany('STOPPED');
    rekognition.on(DeleteProjectVersionCommand).callsFake(() => { projectHasMany('DELETING'); return {}; });
    expect(await isComplete(projectEvent('Delete'))).toEqual({ IsComplete: false });
    expect(rekognition.commandCalls(DescribeProjectVersionsCommand)).toHaveLength(2);
    expect(rekognition.commandCalls(DeleteProjectVersionCommand)).toHaveLength(100);
  });

  test('are requested only once per poll if the service rejects the call', async () => {
    projectHasMany('STOPPED');
    rekognition.on(DeleteProjectVersionCommand).rejects(IN_USE);
    expect(await isComplete(projectEvent('Delete'))).toEqual({ IsComplete: false });
    expect(changes()).toHaveLength(100);
  });

  test('are changed with at most five calls a second', async () => {
    projectHas(Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`v${index}`, 'STOPPED'])));
    const times: number[] = [];
    rekognition.on(DeleteProjectVersionCommand).callsFake(() => { times.push(Date.now()); return {}; });
    await isComplete(projectEvent('Delete'));
    times.slice(5).forEach((time, index) => expect(time - times[index]).toBeGreaterThanOrEqual(SECOND));
    expect(times.at(-1)! - times[0]).toBeLessThan(6 * SECOND);
  });

  test('for which a poll has no time are left to the next one', async () => {
    timeLeft = 2 * SECOND;
    projectHas(Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`v${index}`, 'STOPPED'])));
    rekognition.on(DeleteProjectVersionCommand).resolves({});
    expect(await isComplete(projectEvent('Delete'))).toEqual({ IsComplete: false });
    expect(changes()).toHaveLength(5);
  });

  test('that are throttled are requested again in the same poll', async () => {
    projectHas({ a: 'STOPPED', b: 'STOPPED', c: 'STOPPED' });
    const throttled = awsError('ProvisionedThroughputExceededException');
    rekognition.on(DeleteProjectVersionCommand).resolvesOnce({}).rejectsOnce(throttled).rejectsOnce(throttled).resolves({});
    expect(await isComplete(projectEvent('Delete'))).toEqual({ IsComplete: false });
    expect(changes().map(({ arn }) => arn)).toEqual(['a', 'b', 'b', 'b', 'c'].map(arnOf));
  });

  test('that follow one that is throttled for the rest of the poll are left to the next one', async () => {
    projectHas({ a: 'STOPPED', b: 'STOPPED', c: 'STOPPED' });
    rekognition.on(DeleteProjectVersionCommand).rejects(awsError('ThrottlingException'));
    const began = Date.now();
    expect(await isComplete(projectEvent('Delete'))).toEqual({ IsComplete: false });
    expect(changes().every(({ arn }) => arn === arnOf('a'))).toBe(true);
    expect(Date.now() - began).toBeLessThan(timeLeft - 30 * SECOND);
  });

  test.each(['InternalServerError', 'TimeoutError'])('that fail with %s are left to the next poll at once', async name => {
    projectHas({ a: 'STOPPED', b: 'STOPPED' });
    rekognition.on(DeleteProjectVersionCommand).rejects(awsError(name));
    expect(await isComplete(projectEvent('Delete'))).toEqual({ IsComplete: false });
    expect(changes()).toHaveLength(1);
  });

  test('are all tried even if one of them must not be changed', async () => {
    projectHas({ a: 'STOPPED', b: 'STOPPED', c: 'STOPPED' });
    rekognition.on(DeleteProjectVersionCommand).resolves({}).on(DeleteProjectVersionCommand, { ProjectVersionArn: arnOf('a') }).rejects(awsError('AccessDeniedException'));
    expect(await failure(projectEvent('Delete', {}, { StartedAt: minutesAgo(3) }))).toMatch(`rekognition:DeleteProjectVersion on ${arnOf('a')} has been denied`);
    expect(changes()).toHaveLength(3);
  });

  test('are gone when a second description, a moment later, confirms it', async () => {
    rekognition.on(DescribeProjectVersionsCommand)
      .resolvesOnce({ ProjectVersionDescriptions: [] })
      .resolvesOnce({ ProjectVersionDescriptions: [{ ProjectVersionArn: arnOf('late'), Status: 'STOPPED' }] })
      .resolves({ ProjectVersionDescriptions: [] });
    rekognition.on(DeleteProjectVersionCommand).resolves({});
    expect(await isComplete(projectEvent('Delete'))).toEqual({ IsComplete: false });
    expect(mockSleep).toHaveBeenCalledWith(SECOND);
    expect(changes()).toEqual([{ operation: 'DeleteProjectVersion', arn: arnOf('late') }]);
    expect(await isComplete(projectEvent('Delete'))).toEqual({ IsComplete: true });
  });

  test.each(['DELETE', 'STOP'])('are gone with their project, once that is not listed either, in mode %s', async Mode => {
    rekognition.on(DescribeProjectVersionsCommand).rejects(GONE);
    expect(await isComplete(projectEvent('Delete', { Mode }))).toEqual({ IsComplete: false });
    expect(await failure(projectEvent('Delete', { Mode }, { StartedAt: minutesAgo(55) }))).toMatch(/^Project parts is /);
    rekognition.on(DescribeProjectsCommand).resolves({ ProjectDescriptions: [{ ProjectArn: `${PROJECT_ARN}1` }] });
    expect(await isComplete(projectEvent('Delete', { Mode }))).toEqual({ IsComplete: true });
  });

  test('are only stopped in mode STOP, which keeps the datasets', async () => {
    projectHas({ a: 'STOPPED', b: 'TRAINING_IN_PROGRESS' }, 'CREATE_COMPLETE');
    expect(await isComplete(projectEvent('Delete', { Mode: 'STOP' }))).toEqual({ IsComplete: true });
    expect(changes()).toEqual([]);
  });

  test('fail the teardown if one of them is in a training that is not to be waited for, and nothing is deleted', async () => {
    projectHas({ a: 'STOPPED', b: 'TRAINING_IN_PROGRESS', c: 'STOPPING' });
    expect(await failure(projectEvent('Delete', { TrainingBehavior: 'FAIL' }))).toMatch(': b TRAINING_IN_PROGRESS. trainingBehavior is FAIL, so nothing was deleted.');
    expect(changes()).toEqual([]);
  });

  test('that run are stopped first when another one is in a training that is not to be waited for', async () => {
    projectHas({ a: 'RUNNING', b: 'TRAINING_IN_PROGRESS', c: 'STOPPED' });
    rekognition.on(StopProjectVersionCommand).rejectsOnce(IN_USE).resolves({});
    for (let poll = 0; poll < 2; poll++) expect(await isComplete(projectEvent('Delete', { TrainingBehavior: 'FAIL' }))).toEqual({ IsComplete: false });
    projectHas({ a: 'STOPPING', b: 'TRAINING_IN_PROGRESS', c: 'STOPPED' });
    expect(await failure(projectEvent('Delete', { TrainingBehavior: 'FAIL' }))).toMatch(': b TRAINING_IN_PROGRESS. ');
    expect(changes()).toEqual(Array(2).fill({ operation: 'StopProjectVersion', arn: arnOf('a') }));
  });

  test('that are left at the deadline are counted, and the first ones are named', async () => {
    projectHas(Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`v${index}`, index === 70 ? 'TRAINING_IN_PROGRESS' : 'STOPPING'])));
    const message = await failure(projectEvent('Delete', {}, { StartedAt: minutesAgo(55) }));
    expect(message).toMatch('100 models of project parts are left after 55 min: v70 TRAINING_IN_PROGRESS, v0, v1, ');
    expect(message).toMatch('80 more STOPPING. Training cannot be canceled');
  });

  test('that are left are all named if they are few, each with the answer to its last call', async () => {
    projectHas({ a: 'STOPPED', b: 'STOPPED', c: 'STOPPING', d: 'STOPPING', e: 'DELETING' });
    rekognition.on(DeleteProjectVersionCommand).rejects(awsError('ThrottlingException'));
    const message = await failure(projectEvent('Delete', {}, { StartedAt: minutesAgo(55) }));
    expect(message).toMatch('The last answer was: rekognition:DeleteProjectVersion failed with ThrottlingException: as the service says. ');
    expect(message).toMatch(/ DELETING/);
  });

  test('appear in the log with their number at each step', async () => {
    projectHas({ a: 'STOPPING', b: 'STOPPING', c: 'DELETING' });
    await isComplete(projectEvent('Delete'));
    expect(logged.of('step')).toMatchObject([{ target: PROJECT_ARN, versions: { 'STOPPING: wait': 2, 'DELETING: wait': 1 } }]);
  });
});

describe('the datasets', () => {
  test('are deleted after the versions', async () => {
    projectHas({ a: 'STOPPED' }, 'CREATE_COMPLETE');
    rekognition.on(DeleteProjectVersionCommand).resolves({});
    await isComplete(projectEvent('Delete'));
    expect(rekognition.commandCalls(DeleteDatasetCommand)).toHaveLength(0);
    projectHas({}, 'CREATE_COMPLETE');
    rekognition.on(DeleteDatasetCommand).resolves({});
    expect(await isComplete(projectEvent('Delete'))).toEqual({ IsComplete: false });
    expect(changes().at(-1)).toEqual({ operation: 'DeleteDataset', arn: DATASET_ARN });
  });

  test.each(['CREATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS', 'DELETE_IN_PROGRESS'])('are waited for in %s', async status => {
    projectHas({}, status);
    expect(await isComplete(projectEvent('Delete'))).toEqual({ IsComplete: false });
    expect(changes()).toEqual([]);
    expect(await failure(projectEvent('Delete', {}, { StartedAt: minutesAgo(55) }))).toBe(`1 dataset of project parts is left after 55 min: the dataset train ${status}. Delete the stack Models again. [slow]`);
  });

  test.each(['CREATE_COMPLETE', 'CREATE_FAILED', 'UPDATE_COMPLETE', 'UPDATE_FAILED', 'A_STATUS_OF_TOMORROW'])('are deleted in %s', async status => {
    projectHas({}, status);
    rekognition.on(DeleteDatasetCommand).rejects(IN_USE);
    expect(await isComplete(projectEvent('Delete'))).toEqual({ IsComplete: false });
    expect(changes()).toEqual([{ operation: 'DeleteDataset', arn: DATASET_ARN }]);
  });

  test('keep the project from being deleted as long as one of them is left', async () => {
    projectHas({}, 'CREATE_COMPLETE');
    rekognition.on(DeleteDatasetCommand).resolves({});
    expect(await isComplete(projectEvent('Delete', { DeleteProject: 'true' }))).toEqual({ IsComplete: false });
    expect(changes()).toEqual([{ operation: 'DeleteDataset', arn: DATASET_ARN }]);
  });

  test('that may not be deleted are named with the denied call', async () => {
    projectHas({}, 'CREATE_COMPLETE');
    rekognition.on(DeleteDatasetCommand).rejects(awsError('AccessDeniedException'));
    expect(await failure(projectEvent('Delete', {}, { StartedAt: minutesAgo(3) }))).toMatch(`rekognition:DeleteDataset on ${DATASET_ARN} has been denied`);
  });

  test('are deleted even without a status, and a project without a list of them has none', async () => {
    rekognition.on(DescribeProjectsCommand).resolves({ ProjectDescriptions: [{ ProjectArn: PROJECT_ARN, Datasets: [{ DatasetArn: DATASET_ARN }] }] });
    rekognition.on(DeleteDatasetCommand).rejects(GONE);
    expect(await failure(projectEvent('Delete', {}, { StartedAt: minutesAgo(55) }))).toMatch('the dataset train UNKNOWN');
    rekognition.on(DescribeProjectsCommand).resolves({ ProjectDescriptions: [{ ProjectArn: PROJECT_ARN }] });
    expect(await isComplete(projectEvent('Delete'))).toEqual({ IsComplete: true });
  });

  test('that are listed are not gone, even if a call on their ARN says so', async () => {
    projectHas({}, 'CREATE_COMPLETE');
    rekognition.on(DeleteDatasetCommand).rejects(GONE);
    expect(await isComplete(projectEvent('Delete'))).toEqual({ IsComplete: false });
    projectHas({});
    expect(await isComplete(projectEvent('Delete'))).toEqual({ IsComplete: true });
  });

  test('of another project with the same name are left alone', async () => {
    rekognition.on(DescribeProjectsCommand).resolves({
      ProjectDescriptions: [{ ProjectArn: `${PROJECT_ARN}1`, Datasets: [{ DatasetArn: DATASET_ARN, Status: 'CREATE_COMPLETE' }] }],
    });
    expect(await isComplete(projectEvent('Delete'))).toEqual({ IsComplete: true });
    expect(changes()).toEqual([]);
  });
});

describe('a teardown that the template retains', () => {
  const RETAINED = { Retained: 'true' };

  test('fails at once if it would have to change something, and says why CloudFormation deletes it', async () => {
    projectHas({ a: 'RUNNING' });
    rekognition.on(StopProjectVersionCommand).rejects(awsError('AccessDeniedException', 'No.'));
    const message = await failure(projectEvent('Delete', RETAINED));
    expect(message).toMatch(/^1 model of project parts is there: a RUNNING \(billed\)\. rekognition:StopProjectVersion was/);
    expect(message).toMatch(/denied: the template retains the teardown.* RetainExceptOnCreate\. .*\[retained\]/);
  });

  test.each<[string, object, Error]>([
    ['the call fails for a while', RETAINED, awsError('InternalServerError')],
    ['it is not retained', {}, awsError('AccessDeniedException', 'No.')],
  ])('polls again if %s', async (_, properties, error) => {
    projectHas({ a: 'RUNNING' });
    rekognition.on(StopProjectVersionCommand).rejects(error);
    expect(await isComplete(projectEvent('Delete', properties))).toEqual({ IsComplete: false });
  });

  test('waits like any other while it may not read why it is deleted', async () => {
    cloudFormation.on(DescribeStackEventsCommand).rejects(awsError('AccessDenied', 'No.'));
    expect(await isComplete(projectEvent('Delete', RETAINED, { Operation: null }))).toEqual({ IsComplete: false });
  });
});

describe('the project itself', () => {
  const event = projectEvent('Delete', { DeleteProject: 'true' });

  test('is deleted when it is empty, and waited for until it is no longer listed', async () => {
    rekognition.on(DeleteProjectCommand).resolves({});
    expect(await isComplete(event)).toEqual({ IsComplete: false });
    projectHas({}, undefined, 'DELETING');
    expect(await isComplete(event)).toEqual({ IsComplete: false });
    rekognition.on(DescribeProjectsCommand).resolves({ ProjectDescriptions: [] });
    expect(await isComplete(event)).toEqual({ IsComplete: true });
    expect(changes()).toEqual([{ operation: 'DeleteProject', arn: PROJECT_ARN }]);
  });

  test('stays if its deletion was not requested', async () => {
    expect(await isComplete(projectEvent('Delete'))).toEqual({ IsComplete: true });
    expect(changes()).toEqual([]);
  });

  test('is deleted again when that is refused, and named at the deadline', async () => {
    rekognition.on(DeleteProjectCommand).rejects(IN_USE);
    expect(await isComplete(event)).toEqual({ IsComplete: false });
    expect(await failure({ ...event, StartedAt: minutesAgo(55) })).toMatch(/^Project parts is left after 55 min: CREATED\. .* rekognition:DeleteProject failed with ResourceInUseException/);
  });
});
