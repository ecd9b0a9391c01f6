import { CfnResource, Stack } from 'aws-cdk-lib';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import type { ProjectVersion } from '../../sandbox/rekognition';
import { ApiCall, ConnectionReset, ServiceError } from '../../sandbox/service';
import { Project, ProjectTeardown, TeardownTrigger, TrainingBehavior } from '../../src';
import { Flow, HOUR, MINUTE, teardownOf } from '../support/flow';

const SECOND = 1000;

let flow: Flow;
let version: ProjectVersion;

beforeEach(async () => {
  flow = await Flow.start();
  version = flow.version('RUNNING');
  flow.version('RUNNING', {}, 'other');
});

afterEach(async () => {
  // whatever failed, nothing else was touched.
  const { other } = flow.left;
  const changes = flow.changes.filter(change => !/^(Stop|Delete)ProjectVersion v1( |$)/.test(change));
  await flow.stop();
  expect({ other, changes }).toEqual({ other: 'RUNNING', changes: [] });
});

const isHandler = ({ caller, service }: ApiCall) => caller.functionName !== undefined && (service === 'rekognition' || service === 'cloudformation');

/** Calls `act` instead of the first call of each of these operations; the returned set contains the operations called so far. */
function onFirst(operations: string[], act: (call: ApiCall, next: () => Promise<object>) => Promise<object>): Set<string> {
  const met = new Set<string>();
  flow.sandbox.intercept(async (call, next) => {
    if (!operations.includes(call.operation) || met.has(call.operation) || call.caller.functionName === undefined) return next();
    met.add(call.operation);
    return act(call, next);
  });
  return met;
}

async function destroyed(): Promise<void> {
  expect((await flow.destroy()).status).toBe('DELETE_COMPLETE');
}

/** The function whose logical id contains this text. */
function functionNamed(part: string): string {
  const { physicalId } = Object.values(flow.sandbox.stack('Models').resources)
    .find(({ type, logicalId }) => type === 'AWS::Lambda::Function' && logicalId.includes(part))!;
  return physicalId;
}

const OF_VERSION = ['DescribeStacks', 'DescribeStackEvents', 'DescribeProjects', 'DescribeProjectVersions', 'StopProjectVersion', 'DeleteProjectVersion'];

describe('a connection that is reset', () => {
  test('before the effect of each call does not change the outcome', async () => {
    await flow.deployTeardown(version);
    const met = onFirst(OF_VERSION, async () => { throw new ConnectionReset(); });
    await destroyed();
    expect([...met].sort()).toEqual([...OF_VERSION].sort());
    expect(flow.left).toEqual({ other: 'RUNNING' });
  });

  test('after the effect of each call does not change the outcome', async () => {
    await flow.deployTeardown(version);
    const met = onFirst(OF_VERSION, async (_, next) => { await next(); throw new ConnectionReset(); });
    await destroyed();
    expect([...met].sort()).toEqual([...OF_VERSION].sort());
    expect(flow.left).toEqual({ other: 'RUNNING' });
  });

  test.each(['before', 'after'])('%s the effect of each call for a whole project does not change the outcome', async when => {
    const nuts = flow.sandbox.rekognition.createProject('nuts');
    flow.sandbox.rekognition.addDataset(nuts, 'TRAIN');
    await flow.deploy(stack => {
      new ProjectTeardown(stack, 'Elsewhere', { project: Project.fromProjectArn(stack, 'Nuts', nuts.arn), deleteProject: true });
      new ProjectTeardown(stack, 'Teardown', { project: new CfnProject(stack, 'Screws', { projectName: 'screws' }) });
    });
    const operations = ['DescribeProjectVersions', 'DescribeProjects', 'DeleteDataset', 'DeleteProject'];
    const met = onFirst(operations, async (_, next) => {
      if (when === 'after') await next();
      throw new ConnectionReset();
    });
    await destroyed();
    await flow.sandbox.advance(MINUTE);
    expect([...met].sort()).toEqual([...operations].sort());
    expect(flow.sandbox.rekognition.projects).toEqual([flow.project]);
  });

  // the SDK's own ten seconds are real time, so the test does not wait for them: it lets sandbox time pass and then closes the socket, as the SDK
  // would. test/lambda/custom-resource/handler.test.ts tests that the timeouts are set, and to what.
  test('after ten silent seconds does not change the outcome', async () => {
    await flow.deployTeardown(version);
    const { clock } = flow.sandbox;
    const met = onFirst(OF_VERSION, async (call, next) => {
      await next();
      await call.caller.waitFor!(new Promise<void>(resolve => clock.at(clock.now() + 10 * SECOND, resolve)));
      throw new ConnectionReset();
    });
    const before = clock.now();
    await destroyed();
    expect(clock.now() - before).toBeGreaterThan(met.size * 10 * SECOND);
    expect(met.size).toBe(OF_VERSION.length);
    expect(flow.left).toEqual({ other: 'RUNNING' });
  });
});

