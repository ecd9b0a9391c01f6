import { Clock } from '../../sandbox/clock';
import { Iam } from '../../sandbox/iam';
import { Lambda } from '../../sandbox/lambda';
import { ServiceError } from '../../sandbox/service';
import { Execution, StepFunctions } from '../../sandbox/step-functions';

const MACHINE = 'arn:aws:states:us-east-1:111122223333:stateMachine:waiter';
const ROLE = 'arn:aws:iam::111122223333:role/WaiterRole';
const POLL = 'arn:aws:lambda:us-east-1:111122223333:function:poll';
const TIMEOUT = 'arn:aws:lambda:us-east-1:111122223333:function:timeout';

/** A waiter as the CDK's provider framework defines it. */
const waiter = (retry: object = {}) => JSON.stringify({
  StartAt: 'poll-task',
  States: {
    'poll-task': {
      End: true,
      Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 15, MaxAttempts: 3, BackoffRate: 1, ...retry }],
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'timeout-task' }],
      Type: 'Task',
      Resource: POLL,
    },
    'timeout-task': { End: true, Type: 'Task', Resource: TIMEOUT },
  },
});

const FAILURE = { payload: '{"errorType":"Retry","errorMessage":"{\\"a\\":1}"}', functionError: 'Unhandled' as const };

let clock: Clock;
let iam: Iam;
let stepFunctions: StepFunctions;
let polls: jest.Mock;
let timeouts: jest.Mock;
let times: number[];

beforeEach(() => {
  clock = new Clock(0);
  iam = new Iam();
  iam.createRole({ arn: ROLE, name: 'WaiterRole' });
  mayInvoke(POLL, TIMEOUT);
  polls = jest.fn().mockResolvedValue(FAILURE);
  timeouts = jest.fn().mockResolvedValue({ payload: 'null' });
  times = [];
  const invoke = async (functionArn: string, payload: string) => {
    if (functionArn === POLL) times.push(clock.now());
    return await (functionArn === POLL ? polls : timeouts)(payload);
  };
  stepFunctions = new StepFunctions({ clock, iam, lambda: { invoke } as unknown as Lambda, region: 'us-east-1', account: '111122223333' });
});
afterEach(() => stepFunctions.stop());

function mayInvoke(...functionArns: string[]): void {
  const Statement = { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: functionArns };
  iam.putRolePolicy('WaiterRole', 'Policy', { Version: '2012-10-17', Statement });
}

/** Starts an execution and lets sandbox time pass. */
async function run(definition: string, input: object = { job: 1 }, seconds = 3600): Promise<Execution> {
  stepFunctions.create({ arn: MACHINE, roleArn: ROLE, definition });
  stepFunctions.handle('StartExecution', { stateMachineArn: MACHINE, input: JSON.stringify(input) });
  await clock.advance(seconds * 1000);
  return stepFunctions.executions[0];
}

/** Seconds of sandbox time between attempts. */
const pauses = () => times.slice(1).map((time, index) => Math.round((time - times[index]) / 1000));

test('a task gets the input of the execution and returns its output', async () => {
  polls.mockResolvedValue({ payload: '{"done":true}' });
  expect(await run(waiter())).toMatchObject({ machineArn: MACHINE, input: { job: 1 }, status: 'SUCCEEDED', output: { done: true } });
  expect(polls.mock.calls).toEqual([['{"job":1}']]);
});

test('StartExecution returns at once', () => {
  stepFunctions.create({ arn: MACHINE, roleArn: ROLE, definition: waiter() });
  expect(stepFunctions.handle('StartExecution', { stateMachineArn: MACHINE, input: '{}', name: 'one' })).toEqual({
    executionArn: 'arn:aws:states:us-east-1:111122223333:execution:waiter:one', startDate: expect.any(Number),
  });
  expect(stepFunctions.executions).toMatchObject([{ status: 'RUNNING' }]);
});

test('a failing task is retried after its interval, in sandbox time', async () => {
  polls.mockResolvedValueOnce(FAILURE).mockResolvedValueOnce(FAILURE).mockResolvedValue({ payload: '1' });
  expect(await run(waiter())).toMatchObject({ status: 'SUCCEEDED', output: 1 });
  expect(pauses()).toEqual([15, 15]);
  expect(timeouts).not.toHaveBeenCalled();
});

