import { dirname, join } from 'node:path';
import type { Answer } from './handler';
import type { Times } from './plan';
import type { Clock } from '../../sandbox/clock';

/** What the provider framework calls over the network. */
export interface Outbound {
  invoke(functionName: string, payload: string): Promise<Answer>;
  startWaiter(input: string): void;
  respond(url: string, body: string): void;
}

interface Framework {
  onEvent(event: object): Promise<void>;
  isComplete(event: object): Promise<void>;
  onTimeout(event: { Cause: string }): Promise<void>;
}

const RUNTIME = join(dirname(require.resolve('aws-cdk-lib/package.json')), 'custom-resources', 'lib', 'provider-framework', 'runtime');

/** The current target of the framework's calls. */
export const network: { outbound?: Outbound } = {};

/** The framework that aws-cdk-lib ships, unmodified except for its log and its network calls. */
export const framework = load();

function load(): Framework {
  Object.assign(process.env, {
    USER_ON_EVENT_FUNCTION_ARN: 'arn:aws:lambda:us-east-1:111122223333:function:onEvent',
    USER_IS_COMPLETE_FUNCTION_ARN: 'arn:aws:lambda:us-east-1:111122223333:function:isComplete',
    WAITER_STATE_MACHINE_ARN: 'waiter',
  });
  jest.doMock(join(RUNTIME, 'outbound'), () => ({
    invokeFunction: ({ FunctionName, Payload }: { FunctionName: string; Payload: string }) =>
      network.outbound!.invoke(FunctionName.split(':').pop()!, Payload),
    startExecution: async ({ input }: { input: string }) => network.outbound!.startWaiter(input),
    httpRequest: async ({ path }: { path: string }, body: string) => network.outbound!.respond(path, body),
  }));
  jest.requireActual(join(RUNTIME, 'util')).log = () => {};
  return jest.requireActual(join(RUNTIME, 'framework'));
}

/**
 * The framework's waiter state machine: a poll that throws is retried after the interval, until the total time is
 * used up. Must be called inside `clock.work`.
 */
export async function waitFor(clock: Clock, { queryInterval, totalTimeout }: Times, poll: () => Promise<void>): Promise<void> {
  for (let retries = 0; ; retries++) {
    try {
      return await poll();
    } catch (error) {
      const { message: errorMessage } = error as Error;
      if (retries === totalTimeout / queryInterval) return framework.onTimeout({ Cause: JSON.stringify({ errorMessage }) });
    }
    await clock.sleep(queryInterval * 1000);
  }
}