describe('a handler that is killed', () => {
  test.each([
    ['DescribeStacks', 'before'], ['DescribeStackEvents', 'before'], ['DescribeProjectVersions', 'before'],
    ['StopProjectVersion', 'before'], ['StopProjectVersion', 'after'], ['DeleteProjectVersion', 'before'], ['DeleteProjectVersion', 'after'],
  ])('in its %s, %s the effect, fails the deletion, and the next one completes it', async (operation, when) => {
    await flow.deployTeardown(version);
    const met = onFirst([operation], async (call, next) => {
      if (when === 'after') await next();
      call.caller.kill!();
      throw new ConnectionReset();
    });
    expect((await flow.destroy()).status).toBe('DELETE_FAILED');
    expect(flow.failure()).toMatch('Runtime exited');
    expect(met.size).toBe(1);
    await destroyed();
    expect(flow.left).toEqual({ other: 'RUNNING' });
  });

  test.each(['DescribeStacks', 'DeleteProjectVersion'])('by Lambda, because its %s never ends, fails the deletion, and the next one completes it', async operation => {
    await flow.deployTeardown(version);
    const { clock } = flow.sandbox;
    const met = onFirst([operation], async call => {
      await call.caller.waitFor!(new Promise<void>(resolve => clock.at(clock.now() + 3 * MINUTE, resolve)));
      throw new ConnectionReset();
    });
    expect((await flow.destroy()).status).toBe('DELETE_FAILED');
    expect(flow.failure()).toMatch('Task timed out after 120.00 seconds');
    expect(met.size).toBe(1);
    await destroyed();
    expect(flow.left).toEqual({ other: 'RUNNING' });
  });

  test('while it verifies a creation fails the creation, and changes nothing', async () => {
    onFirst(['DescribeProjectVersions'], async call => { call.caller.kill!(); throw new ConnectionReset(); });
    expect((await flow.deploy(teardownOf(version))).status).toBe('ROLLBACK_COMPLETE');
    expect(flow.failure('CREATE_FAILED')).toMatch('Runtime exited');
    expect(flow.changes).toEqual([]);
    expect(flow.left).toEqual({ v1: 'RUNNING', other: 'RUNNING' });
  });

  test('before it has noted the start of a deletion fails the deletion, and the next one completes it', async () => {
    await flow.deployTeardown(version);
    // it makes no calls, so there is no fixed moment to kill it: its answer is lost with it, which is how Lambda reports that.
    onFirst(['Invoke'], async (call, next) => {
      await next();
      flow.sandbox.lambda.kill(call.input.FunctionName.split(':').pop());
      const errorMessage = 'RequestId: 0 Error: Runtime exited with error: signal: killed';
      return { Payload: JSON.stringify({ errorType: 'Runtime.ExitError', errorMessage }), FunctionError: 'Unhandled' };
    });
    expect((await flow.destroy()).status).toBe('DELETE_FAILED');
    expect(flow.failure()).toMatch('Runtime exited');
    expect(flow.changes).toEqual([]);
    await destroyed();
    expect(flow.left).toEqual({ other: 'RUNNING' });
  });
});

describe('a function of the provider framework that is killed', () => {
  test.each([
    ['Invoke', 'before', 'frameworkonEvent'], ['Invoke', 'after', 'frameworkonEvent'],
    ['StartExecution', 'before', 'frameworkonEvent'], ['StartExecution', 'after', 'frameworkonEvent'],
    ['Invoke', 'before', 'frameworkisComplete'], ['Invoke', 'after', 'frameworkisComplete'],
  ])('in its %s, %s the effect (%s), does not change the outcome', async (operation, when, functionPart) => {
    await flow.deployTeardown(version);
    const killed = functionNamed(functionPart);
    let count = 0;
    flow.sandbox.intercept(async (call, next) => {
      if (call.operation !== operation || call.caller.functionName !== killed || count++ > 0) return next();
      if (when === 'after') await next();
      call.caller.kill!();
      throw new ConnectionReset();
    });
    await destroyed();
    expect(count).toBeGreaterThan(0);
    expect(flow.left).toEqual({ other: 'RUNNING' });
  });
});

describe('a transient error', () => {
  test.each([['TooManyRequestsException', 429], ['ServiceException', 500]])('in the first invocation of each handler (%s) does not change the outcome', async (code, status) => {
    await flow.deployTeardown(version);
    const refused = new Set<string>();
    flow.sandbox.intercept(async (call, next) => {
      if (call.operation !== 'Invoke' || refused.has(call.input.FunctionName)) return next();
      refused.add(call.input.FunctionName);
      throw new ServiceError(code, 'not now', status);
    });
    await destroyed();
    expect(refused.size).toBe(2);
    expect(flow.left).toEqual({ other: 'RUNNING' });
  });

  // the framework waits up to a second of real time before it retries.
  test('on the way to CloudFormation does not lose the success', async () => {
    await flow.deployTeardown(version);
    flow.sandbox.responses.failNext(1);
    await destroyed();
    expect(flow.left).toEqual({ other: 'RUNNING' });
  });

  test('on the way to CloudFormation does not lose the reason of a failure', async () => {
    flow.sandbox.rekognition.setStatus(version, 'TRAINING_IN_PROGRESS');
    await flow.deployTeardown(version, { trainingBehavior: TrainingBehavior.FAIL });
    flow.sandbox.responses.failNext(1);
    expect((await flow.destroy()).status).toBe('DELETE_FAILED');
    expect(flow.failure()).toMatch('trainingBehavior is FAIL, so nothing was deleted');
  });
});

