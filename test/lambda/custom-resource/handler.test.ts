import * as handler from '../../../lambda/custom-resource/handler';
import { OTHER_VERSION_ARN, PROJECT_ARN, REGION, STACK_ID, VERSION_ARN } from '../../support/arns';
import {
  awsError, changes, cloudFormation, DeleteProjectVersionCommand, DescribeProjectsCommand, DescribeProjectVersionsCommand,
  DescribeStackEventsCommand, ListStackResourcesCommand, recordIs, rekognition, reset, stackIs, StopProjectVersionCommand, versionIs,
} from '../../support/aws';
import { createEvent, deleteEvent, minutesAgo, operation, RESPONSE_URL, updateEvent } from '../../support/events';
import { LogLines } from '../../support/log-lines';
import { entries, Line } from '../../support/record';

const STOP = { operation: 'StopProjectVersion', arn: VERSION_ARN };
const DELETE = { operation: 'DeleteProjectVersion', arn: VERSION_ARN };
const CREATED: Line = ['stack', 'CREATE_COMPLETE'];
const DELETED: Line[] = [CREATED, ['stack', 'DELETE_IN_PROGRESS'], ['ModelResource', 'DELETE_IN_PROGRESS', VERSION_ARN]];
const GONE = awsError('ResourceNotFoundException');
const IN_USE = awsError('ResourceInUseException', 'Specified resource is in use.');

/** What every line says, whatever it is about. */
const ABOUT = { level: 'info', requestType: 'Delete', stackId: STACK_ID, logicalResourceId: 'ModelResource', target: VERSION_ARN };