test('a task without attempts left is caught, with the whole error document as the cause', async () => {
  expect(await run(waiter())).toMatchObject({ status: 'SUCCEEDED', output: null });
  expect(polls).toHaveBeenCalledTimes(4);
  expect(JSON.parse(timeouts.mock.calls[0][0])).toEqual({ Error: 'Retry', Cause: FAILURE.payload });
});

test.each([
  ['a back-off rate', { BackoffRate: 2 }, [15, 30, 60]],
  ['a longest delay', { BackoffRate: 2, MaxDelaySeconds: 40 }, [15, 30, 40]],
  ['the defaults', { IntervalSeconds: undefined, MaxAttempts: undefined, BackoffRate: undefined }, [1, 2, 4]],
  ['another error', { ErrorEquals: ['TypeError'] }, []],
  ['no attempts', { MaxAttempts: 0 }, []],
  ['the latest moment that jitter allows', { BackoffRate: 2, JitterStrategy: 'FULL' }, [15, 30, 60]],
])('retries follow %s', async (_, retry, expected) => {
  await run(waiter(retry));
  expect(pauses()).toEqual(expected);
});

test('each retrier counts its own attempts', async () => {
  const other = { payload: '{"errorType":"Other","errorMessage":""}', functionError: 'Unhandled' };
  const definition = JSON.parse(waiter());
  definition.States['poll-task'].Retry = [{ ErrorEquals: ['Retry'], IntervalSeconds: 10 }, { ErrorEquals: ['States.ALL'], IntervalSeconds: 7 }];
  polls.mockResolvedValueOnce(FAILURE).mockResolvedValueOnce(other).mockResolvedValueOnce(FAILURE).mockResolvedValue({ payload: '1' });
  await run(JSON.stringify(definition));
  expect(pauses()).toEqual([10, 7, 20]);
});

test('220 polls of 15 seconds take 55 minutes of sandbox time', async () => {
  await run(waiter({ MaxAttempts: 220 }));
  expect(polls).toHaveBeenCalledTimes(221);
  expect(Math.round((times[220] - times[0]) / 60_000)).toBe(55);
});

test('sandbox time does not jump while a task runs', async () => {
  let answer!: (result: object) => void;
  polls.mockReturnValue(new Promise(resolve => { answer = resolve; }));
  const started = clock.now();
  const execution = run(waiter());
  // more event loop turns than the clock needs to see that everything only waits.
  for (let round = 0; round < 20; round++) await new Promise(setImmediate);
  expect(clock.now() - started).toBeLessThan(5_000);
  answer({ payload: '1' });
  expect(await execution).toMatchObject({ status: 'SUCCEEDED' });
});

test('an uncaught error fails the execution', async () => {
  const payload = '{"errorType":"SyntaxError","errorMessage":"no JSON"}';
  timeouts.mockResolvedValue({ payload, functionError: 'Unhandled' });
  expect(await run(waiter())).toMatchObject({ status: 'FAILED', error: 'SyntaxError', cause: payload });
});

test('a function that is gone fails its task', async () => {
  timeouts.mockRejectedValue(new ServiceError('ResourceNotFoundException', `Function not found: ${TIMEOUT}`, 404));
  expect(await run(waiter())).toMatchObject({ status: 'FAILED', error: 'Lambda.ResourceNotFoundException', cause: expect.stringContaining(TIMEOUT) });
});

test('the role of the state machine must allow the invocation', async () => {
  mayInvoke(TIMEOUT);
  await run(waiter());
  expect(polls).not.toHaveBeenCalled();
  expect(JSON.parse(timeouts.mock.calls[0][0])).toEqual({
    Error: 'Lambda.AWSLambdaException', Cause: expect.stringContaining(`is not authorized to perform: lambda:InvokeFunction on resource: ${POLL}`),
  });
});

test('deleting the state machine ends an execution at its next transition', async () => {
  stepFunctions.create({ arn: MACHINE, roleArn: ROLE, definition: waiter() });
  stepFunctions.handle('StartExecution', { stateMachineArn: MACHINE });
  await clock.advance(20_000);
  stepFunctions.delete(MACHINE);
  expect(stepFunctions.executions).toMatchObject([{ status: 'RUNNING' }]);
  await clock.advance(60_000);
  expect(stepFunctions.executions).toMatchObject([{ status: 'ABORTED' }]);
  expect(polls).toHaveBeenCalledTimes(2);
});

