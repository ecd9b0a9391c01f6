import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Sandbox } from '../../sandbox';
import { CustomResource } from '../../sandbox/cloudformation/custom-resource';

const ROLE = 'arn:aws:iam::111122223333:role/Role';
const arnOf = (name: string) => `arn:aws:lambda:us-east-1:111122223333:function:${name}`;

const HANDLER = `
  const http = require('node:http');
  const { setTimeout: sleep } = require('timers/promises');

  const sleeps = {
    'timers/promises': require('timers/promises').setTimeout,
    'node:timers/promises': require('node:timers/promises').setTimeout,
    'timers': require('timers').promises.setTimeout,
    'an ES module': async (...args) => (await import('node:timers/promises')).setTimeout(...args),
    'util.promisify': require('util').promisify(setTimeout),
  };

  const call = (path, headers, body) => new Promise((resolve, reject) => {
    const authorization = 'Credential=' + process.env.AWS_ACCESS_KEY_ID + '/';
    const request = http.request(process.env.AWS_ENDPOINT_URL + path, { method: 'POST', headers: { ...headers, authorization } }, response => {
      let text = '';
      response.on('data', chunk => { text += chunk; }).on('end', () => resolve(JSON.parse(text)));
    });
    request.on('error', reject).end(JSON.stringify(body));
  });
  const invoke = (name, event) => call('/2015-03-31/functions/' + name + '/invocations', {}, event);

  const measure = async (context, task) => {
    const start = [Date.now(), context.getRemainingTimeInMillis()];
    const value = await task();
    return { value, passed: Date.now() - start[0], used: start[1] - context.getRemainingTimeInMillis() };
  };

  exports.sleeps = ({ how = 'timers/promises', ms }, context) => measure(context, () => sleeps[how](ms, 'awake'));
  exports.sleepsTwice = async ({ ms }) => {
    const order = [];
    await Promise.all(ms.map(async time => order.push(await sleep(time, time))));
    return order;
  };
  exports.races = (event, context) => measure(context, () => Promise.race([sleep(36_000_000, 'too late'), invoke('works', {}).then(() => 'in time')]));
  exports.aborts = async () => sleep(36_000_000, undefined, { signal: AbortSignal.abort() }).catch(error => error.name);
  exports.works = (event, context) => measure(context, () => new Promise(resolve => setTimeout(resolve, 50)));
  exports.invokes = ({ events }, context) => measure(context, () => Promise.all(events.map(([name, event]) => invoke(name, event))));
  exports.asleep = async () => { console.log('good night'); await sleep(36_000_000); };
  const describe = () => call('/', { 'x-amz-target': 'RekognitionService.DescribeProjects' }, {});
  exports.describesInParallel = async ({ calls, pause }) => {
    const answers = await Promise.all(Array.from({ length: calls }, (_, i) => sleep(i * pause).then(describe)));
    return answers.flatMap(({ Code }) => Code ?? []);
  };
  exports.describes = async ({ calls, pause }) => {
    const throttled = [];
    for (let i = 0; i < calls; i++) {
      const { Code } = await describe();
      if (Code) throttled.push(Code);
      if (pause) await sleep(pause);
    }
    return throttled;
  };
`;

let code: string;
let sandbox: Sandbox;

beforeAll(() => {
  code = mkdtempSync(join(tmpdir(), 'lambda-time-'));
  writeFileSync(join(code, 'index.js'), HANDLER);
});
afterAll(() => rmSync(code, { recursive: true }));