const CLEAN_UP = operation({ status: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS' });

let logged: LogLines;

const { onEvent } = handler;
// these tests do not wait for throttled calls, nor for teardowns that begin at the same time.
const mockWaits: number[] = [];
jest.mock('timers/promises', () => ({ setTimeout: async (milliseconds: number) => void mockWaits.push(milliseconds) }));

const isComplete = (event: Parameters<typeof handler.isComplete>[0]) => handler.isComplete(event, { getRemainingTimeInMillis: () => 120_000 });

beforeEach(() => {
  reset();
  process.env.TOTAL_TIMEOUT_SECONDS = '3300';
  process.env.QUERY_INTERVAL_SECONDS = '15';
  logged = new LogLines();
});

afterEach(() => {
  expect(JSON.stringify(logged.all)).not.toContain(RESPONSE_URL);
  logged.stop();
});

async function failure(event: Parameters<typeof isComplete>[0]): Promise<string> {
  const error: Error = await isComplete(event).then(result => { throw new Error(`unexpected success: ${JSON.stringify(result)}`); }, reason => reason);
  expect(error.name).toBe('TeardownError');
  return error.message;
}

describe('onEvent', () => {
  test('fixes the version ARN as the physical id and notes when the request started', async () => {
    const before = Date.now();
    const response: any = await onEvent(createEvent() as any);
    expect(response.PhysicalResourceId).toBe(VERSION_ARN);
    expect(Date.parse(response.StartedAt)).toBeGreaterThanOrEqual(before);
  });

  test('gives another version another physical id, so that CloudFormation replaces the resource', async () => {
    expect(await onEvent(updateEvent({ ProjectVersionArn: OTHER_VERSION_ARN }) as any)).toMatchObject({ PhysicalResourceId: OTHER_VERSION_ARN });
  });

  test('accepts an ARN of 2,048 characters', async () => {
    const longest = VERSION_ARN.padEnd(2048, '0');
    expect(await onEvent(createEvent({ ProjectVersionArn: longest }) as any)).toMatchObject({ PhysicalResourceId: longest });
  });

  test('keeps the physical id of a deletion, whatever the properties are', async () => {
    expect(await onEvent(deleteEvent({ ProjectVersionArn: 'odd' }, { PhysicalResourceId: 'invented' }) as any)).toMatchObject({ PhysicalResourceId: 'invented' });
  });

  test.each([
    ['no ARN', { ProjectVersionArn: undefined }, 'not the ARN of a Rekognition project version: undefined. Expected: arn:PARTITION:rekognition:'],
    ['a malformed ARN', { ProjectVersionArn: 'parts.v1' }, 'not the ARN of a Rekognition project version: "parts.v1"'],
    ['an ARN that is not text', { ProjectVersionArn: [VERSION_ARN] }, 'not the ARN of a Rekognition project version: ["arn:'],
    ['a project of another name', { ProjectArn: PROJECT_ARN.replace('parts', 'screws') }, 'is not the project of the version'],
    ['a project in another account', { ProjectArn: PROJECT_ARN.replace('111122223333', '999988887777') }, 'is not the project of the version'],
    ['a project in another region', { ProjectArn: PROJECT_ARN.replace(REGION, 'eu-west-1') }, 'is not the project of the version'],
    ['a version as project', { ProjectArn: VERSION_ARN }, 'is not the project of the version'],
    ['an ARN of more than 2,048 characters', { ProjectVersionArn: VERSION_ARN.padEnd(2049, '0') }, 'not the ARN of a Rekognition project version'],
    ['an unknown mode', { Mode: 'ARCHIVE' }, 'Mode must be one of DELETE, STOP, got: "ARCHIVE"'],
    ['an unknown trigger', { Trigger: 'NEVER' }, 'Trigger must be one of STACK_DELETION, RESOURCE_REMOVAL, got: "NEVER"'],
    ['an unknown training behavior', { TrainingBehavior: '' }, 'TrainingBehavior must be one of WAIT, FAIL, got: ""'],
  ])('rejects %s', async (_, properties, message) => {
    await expect(onEvent(createEvent(properties) as any)).rejects.toThrow(message);
  });

  test.each([['Create', createEvent], ['Update', updateEvent]] as const)('calls no API for a %s', async (_, event) => {
    expect(await onEvent(event() as any)).toMatchObject({ Operation: null });
    expect(rekognition.calls()).toHaveLength(0);
    expect(cloudFormation.calls()).toHaveLength(0);
  });

  test('notes the operation that a Delete belongs to if the record already shows it', async () => {
    stackIs('DELETE_IN_PROGRESS');
    recordIs(entries(DELETED));
    expect(await onEvent(deleteEvent({}, { Operation: null }) as any)).toMatchObject({ Operation: { status: 'DELETE_IN_PROGRESS', stackId: STACK_ID, wasCreated: true } });
    expect(rekognition.calls()).toHaveLength(0);
  });

  test.each<[string, () => void]>([
    ['it does not yet', () => recordIs(entries([CREATED]))],
    ['CloudFormation does not answer', () => { cloudFormation.on(DescribeStackEventsCommand).rejects(awsError('Throttling')); }],
  ])('notes nothing while %s, even if the request itself contains a note', async (_, arrange) => {
    arrange();
    expect(await onEvent(deleteEvent() as any)).toMatchObject({ PhysicalResourceId: VERSION_ARN, Operation: null });
  });

  test('logs why it leaves it to the polls to find out the reason', async () => {
    cloudFormation.on(DescribeStackEventsCommand).rejects(awsError('Throttling'));
    await onEvent(deleteEvent() as any);
    expect(logged.of('leaves the reason to the polls')).toEqual([expect.objectContaining({ error: expect.stringContaining('cloudformation:DescribeStackEvents failed with Throttling') })]);
  });

  test.each([[0, []], [1, [200]], [49, [9_800]], [400, [30_000]]])('lets %d others that begin with it go first', async (count, waits) => {
    mockWaits.length = 0;
    const others = Array.from({ length: count }, (_, index): Line => [`Other${index}`, 'DELETE_IN_PROGRESS', `other-${index}`, undefined, 0]);
    const [created, stackDeleted, [logicalId, status, physicalId]] = DELETED;
    stackIs('DELETE_IN_PROGRESS');
    recordIs(entries([created, stackDeleted, ...others, [logicalId, status, physicalId, undefined, 0]]));
    expect(await onEvent(deleteEvent() as any)).toMatchObject({ Operation: { status: 'DELETE_IN_PROGRESS' } });
    expect(mockWaits).toEqual(waits);
  });

  test('notes nothing for an id that CloudFormation generated, and calls no API', async () => {
    expect(await onEvent(deleteEvent({}, { PhysicalResourceId: 'Models-ModelResource-1A2B3C' }) as any)).toMatchObject({ Operation: null });
    expect(cloudFormation.calls()).toHaveLength(0);
  });
});

describe.each([['Create', createEvent], ['Update', updateEvent]] as const)('%s', (_, event) => {
  afterEach(() => expect(changes()).toEqual([]));

  test('succeeds when the version exists, and returns what it found', async () => {
    versionIs('RUNNING');
    expect(await isComplete(event())).toEqual({ IsComplete: true, Data: { ProjectArn: PROJECT_ARN, Status: 'RUNNING' } });
  });

  test('fails when no such version is listed', async () => {
    stackIs('UPDATE_IN_PROGRESS');
    expect(await isComplete(event())).toEqual({ IsComplete: false });
    expect(await isComplete(event({}, { StartedAt: new Date(Date.now() - 50_000).toISOString() }))).toEqual({ IsComplete: false });
    expect(await failure(event({}, { StartedAt: minutesAgo(1) })))
      .toMatch(`There is no project version ${VERSION_ARN} in account 111122223333 and region us-east-1, so nothing was changed. Correct the ARN`);
  });

  test('asks CloudFormation nothing when the version exists', async () => {
    versionIs('STOPPED');
    await isComplete(event());
    expect(cloudFormation.calls()).toHaveLength(0);
  });

  test('does not mistake a newer version of the same name for it', async () => {
    stackIs('UPDATE_IN_PROGRESS');
    versionIs('RUNNING', { ProjectVersionArn: VERSION_ARN.replace('1769817600000', '1769999999999') });
    expect(await failure(event({}, { StartedAt: minutesAgo(1) }))).toMatch('There is no project version');
  });

  test('looks for the project among models and adapters when it is not given', async () => {
    versionIs('TRAINING_COMPLETED');
    rekognition.on(DescribeProjectsCommand).resolves({ ProjectDescriptions: [{ ProjectArn: PROJECT_ARN.replace('/parts/', '/parts-2/') }, { ProjectArn: PROJECT_ARN }] });
    expect(await isComplete(event({ ProjectArn: undefined }))).toMatchObject({ Data: { ProjectArn: PROJECT_ARN } });
    expect(rekognition.commandCalls(DescribeProjectsCommand)[0].args[0].input).toMatchObject({ ProjectNames: ['parts'], Features: ['CUSTOM_LABELS', 'CONTENT_MODERATION'] });
    expect(rekognition.commandCalls(DescribeProjectVersionsCommand).map(call => call.args[0].input.ProjectArn)).toEqual([PROJECT_ARN]);
  });

  test('looks for the project only among models where a region refuses to list adapters', async () => {
    versionIs('TRAINING_COMPLETED');
    rekognition.on(DescribeProjectsCommand)
      .rejectsOnce(awsError('InvalidParameterException', 'Features'))
      .resolvesOnce({ ProjectDescriptions: [{ ProjectArn: PROJECT_ARN }] });
    expect(await isComplete(event({ ProjectArn: undefined }))).toMatchObject({ Data: { ProjectArn: PROJECT_ARN } });
    expect(rekognition.commandCalls(DescribeProjectsCommand)[1].args[0].input).toEqual({ ProjectNames: ['parts'], Features: ['CUSTOM_LABELS'] });
  });

  describe('is denied the projects of both features', () => {
    /** The text of the denial, and the answer for Custom Labels alone. */
    const answersAre = (text: string, others: object | Error) => rekognition.on(DescribeProjectsCommand).callsFake(({ Features }) => {
      if (Features.length > 1) throw awsError('AccessDeniedException', text);
      if (others instanceof Error) throw others;
      return others;
    });

    test.each(['', 'No.'])('and uses the list of Custom Labels if it has the project: denied with "%s"', async text => {
      versionIs('STOPPED');
      answersAre(text, { ProjectDescriptions: [{ ProjectArn: PROJECT_ARN }] });
      expect(await isComplete(event({ ProjectArn: undefined }))).toMatchObject({ Data: { ProjectArn: PROJECT_ARN } });
    });

    test.each([
      ['No.', { ProjectDescriptions: [] }, /No\. /],
      ['No.', GONE, /No\. /],
      ['', { ProjectDescriptions: [] }, /^There is no project version/],
      ['UnknownError', { ProjectDescriptions: [] }, /^There is no project version/],
      ['', GONE, /^There is no project version/],
      ['', awsError('AccessDeniedException', 'the second'), /^rekognition:DescribeProjects on \* has been denied/],
    ])('and believes that there is none only if the denial has no text, as the SDK reports it: "%s", then %p', async (text, others, message) => {
      stackIs('UPDATE_IN_PROGRESS');
      answersAre(text, others);
      expect(await failure(event({ ProjectArn: undefined }, { StartedAt: minutesAgo(3) }))).toMatch(message);
    });

    test.each(['', 'No.'])('and polls again if the second list fails for a while: denied with "%s"', async text => {
      answersAre(text, awsError('InternalServerError'));
      expect(await isComplete(event({ ProjectArn: undefined }, { StartedAt: minutesAgo(3) }))).toEqual({ IsComplete: false });
    });
  });

  test('fails when no project has the name', async () => {
    stackIs('UPDATE_IN_PROGRESS');
    rekognition.on(DescribeProjectsCommand).resolves({ ProjectDescriptions: [] });
    expect(await failure(event({ ProjectArn: undefined }, { StartedAt: minutesAgo(1) }))).toMatch('There is no project version');
  });

  test('outlasts throttling, but for no longer than ten minutes', async () => {
    rekognition.on(DescribeProjectVersionsCommand).rejects(awsError('ThrottlingException'));
    expect(await isComplete(event({}, { StartedAt: minutesAgo(9) }))).toEqual({ IsComplete: false });
    const error = 'rekognition:DescribeProjectVersions failed with ThrottlingException: as the service says';
    expect(logged.of('tries again at the next poll')).toMatchObject([{ error, elapsed: '9 min' }]);
    expect(await failure(event({}, { StartedAt: minutesAgo(10) }))).toMatch(error);
    expect(logged.of('failed')).toEqual([{ ...ABOUT, requestType: event().RequestType, level: 'error', message: 'failed', id: 'failed-call', reason: expect.stringContaining(error) }]);
  });
});

test('a Create fails without a call to CloudFormation', async () => {
  expect(await failure(createEvent({}, { StartedAt: minutesAgo(1) }))).toMatch('There is no project version');
  expect(cloudFormation.calls()).toHaveLength(0);
});

describe('Update', () => {
  test('of other properties is not blocked by a version that is gone', async () => {
    expect(await isComplete(updateEvent({}, { OldResourceProperties: { ProjectVersionArn: VERSION_ARN } })))
      .toEqual({ IsComplete: true, Data: { ProjectArn: PROJECT_ARN, Status: 'NOT_FOUND' } });
    expect(logged.of('already gone')).toEqual([{ ...ABOUT, requestType: 'Update', message: expect.anything() }]);
  });

  test('that rolls back to a version that is gone does not get stuck', async () => {
    stackIs('UPDATE_ROLLBACK_IN_PROGRESS');
    expect(await isComplete(updateEvent({ ProjectArn: undefined }))).toEqual({ IsComplete: true, Data: { ProjectArn: '', Status: 'NOT_FOUND' } });
  });
});

describe('Delete', () => {
  test('stops a running model first', async () => {
    versionIs('RUNNING');
    rekognition.on(StopProjectVersionCommand).resolves({ Status: 'STOPPING' });
    expect(await isComplete(deleteEvent())).toEqual({ IsComplete: false });
    expect(changes()).toEqual([STOP]);
  });

  test('deletes a stopped model', async () => {
    versionIs('STOPPED');
    rekognition.on(DeleteProjectVersionCommand).resolves({ Status: 'DELETING' });
    expect(await isComplete(deleteEvent())).toEqual({ IsComplete: false });
    expect(changes()).toEqual([DELETE]);
    expect(logged.of('step')).toEqual([{ ...ABOUT, message: expect.anything(), status: 'STOPPED', action: 'delete' }]);
  });

  test('deletes a version without a status', async () => {
    versionIs('STOPPED', { Status: undefined });
    rekognition.on(DeleteProjectVersionCommand).resolves({ Status: 'DELETING' });
    expect(await isComplete(deleteEvent())).toEqual({ IsComplete: false });
    expect(logged.of('step')).toMatchObject([{ status: 'UNKNOWN', action: 'delete' }]);
  });

  test('never stops an adapter, whatever its status is', async () => {
    versionIs('RUNNING', { Feature: 'CONTENT_MODERATION' });
    rekognition.on(DeleteProjectVersionCommand).resolves({ Status: 'DELETING' });
    expect(await isComplete(deleteEvent())).toEqual({ IsComplete: false });
    expect(changes()).toEqual([DELETE]);
  });

  test('treats answers without a list as empty lists', async () => {
    rekognition.on(DescribeProjectsCommand).resolves({});
    rekognition.on(DeleteProjectVersionCommand).rejects(IN_USE);
    expect(await isComplete(deleteEvent({ ProjectArn: undefined }))).toEqual({ IsComplete: false });
    rekognition.on(DescribeProjectsCommand).resolves({ ProjectDescriptions: [{}, { ProjectArn: PROJECT_ARN }] });
    rekognition.on(DescribeProjectVersionsCommand).resolves({});
    expect(await isComplete(deleteEvent({ ProjectArn: undefined }))).toEqual({ IsComplete: false });
    rekognition.on(DescribeProjectVersionsCommand).resolves({ ProjectVersionDescriptions: [{}] });
    expect(await isComplete(deleteEvent({ ProjectArn: undefined }))).toEqual({ IsComplete: false });
    expect(logged.of('step').map(({ status }) => status)).toEqual(Array(3).fill('not listed'));
  });

  test('is not misled by projects that cannot be listed', async () => {
    rekognition.on(DescribeProjectsCommand).rejects(awsError('AccessDeniedException'));
    expect(await isComplete(deleteEvent({ ProjectArn: undefined }))).toEqual({ IsComplete: false });
    expect(await failure(deleteEvent({ ProjectArn: undefined }, { StartedAt: minutesAgo(3) }))).toMatch('rekognition:DescribeProjects on * has been denied for 3 min');
    expect(changes()).toEqual([]);
  });

  test('is complete when a call on the ARN says that the version does not exist', async () => {
    rekognition.on(DeleteProjectVersionCommand).rejects(GONE);
    expect(await isComplete(deleteEvent())).toEqual({ IsComplete: true });
    expect(changes()).toEqual([DELETE]);
    expect(logged.of('deleted')).toEqual([{ ...ABOUT, message: expect.anything(), because: 'the stack was in DELETE_IN_PROGRESS and the trigger is STACK_DELETION', elapsed: '0 s' }]);
  });

  test('does not trust an empty list alone', async () => {
    rekognition.on(DeleteProjectVersionCommand).rejects(IN_USE);
    expect(await isComplete(deleteEvent())).toEqual({ IsComplete: false });
  });

  test('treats a missing project like an empty list', async () => {
    rekognition.on(DescribeProjectVersionsCommand).rejects(GONE);
    rekognition.on(DeleteProjectVersionCommand).rejects(GONE);
    expect(await isComplete(deleteEvent())).toEqual({ IsComplete: true });
  });

  test('treats a name without a project like an empty list, even when that is an error', async () => {
    rekognition.on(DescribeProjectsCommand).rejects(GONE);
    rekognition.on(DeleteProjectVersionCommand).rejects(GONE);
    expect(await isComplete(deleteEvent({ ProjectArn: undefined }))).toEqual({ IsComplete: true });
    expect(changes()).toEqual([DELETE]);
  });

  test.each(['ResourceInUseException', 'InvalidParameterException'])('describes the version again after a %s', async name => {
    versionIs('RUNNING');
    rekognition.on(StopProjectVersionCommand).rejects(awsError(name));
    expect(await isComplete(deleteEvent())).toEqual({ IsComplete: false });
  });

  test('never touches a newer version of the same name', async () => {
    versionIs('RUNNING', { ProjectVersionArn: VERSION_ARN.replace('1769817600000', '1769999999999') });
    rekognition.on(DeleteProjectVersionCommand).rejects(GONE);
    expect(await isComplete(deleteEvent())).toEqual({ IsComplete: true });
    expect(changes()).toEqual([DELETE]);
  });

  test('finds the version on a later page', async () => {
    rekognition.on(DescribeProjectVersionsCommand)
      .resolvesOnce({ ProjectVersionDescriptions: [], NextToken: 'more' })
      .resolvesOnce({ ProjectVersionDescriptions: [{ ProjectVersionArn: VERSION_ARN, Status: 'STOPPING' }], NextToken: '' });
    expect(await isComplete(deleteEvent())).toEqual({ IsComplete: false });
    expect(changes()).toEqual([]);
  });

  test('in mode STOP is complete when the model is stopped, and keeps it', async () => {
    versionIs('STOPPED');
    expect(await isComplete(deleteEvent({ Mode: 'STOP' }))).toEqual({ IsComplete: true });
    expect(changes()).toEqual([]);
    expect(logged.of('stopped')).toHaveLength(1);
  });

  test('in mode STOP is complete for a version in an unknown status only after a status that is known not to run', async () => {
    versionIs('HIBERNATING');
    rekognition.on(StopProjectVersionCommand).resolvesOnce({ Status: 'STOPPING' }).rejects(IN_USE);
    expect(await isComplete(deleteEvent({ Mode: 'STOP' }))).toEqual({ IsComplete: false });
    expect(await isComplete(deleteEvent({ Mode: 'STOP' }))).toEqual({ IsComplete: false });
    versionIs('STOPPED');
    expect(await isComplete(deleteEvent({ Mode: 'STOP' }))).toEqual({ IsComplete: true });
    expect(changes()).toEqual([STOP, STOP]);
  });

  test.each(['DELETE', 'STOP'])('in mode %s is not complete for a version that is still listed, even if a call on its ARN says that it does not exist', async Mode => {
    versionIs('RUNNING');
    rekognition.on(StopProjectVersionCommand).rejects(GONE);
    expect(await isComplete(deleteEvent({ Mode }))).toEqual({ IsComplete: false });
    versionIs('DELETING');
    expect(await isComplete(deleteEvent({ Mode }))).toEqual({ IsComplete: Mode === 'STOP' });
  });

  test('fails at once on a training that is not to be waited for', async () => {
    versionIs('TRAINING_IN_PROGRESS');
    expect(await failure(deleteEvent({ TrainingBehavior: 'FAIL' }))).toMatch(/parts\.v1 TRAINING_IN_PROGRESS\. trainingBehavior is FAIL, so nothing was deleted\. .* \[training\]$/);
  });

  test('accepts the properties of an older release, which had only the ARN', async () => {
    versionIs('RUNNING');
    rekognition.on(StopProjectVersionCommand).resolves({});
    const { ProjectVersionArn, ServiceToken } = deleteEvent().ResourceProperties as any;
    expect(await isComplete(deleteEvent({}, { ResourceProperties: { ProjectVersionArn, ServiceToken } }))).toEqual({ IsComplete: false });
    expect(changes()).toEqual([STOP]);
  });
});

test('a call is made only once and times out early: the next poll is the retry', async () => {
  const configurations: unknown[] = [];
  rekognition.on(DescribeProjectVersionsCommand).callsFake(async (_, getClient) => {
    const { maxAttempts, requestHandler } = getClient().config;
    configurations.push([await maxAttempts(), await (requestHandler as any).configProvider]);
    return { ProjectVersionDescriptions: [{ ProjectVersionArn: VERSION_ARN, Status: 'STOPPING' }] };
  });
  expect(await isComplete(deleteEvent())).toEqual({ IsComplete: false });
  expect(configurations).toMatchObject([[1, { requestTimeout: 10_000, connectionTimeout: 3_000, throwOnRequestTimeout: true }]]);
});

describe('the region of a call', () => {
  test('is the one in the ARN', async () => {
    const regional = (arn: string) => arn.replace(REGION, 'eu-central-1');
    rekognition.on(DescribeProjectVersionsCommand).callsFake(async (_, getClient) => {
      expect(await getClient().config.region()).toBe('eu-central-1');
      return { ProjectVersionDescriptions: [{ ProjectVersionArn: regional(VERSION_ARN), Status: 'STOPPING' }] };
    });
    cloudFormation.on(DescribeStackEventsCommand).callsFake(async (_, getClient) => {
      expect(await getClient().config.region()).toBe(REGION);
      return { StackEvents: entries([CREATED, ['stack', 'DELETE_IN_PROGRESS'], ['ModelResource', 'DELETE_IN_PROGRESS', regional(VERSION_ARN)]]).reverse() };
    });
    const event = deleteEvent({ ProjectVersionArn: regional(VERSION_ARN), ProjectArn: regional(PROJECT_ARN) }, { Operation: null });
    expect(await isComplete(event)).toEqual({ IsComplete: false });
    expect(rekognition.calls()).toHaveLength(1);
  });
});

describe('custody', () => {
  afterEach(() => expect(changes()).toEqual([]));

  test.each([
    ['an id that CloudFormation made up', 'Models-ModelResource-1A2B3C'],
    ['no id', undefined],
  ])('keeps everything when asked to delete %s', async (_, PhysicalResourceId) => {
    expect(await isComplete(deleteEvent({}, { PhysicalResourceId }))).toEqual({ IsComplete: true });
    expect(cloudFormation.calls()).toHaveLength(0);
    expect(logged.of('skipped')).toEqual([{ ...ABOUT, message: 'skipped', target: PhysicalResourceId, because: expect.stringContaining('never created') }]);
    expect(logged.of('kept')).toEqual([]);
  });

  test.each([
    ['RUNNING', { statuses: { RUNNING: 1 }, running: [VERSION_ARN] }], ['A_STATUS_OF_TOMORROW', { statuses: { A_STATUS_OF_TOMORROW: 1 }, running: [VERSION_ARN] }],
    ['STOPPED', { statuses: { STOPPED: 1 }, running: [] }], [undefined, { statuses: {}, running: [] }],
  ])('succeeds when it keeps a version that is %s, with a warning that says what is kept, why, and whether it runs', async (status, shown) => {
    versionIs(status);
    expect(await isComplete(deleteEvent({}, { Operation: operation({ status: 'ROLLBACK_IN_PROGRESS' }) }))).toEqual({ IsComplete: true });
    expect(logged.of('kept')).toEqual([{
      ...ABOUT, level: 'warn', message: 'kept', because: 'the stack was in ROLLBACK_IN_PROGRESS and the trigger is STACK_DELETION', ...shown,
    }]);
  });

  test('succeeds when it keeps a version whose status cannot be read', async () => {
    rekognition.on(DescribeProjectVersionsCommand).rejects(awsError('AccessDeniedException'));
    expect(await isComplete(deleteEvent({}, { Operation: operation({ status: 'ROLLBACK_IN_PROGRESS' }) }))).toEqual({ IsComplete: true });
    expect(logged.of('kept')).toEqual([{ ...ABOUT, level: 'warn', message: 'kept', because: expect.anything() }]);
  });

  test('keeps a version that belongs to another resource of the stack after a rename', async () => {
    const successor = { ResourceType: 'Custom::RekognitionProjectVersionTeardown', LogicalResourceId: 'RenamedResource', PhysicalResourceId: VERSION_ARN };
    cloudFormation.on(ListStackResourcesCommand)
      .resolvesOnce({ StackResourceSummaries: [], NextToken: 'more' })
      .resolvesOnce({ StackResourceSummaries: [{ ...successor, ResourceStatus: 'CREATE_COMPLETE' } as any] });
    expect(await isComplete(deleteEvent({ Trigger: 'RESOURCE_REMOVAL' }, { StartedAt: minutesAgo(1.5), Operation: CLEAN_UP }))).toEqual({ IsComplete: true });
    expect(logged.of('kept')[0].because).toBe('the resource RenamedResource still refers to it');
  });

  test('fails and keeps the version when the id is not the version that the properties name', async () => {
    expect(await failure(deleteEvent({}, { PhysicalResourceId: OTHER_VERSION_ARN })))
      .toMatch(`The resource has the physical id ${OTHER_VERSION_ARN}, but its properties name ${VERSION_ARN}, so nothing was deleted`);
    const rolledBack = operation({ status: 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS' });
    expect(await isComplete(deleteEvent({}, { PhysicalResourceId: OTHER_VERSION_ARN, Operation: rolledBack }))).toEqual({ IsComplete: true });
  });

  test.each([
    ['denied to the end of the tolerance', awsError('AccessDenied', 'User is not authorized'), 1, 2,
      `cloudformation:DescribeStackEvents on ${STACK_ID} has been denied for 2 min: User is not authorized. Nothing was changed.`],
    ['throttled to the deadline', awsError('Throttling', 'Rate exceeded'), 54, 55, 'cloudformation:DescribeStackEvents failed with Throttling: Rate exceeded (after 55 min)'],
  ])('fails and keeps the version when the call to CloudFormation is %s', async (_, error, early, late, message) => {
    cloudFormation.on(DescribeStackEventsCommand).rejects(error);
    expect(await isComplete(deleteEvent({}, { StartedAt: minutesAgo(early), Operation: null }))).toEqual({ IsComplete: false });
    expect(await failure(deleteEvent({}, { StartedAt: minutesAgo(late), Operation: null }))).toMatch(message);
    expect(changes()).toEqual([]);
  });

  test('waits two minutes for the record, then fails and says what the record shows, that nothing was changed, and what to do', async () => {
    recordIs(entries([CREATED]));
    expect(await isComplete(deleteEvent({}, { StartedAt: minutesAgo(1.9), Operation: null }))).toEqual({ IsComplete: false });
    expect(await failure(deleteEvent({}, { StartedAt: minutesAgo(2), Operation: null }))).toBe(
      'No model parts.v1 of project parts is listed. Nothing was changed, as it is not clear why CloudFormation deletes the teardown: '
      + `the events of the stack ${STACK_ID}, which was last in CREATE_COMPLETE, do not show that it deletes ModelResource. `
      + 'To delete the stack Models, delete it again. If an update removed the teardown in order to keep it, nothing is to be done. [unclear]');
    const line = { target: VERSION_ARN, because: expect.stringContaining('do not show that it deletes ModelResource') };
    expect(logged.of('unclear')).toEqual([expect.objectContaining({ ...line, elapsed: expect.stringMatching(/^11\d s$/) }), expect.objectContaining({ ...line, elapsed: '2 min' })]);
    expect(changes()).toEqual([]);
  });

  test('fails at the deadline if that comes before the two minutes', async () => {
    process.env.TOTAL_TIMEOUT_SECONDS = '60';
    recordIs(entries([CREATED]));
    expect(await failure(deleteEvent({}, { StartedAt: minutesAgo(1), Operation: null }))).toMatch(/ \[unclear\]$/);
  });

  test('does not advise to delete the stack when an unknown status follows an update', async () => {
    const message = await failure(deleteEvent({ Trigger: 'RESOURCE_REMOVAL' }, { PhysicalResourceId: VERSION_ARN, StartedAt: minutesAgo(2), Operation: operation({ status: 'NEW' }) }));
    expect(message).toMatch('in NEW, a status that this release does not know. ');
  });

  test('fails and keeps the version if it does not understand the properties', async () => {
    expect(await failure(deleteEvent({ Mode: 'ARCHIVE' }))).toMatch('Mode must be one of DELETE, STOP');
  });
});

describe('a poll asks CloudFormation', () => {
  const asked = () => cloudFormation.calls().map(({ args: [command] }) => command.constructor.name.replace('Command', ''));

  test.each(['STOPPING', 'DELETING', 'TRAINING_IN_PROGRESS'])('nothing if it only waits for a version that is %s', async status => {
    versionIs(status);
    expect(await isComplete(deleteEvent())).toEqual({ IsComplete: false });
    expect(asked()).toEqual([]);
  });

  test('once whether it still waits, before changing something', async () => {
    versionIs('STOPPED');
    rekognition.on(DeleteProjectVersionCommand).resolves({});
    await isComplete(deleteEvent());
    expect(asked()).toEqual(['DescribeStackEvents']);
  });

  test('once for the record alone, to find out the reason', async () => {
    versionIs('STOPPED');
    stackIs('DELETE_IN_PROGRESS');
    recordIs(entries(DELETED));
    rekognition.on(DeleteProjectVersionCommand).resolves({});
    expect(await isComplete(deleteEvent({}, { Operation: null }))).toEqual({ IsComplete: false });
    expect(asked()).toEqual(['DescribeStackEvents', 'DescribeStacks']);
    expect(changes()).toEqual([DELETE]);
  });

  test.each<[string, Line[]]>([
    ['the stack has moved on', [['stack', 'DELETE_FAILED']]],
    ['the deletion has failed', [['ModelResource', 'DELETE_FAILED', VERSION_ARN, '', 60]]],
    ['the deletion is complete', [['ModelResource', 'DELETE_COMPLETE', VERSION_ARN]]],
  ])('and changes nothing once %s, and then fails', async (_, lines) => {
    versionIs('RUNNING');
    recordIs(entries([...DELETED, ...lines]));
    const Operation = operation({ began: Date.now() - 62_000 });
    expect(await isComplete(deleteEvent({}, { StartedAt: minutesAgo(1), Operation }))).toEqual({ IsComplete: false });
    expect(await failure(deleteEvent({}, { StartedAt: minutesAgo(2), Operation }))).toMatch('the requested deletion of ModelResource has ended. ');
    expect(changes()).toEqual([]);
  });

  test('for the reason again if a stale one was noted', async () => {
    versionIs('STOPPED');
    stackIs('DELETE_IN_PROGRESS');
    rekognition.on(DeleteProjectVersionCommand).resolves({});
    recordIs(entries([...DELETED, ['ModelResource', 'DELETE_FAILED', VERSION_ARN], ['stack', 'DELETE_FAILED'], ...DELETED.slice(1)]));
    const noted = operation({ status: 'ROLLBACK_IN_PROGRESS', began: Date.now() - 10_000 });
    expect(await isComplete(deleteEvent({}, { Operation: noted }))).toEqual({ IsComplete: false });
    expect(changes()).toEqual([DELETE]);
  });

  test('and changes nothing as long as CloudFormation does not answer', async () => {
    versionIs('RUNNING');
    cloudFormation.on(DescribeStackEventsCommand).rejects(awsError('Throttling'));
    expect(await isComplete(deleteEvent())).toEqual({ IsComplete: false });
    expect(changes()).toEqual([]);
  });
});

describe('an error answer', () => {
  test.each([
    awsError('ThrottlingException'),
    awsError('ProvisionedThroughputExceededException'),
    awsError('InternalServerError'),
    awsError('InvalidPaginationTokenException'),
    awsError('TimeoutError'),
    awsError('Error', 'socket hang up', { code: 'ECONNRESET' }),
    awsError('Whatever', 'unavailable', { $metadata: { httpStatusCode: 503 } }),
    awsError('Whatever', 'not implemented', { $metadata: { httpStatusCode: 501 } }),
    awsError('AccessDeniedException'),
    // the credentials of a role that has just been created.
    awsError('UnrecognizedClientException'),
    awsError('ExpiredTokenException'),
  ])('of the kind $name ($message) is retried at the next poll', async error => {
    versionIs('RUNNING');
    rekognition.on(StopProjectVersionCommand).rejects(error);
    expect(await isComplete(deleteEvent())).toEqual({ IsComplete: false });
  });

  test('that denies a call fails after two minutes, and names the action and the resource', async () => {
    versionIs('RUNNING');
    rekognition.on(StopProjectVersionCommand).rejects(awsError('AccessDeniedException', 'User: x is not authorized'));
    expect(await failure(deleteEvent({}, { StartedAt: minutesAgo(2) })))
      .toMatch(new RegExp(`^1 model of project parts is left after 2 min: parts\\.v1 RUNNING \\(billed\\)\\. rekognition:StopProjectVersion on ${VERSION_ARN} has been denied for 2 min: `));
  });

  test('that is unexpected fails at once, and says what is left', async () => {
    rekognition.on(DescribeProjectVersionsCommand).rejects('no credentials');
    expect(await failure(deleteEvent())).toMatch('It is not known whether model parts.v1 of project parts runs and is billed. rekognition:DescribeProjectVersions failed with Error: no credentials (after 0 s). ');
  });

  test('that is not an Error object is still reported', async () => {
    rekognition.on(DescribeProjectVersionsCommand).callsFake(() => Promise.reject('odd'));
    expect(await failure(deleteEvent())).toMatch('failed with Error: odd');
  });
});

describe('the deadline', () => {
  test.each([
    ['TRAINING_IN_PROGRESS', 'Training cannot be canceled and takes up to 24 hours: when it has finished, delete the stack Models again. [training]'],
    ['COPYING_IN_PROGRESS', 'A copy cannot be canceled'],
    ['STOPPING', '. Delete the stack Models again. [slow]'],
    ['HIBERNATING', ' (this release does not know the status: it may be billed). Check whether parts.v1 runs, stop it by hand if so, then delete the stack Models again. [unknown-status]'],
  ])('is reported with advice for a version that is %s', async (status, advice) => {
    versionIs(status);
    rekognition.on(DeleteProjectVersionCommand).resolves({});
    const message = await failure(deleteEvent({}, { StartedAt: minutesAgo(55) }));
    expect(message).toMatch(`1 model of project parts is left after 55 min: parts.v1 ${status}`);
    expect(message).toMatch(advice);
  });

  test('is reported with the refusal of the last call', async () => {
    versionIs('RUNNING');
    rekognition.on(StopProjectVersionCommand).rejects(IN_USE);
    expect(await failure(deleteEvent({ Mode: 'STOP' }, { StartedAt: minutesAgo(55) })))
      .toMatch('parts.v1 RUNNING (billed). Something restarts parts.v1: disable it, then delete the stack Models again. The last answer was: rekognition:StopProjectVersion failed with ResourceInUseException: ');
  });

  describe('never advises deleting something whose deletion was not requested', () => {
    const IN_TROUBLE = awsError('ThrottlingException');

    test.each([['Create', createEvent], ['Update', updateEvent]] as const)('in a %s', async (_, event) => {
      rekognition.on(DescribeProjectVersionsCommand).rejects(IN_TROUBLE);
      const message = await failure(event({}, { StartedAt: minutesAgo(55) }));
      expect(message).toMatch('Nothing was changed. Then deploy again.');
      expect(message).not.toMatch(/delete|billed/);
    });

    test('when CloudFormation could not be asked', async () => {
      cloudFormation.on(DescribeStackEventsCommand).rejects(IN_TROUBLE);
      expect(await failure(deleteEvent({}, { StartedAt: minutesAgo(55), Operation: null }))).toMatch(/ Nothing was changed\. To delete the stack Models, delete it again\. /);
    });

    test('in mode STOP', async () => {
      versionIs('STOPPING');
      expect(await failure(deleteEvent({ Mode: 'STOP' }, { StartedAt: minutesAgo(55) }))).toMatch(/ is not stopped after 55 min: parts\.v1 STOPPING\. Delete the stack Models again\. \[slow\]$/);
    });

    test.each([['DELETE', 'Run what follows'], ['STOP', 'Look again later']])('in the cleanup after an update, in mode %s', async (Mode, advice) => {
      cloudFormation.on(ListStackResourcesCommand).resolves({ StackResourceSummaries: [] });
      versionIs('STOPPING');
      const message = await failure(deleteEvent({ Mode, Trigger: 'RESOURCE_REMOVAL' }, { StartedAt: minutesAgo(55), Operation: CLEAN_UP }));
      expect(message).toMatch(`. ${advice}, as CloudFormation gives up after three attempts. [slow]`);
      expect(message).not.toMatch('delete the stack');
      expect(message.includes('aws rekognition delete-project-version')).toBe(Mode === 'DELETE');
    });
  });

  test('does not report success for a version whose disappearance is not confirmed', async () => {
    rekognition.on(DeleteProjectVersionCommand).rejects(IN_USE);
    expect(await failure(deleteEvent({}, { StartedAt: minutesAgo(55) }))).toMatch('no longer listed, but not confirmed to be gone');
  });

  test('does not fail a deletion that is complete by the last poll', async () => {
    rekognition.on(DeleteProjectVersionCommand).rejects(GONE);
    expect(await isComplete(deleteEvent({}, { StartedAt: minutesAgo(59) }))).toEqual({ IsComplete: true });
  });
});

test.each([[4, 'tries again at the next poll'], [6, 'unreachable']])('no answer at all for %d min is logged as "%s"', async (minutes, line) => {
  rekognition.on(DescribeProjectVersionsCommand).rejects(awsError('TimeoutError'));
  expect(await isComplete(deleteEvent({}, { StartedAt: minutesAgo(minutes) }))).toEqual({ IsComplete: false });
  expect(logged.of(line)).toHaveLength(1);
});

test('an error of the handler itself is not disguised as an answer of AWS', async () => {
  delete process.env.TOTAL_TIMEOUT_SECONDS;
  await expect(isComplete(deleteEvent())).rejects.toThrow('the handler needs StartedAt, TOTAL_TIMEOUT_SECONDS and QUERY_INTERVAL_SECONDS');
  process.env.TOTAL_TIMEOUT_SECONDS = '3300';
  logged.failWith(new TypeError('broken'));
  await expect(isComplete(deleteEvent())).rejects.toMatchObject({
    name: 'TypeError',
    message: expect.stringMatching(new RegExp(`of ${VERSION_ARN} runs and is billed, as the handler has a bug: TypeError: broken\\. .* \\[bug\\]`)),
  });
});