describe("a teardown that has outlasted CloudFormation's timeout", () => {
  /** The same with a timeout of a few polls, as if an hour were over. */
  function impatient(define: (stack: Stack) => void, seconds = 90): (stack: Stack) => void {
    return stack => {
      define(stack);
      for (const child of stack.node.findAll()) {
        if (CfnResource.isCfnResource(child) && child.cfnResourceType.startsWith('Custom::Rekognition')) child.addPropertyOverride('ServiceTimeout', `${seconds}`);
      }
    };
  }

  beforeEach(() => {
    flow.sandbox.rekognition.settings.durations.stopping = 5 * MINUTE;
    // S3 accepts late responses as long as the URL is valid, but CloudFormation no longer reads them. If they were rejected, the framework would
    // retry for fifteen seconds of real time.
    jest.spyOn(flow.sandbox.responses, 'forget').mockImplementation();
  });

  /** All calls of the handlers from now on. */
  function later(): string[] {
    const calls: string[] = [];
    flow.sandbox.onCall(call => { if (isHandler(call)) calls.push(call.operation); });
    return calls;
  }

  test('keeps polling, but changes nothing more', async () => {
    await flow.deploy(impatient(teardownOf(version)));
    expect((await flow.destroy()).status).toBe('DELETE_FAILED');
    expect(flow.failure()).toMatch('CloudFormation did not receive a response');
    expect(flow.changes).toEqual(['StopProjectVersion v1']);
    const calls = later();
    await flow.sandbox.advance(HOUR);
    expect(calls.filter(operation => !/^(Describe|List)/.test(operation))).toEqual([]);
    expect(flow.kept).toEqual([]);
    expect(flow.left).toEqual({ v1: 'STOPPED', other: 'RUNNING' });
    await destroyed();
    expect(flow.left).toEqual({ other: 'RUNNING' });
  });

  test('does no harm while the stack is deleted again, with two executions at once', async () => {
    await flow.deploy(impatient(teardownOf(version), 240));
    const running = () => flow.sandbox.stepFunctions.executions.filter(({ status }) => status === 'RUNNING').length;
    expect((await flow.destroy()).status).toBe('DELETE_FAILED');
    expect(running()).toBe(1);
    let most = 0;
    flow.sandbox.onCall(() => { most = Math.max(most, running()); });
    expect((await flow.destroy()).status).toBe('DELETE_COMPLETE');
    expect(most).toBe(2);
    expect(flow.changes.filter(change => change.startsWith('Stop'))).toEqual(['StopProjectVersion v1']);
    expect(flow.left).toEqual({ other: 'RUNNING' });
  });

  test('in a cleanup is abandoned after three attempts, and then changes nothing more', async () => {
    const stays = flow.version('STOPPED', {}, 'stays');
    const both = (stack: Stack) => { teardownOf(stays, {}, 'Stays')(stack); teardownOf(version, { trigger: TeardownTrigger.RESOURCE_REMOVAL })(stack); };
    await flow.deploy(impatient(both, 120));
    expect((await flow.deploy(impatient(teardownOf(stays, {}, 'Stays'), 120))).status).toBe('UPDATE_COMPLETE');
    expect(flow.sandbox.events.filter(({ status, logicalId }) => status === 'DELETE_FAILED' && logicalId.startsWith('Model'))).toHaveLength(3);
    const changes = flow.changes.length;
    const calls = later();
    await flow.sandbox.advance(HOUR);
    expect(calls.length).toBeGreaterThan(0);
    expect(flow.changes).toHaveLength(changes);
    expect(flow.left).toEqual({ v1: 'STOPPED', other: 'RUNNING', stays: 'STOPPED' });
  });
});

test('a stack whose deletion has failed twice is deleted by the third attempt', async () => {
  flow.sandbox.rekognition.setStatus(version, 'TRAINING_IN_PROGRESS');
  await flow.deployTeardown(version, { trainingBehavior: TrainingBehavior.FAIL });
  expect((await flow.destroy()).status).toBe('DELETE_FAILED');
  expect((await flow.destroy()).status).toBe('DELETE_FAILED');
  flow.sandbox.rekognition.setStatus(version, 'RUNNING');
  await destroyed();
  expect(flow.left).toEqual({ other: 'RUNNING' });
});
