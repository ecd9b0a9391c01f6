import { request } from 'http';
import { CloudFormation } from '@aws-sdk/client-cloudformation';
import { Lambda } from '@aws-sdk/client-lambda';
import { Rekognition } from '@aws-sdk/client-rekognition';
import { SFN } from '@aws-sdk/client-sfn';
import { Clock } from '../../sandbox/clock';
import { ApiServer, ApiServerProps } from '../../sandbox/server';
import { Caller, ConnectionReset, Service, ServiceError } from '../../sandbox/service';

const ARN = 'arn:aws:rekognition:us-east-1:111122223333:project/birds/version/v1/1690556751958';
const FUNCTION_ARN = 'arn:aws:lambda:us-east-1:111122223333:function:poll';

const CALLER: Caller = { arn: 'arn:of:AKIATEST', userAgent: expect.stringContaining('aws-sdk-js/') };

let clock: Clock;
let server: ApiServer;
let handled: [string, any, Caller][];
let answer: object | Error;
let options: object;

/** A service that records its requests and answers as the test says. */
const service: Service = {
  members: () => undefined,
  permissions: (operation, input) => [{ action: `test:${operation}`, resource: input.ProjectVersionArn ?? '*' }],
  handle: (operation, input, caller) => {
    handled.push([operation, input, caller]);
    if (answer instanceof Error) throw answer;
    return answer;
  },
};

async function start(props: Partial<ApiServerProps> = {}): Promise<void> {
  server = await ApiServer.start({
    clock,
    services: { rekognition: service, lambda: service, states: service, cloudformation: service },
    callerOf: accessKeyId => ({ arn: `arn:of:${accessKeyId}` }),
    authorize: () => true,
    ...props,
  });
  options = {
    endpoint: server.url, region: 'us-east-1', credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' }, maxAttempts: 1,
  };
}

beforeEach(async () => {
  clock = new Clock();
  handled = [];
  answer = {};
  await start();
});

afterEach(() => server.stop().catch(() => {}));

const rekognition = () => new Rekognition(options);
const cloudFormation = () => new CloudFormation(options);

/** A request without any SDK, answered with its status and body. */
function raw(path: string, headers: { [name: string]: string }, body = ''): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(server.url + path, { method: 'POST', headers, agent: false }, response => {
      let text = '';
      response.setEncoding('utf8').on('data', chunk => { text += chunk; }).on('end', () => resolve({ status: response.statusCode!, body: text }));
    });
    sent.on('error', reject).end(body);
  });
}

test('listens on the loopback interface', () => {
  expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
});

test('a port that is taken is an error', async () => {
  const port = Number(new URL(server.url).port);
  await expect(ApiServer.start({ clock, services: {}, callerOf: () => ({ arn: '' }), authorize: () => true, port })).rejects.toThrow('EADDRINUSE');
});

describe('Rekognition, in AWS JSON', () => {
  test('passes requests on, and returns dates in seconds', async () => {
    answer = { ProjectVersionDescriptions: [{ CreationTimestamp: new Date(1690556751958) }], NextToken: '' };
    const output = await rekognition().describeProjectVersions({ ProjectArn: 'arn', MaxResults: 5 });
    expect(handled).toEqual([['DescribeProjectVersions', { ProjectArn: 'arn', MaxResults: 5 }, CALLER]]);
    expect(output).toMatchObject({ ProjectVersionDescriptions: [{ CreationTimestamp: new Date(1690556751958) }], NextToken: '' });
  });

  test('errors keep their name, message and status', async () => {
    answer = new ServiceError('ResourceInUseException', 'Specified resource is in use.');
    await expect(rekognition().stopProjectVersion({ ProjectVersionArn: ARN })).rejects
      .toMatchObject({ name: 'ResourceInUseException', message: 'Specified resource is in use.', $metadata: { httpStatusCode: 400 } });
    answer = new ServiceError('InternalServerError', 'Internal server error', 500);
    await expect(rekognition().stopProjectVersion({ ProjectVersionArn: ARN })).rejects
      .toMatchObject({ name: 'InternalServerError', $metadata: { httpStatusCode: 500 } });
  });

  test('a body that is not JSON is rejected', async () => {
    const { status, body } = await raw('/', { 'x-amz-target': 'RekognitionService.DescribeProjects' }, '{');
    expect([status, JSON.parse(body).__type]).toEqual([400, 'SerializationException']);
  });
});

test('Step Functions, in AWS JSON: returns dates too', async () => {
  answer = { executionArn: 'arn', startDate: new Date(1690556751958) };
  expect(await new SFN(options).startExecution({ stateMachineArn: 'machine', input: '{}' })).toMatchObject(answer);
  expect(handled).toEqual([['StartExecution', { stateMachineArn: 'machine', input: '{}' }, CALLER]]);
});

