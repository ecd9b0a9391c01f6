import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Clock } from '../../sandbox/clock';
import { Iam } from '../../sandbox/iam';
import { FunctionConfiguration, Lambda } from '../../sandbox/lambda';
import { ResponseEndpoint } from '../../sandbox/response-endpoint';

const ROLE = 'arn:aws:iam::111122223333:role/HandlerRole';
const HANDLER = `
  let invocations = 0;
  exports.echo = async (event, context) => ({ event, context, invocation: ++invocations });
  exports.nothing = async () => {};
  exports.pid = async () => process.pid;
  exports.env = async () => process.env;
  exports.throws = async () => { throw new TypeError('broken'); };
  exports.throwsText = async () => { throw 'broken'; };
  exports.exits = async () => process.exit(Number(process.env.CODE));
  exports.hangs = () => new Promise(() => setInterval(() => {}, 1000));
  exports.slow = async ({ ms }) => new Promise(resolve => setTimeout(() => resolve(process.pid), ms));
  exports.late = async () => { setTimeout(() => { throw new RangeError('late'); }, 5); return new Promise(() => {}); };
  exports.rejects = async () => { Promise.reject(new Error('unseen')); return new Promise(() => {}); };
  exports.time = async (event, context) => ({
    now: Date.now(), date: new Date().getTime(), text: Date(), fixed: new Date(5).getTime(), utc: Date.UTC(2026, 0),
    instance: new Date() instanceof Date, same: new Date().constructor === Date, remaining: context.getRemainingTimeInMillis(),
  });
  exports.logs = async ({ text }) => {
    console.log({ a: 1 }); console.debug('hidden'); console.error('oh', new Error(text)); console.warn('many\\nlines'); console.fatal('end');
  };
  exports.connects = async ({ url }) => (await fetch(url)).status;
  exports.looksUp = async ({ host }) => (await require('node:dns/promises').lookup(host)).address;
  exports.speaksUdp = async () => require('node:dgram').createSocket('udp4');
  exports.puts = async ({ url, port }) => new Promise((resolve, reject) => {
    const { hostname, pathname, search } = new URL(url);
    const options = { hostname, path: pathname + search, method: 'PUT', ...port && { port } };
    const request = require('node:https').request(options, response => { response.resume(); resolve(response.statusCode); });
    request.on('error', reject);
    request.end('hello');
  });
  exports.writes = async () => { process.stdout.write('one\\ntw'); process.stdout.write('o'); process.exit(); };
  exports.needs = async ({ name }) => Object.keys(require(name)).length > 0;
  exports.callback = (event, context, callback) => setTimeout(() => callback(null, 1), 1);
  exports.callbackError = (event, context, callback) => callback(new RangeError('called back'));
  exports.done = (event, context) => setTimeout(() => context.done(null, 2), 1);
  exports.silent = () => 3;
  exports.value = 5;
`;

let clock: Clock;
let iam: Iam;
let lambda: Lambda;
let directory: string;
let code: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'lambda-test-'));
  code = join(directory, 'asset');
  mkdirSync(code);
  // a package above the code, like one in the node_modules of a repository.
  mkdirSync(join(directory, 'node_modules', 'above'), { recursive: true });
  writeFileSync(join(directory, 'node_modules', 'above', 'index.js'), 'exports.here = true;');
  writeFileSync(join(code, 'index.js'), HANDLER);
  writeFileSync(join(code, 'other-client.js'), "require('@aws-sdk/client-other');");
  writeFileSync(join(code, 'broken.js'), 'exports.handler = async () => {');
  writeFileSync(join(code, 'incomplete.js'), "require('not-bundled');");
  writeFileSync(join(code, 'failing.js'), "throw new RangeError('no start');");
});
afterAll(() => rmSync(directory, { recursive: true }));