test('deleting the state machine lets a running task finish if it ends the execution', async () => {
  polls.mockImplementation(async () => {
    stepFunctions.delete(MACHINE);
    return { payload: '1' };
  });
  expect(await run(waiter())).toMatchObject({ status: 'SUCCEEDED' });
});

test('an update does not affect running executions', async () => {
  polls.mockResolvedValueOnce(FAILURE).mockResolvedValue({ payload: '1' });
  stepFunctions.create({ arn: MACHINE, roleArn: ROLE, definition: waiter() });
  stepFunctions.handle('StartExecution', { stateMachineArn: MACHINE });
  stepFunctions.update({ arn: MACHINE, roleArn: ROLE, definition: waiter({ IntervalSeconds: 60 }) });
  await clock.advance(20_000);
  expect(pauses()).toEqual([15]);
});

test('stopping ends waits, and time goes on', async () => {
  stepFunctions.create({ arn: MACHINE, roleArn: ROLE, definition: waiter() });
  stepFunctions.handle('StartExecution', { stateMachineArn: MACHINE });
  await clock.advance(1_000);
  await stepFunctions.stop();
  await clock.advance(60_000);
  expect(stepFunctions.executions).toMatchObject([{ status: 'ABORTED' }]);
  expect(polls).toHaveBeenCalledTimes(1);
});

test('a bug in the sandbox does not look like a failed task', async () => {
  polls.mockRejectedValue(new Error('a bug'));
  await run(waiter());
  await expect(stepFunctions.stop()).rejects.toThrow('a bug');
  stepFunctions = new StepFunctions({ clock, iam, lambda: {} as Lambda, region: 'us-east-1', account: '111122223333' });
});

describe('a Wait state', () => {
  const BEFORE = { Type: 'Task', Resource: POLL, Next: 'wait' };
  const loop = (wait: object, first: object = BEFORE, document: object = {}) => JSON.stringify({
    StartAt: 'poll',
    States: { poll: first, wait: { Type: 'Wait', Next: 'again', ...wait }, again: { Type: 'Task', Resource: POLL, End: true } },
    ...document,
  });

  test.each([
    ['Seconds', { Seconds: 90 }, {}, 90],
    ['SecondsPath', { SecondsPath: '$.pause' }, { pause: 45 }, 45],
    ['no seconds at all', { SecondsPath: '$.pause' }, { pause: 0 }, 0],
  ])('takes %s of sandbox time, and passes its input on', async (_, wait, output, seconds) => {
    polls.mockResolvedValueOnce({ payload: JSON.stringify({ ...output, kept: 1 }) }).mockResolvedValue({ payload: '2' });
    expect(await run(loop(wait))).toMatchObject({ status: 'SUCCEEDED', output: 2 });
    expect(pauses()).toEqual([seconds]);
    expect(JSON.parse(polls.mock.calls[1][0])).toEqual({ ...output, kept: 1 });
  });

  test.each(['"soon"', '-1', '1.5'])('fails for %s', async pause => {
    polls.mockResolvedValueOnce({ payload: `{"pause":${pause}}` });
    expect(await run(loop({ SecondsPath: '$.pause' }))).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
    expect(polls).toHaveBeenCalledTimes(1);
  });

  test('is cut short by the timeout of the state machine', async () => {
    polls.mockResolvedValue({ payload: '{}' });
    const started = clock.now();
    const { status, error, stoppedAt } = await run(loop({ Seconds: 90 }, BEFORE, { TimeoutSeconds: 60 }));
    expect([status, error, stoppedAt! - started]).toEqual(['TIMED_OUT', 'States.Timeout', 60_000]);
    expect(polls).toHaveBeenCalledTimes(1);
  });

  test('is not entered any more once the state machine is gone', async () => {
    polls.mockImplementation(async () => {
      stepFunctions.delete(MACHINE);
      return { payload: '{}' };
    });
    expect(await run(loop({ Seconds: 90 }))).toMatchObject({ status: 'ABORTED' });
    expect(polls).toHaveBeenCalledTimes(1);
  });
});