describe('Lambda, in REST JSON', () => {
  test('invokes by ARN with the payload unchanged', async () => {
    answer = { Payload: '{"done":true}' };
    const output = await new Lambda(options).invoke({ FunctionName: FUNCTION_ARN, Payload: '{"a":1}', InvocationType: 'RequestResponse' });
    expect(handled).toEqual([['Invoke', { FunctionName: FUNCTION_ARN, Payload: '{"a":1}', InvocationType: 'RequestResponse' }, CALLER]]);
    expect(output).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST' });
    expect([output.Payload?.transformToString(), output.FunctionError]).toEqual(['{"done":true}', undefined]);
  });

  test('an error of a function is a successful request', async () => {
    answer = { Payload: '{"errorMessage":"no"}', FunctionError: 'Unhandled' };
    expect(await new Lambda(options).invoke({ FunctionName: 'poll' })).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
  });

  test('describes functions', async () => {
    answer = { Configuration: { State: 'Active' } };
    expect(await new Lambda(options).getFunction({ FunctionName: FUNCTION_ARN })).toMatchObject(answer);
    answer = { State: 'Active' };
    expect(await new Lambda(options).getFunctionConfiguration({ FunctionName: 'poll' })).toMatchObject(answer);
    expect(handled).toEqual([['GetFunction', { FunctionName: FUNCTION_ARN }, CALLER], ['GetFunctionConfiguration', { FunctionName: 'poll' }, CALLER]]);
  });

  test('errors keep their name and message', async () => {
    answer = new ServiceError('ResourceNotFoundException', 'Function not found: poll', 404);
    await expect(new Lambda(options).invoke({ FunctionName: 'poll' })).rejects
      .toMatchObject({ name: 'ResourceNotFoundException', message: 'Function not found: poll', $metadata: { httpStatusCode: 404 } });
  });
});

describe('CloudFormation, in AWS Query', () => {
  test('passes parameters on, and returns lists, dates and special characters', async () => {
    const stack = { StackName: 'birds', StackStatus: 'DELETE_IN_PROGRESS', StackStatusReason: 'a < b & "c"', CreationTime: new Date(1690556751958) };
    answer = { Stacks: [{ ...stack, ParentId: undefined, Outputs: [{ OutputKey: 'A', OutputValue: '1' }, { OutputKey: 'B', OutputValue: '2' }] }] };
    const output = await cloudFormation().describeStacks({ StackName: 'arn:of stack' });
    expect(handled).toEqual([['DescribeStacks', { StackName: 'arn:of stack' }, CALLER]]);
    expect(output.Stacks).toMatchObject([{ ...stack, Outputs: [{ OutputKey: 'A', OutputValue: '1' }, { OutputKey: 'B', OutputValue: '2' }] }]);
    expect(output.Stacks![0]).not.toHaveProperty('ParentId');
  });

  test('errors keep their name, message and status', async () => {
    answer = new ServiceError('ValidationError', 'Stack with id <x> does not exist');
    await expect(cloudFormation().describeStacks({ StackName: 'x' })).rejects
      .toMatchObject({ name: 'ValidationError', message: 'Stack with id <x> does not exist', $metadata: { httpStatusCode: 400 } });
  });
});

describe('permissions', () => {
  const role: Caller = { arn: 'arn:aws:sts::111122223333:assumed-role/role/poll', roleArn: 'arn:aws:iam::111122223333:role/role' };

  test('are decided for the caller whose access key signed the request', async () => {
    await server.stop();
    const asked: object[] = [];
    await start({
      callerOf: () => role,
      authorize: (caller, permission) => {
        asked.push([caller, permission]);
        return true;
      },
    });
    await rekognition().stopProjectVersion({ ProjectVersionArn: ARN });
    expect(asked).toEqual([[expect.objectContaining(role), { action: 'test:StopProjectVersion', resource: ARN }]]);
    expect(handled).toHaveLength(1);
  });

  test('that are missing are named in the error, and the service is not called', async () => {
    await server.stop();
    await start({ callerOf: () => role, authorize: () => false });
    const message = expect.stringContaining(`User: ${role.arn} is not authorized to perform: test:StopProjectVersion on resource: ${ARN}`);
    await expect(rekognition().stopProjectVersion({ ProjectVersionArn: ARN })).rejects.toMatchObject({ name: 'AccessDeniedException', message });
    await expect(new Lambda(options).invoke({ FunctionName: 'poll' })).rejects
      .toMatchObject({ name: 'AccessDeniedException', $metadata: { httpStatusCode: 403 } });
    await expect(cloudFormation().describeStacks({})).rejects.toMatchObject({ name: 'AccessDenied', $metadata: { httpStatusCode: 403 } });
    expect(handled).toEqual([]);
    expect(server.calls.map(call => call.error)).toEqual(['AccessDeniedException', 'AccessDeniedException', 'AccessDenied']);
  });

  test('do not exist for an unsigned request, which is rejected', async () => {
    const { status, body } = await raw('/', { 'x-amz-target': 'RekognitionService.DescribeProjects' });
    expect([status, JSON.parse(body).__type]).toEqual([403, 'MissingAuthenticationToken']);
    expect(handled).toEqual([]);
  });
});

