import { NestedStack, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnWaitConditionHandle } from 'aws-cdk-lib/aws-cloudformation';
import type { ProjectVersion } from '../../sandbox/rekognition';
import { ServiceError } from '../../sandbox/service';
import { Project, ProjectVersionTeardown, TeardownMode, TeardownProvider, TeardownTrigger } from '../../src';
import { failing, Flow, patientProvider, teardownOf } from '../support/flow';

const { STACK_DELETION, RESOURCE_REMOVAL } = TeardownTrigger;
const KEPT = { v1: 'RUNNING' };

let flow: Flow;
let version: ProjectVersion;

beforeEach(async () => {
  flow = await Flow.start();
  version = flow.version('RUNNING');
});

afterEach(() => flow.stop());

function empty(stack: Stack): void {
  new CfnWaitConditionHandle(stack, 'Nothing');
}

/** A nested stack that contains the teardown, and a resource of the parent. */
function nested(trigger: TeardownTrigger): (stack: Stack) => void {
  return stack => {
    if (!stack.node.tryFindChild('Nothing')) empty(stack);
    new ProjectVersionTeardown(new NestedStack(stack, 'Nested'), 'Model', { projectVersionArn: version.arn, trigger });
  };
}

test('a teardown with RESOURCE_REMOVAL whose project and settings change in one update still has the permission for the old version', async () => {
  const next = flow.version('RUNNING', {}, 'v2');
  await flow.deploy(teardownOf(version, { trigger: RESOURCE_REMOVAL }));
  const project = (stack: Stack) => Project.fromProjectArn(stack, 'Project', flow.project.arn);
  const changed = (stack: Stack) => teardownOf(next, { trigger: RESOURCE_REMOVAL, project: project(stack), mode: TeardownMode.STOP })(stack);
  expect((await flow.deploy(changed)).status).toBe('UPDATE_COMPLETE');
  expect(flow.left).toEqual({ v2: 'RUNNING' });
});

