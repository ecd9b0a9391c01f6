import { dirname, join } from 'path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { deleteEvent } from './support/events';

/*
 * Part of the provider framework of aws-cdk-lib, unmodified. `npm run test:newest` runs this test with the newest
 * release.
 */

const RUNTIME = join(
  dirname(require.resolve('aws-cdk-lib/package.json')),
  'custom-resources/lib/provider-framework/runtime',
);
const WAITER = 'arn:aws:states:us-east-1:111122223333:stateMachine:waiter';

// a deployment that is tried again may repeat a RequestId, and Step Functions refuses a name that was used with other
// input.
test('the waiter starts each execution without a name, so a repeated RequestId starts a teardown too', async () => {
  Object.assign(process.env, {
    USER_ON_EVENT_FUNCTION_ARN: 'arn:aws:lambda:us-east-1:111122223333:function:onEvent',
    USER_IS_COMPLETE_FUNCTION_ARN: 'arn:aws:lambda:us-east-1:111122223333:function:isComplete',
    WAITER_STATE_MACHINE_ARN: WAITER,
  });
  const lambda = mockClient(LambdaClient);
  lambda.on(InvokeCommand).resolves({ Payload: Buffer.from('{}') as never });
  const stepFunctions = mockClient(SFNClient);
  stepFunctions.on(StartExecutionCommand).resolves({});
  jest.requireActual(join(RUNTIME, 'util')).log = () => {};
  const framework = jest.requireActual(join(RUNTIME, 'framework'));

  const requests = [deleteEvent(), deleteEvent({ TrainingBehavior: 'FAIL' })];
  for (const request of requests) await framework.onEvent(request);

  expect(requests[0].RequestId).toBe(requests[1].RequestId);
  expect(stepFunctions.commandCalls(StartExecutionCommand).map(call => call.args[0].input)).toEqual(
    requests.map(request => ({ stateMachineArn: WAITER, input: JSON.stringify(request) })),
  );
});
