import { Stack } from 'aws-cdk-lib';
import { ProjectVersionTeardown } from '../../src';
import { Flow } from '../support/flow';

let flow: Flow;

beforeEach(async () => { flow = await Flow.start(); });
afterEach(() => flow.stop());

// the provider framework waits in one function for another. With one more, nobody might have to give up a place.
test('in an account for four functions, three teardowns can be created and deleted at the same time', async () => {
  flow.sandbox.lambda.concurrentExecutions = 4;
  const versions = ['v1', 'v2', 'v3'].map(name => flow.version('RUNNING', {}, name));
  const define = (stack: Stack) => versions.forEach(({ arn: projectVersionArn, name }) =>
    new ProjectVersionTeardown(stack, `Model-${name}`, { projectVersionArn }));
  expect((await flow.deploy(define)).status).toBe('CREATE_COMPLETE');
  expect((await flow.destroy()).status).toBe('DELETE_COMPLETE');
  expect(flow.sandbox.calls.some(({ error }) => error === 'TooManyRequestsException')).toBe(true);
  expect(flow.left).toEqual({});
});