test('the context object describes the execution', async () => {
  const Parameters = { 'of.$': '$$.Execution.Input', 'id.$': '$$.Execution.Id', 'name.$': '$$.Execution.Name', 'role.$': '$$.Execution.RoleArn', 'since.$': '$$.Execution.StartTime', 'state.$': '$' };
  polls.mockResolvedValue({ payload: '1' });
  stepFunctions.create({ arn: MACHINE, roleArn: ROLE, definition: JSON.stringify({ StartAt: 'a', States: { a: { Type: 'Task', Resource: POLL, Parameters, End: true } } }) });
  await clock.advance(7_000);
  stepFunctions.handle('StartExecution', { stateMachineArn: MACHINE, name: 'one', input: '{"job":1}' });
  const since = new Date(clock.now()).toISOString();
  await clock.advance(1_000);
  expect(JSON.parse(polls.mock.calls[0][0])).toEqual({
    of: { job: 1 }, id: 'arn:aws:states:us-east-1:111122223333:execution:waiter:one', name: 'one', role: ROLE, since, state: { job: 1 },
  });
});

test('a Fail state reads its cause from a path', async () => {
  polls.mockResolvedValue({ payload: '{"why":"two are left"}' });
  const states = { a: { Type: 'Task', Resource: POLL, Next: 'b' }, b: { Type: 'Fail', Error: 'Incomplete', CausePath: '$.why' } };
  expect(await run(JSON.stringify({ StartAt: 'a', States: states }))).toMatchObject({ status: 'FAILED', error: 'Incomplete', cause: 'two are left' });
});

describe('the history', () => {
  const ROUND = { a: { Type: 'Task', Resource: POLL, Next: 'b' }, b: { Type: 'Choice', Choices: [{ Variable: '$.done', BooleanEquals: true, Next: 'd' }], Default: 'c' } };
  const rounds = (seconds: number) => JSON.stringify({ StartAt: 'a', States: { ...ROUND, c: { Type: 'Wait', Seconds: seconds, Next: 'a' }, d: { Type: 'Succeed' } } });

  test('has nine events for each round of a task, a choice and a wait', async () => {
    polls.mockResolvedValueOnce({ payload: '{"done":false}' }).mockResolvedValueOnce({ payload: '{"done":false}' }).mockResolvedValue({ payload: '{"done":true}' });
    // the last round has no wait; added are the start, the last state and the end.
    expect(await run(rounds(60))).toMatchObject({ status: 'SUCCEEDED', historyEvents: 9 + 9 + 7 + 1 + 2 + 1 });
  });

  test('counts every attempt at a task', async () => {
    polls.mockResolvedValueOnce(FAILURE).mockResolvedValue({ payload: '1' });
    expect(await run(waiter())).toMatchObject({ status: 'SUCCEEDED', historyEvents: 1 + 2 + 2 * 3 + 1 });
  });

  test('fails the execution when it is full', async () => {
    polls.mockResolvedValue({ payload: '{"done":false}' });
    const execution = await run(rounds(1));
    expect(execution).toMatchObject({ status: 'FAILED', error: 'States.Runtime', cause: expect.stringContaining('history') });
    expect(execution.historyEvents).toBeGreaterThanOrEqual(25_000);
    expect(execution.historyEvents).toBeLessThan(25_010);
  });
});

test('a result that is too large fails the execution, despite retriers and catchers', async () => {
  polls.mockResolvedValue({ payload: JSON.stringify('x'.repeat(262_144)) });
  expect(await run(waiter())).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  expect(polls).toHaveBeenCalledTimes(1);
});