beforeEach(async () => {
  sandbox = await Sandbox.start({ rekognition: { requestsPerSecond: 4 } });
  sandbox.iam.createRole({ arn: ROLE, name: 'Role', managedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'] });
  sandbox.iam.putRolePolicy('Role', 'Policy', {
    Version: '2012-10-17', Statement: { Effect: 'Allow', Action: ['lambda:InvokeFunction', 'rekognition:DescribeProjects'], Resource: '*' },
  });
});
afterEach(() => sandbox.stop());

function create(name: string, timeoutSeconds = 100 * 3600): void {
  sandbox.lambda.create({
    functionName: name,
    functionArn: arnOf(name),
    handler: `index.${name}`,
    codeDirectory: code,
    runtime: 'nodejs22.x',
    environment: {},
    timeoutSeconds,
    memorySize: 128,
    roleArn: ROLE,
    logGroupName: `/aws/lambda/${name}`,
    logFormat: 'Text',
    applicationLogLevel: '',
  });
}

async function invoke(name: string, event: object = {}): Promise<any> {
  const { payload } = await sandbox.clock.drive(() => sandbox.lambda.invoke(name, JSON.stringify(event)));
  return JSON.parse(payload);
}

// in hours: the real time that passes while functions run is negligible on any machine, and nobody could afford to wait for real hours.
const HOUR = 3_600_000;

/** Sandbox time that passes, in whole hours. */
async function hours(task: () => Promise<unknown>): Promise<number> {
  const start = sandbox.clock.now();
  await task();
  return Math.floor((sandbox.clock.now() - start) / HOUR);
}

/** With a tolerance of a few minutes. */
const about = (milliseconds: number) => expect.closeTo(milliseconds, -6);

describe('a function that sleeps', () => {
  test.each(['timers/promises', 'node:timers/promises', 'timers', 'an ES module', 'util.promisify'])('sleeps in sandbox time: %s', async how => {
    create('sleeps');
    let result: unknown;
    expect(await hours(async () => { result = await invoke('sleeps', { how, ms: 10 * HOUR }); })).toBe(10);
    expect(result).toEqual({ value: 'awake', passed: about(10 * HOUR), used: about(10 * HOUR) });
  });

  test('concurrently in two places sleeps as long as the longer sleep takes', async () => {
    create('sleepsTwice');
    let order: unknown;
    expect(await hours(async () => { order = await invoke('sleepsTwice', { ms: [20 * HOUR, 10 * HOUR] }); })).toBe(20);
    expect(order).toEqual([10 * HOUR, 20 * HOUR]);
  });

  test('does not overtake its own requests, and a sleep that nobody awaits ends with the invocation', async () => {
    create('races');
    create('works');
    for (const _ of [1, 2]) {
      let result: unknown;
      expect(await hours(async () => { result = await invoke('races'); })).toBe(0);
      expect(result).toMatchObject({ value: 'in time' });
    }
  });

  test('to pace concurrent calls makes each of them at its own time', async () => {
    create('describesInParallel');
    let throttled: unknown;
    expect(await hours(async () => { throttled = await invoke('describesInParallel', { calls: 40, pause: HOUR }); })).toBe(39);
    expect(throttled).toEqual([]);
  });

  test('can abort the sleep', async () => {
    create('aborts');
    let result: unknown;
    expect(await hours(async () => { result = await invoke('aborts'); })).toBe(0);
    expect(result).toBe('AbortError');
  });

  test('beyond its own timeout is killed at the timeout', async () => {
    create('sleeps', 30 * 3600);
    let result: unknown;
    expect(await hours(async () => { result = await invoke('sleeps', { ms: 60 * HOUR }); })).toBe(30);
    expect(result).toEqual({ errorType: 'Sandbox.Timedout', errorMessage: expect.stringContaining('Task timed out after 108000.00 seconds') });
  });

  test('and is killed does not let time jump while another function runs', async () => {
    create('asleep');
    const asleep = new Promise<void>(resolve => sandbox.lambda.onLog(() => resolve()));
    const open = sandbox.clock.work(() => sandbox.lambda.invoke('asleep', '{}'));
    await asleep;
    sandbox.lambda.kill('asleep');
    expect(await open).toMatchObject({ functionError: 'Unhandled' });
    create('works');
    const [{ passed }] = await Promise.all([invoke('works'), sandbox.advance(10 * HOUR)]);
    expect(passed).toBeLessThan(HOUR);
  });

  test('is waited for by a client of the API, which lets time pass', async () => {
    create('sleeps');
    expect(await hours(async () => sandbox.lambda.handle('Invoke', { FunctionName: 'sleeps', Payload: '{"ms":36000000}' }))).toBe(10);
  });

  test('stays within the rate limit of an API, which counts in sandbox time', async () => {
    create('describes');
    const start = sandbox.clock.now();
    expect(await invoke('describes', { calls: 60, pause: 250 })).toEqual([]);
    expect(sandbox.clock.now() - start).toBeGreaterThanOrEqual(15_000);
    create('describesInParallel');
    expect(await invoke('describesInParallel', { calls: 200, pause: 0 })).toContain('ProvisionedThroughputExceededException');
  });
});

describe('a caller that waits for a function lets time pass', () => {
  test('if it is a state machine', async () => {
    create('sleeps');
    const machine = 'arn:aws:states:us-east-1:111122223333:stateMachine:machine';
    const definition = { StartAt: 'Sleep', States: { Sleep: { Type: 'Task', Resource: arnOf('sleeps'), End: true } } };
    sandbox.stepFunctions.create({ arn: machine, roleArn: ROLE, definition: JSON.stringify(definition) });
    sandbox.stepFunctions.handle('StartExecution', { stateMachineArn: machine, input: '{"ms":36000000}' });
    expect(await hours(() => sandbox.advance(11 * HOUR))).toBe(11);
    expect(sandbox.stepFunctions.executions).toMatchObject([{ status: 'SUCCEEDED', output: { passed: about(10 * HOUR) } }]);
  });

  test('if it is another function, which sees how much time has passed', async () => {
    create('sleeps');
    create('invokes');
    let result: any;
    expect(await hours(async () => { result = await invoke('invokes', { events: [['sleeps', { ms: 10 * HOUR }]] }); })).toBe(10);
    expect(result).toMatchObject({ value: [{ value: 'awake' }], passed: about(10 * HOUR), used: about(10 * HOUR) });
  });

  test('if it is another function, whose own timeout keeps running', async () => {
    create('sleeps');
    create('invokes', 30 * 3600);
    let result: unknown;
    expect(await hours(async () => { result = await invoke('invokes', { events: [['sleeps', { ms: 60 * HOUR }]] }); })).toBe(30);
    expect(result).toMatchObject({ errorType: 'Sandbox.Timedout' });
  });

  test('if it is another function, but not while one of several functions is working', async () => {
    create('sleeps');
    create('works');
    create('invokes');
    const { value: [, work], passed } = await invoke('invokes', { events: [['sleeps', { ms: 60 * HOUR }], ['works', {}], ['sleeps', { ms: 60 * HOUR }]] });
    expect(passed).toBeGreaterThanOrEqual(60 * HOUR);
    expect(work.passed).toBeLessThan(HOUR);
  });

  test('if it is CloudFormation, up to the ServiceTimeout', async () => {
    create('sleeps');
    const { clock, lambda, responses } = sandbox;
    const properties = { ServiceToken: arnOf('sleeps'), ServiceTimeout: '3600' };
    const resource: any = { stack: { id: 'stack', name: 'stack' }, logicalId: 'Custom', type: 'Custom::Any', properties };
    const fake = { has: () => true, invoke: (name: string) => lambda.invoke(name, '{"ms":7200000}') };
    const start = clock.now();
    await expect(clock.drive(() => new CustomResource({ clock, lambda: fake, responses }).create(resource, new AbortController().signal)))
      .rejects.toThrow('did not receive a response');
    expect(clock.now() - start).toEqual(about(HOUR));
    // the function sleeps on, and then ends.
    await sandbox.advance(2 * HOUR);
    expect(clock.now() - start).toEqual(about(3 * HOUR));
  });
});