test('a teardown that gets another provider needs a new construct id, and keeps the version', async () => {
  const own = (id: string) => (stack: Stack) => teardownOf(version, { provider: new TeardownProvider(stack, 'Own') }, id)(stack);
  await flow.deploy(teardownOf(version));
  expect((await flow.deploy(own('Model'))).status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect((await flow.deploy(own('Moved'))).status).toBe('UPDATE_COMPLETE');
  expect(flow.left).toEqual(KEPT);
  await flow.destroy();
  expect(flow.left).toEqual({});
});

describe.each([STACK_DELETION, RESOURCE_REMOVAL])('with the trigger %s', trigger => {
  const removes = trigger === RESOURCE_REMOVAL;
  const teardown = (id?: string) => teardownOf(version, { trigger }, id);

  test('the version is deleted with the stack', async () => {
    await flow.deploy(teardown());
    expect((await flow.destroy()).status).toBe('DELETE_COMPLETE');
    expect(flow.left).toEqual({});
  });

  test('the version is deleted with the stack after a failed deletion', async () => {
    await flow.deploy(teardown());
    const refusal = flow.sandbox.intercept(async (call, next) => {
      if (call.operation === 'StopProjectVersion') throw new ServiceError('UnexpectedException', 'not today');
      return next();
    });
    expect((await flow.destroy()).status).toBe('DELETE_FAILED');
    expect(flow.failure()).toMatch('rekognition:StopProjectVersion failed with UnexpectedException: not today');
    expect(flow.left).toEqual(KEPT);
    refusal();
    expect((await flow.destroy()).status).toBe('DELETE_COMPLETE');
    expect(flow.left).toEqual({});
  });

  test(`an update that removes the construct ${removes ? 'deletes' : 'keeps'} the version`, async () => {
    await flow.deploy(teardown());
    expect((await flow.deploy(empty)).status).toBe('UPDATE_COMPLETE');
    expect(flow.left).toEqual(removes ? {} : KEPT);
    if (!removes) expect(flow.kept).toEqual(['the stack was in UPDATE_COMPLETE_CLEANUP_IN_PROGRESS and the trigger is STACK_DELETION']);
  });

  test(`an update that points the construct at another version ${removes ? 'deletes' : 'keeps'} the old one and keeps the new one`, async () => {
    const next = flow.version('RUNNING', {}, 'v2');
    await flow.deploy(teardown());
    expect((await flow.deploy(teardownOf(next, { trigger }))).status).toBe('UPDATE_COMPLETE');
    expect(flow.left).toEqual(removes ? { v2: 'RUNNING' } : { v1: 'RUNNING', v2: 'RUNNING' });
    await flow.destroy();
    expect(flow.left).toEqual(removes ? {} : KEPT);
  });

  test('an update that points the construct at a version of another project still has the permission for the old one', async () => {
    const other = flow.sandbox.rekognition.addVersion(flow.sandbox.rekognition.createProject('screws'), 'v2', { status: 'RUNNING' });
    await flow.deploy(teardown());
    expect((await flow.deploy(teardownOf(other, { trigger }))).status).toBe('UPDATE_COMPLETE');
    expect(flow.left).toEqual(removes ? { v2: 'RUNNING' } : { v1: 'RUNNING', v2: 'RUNNING' });
    expect(flow.failure()).toMatch(/^no /);
  });

  test('a renamed construct keeps the version, and deletes it with the stack', async () => {
    await flow.deploy(teardown('Before'));
    expect((await flow.deploy(teardown('After'))).status).toBe('UPDATE_COMPLETE');
    expect(flow.left).toEqual(KEPT);
    expect(flow.kept).toHaveLength(1);
    await flow.destroy();
    expect(flow.left).toEqual({});
  });

  test.each(['ROLLBACK', 'DELETE', 'DO_NOTHING'] as const)('a failed creation keeps the version, with OnFailure=%s', async onFailure => {
    const stack = await flow.deploy(created => { teardown()(created); failing(created, flow); }, { onFailure });
    expect(stack.status).toBe({ ROLLBACK: 'ROLLBACK_COMPLETE', DELETE: 'DELETE_COMPLETE', DO_NOTHING: 'CREATE_FAILED' }[onFailure]);
    expect(flow.left).toEqual(KEPT);
    expect(flow.changes).toEqual([]);
    expect(flow.kept).toHaveLength(onFailure === 'DO_NOTHING' ? 0 : 1);
  });

  test('an update that adds the construct and is rolled back keeps the version', async () => {
    await flow.deploy(empty);
    expect((await flow.deploy(stack => { empty(stack); teardown()(stack); failing(stack, flow); })).status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(flow.left).toEqual(KEPT);
    expect(flow.kept).toEqual([expect.stringMatching('UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS')]);
  });

  test('an update that points the construct at another version and is rolled back keeps both versions', async () => {
    const next = flow.version('RUNNING', {}, 'v2');
    await flow.deploy(teardown());
    expect((await flow.deploy(stack => { teardownOf(next, { trigger })(stack); failing(stack, flow); })).status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(flow.left).toEqual({ v1: 'RUNNING', v2: 'RUNNING' });
    await flow.destroy();
    expect(flow.left).toEqual({ v2: 'RUNNING' });
  });

  test('an update that is rolled back does not get stuck when the version is gone', async () => {
    const next = flow.version('RUNNING', {}, 'v2');
    await flow.deploy(teardown());
    flow.sandbox.rekognition.remove(version);
    expect((await flow.deploy(stack => { teardownOf(next, { trigger })(stack); failing(stack, flow); })).status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(flow.left).toEqual({ v2: 'RUNNING' });
  });

  test('a nested stack that is deleted with its parent deletes the version', async () => {
    await flow.deploy(nested(trigger));
    expect((await flow.destroy()).status).toBe('DELETE_COMPLETE');
    expect(flow.left).toEqual({});
  });

  test('a nested stack that is deleted because the creation of its parent is rolled back keeps the version', async () => {
    expect((await flow.deploy(stack => { nested(trigger)(stack); failing(stack, flow); })).status).toBe('ROLLBACK_COMPLETE');
    expect(flow.left).toEqual(KEPT);
    expect(flow.kept).toEqual([expect.stringMatching('in ROLLBACK_IN_PROGRESS')]);
  });

  test('a nested stack that is deleted because an update of its parent is rolled back keeps the version', async () => {
    await flow.deploy(empty);
    expect((await flow.deploy(stack => { nested(trigger)(stack); failing(stack, flow); })).status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(flow.left).toEqual(KEPT);
  });

  test(`a nested stack that a successful update of its parent removes ${removes ? 'deletes' : 'keeps'} the version`, async () => {
    await flow.deploy(nested(trigger));
    expect((await flow.deploy(empty)).status).toBe('UPDATE_COMPLETE');
    expect(flow.left).toEqual(removes ? {} : KEPT);
  });

  test('a creation whose rollback fails keeps the version when the stack is deleted before the next attempt', async () => {
    const broken = flow.sandbox.intercept(async (call, next) => {
      if (call.operation === 'DescribeStackEvents') throw new ServiceError('Throttling', 'Rate exceeded');
      return next();
    });
    const patiently = (stack: Stack) => teardownOf(version, { trigger, provider: patientProvider(stack) })(stack);
    expect((await flow.deploy(stack => { patiently(stack); failing(stack, flow); })).status).toBe('ROLLBACK_FAILED');
    broken();
    expect((await flow.destroy()).status).toBe('DELETE_COMPLETE');
    expect(flow.left).toEqual(KEPT);
    expect(flow.kept).toEqual(['the stack being deleted was never created']);
  });

  test('the version is deleted with the stack even if another resource has the same physical id', async () => {
    const other = (stack: Stack) => { teardown('Other')(stack); teardown()(stack); };
    await flow.deploy(other);
    expect((await flow.destroy()).status).toBe('DELETE_COMPLETE');
    expect(flow.left).toEqual({});
  });

  test(`two teardowns of one version that one update removes ${removes ? 'delete' : 'keep'} it`, async () => {
    await flow.deploy(stack => { teardown('One')(stack); teardown('Two')(stack); });
    expect((await flow.deploy(empty)).status).toBe('UPDATE_COMPLETE');
    expect(flow.left).toEqual(removes ? {} : KEPT);
  });

  test('a nested stack that is renamed keeps the version', async () => {
    const inNested = (id: string) => (stack: Stack) => { new ProjectVersionTeardown(new NestedStack(stack, id), 'Model', { projectVersionArn: version.arn, trigger }); };
    await flow.deploy(inNested('Before'));
    expect((await flow.deploy(inNested('After'))).status).toBe('UPDATE_COMPLETE');
    expect(flow.left).toEqual(KEPT);
    expect(flow.kept).toHaveLength(1);
    await flow.destroy();
    expect(flow.left).toEqual({});
  });

  test.each([['into', false], ['out of', true]])('a construct that is moved %s a nested stack keeps the version', async (_, outOf) => {
    const place = (isNested: boolean) => (stack: Stack) => { (isNested ? nested(trigger) : teardown())(stack); };
    await flow.deploy(stack => { empty(stack); place(outOf)(stack); });
    expect((await flow.deploy(stack => { empty(stack); place(!outOf)(stack); })).status).toBe('UPDATE_COMPLETE');
    expect(flow.left).toEqual(KEPT);
  });

  test('nothing is deleted when CloudFormation cannot be asked', async () => {
    await flow.deploy(stack => teardownOf(version, { trigger, provider: patientProvider(stack) })(stack));
    const broken = flow.sandbox.intercept(async (call, next) => {
      if (call.operation === 'DescribeStacks') throw new ServiceError('Throttling', 'Rate exceeded');
      return next();
    });
    expect((await flow.destroy()).status).toBe('DELETE_FAILED');
    expect(flow.failure()).toMatch(/cloudformation:DescribeStacks failed with Throttling: Rate exceeded \(after 5\d min\)/);
    expect(flow.left).toEqual(KEPT);
    broken();
    expect((await flow.destroy()).status).toBe('DELETE_COMPLETE');
    expect(flow.left).toEqual({});
  });

  test.each([RemovalPolicy.RETAIN, RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE])('nothing is ever called for a teardown with the removal policy %s', async removalPolicy => {
    await flow.deploy(teardownOf(version, { trigger, removalPolicy }));
    expect((await flow.destroy()).status).toBe('DELETE_COMPLETE');
    expect(flow.left).toEqual(KEPT);
    expect(flow.changes).toEqual([]);
  });
});
