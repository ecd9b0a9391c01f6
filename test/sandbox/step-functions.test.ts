import { Clock } from '../../sandbox/clock';
import { Iam } from '../../sandbox/iam';
import { Lambda } from '../../sandbox/lambda';
import { ServiceError } from '../../sandbox/service';
import { Execution, StepFunctions } from '../../sandbox/step-functions';

const MACHINE = 'arn:aws:states:us-east-1:111122223333:stateMachine:waiter';
const ROLE = 'arn:aws:iam::111122223333:role/WaiterRole';
const POLL = 'arn:aws:lambda:us-east-1:111122223333:function:poll';
const TIMEOUT = 'arn:aws:lambda:us-east-1:111122223333:function:timeout';

/** As the CDK's provider framework defines its waiter. */
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

/** Seconds of sandbox time between the attempts. */
const pauses = () => times.slice(1).map((time, index) => Math.round((time - times[index]) / 1000));

test('a task gets the input of the execution and gives its output', async () => {
  polls.mockResolvedValue({ payload: '{"done":true}' });
  expect(await run(waiter())).toMatchObject({ machineArn: MACHINE, input: { job: 1 }, status: 'SUCCEEDED', output: { done: true } });
  expect(polls.mock.calls).toEqual([['{"job":1}']]);
});

test('StartExecution answers at once', () => {
  stepFunctions.create({ arn: MACHINE, roleArn: ROLE, definition: waiter() });
  expect(stepFunctions.handle('StartExecution', { stateMachineArn: MACHINE, input: '{}', name: 'one' })).toEqual({
    executionArn: 'arn:aws:states:us-east-1:111122223333:execution:waiter:one', startDate: expect.any(Number),
  });
  expect(stepFunctions.executions).toMatchObject([{ status: 'RUNNING' }]);
});

test('a failing task is tried again after its interval, on sandbox time', async () => {
  polls.mockResolvedValueOnce(FAILURE).mockResolvedValueOnce(FAILURE).mockResolvedValue({ payload: '1' });
  expect(await run(waiter())).toMatchObject({ status: 'SUCCEEDED', output: 1 });
  expect(pauses()).toEqual([15, 15]);
  expect(timeouts).not.toHaveBeenCalled();
});

test('with its attempts used up a task is caught, with the whole error document as the cause', async () => {
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
])('retries follow %s', async (_, retry, expected) => {
  await run(waiter(retry));
  expect(pauses()).toEqual(expected);
});

test('each retrier counts for itself', async () => {
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
  // more rounds than the clock needs to see that all only wait.
  for (let round = 0; round < 20; round++) await new Promise(setImmediate);
  expect(clock.now() - started).toBeLessThan(5_000);
  answer({ payload: '1' });
  expect(await execution).toMatchObject({ status: 'SUCCEEDED' });
});

test('an execution whose error nobody catches has failed', async () => {
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

test('deleting the state machine lets a task finish that ends the execution', async () => {
  polls.mockImplementation(async () => {
    stepFunctions.delete(MACHINE);
    return { payload: '1' };
  });
  expect(await run(waiter())).toMatchObject({ status: 'SUCCEEDED' });
});

test('an update leaves running executions alone', async () => {
  polls.mockResolvedValueOnce(FAILURE).mockResolvedValue({ payload: '1' });
  stepFunctions.create({ arn: MACHINE, roleArn: ROLE, definition: waiter() });
  stepFunctions.handle('StartExecution', { stateMachineArn: MACHINE });
  stepFunctions.update({ arn: MACHINE, roleArn: ROLE, definition: waiter({ IntervalSeconds: 60 }) });
  await clock.advance(20_000);
  expect(pauses()).toEqual([15]);
});

test('stopping ends what waits, and time goes on', async () => {
  stepFunctions.create({ arn: MACHINE, roleArn: ROLE, definition: waiter() });
  stepFunctions.handle('StartExecution', { stateMachineArn: MACHINE });
  await clock.advance(1_000);
  await stepFunctions.stop();
  await clock.advance(60_000);
  expect(stepFunctions.executions).toMatchObject([{ status: 'ABORTED' }]);
  expect(polls).toHaveBeenCalledTimes(1);
});

test('a bug of the sandbox does not pass for a failed task', async () => {
  polls.mockRejectedValue(new Error('a bug'));
  await run(waiter());
  await expect(stepFunctions.stop()).rejects.toThrow('a bug');
  stepFunctions = new StepFunctions({ clock, iam, lambda: {} as Lambda, region: 'us-east-1', account: '111122223333' });
});

describe('requests that are refused', () => {
  test.each([
    ['StateMachineDoesNotExist', { stateMachineArn: `${MACHINE}2` }],
    ['InvalidExecutionInput', { stateMachineArn: MACHINE, input: '{' }],
    ['ExecutionAlreadyExists', { stateMachineArn: MACHINE, name: 'one' }],
  ])('%s', (code, input) => {
    stepFunctions.create({ arn: MACHINE, roleArn: ROLE, definition: waiter() });
    stepFunctions.handle('StartExecution', { stateMachineArn: MACHINE, name: 'one' });
    expect(() => stepFunctions.handle('StartExecution', input)).toThrow(expect.objectContaining({ code }));
  });

  test('permissions are on the state machine', () => {
    expect(stepFunctions.permissions('StartExecution', { stateMachineArn: MACHINE }))
      .toEqual([{ action: 'states:StartExecution', resource: MACHINE }]);
  });

  test('an operation or parameter that the sandbox does not know', () => {
    stepFunctions.create({ arn: MACHINE, roleArn: ROLE, definition: waiter() });
    expect(() => stepFunctions.handle('StopExecution', {})).toThrow('the operation StopExecution');
    expect(() => stepFunctions.handle('StartExecution', { stateMachineArn: MACHINE, traceHeader: 'x' })).toThrow('the parameters traceHeader');
  });

  test.each([
    ['the type Wait', { Type: 'Wait', Seconds: 1, End: true }],
    ['TimeoutSeconds', { Type: 'Task', Resource: POLL, TimeoutSeconds: 1, End: true }],
    ['JitterStrategy', { Type: 'Task', Resource: POLL, End: true, Retry: [{ ErrorEquals: ['States.ALL'], JitterStrategy: 'FULL' }] }],
    ['the resource', { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', End: true }],
    ['the context object', { Type: 'Pass', Parameters: { 'name.$': '$$.Execution.Name' }, End: true }],
  ])('a definition with %s', (what, state) => {
    const definition = JSON.stringify({ StartAt: 'a', States: { a: state } });
    expect(() => stepFunctions.create({ arn: MACHINE, roleArn: ROLE, definition })).toThrow(`the sandbox does not know ${what}`);
  });
});