beforeEach(() => {
  clock = new Clock();
  iam = new Iam();
  iam.createRole({ arn: ROLE, name: 'HandlerRole', managedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'] });
  lambda = new Lambda({ clock, iam, region: 'us-east-1', account: '111122223333' });
});
afterEach(() => lambda.stop());

function create(handler: string, overrides: Partial<FunctionConfiguration> = {}): FunctionConfiguration {
  const configuration: FunctionConfiguration = {
    functionName: 'handler',
    functionArn: 'arn:aws:lambda:us-east-1:111122223333:function:handler',
    handler,
    codeDirectory: code,
    runtime: 'nodejs22.x',
    environment: {},
    timeoutSeconds: 30,
    memorySize: 128,
    roleArn: ROLE,
    logGroupName: '/aws/lambda/handler',
    logFormat: 'JSON',
    applicationLogLevel: 'INFO',
    ...overrides,
  };
  lambda.create(configuration);
  return configuration;
}

async function invoke(event: unknown = {}): Promise<any> {
  const { payload, functionError } = await clock.drive(() => lambda.invoke('handler', JSON.stringify(event)));
  return functionError ? { functionError, ...JSON.parse(payload) } : JSON.parse(payload);
}

describe('invocations', () => {
  test('a handler gets the event and its context, and its result is returned', async () => {
    const { functionArn } = create('index.echo');
    const { event, context } = await invoke({ greeting: 'hello' });
    expect(event).toEqual({ greeting: 'hello' });
    expect(context).toMatchObject({ functionName: 'handler', functionVersion: '$LATEST', invokedFunctionArn: functionArn, memoryLimitInMB: '128' });
    expect(context.awsRequestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('undefined is returned as null', async () => {
    create('index.nothing');
    expect(await clock.work(() => lambda.invoke('handler', '{}'))).toEqual({ payload: 'null' });
  });

  test('an environment is kept warm for the next invocation', async () => {
    create('index.echo');
    await invoke();
    expect(await invoke()).toMatchObject({ invocation: 2 });
  });

  test('concurrent invocations run in separate environments', async () => {
    create('index.slow');
    const [first, second] = await Promise.all([invoke({ ms: 0 }), invoke({ ms: 0 })]);
    expect(first).not.toBe(second);
    expect([first, second]).toContain(await invoke({ ms: 0 }));
  });

  test('an update takes effect in new environments', async () => {
    const configuration = create('index.env', { environment: { COLOR: 'red' } });
    expect(await invoke()).toMatchObject({ COLOR: 'red' });
    lambda.update({ ...configuration, environment: { COLOR: 'blue' } });
    expect(await invoke()).toMatchObject({ COLOR: 'blue' });
  });

  test('a running invocation may finish when its function is deleted, a new one is rejected', async () => {
    create('index.slow');
    await invoke({ ms: 0 });
    const open = invoke({ ms: 20 });
    await lambda.delete('handler');
    await expect(invoke({ ms: 0 })).rejects.toMatchObject({ code: 'ResourceNotFoundException', status: 404 });
    expect(await open).toEqual(expect.any(Number));
  });

  test('sandbox time does not jump while a function runs', async () => {
    create('index.slow');
    const order: string[] = [];
    await clock.drive(async () => {
      clock.at(clock.now() + 3_600_000, () => order.push('an hour later'));
      await lambda.invoke('handler', '{"ms":20}');
      order.push('answered');
      await clock.sleep(3_600_000);
    });
    expect(order).toEqual(['answered', 'an hour later']);
  });
});

describe('failures', () => {
  test('an error of the handler is returned with its type, message and stack trace', async () => {
    create('index.throws');
    expect(await invoke()).toEqual({
      functionError: 'Unhandled', errorType: 'TypeError', errorMessage: 'broken', trace: expect.arrayContaining(['TypeError: broken']),
    });
  });

  test('a thrown value that is not an error is returned too', async () => {
    create('index.throwsText');
    expect(await invoke()).toEqual({ functionError: 'Unhandled', errorType: 'string', errorMessage: 'broken', trace: [] });
  });

  test.each([
    ['index.late', 'RangeError', 'late'],
    ['index.rejects', 'Runtime.UnhandledPromiseRejection', 'Error: unseen'],
  ])('%s: an error outside the handler ends the invocation and its environment', async (handler, errorType, errorMessage) => {
    create(handler);
    expect(await invoke()).toMatchObject({ functionError: 'Unhandled', errorType, errorMessage });
    expect(await invoke()).toMatchObject({ functionError: 'Unhandled', errorType, errorMessage });
  });

  test.each([
    ['missing.handler', 'Runtime.ImportModuleError', 'Cannot find module'],
    ['incomplete.handler', 'Runtime.ImportModuleError', "Error: Cannot find module 'not-bundled'"],
    ['broken.handler', 'Runtime.UserCodeSyntaxError', 'SyntaxError: '],
    ['failing.handler', 'RangeError', 'no start'],
    ['index.missing', 'Runtime.HandlerNotFound', 'index.missing is undefined or not exported'],
    ['index.value', 'Runtime.HandlerNotFound', 'index.value is not a function'],
    ['index', 'Runtime.MalformedHandlerName', 'Bad handler'],
  ])('%s cannot run: %s', async (handler, errorType, errorMessage) => {
    create(handler);
    expect(await invoke()).toMatchObject({ functionError: 'Unhandled', errorType, errorMessage: expect.stringContaining(errorMessage) });
  });

  test.each([
    ['1', 'with error: exit status 1'],
    ['0', 'without providing a reason'],
  ])('exit code %s is returned as Runtime.ExitError', async (CODE, reason) => {
    create('index.exits', { environment: { CODE } });
    expect(await invoke()).toEqual({
      functionError: 'Unhandled',
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching(`^RequestId: [0-9a-f-]{36} Error: Runtime exited ${reason}$`),
    });
  });

  test('a killed process fails its invocation, and the next one gets a new process', async () => {
    create('index.slow');
    const first = await invoke({ ms: 0 });
    const open = invoke({ ms: 10_000 });
    lambda.kill('handler');
    const errorMessage = expect.stringMatching(/Error: Runtime exited with error: signal: killed$/);
    expect(await open).toMatchObject({ errorType: 'Runtime.ExitError', errorMessage });
    expect(await invoke({ ms: 0 })).not.toBe(first);
  });

  test('a caller can be killed by its access key', async () => {
    create('index.env');
    const { AWS_ACCESS_KEY_ID } = await invoke();
    const caller = iam.callerOf(AWS_ACCESS_KEY_ID);
    expect(caller).toMatchObject({ arn: 'arn:aws:sts::111122223333:assumed-role/HandlerRole/handler', roleArn: ROLE, functionName: 'handler' });
    caller.kill!();
    expect((await invoke()).AWS_ACCESS_KEY_ID).not.toBe(AWS_ACCESS_KEY_ID);
  });

  test('a function that exceeds its timeout is killed', async () => {
    create('index.hangs', { timeoutSeconds: 0.1 });
    expect(await invoke()).toEqual({
      functionError: 'Unhandled',
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Task timed out after 0.10 seconds$/),
    });
  });

  test('stopping the sandbox fails open invocations', async () => {
    create('index.hangs');
    const open = invoke();
    await lambda.stop();
    expect(await open).toMatchObject({ errorType: 'Runtime.ExitError' });
  });

  test('a function that cannot run fails when it is invoked; a provider framework shares the obstacle', async () => {
    const { functionArn } = create('index.echo', { obstacle: 'its runtime is python3.13', codeDirectory: '' });
    const errorMessage = 'the sandbox cannot run handler: its runtime is python3.13';
    expect(await invoke()).toMatchObject({ functionError: 'Unhandled', errorType: 'Sandbox.NotModeled', errorMessage });
    expect(lambda.logs.map(({ text }) => text)).toEqual([errorMessage]);
    create('index.echo', { functionName: 'framework', environment: { USER_ON_EVENT_FUNCTION_ARN: functionArn } });
    create('index.echo', { functionName: 'other', environment: { USER_ON_EVENT_FUNCTION_ARN: 'gone' } });
    expect(['handler', 'framework', 'other'].map(name => lambda.obstacle(name)))
      .toEqual(['handler: its runtime is python3.13', 'handler: its runtime is python3.13', undefined]);
  });

  test('a function without code cannot be created', () => {
    expect(() => create('index.echo', { codeDirectory: join(code, 'gone') })).toThrow('there is no code in');
  });
});

describe('the process', () => {
  test('has only the environment variables of its function', async () => {
    process.env.SECRET_OF_THE_USER = 'x';
    lambda.endpointUrl = 'http://127.0.0.1:1';
    create('index.env', { environment: { COLOR: 'red' } });
    const env = await invoke();
    delete process.env.SECRET_OF_THE_USER;
    expect(Object.keys(env).filter(name => !/^(AWS_|LAMBDA_)/.test(name)).sort())
      .toEqual(['COLOR', 'NODE_PATH', 'PATH', 'TZ', '_HANDLER', 'npm_config_offline']);
    expect(env).toMatchObject({
      AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL: 'http://127.0.0.1:1', AWS_LAMBDA_LOG_LEVEL: 'INFO', LAMBDA_TASK_ROOT: code,
    });
  });

  test('runs in sandbox time', async () => {
    create('index.time', { timeoutSeconds: 100 });
    await clock.advance(24 * 3_600_000);
    const time = await invoke();
    expect(Math.abs(time.now - clock.now())).toBeLessThan(5_000);
    expect(Math.abs(time.date - clock.now())).toBeLessThan(5_000);
    expect(Math.abs(Date.parse(time.text) - clock.now())).toBeLessThan(5_000);
    expect(time).toMatchObject({ fixed: 5, utc: Date.UTC(2026, 0), instance: true, same: true });
    expect(time.remaining).toBeGreaterThan(90_000);
    expect(time.remaining).toBeLessThanOrEqual(100_000);
  });

  test.each([
    ['index.connects', { url: 'http://192.0.2.1:80/' }],
    ['index.connects', { url: 'https://example.com/' }],
    ['index.puts', { url: 'https://example.com/' }],
    ['index.looksUp', { host: 'example.com' }],
    ['index.speaksUdp', {}],
  ])('cannot reach anything beyond the loopback interface: %s', async (handler, event) => {
    create(handler);
    expect(await invoke(event)).toMatchObject({ functionError: 'Unhandled' });
    expect(lambda.logs.map(({ text }) => text).join()).toContain('nothing leaves 127.0.0.1');
  });

  test('finds no packages above the directory of its code', async () => {
    create('index.needs');
    const errorMessage = expect.stringContaining("Cannot find module 'above'");
    expect(await invoke({ name: 'above' })).toMatchObject({ functionError: 'Unhandled', errorMessage });
  });

  test('finds the AWS SDK in the runtime, and nothing else', async () => {
    create('index.needs');
    expect(await invoke({ name: '@aws-sdk/client-sfn' })).toBe(true);
    const notFound = expect.stringContaining("Cannot find module 'yaml'");
    expect(await invoke({ name: 'yaml' })).toMatchObject({ functionError: 'Unhandled', errorMessage: notFound });
    await lambda.delete('handler');
    create('other-client.handler');
    const errorMessage = 'the sandbox does not have @aws-sdk/client-other, unlike the runtime of AWS: bundle it with the function';
    expect(await invoke()).toMatchObject({ functionError: 'Unhandled', errorMessage });
  });

  test.each([
    ['callback', 1], ['done', 2], ['silent', null],
  ])('runs a handler that is not async: %s', async (name, result) => {
    create(`index.${name}`);
    expect([await invoke(), await invoke()]).toEqual([result, result]);
  });

  test('fails with the error that a handler calls back with; callbacks are refused in runtimes without them', async () => {
    create('index.callbackError');
    expect(await invoke()).toMatchObject({ errorType: 'RangeError', errorMessage: 'called back' });
    await lambda.delete('handler');
    create('index.callback', { runtime: 'nodejs24.x' });
    expect(await invoke()).toMatchObject({ errorType: 'Runtime.CallbackHandlerDeprecated' });
  });

  test.each([undefined, 443])('reaches the response endpoint through a response URL (port %s)', async port => {
    const endpoint = await ResponseEndpoint.start();
    try {
      lambda.responseEnvironment = endpoint.environment;
      create('index.puts');
      const bodies: string[] = [];
      expect(await invoke({ url: endpoint.expect(body => bodies.push(body)), port })).toBe(200);
      expect(bodies).toEqual(['hello']);
    } finally {
      await endpoint.stop();
    }
  });
});

describe('logs', () => {
  const entries = () => lambda.logs.map(({ text }) => JSON.parse(text));

  test('JSON: objects stay objects, errors are described, levels filter', async () => {
    create('index.logs');
    await invoke({ text: 'dear' });
    expect(entries()).toEqual([
      { timestamp: expect.any(String), level: 'INFO', requestId: expect.any(String), message: { a: 1 } },
      expect.objectContaining({
        level: 'ERROR', message: expect.stringMatching(/^oh Error: dear/), errorType: 'Error', errorMessage: 'dear', stackTrace: expect.any(Array),
      }),
      expect.objectContaining({ level: 'WARN', message: 'many\nlines' }),
      expect.objectContaining({ level: 'FATAL', message: 'end' }),
    ]);
    expect(lambda.logs[0]).toMatchObject({ functionName: 'handler', logGroupName: '/aws/lambda/handler', time: expect.any(Number) });
  });

  test('level FATAL suppresses everything else, including errors that the handler throws', async () => {
    const configuration = create('index.logs', { applicationLogLevel: 'FATAL' });
    await invoke({ text: 'dear' });
    lambda.update({ ...configuration, handler: 'index.throws' });
    await invoke();
    expect(entries()).toEqual([expect.objectContaining({ level: 'FATAL' })]);
  });

  test('an error that the handler throws is logged', async () => {
    create('index.throws');
    await invoke();
    expect(entries()).toMatchObject([{ level: 'ERROR', message: { errorType: 'TypeError', errorMessage: 'broken' } }]);
  });

  test('text: one line per call, unfiltered', async () => {
    create('index.logs', { logFormat: 'Text' });
    await invoke({ text: 'dear' });
    expect(lambda.logs.map(({ text }) => text.split('\t').slice(2, 4).join(' ')))
      .toEqual(['INFO { a: 1 }', 'DEBUG hidden', expect.stringMatching(/^ERROR oh Error: dear/), 'WARN many\nlines', 'FATAL end']);
  });

  test('output that bypasses the console is logged as it is', async () => {
    create('index.writes');
    await invoke();
    expect(lambda.logs.map(({ text }) => text)).toEqual(['one', 'two']);
  });

  test('a listener hears every line', async () => {
    const heard: string[] = [];
    lambda.onLog(({ text }) => heard.push(text));
    create('index.logs');
    await invoke({ text: 'dear' });
    expect(heard).toHaveLength(4);
  });

  test('the log is lost if the role may not write to it', async () => {
    iam.updateRole({ arn: ROLE, name: 'HandlerRole' });
    create('index.logs');
    await invoke({ text: 'dear' });
    expect(lambda.logs).toEqual([]);

    iam.putRolePolicy('HandlerRole', 'Logs', {
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: 'arn:aws:logs:us-east-1:111122223333:log-group:/aws/lambda/handler:*',
      },
    });
    await invoke({ text: 'dear' });
    expect(lambda.logs).toHaveLength(4);
  });
});

describe('the API', () => {
  test('Invoke takes a name or an ARN and answers with the payload', async () => {
    const { functionArn } = create('index.nothing');
    expect(await lambda.handle('Invoke', { FunctionName: functionArn, Payload: '{}' })).toEqual({ Payload: 'null' });
    expect(lambda.has(functionArn) && lambda.has('handler')).toBe(true);
  });

  test.each([undefined, ''])('Invoke without a payload (%j) sends an empty object', async Payload => {
    create('index.echo');
    const { Payload: result } = await lambda.handle('Invoke', { FunctionName: 'handler', Payload }) as any;
    expect(JSON.parse(result).event).toEqual({});
  });

  test('Invoke says that a function failed', async () => {
    create('index.throws');
    expect(await lambda.handle('Invoke', { FunctionName: 'handler' }))
      .toMatchObject({ FunctionError: 'Unhandled', Payload: expect.stringContaining('broken') });
  });

  test('GetFunction describes a function that is ready', async () => {
    const { functionArn } = create('index.nothing');
    const ready = { FunctionArn: functionArn, State: 'Active', LastUpdateStatus: 'Successful' };
    expect(await lambda.handle('GetFunction', { FunctionName: 'handler' })).toMatchObject({ Configuration: ready });
    expect(await lambda.handle('GetFunctionConfiguration', { FunctionName: 'handler' })).toMatchObject(ready);
  });

  test('an unknown function is not found', async () => {
    await expect(lambda.handle('GetFunction', { FunctionName: 'nobody' })).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
  });

  test('permissions apply to the function', () => {
    const resource = 'arn:aws:lambda:us-east-1:111122223333:function:handler';
    expect(lambda.permissions('Invoke', { FunctionName: 'handler' })).toEqual([{ action: 'lambda:InvokeFunction', resource }]);
    expect(lambda.permissions('GetFunction', { FunctionName: resource })).toEqual([{ action: 'lambda:GetFunction', resource }]);
  });

  test('unknown operations and functions fail loudly', async () => {
    create('index.nothing');
    await expect(lambda.handle('ListFunctions', {})).rejects.toThrow('the sandbox does not know the operation ListFunctions');
    expect((await lambda.invoke('handler:alias', '{}')).payload).toContain('it has no version or alias alias in the sandbox');
    await expect(lambda.invoke('no name', '{}')).rejects.toThrow('Function not found');
    expect(() => create('index.nothing')).toThrow('Function already exist: handler');
  });
});