describe('SDK clients', () => {
  const EXECUTION = 'arn:aws:states:us-east-1:111122223333:execution:waiter:one';
  const start = (input = '{"job":1}') => stepFunctions.handle('StartExecution', { stateMachineArn: MACHINE, name: 'one', input });
  const described = () => stepFunctions.handle('DescribeExecution', { executionArn: EXECUTION });

  beforeEach(() => stepFunctions.create({ arn: MACHINE, roleArn: ROLE, definition: waiter() }));

  test('can see the progress of an execution, and how it ended', async () => {
    const { startDate } = start() as any;
    expect(described()).toEqual({ executionArn: EXECUTION, stateMachineArn: MACHINE, name: 'one', status: 'RUNNING', startDate, input: '{"job":1}' });
    polls.mockResolvedValue({ payload: '{"done":true}' });
    await clock.advance(60_000);
    expect(described()).toMatchObject({ status: 'SUCCEEDED', output: '{"done":true}', stopDate: startDate + 15 });
  });

  test('start an execution only once if they retry while it runs', async () => {
    expect(start()).toEqual(start());
    await clock.advance(1_000);
    expect(polls).toHaveBeenCalledTimes(1);
    expect(() => start('{"job":2}')).toThrow(expect.objectContaining({ code: 'ExecutionAlreadyExists' }));
    await clock.advance(60_000);
    expect(() => start()).toThrow(expect.objectContaining({ code: 'ExecutionAlreadyExists' }));
  });

  test('can stop an execution and give a reason', async () => {
    start();
    await clock.advance(1_000);
    stepFunctions.handle('StopExecution', { executionArn: EXECUTION, error: 'Enough', cause: 'it is late' });
    await clock.advance(60_000);
    expect(described()).toMatchObject({ status: 'ABORTED', error: 'Enough', cause: 'it is late' });
    expect(polls).toHaveBeenCalledTimes(1);
    const { stopDate } = described() as any;
    expect(stepFunctions.handle('StopExecution', { executionArn: EXECUTION })).toEqual({ stopDate });
    expect(described()).toMatchObject({ status: 'ABORTED', error: 'Enough' });
  });

  test('need permissions on the state machine or on the execution', () => {
    expect(stepFunctions.permissions('StartExecution', { stateMachineArn: MACHINE })).toEqual([{ action: 'states:StartExecution', resource: MACHINE }]);
    expect(stepFunctions.permissions('StopExecution', { executionArn: EXECUTION })).toEqual([{ action: 'states:StopExecution', resource: EXECUTION }]);
  });

  test.each([
    ['StateMachineDoesNotExist', 'StartExecution', { stateMachineArn: `${MACHINE}2` }],
    ['InvalidExecutionInput', 'StartExecution', { stateMachineArn: MACHINE, input: '{' }],
    ['ExecutionDoesNotExist', 'DescribeExecution', { executionArn: EXECUTION }],
    ['ExecutionDoesNotExist', 'StopExecution', { executionArn: EXECUTION }],
  ])('are rejected with %s by %s', (code, operation, input) => {
    expect(() => stepFunctions.handle(operation, input)).toThrow(expect.objectContaining({ code }));
  });
});

describe('the sandbox rejects what it does not know:', () => {
  // a state machine that cannot run is created all the same.
  const start = () => stepFunctions.handle('StartExecution', { stateMachineArn: MACHINE });

  test('an operation', () => {
    stepFunctions.create({ arn: MACHINE, roleArn: ROLE, definition: waiter() });
    expect(() => stepFunctions.handle('ListExecutions', {})).toThrow('the operation ListExecutions');
    expect(() => stepFunctions.handle('RedriveExecution', { executionArn: 'x' })).toThrow('the operation RedriveExecution');
  });

  const TASK = { Type: 'Task', Resource: POLL, End: true };

  test.each([
    ['the type Map', { Type: 'Map', ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED' } }, End: true }],
    ['TimeoutSeconds', { ...TASK, TimeoutSeconds: 1 }],
    ['Assign', { ...TASK, Assign: { a: 1 } }],
    ['QueryLanguage', { ...TASK, QueryLanguage: 'JSONata' }],
    ['Arguments', { ...TASK, Arguments: {} }],
    ['JSONata', { Type: 'Pass', Result: '{% $states.input %}', End: true }],
    ['Timestamp', { Type: 'Wait', Timestamp: '2026-01-01T00:00:00Z', End: true }],
    ['the resource', { ...TASK, Resource: 'arn:aws:states:::lambda:invoke' }],
    ['$$.State.Name of the context object', { Type: 'Pass', Parameters: { 'name.$': '$$.State.Name' }, End: true }],
    ['$$ of the context object', { Type: 'Pass', Parameters: { 'all.$': '$$' }, End: true }],
  ])('a definition with %s', (what, state) => {
    const definition = JSON.stringify({ StartAt: 'a', States: { a: state } });
    stepFunctions.create({ arn: MACHINE, roleArn: ROLE, definition });
    expect(start).toThrow(`the sandbox does not know ${what}`);
  });

  test('a definition whose query language is not JSONPath', () => {
    const definition = JSON.stringify({ QueryLanguage: 'JSONata', StartAt: 'a', States: { a: TASK } });
    stepFunctions.create({ arn: MACHINE, roleArn: ROLE, definition });
    expect(start).toThrow('the sandbox does not know QueryLanguage');
  });
});
