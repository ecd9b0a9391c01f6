import { createServer, Server } from 'http';
import { AddressInfo } from 'net';
import { dirname, join } from 'path';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { TeardownProvider } from '../src';
import { leanApp } from './support/lean-app';

/*
 * The unmodified code of the provider framework, with the environment that the template gives it, in an account that
 * throttles invocations. `npm run test:newest` runs this test with the newest release.
 */

const CDK = dirname(require.resolve('aws-cdk-lib/package.json'));
const RUNTIME = join(CDK, 'custom-resources/lib/provider-framework/runtime');

const before = { ...process.env };
let invocations: number;
let throttled: number;
let server: Server;

beforeEach(done => {
  invocations = 0;
  server = createServer((request, response) => {
    const isInvocation = request.method === 'POST';
    if (isInvocation) invocations++;
    request.resume().on('end', () => {
      if (isInvocation && invocations <= throttled) {
        response.writeHead(429, { 'x-amzn-errortype': 'TooManyRequestsException' });
        return response.end('{"message":"Rate Exceeded."}');
      }
      return response.end(isInvocation ? '{"IsComplete":true}' : '{"Configuration":{"State":"Active"}}');
    });
  }).listen(0, '127.0.0.1', done);
});

beforeEach(() => {
  const stack = new Stack(leanApp(), 'Models');
  new TeardownProvider(stack, 'Provider');
  const functions = Object.values(Template.fromStack(stack).findResources('AWS::Lambda::Function'));
  const framework = functions.filter(({ Properties }) => Properties.Handler.startsWith('framework.'));
  const attempts = framework.map(({ Properties }) => Properties.Environment.Variables.AWS_MAX_ATTEMPTS);
  expect(attempts).toEqual(['10', '10', '10']);
  Object.assign(process.env, {
    AWS_MAX_ATTEMPTS: attempts[0],
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'none',
    AWS_SECRET_ACCESS_KEY: 'none',
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
  // the waits are random, from zero on.
  jest.spyOn(Math, 'random').mockReturnValue(0);
});

afterEach(done => {
  jest.restoreAllMocks();
  process.env = { ...before };
  server.close(done);
  server.closeAllConnections();
});

function invoke(): Promise<object> {
  let invokeFunction: (request: object) => Promise<object>;
  jest.isolateModules(() => { ({ invokeFunction } = jest.requireActual(join(RUNTIME, 'outbound'))); });
  return invokeFunction!({ FunctionName: 'handler', Payload: '{}' });
}

test.each([1, 7, 19])('the framework repeats an invocation that is throttled %d times', async count => {
  throttled = count;
  expect(await invoke()).toMatchObject({ StatusCode: 200 });
  expect(invocations).toBe(count + 1);
});

test('after 20 times, it gives up with the message that docs/troubleshooting.md explains', async () => {
  throttled = Infinity;
  await expect(invoke()).rejects.toMatchObject({ name: 'TooManyRequestsException', message: 'Rate Exceeded.' });
  expect(invocations).toBe(20);
});