describe('interceptors', () => {
  test('run in a chain, the last one first', async () => {
    const order: string[] = [];
    for (const name of ['first', 'second']) {
      server.intercept(async (_call, next) => {
        order.push(name);
        return next();
      });
    }
    await rekognition().describeProjects({});
    expect(order).toEqual(['second', 'first']);
  });

  test('may answer, change an answer, or fail before or after the effect', async () => {
    const remove = server.intercept(async () => ({ ProjectDescriptions: [] }));
    expect(await rekognition().describeProjects({})).toMatchObject({ ProjectDescriptions: [] });
    expect(handled).toEqual([]);
    remove();
    server.intercept(async (_call, next) => {
      await next();
      throw new ServiceError('ThrottlingException', 'Rate exceeded');
    });
    await expect(rekognition().describeProjects({})).rejects.toMatchObject({ name: 'ThrottlingException' });
    expect(handled).toHaveLength(1);
  });

  test('see a call that is about to be denied', async () => {
    await server.stop();
    await start({ authorize: () => false });
    const seen: string[] = [];
    server.intercept(async (call, next) => {
      seen.push(call.operation);
      return next();
    });
    await expect(rekognition().describeProjects({})).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(seen).toEqual(['DescribeProjects']);
  });

  test('may break the connection', async () => {
    server.intercept(async () => { throw new ConnectionReset('cut'); });
    await expect(rekognition().describeProjects({})).rejects.toThrow('socket hang up');
    expect(server.calls).toMatchObject([{ operation: 'DescribeProjects', error: 'ConnectionReset' }]);
    await expect(server.stop()).resolves.toBeUndefined();
  });
});

describe('the record of calls', () => {
  test('has every call in order, with its input, caller and result', async () => {
    const heard: string[] = [];
    server.onCall(call => heard.push(call.operation));
    answer = { Status: 'STOPPING' };
    await rekognition().stopProjectVersion({ ProjectVersionArn: ARN });
    answer = new ServiceError('ResourceInUseException', 'busy');
    await rekognition().deleteProjectVersion({ ProjectVersionArn: ARN }).catch(() => {});
    const common = { service: 'rekognition', input: { ProjectVersionArn: ARN }, caller: CALLER, time: expect.any(Number) };
    expect(server.calls).toEqual([
      { ...common, operation: 'StopProjectVersion', output: { Status: 'STOPPING' } },
      { ...common, operation: 'DeleteProjectVersion', error: 'ResourceInUseException', errorMessage: 'busy' },
    ]);
    expect(heard).toEqual(['StopProjectVersion', 'DeleteProjectVersion']);
  });

  test('shows sandbox time', async () => {
    await clock.advance(3_600_000);
    const before = clock.now();
    await rekognition().describeProjects({});
    expect(server.calls[0].time).toBeGreaterThanOrEqual(before);
  });
});

test('due timers fire before a request is answered', async () => {
  const due: string[] = [];
  clock.at(clock.now(), () => due.push('due'));
  await rekognition().describeProjects({});
  expect(due).toEqual(['due']);
});

describe('a failure of the sandbox', () => {
  test('is answered as an internal failure and rejects `stop`', async () => {
    answer = new TypeError('cannot read x');
    await expect(rekognition().describeProjects({})).rejects.toMatchObject({ name: 'InternalFailure', $metadata: { httpStatusCode: 500 } });
    await expect(server.stop()).rejects.toThrow('cannot read x');
  });

  const signedFor = (name: string) => ({ authorization: `AWS4-HMAC-SHA256 Credential=AKIATEST/20261126/us-east-1/${name}/aws4_request` });

  test.each<[string, string, { [name: string]: string }, string, number, string]>([
    ['a JSON target', '/', { 'x-amz-target': 'Logs.GetLogEvents' }, '', 400, 'the API Logs (operation GetLogEvents)'],
    ['another REST API', '/2021/clusters', signedFor('kafka'), '', 404, 'the API kafka (operation POST /2021/clusters)'],
    ['a query API', '/', { 'content-type': 'application/x-www-form-urlencoded' }, 'Action=X&Version=1', 400, 'the API version 1 (operation X)'],
    ['a bucket of S3', '/bucket', signedFor('s3'), '', 405, 'the API s3 (operation POST bucket)'],
    ['a request that nobody signed', '/bucket/key', {}, '', 404, 'POST /bucket/key'],
  ])('is a request that is not modeled, which clients do not retry: %s', async (_what, path, headers, body, status, message) => {
    const response = await raw(path, headers, body);
    expect([response.status, response.body]).toEqual([status, expect.stringContaining(message)]);
    await expect(server.stop()).rejects.toThrow(message);
  });

  test('is a request to an API that is not running', async () => {
    await server.stop();
    await start({ services: {} });
    await expect(rekognition().describeProjects({})).rejects.toThrow('does not model the API rekognition');
  });

  test('is an error in a listener', async () => {
    server.onCall(() => { throw new Error('bad listener'); });
    await expect(rekognition().describeProjects({})).rejects.toThrow();
    await expect(server.stop()).rejects.toThrow('bad listener');
  });
});
