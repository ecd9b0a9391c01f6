import { CfnResource, NestedStack, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnWaitConditionHandle } from 'aws-cdk-lib/aws-cloudformation';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import type { CloudFormationSettings } from '../../sandbox/cloudformation';
import { ServiceError } from '../../sandbox/service';
import { ProjectTeardown, ProjectTeardownProps, ProjectVersionTeardown, TeardownMode, TeardownTrigger, TrainingBehavior } from '../../src';
import { failing, Flow, HOUR, MINUTE, patientProvider, teardownOf } from '../support/flow';

/*
 * AWS's answers may be stale, tags get lost, and people and pipelines do unexpected things to stacks: neither promise may depend on any of that.
 */

const { RESOURCE_REMOVAL } = TeardownTrigger;
const TYPE = 'Custom::RekognitionProjectTeardown';
const SECOND = 1000;

let flow: Flow;

afterEach(() => flow.stop());

async function start(cloudFormation?: Partial<CloudFormationSettings>): Promise<void> {
  flow = await Flow.start(undefined, cloudFormation);
}

function empty(stack: Stack): void {
  if (!stack.node.tryFindChild('Nothing')) new CfnWaitConditionHandle(stack, 'Nothing');
}

function projectNamed(name: string) {
  return flow.sandbox.rekognition.projects.find(project => project.name === name)!;
}

function fill(name: string, ...statuses: string[]): void {
  statuses.forEach((status, index) => flow.sandbox.rekognition.addVersion(projectNamed(name), `v${index}`,
    { status: status as any, endsIn: status === 'TRAINING_IN_PROGRESS' ? 9 * HOUR : undefined }));
}

/** A project of the stack with its teardown. */
function owning(projectName = 'screws', props: Partial<ProjectTeardownProps> = {}, removalPolicy = RemovalPolicy.DESTROY): (stack: Stack) => void {
  return stack => {
    const project = new CfnProject(stack, 'Project', { projectName });
    project.applyRemovalPolicy(removalPolicy);
    new ProjectTeardown(stack, 'Teardown', { project, ...props });
  };
}

function untag(name: string): void {
  flow.sandbox.rekognition.handle('UntagResource', { ResourceArn: projectNamed(name).arn, TagKeys: ['cdk-rekognition-teardown:owner'] });
}

describe.each([2, 30])('with answers of CloudFormation that are %d s old', seconds => {
  beforeEach(async () => {
    await start();
    flow.late({ status: seconds * SECOND, events: seconds * SECOND, lists: seconds * SECOND });
  });

  test('the version is deleted with its stack', async () => {
    await flow.deployTeardown(flow.version('RUNNING'));
    await flow.sandbox.advance(HOUR);
    expect((await flow.destroy()).status).toBe('DELETE_COMPLETE');
    expect(flow.left).toEqual({});
  });

  test('an update that removes a teardown with RESOURCE_REMOVAL deletes the version', async () => {
    const version = flow.version('RUNNING');
    await flow.deploy(stack => { empty(stack); teardownOf(version, { trigger: RESOURCE_REMOVAL })(stack); });
    await flow.sandbox.advance(HOUR);
    expect((await flow.deploy(empty)).status).toBe('UPDATE_COMPLETE');
    expect(flow.left).toEqual({});
  });

  test('a renamed construct with RESOURCE_REMOVAL keeps the version', async () => {
    const version = flow.version('RUNNING');
    await flow.deploy(teardownOf(version, { trigger: RESOURCE_REMOVAL }, 'Before'));
    await flow.sandbox.advance(HOUR);
    expect((await flow.deploy(teardownOf(version, { trigger: RESOURCE_REMOVAL }, 'After'))).status).toBe('UPDATE_COMPLETE');
    expect({ left: flow.left, changes: flow.changes }).toEqual({ left: { v1: 'RUNNING' }, changes: [] });
  });

  test('a project that is removed from the stack loses its contents', async () => {
    await flow.deploy(stack => { empty(stack); owning()(stack); });
    fill('screws', 'RUNNING');
    await flow.sandbox.advance(HOUR);
    expect((await flow.deploy(empty)).status).toBe('UPDATE_COMPLETE');
    expect(flow.left).toEqual({});
  });
});

test.each(['status', 'events'] as const)('a single stale answer about the %s, in the middle of a deletion, leaves no model running', async what => {
  await start();
  await flow.deployTeardown(flow.version('RUNNING'));
  await flow.sandbox.advance(HOUR);
  flow.late({ [what]: (read: number) => read === 2 ? 2 * HOUR : 0 });
  expect((await flow.destroy()).status).toBe('DELETE_COMPLETE');
  expect(flow.left).toEqual({});
});

describe.each([5, 60])('with tags that are %d s old', seconds => {
  beforeEach(async () => {
    await start();
    flow.late({ tags: seconds * SECOND });
  });

  test('a project keeps its contents when only its teardown is removed', async () => {
    await flow.deploy(owning());
    fill('screws', 'RUNNING', 'STOPPED');
    await flow.sandbox.advance(HOUR);
    expect((await flow.deploy(stack => { new CfnProject(stack, 'Project', { projectName: 'screws' }); })).status).toBe('UPDATE_COMPLETE');
    expect({ left: flow.left, changes: flow.changes }).toEqual({ left: { v0: 'RUNNING', v1: 'STOPPED' }, changes: [] });
  });

  test('a project keeps its contents when its teardown is rolled back', async () => {
    const project = (stack: Stack) => new CfnProject(stack, 'Project', { projectName: 'screws' });
    await flow.deploy(project);
    fill('screws', 'RUNNING', 'STOPPED');
    await flow.sandbox.advance(HOUR);
    expect((await flow.deploy(stack => { owning()(stack); failing(stack, flow); })).status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect({ left: flow.left, changes: flow.changes }).toEqual({ left: { v0: 'RUNNING', v1: 'STOPPED' }, changes: [] });
  });
});

describe('deleting a nested stack on its own', () => {
  const inNested = (arn: string, removalPolicy: RemovalPolicy) => (stack: Stack) => {
    empty(stack);
    new ProjectVersionTeardown(new NestedStack(stack, 'Nested', { removalPolicy }), 'Model', { projectVersionArn: arn });
  };

  test('fails, names the outermost stack, and changes nothing; the model is deleted with the outermost stack', async () => {
    await start();
    await flow.deploy(inNested(flow.version('RUNNING').arn, RemovalPolicy.DESTROY));
    expect((await flow.destroyNested()).status).toBe('DELETE_FAILED');
    const root = flow.sandbox.cloudFormation.stack('Models').id;
    expect(flow.failure()).toMatch(`the events of the stack ${root}, which was last in CREATE_COMPLETE, do not show that it deletes ${flow.nested().id}. `);
    expect(flow.failure()).toMatch(`To delete the stack ${root.split('/')[1]}, delete it again.`);
    expect({ left: flow.left, changes: flow.changes }).toEqual({ left: { v1: 'RUNNING' }, changes: [] });
    expect((await flow.destroy()).status).toBe('DELETE_COMPLETE');
    expect(flow.left).toEqual({});
  });

  test('deletes the version once the parent has released the nested stack', async () => {
    await start();
    await flow.deploy(inNested(flow.version('RUNNING').arn, RemovalPolicy.RETAIN));
    expect((await flow.destroy()).status).toBe('DELETE_COMPLETE');
    expect(flow.left).toEqual({ v1: 'RUNNING' });
    expect((await flow.destroyNested()).status).toBe('DELETE_COMPLETE');
    expect(flow.left).toEqual({});
  });

  test('does not succeed while a model of a retained project keeps running', async () => {
    await start();
    await flow.deploy(stack => {
      empty(stack);
      owning('screws', { mode: TeardownMode.STOP }, RemovalPolicy.RETAIN)(new NestedStack(stack, 'Nested'));
    });
    fill('screws', 'RUNNING');
    expect((await flow.destroyNested()).status).toBe('DELETE_FAILED');
    expect(flow.failure('DELETE_FAILED', TYPE)).toMatch('[unclear]');
  });
});

describe('a project that has lost its tag', () => {
  test('is still emptied with its stack', async () => {
    await start();
    await flow.deploy(owning());
    fill('screws', 'RUNNING');
    untag('screws');
    expect((await flow.destroy()).status).toBe('DELETE_COMPLETE');
    expect(flow.left).toEqual({});
  });

  test('has its models stopped with its stack when it is retained', async () => {
    await start();
    await flow.deploy(owning('screws', { mode: TeardownMode.STOP }, RemovalPolicy.RETAIN));
    fill('screws', 'RUNNING');
    untag('screws');
    expect((await flow.destroy()).status).toBe('DELETE_COMPLETE');
    expect(flow.left).toEqual({ v0: 'STOPPED' });
  });

  test('is not emptied when an update removes it: the failure names the tag, and what to do by hand', async () => {
    await start();
    await flow.deploy(stack => { empty(stack); owning()(stack); });
    fill('screws', 'RUNNING');
    untag('screws');
    expect((await flow.deploy(empty)).status).toBe('UPDATE_COMPLETE');
    expect(flow.left).toEqual({ v0: 'RUNNING' });
    const why = flow.failure('DELETE_FAILED', TYPE);
    expect(why).toMatch(/its tag cdk-rekognition-teardown:owner is missing and should be Teardown\w+\. If an update was to delete it, run what follows, .* aws rekognition stop-/);
    expect(why).not.toMatch('delete it again');
  });
});

describe('deleting what was never created', () => {
  test('keeps the version after a creation that failed without rollback', async () => {
    await start();
    const version = flow.version('RUNNING');
    const { status } = await flow.deploy(stack => { teardownOf(version)(stack); failing(stack, flow); }, { onFailure: 'DO_NOTHING' });
    expect(status).toBe('CREATE_FAILED');
    expect((await flow.destroy()).status).toBe('DELETE_COMPLETE');
    expect({ left: flow.left, changes: flow.changes }).toEqual({ left: { v1: 'RUNNING' }, changes: [] });
  });

  test('keeps a model that existed before, when a deployment that imports its project is rolled back', async () => {
    await start();
    flow.sandbox.rekognition.createProject('screws');
    fill('screws', 'RUNNING');
    await flow.sandbox.advance(HOUR);
    await flow.deploy(empty);
    const { status } = await flow.deploy(stack => {
      empty(stack);
      owning('screws', { mode: TeardownMode.STOP }, RemovalPolicy.RETAIN)(stack);
      // a project would not do, as one whose name is taken would be imported too.
      const broken = new CfnResource(stack, 'Broken', { type: 'AWS::Rekognition::Dataset', properties: { DatasetType: 'TRAIN', ProjectArn: `${flow.project.arn}0` } });
      broken.node.addDependency(stack.node.findChild('Teardown'));
    }, { importExistingResources: true });
    expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect({ left: flow.left, changes: flow.changes }).toEqual({ left: { v0: 'RUNNING' }, changes: [] });
  });

  test('keeps the contents of a project that a continued rollback has skipped', async () => {
    await start();
    const tagged = (value: string) => (stack: Stack) => {
      empty(stack);
      new CfnProject(stack, 'Project', { projectName: 'screws', tags: [{ key: 'team', value }] });
    };
    await flow.deploy(tagged('one'));
    fill('screws', 'RUNNING');
    await flow.sandbox.advance(HOUR);
    let tags = 0;
    const broken = flow.sandbox.intercept(async (call, next) => {
      // updating the tags succeeds, rolling them back does not.
      if (['TagResource', 'UntagResource'].includes(call.operation) && ++tags > 1) throw new ServiceError('AccessDeniedException', 'not now');
      return next();
    });
    const { status } = await flow.deploy(stack => {
      tagged('two')(stack);
      new ProjectTeardown(stack, 'Teardown', { project: stack.node.findChild('Project') as CfnProject });
      failing(stack, flow);
    });
    expect(status).toBe('UPDATE_ROLLBACK_FAILED');
    const [project] = Object.values(flow.sandbox.cloudFormation.stack('Models').resources).filter(({ type }) => type === 'AWS::Rekognition::Project');
    expect((await flow.continueUpdateRollback(project.logicalId)).status).toBe('UPDATE_ROLLBACK_COMPLETE');
    broken();
    expect(flow.left).toEqual({ v0: 'RUNNING' });
    expect(flow.changes).toEqual([]);
  });
});

test('a renamed project whose old model cannot be stopped: the advice is to stop and delete it by hand, not to delete the stack', async () => {
  await start();
  const patiently = (projectName: string) => (stack: Stack) => owning(projectName, { provider: patientProvider(stack) })(stack);
  await flow.deploy(patiently('screws'));
  fill('screws', 'RUNNING');
  const arn = flow.sandbox.rekognition.versions.find(({ name }) => name === 'v0')!.arn;
  const broken = flow.sandbox.intercept(async (call, next) => {
    if (call.operation === 'StopProjectVersion') throw new ServiceError('InternalServerError', 'not now', 500);
    return next();
  });
  expect((await flow.deploy(patiently('nuts'))).status).toBe('UPDATE_COMPLETE');
  broken();
  const why = flow.failure('DELETE_FAILED', TYPE);
  expect(why).toMatch(`(1) aws rekognition stop-project-version --region us-east-1 --project-version-arn ${arn} (2) `);
  expect(why).not.toMatch('delete the stack');
});

test('TrainingBehavior.FAIL stops running models before it fails, and deletes nothing', async () => {
  await start();
  await flow.deploy(owning('screws', { trainingBehavior: TrainingBehavior.FAIL }));
  fill('screws', 'RUNNING', 'TRAINING_IN_PROGRESS', 'STOPPED');
  expect((await flow.destroy()).status).toBe('DELETE_FAILED');
  expect(flow.failure('DELETE_FAILED', TYPE)).toMatch(': v1 TRAINING_IN_PROGRESS. trainingBehavior is FAIL, so nothing was deleted.');
  await flow.sandbox.advance(30 * MINUTE);
  expect({ left: flow.left, changes: flow.changes }).toEqual({ left: { v0: 'STOPPED', v1: 'TRAINING_IN_PROGRESS', v2: 'STOPPED' }, changes: ['StopProjectVersion v0'] });
});

test('another stack that sends forged properties to the provider fails, and changes nothing', async () => {
  await start();
  await flow.deploy(owning());
  fill('screws', 'RUNNING');
  const root = flow.sandbox.cloudFormation.stack('Models').id;
  const serviceToken = Object.values(flow.sandbox.cloudFormation.stack('Models').resources).find(({ type }) => type === TYPE)!.properties.ServiceToken;
  const { arn } = projectNamed('screws');
  const foreign = await flow.deployForeign(stack => {
    new CfnResource(stack, 'Forged', {
      type: TYPE,
      properties: { ServiceToken: serviceToken, ProjectArn: arn, DeleteProject: 'false', OwnerTag: 'cdk-rekognition-teardown:owner', Mode: 'DELETE', TrainingBehavior: 'WAIT', RootStackId: root },
    });
  });
  expect(foreign.status).toBe('CREATE_COMPLETE');
  expect((await flow.sandbox.destroy(foreign.name)).status).toBe('DELETE_FAILED');
  expect(flow.failure('DELETE_FAILED', TYPE)).toMatch(`cloudformation:DescribeStackEvents on ${foreign.id} has been denied`);
  expect({ left: flow.left, changes: flow.changes }).toEqual({ left: { v0: 'RUNNING' }, changes: [] });
});

describe('a record that never shows the deletion of the resource', () => {
  beforeEach(() => start({ deletionEntries: 'NEVER' }));

  test('does not prevent a version from being deleted with its stack', async () => {
    await flow.deployTeardown(flow.version('RUNNING'));
    await flow.sandbox.advance(HOUR);
    expect((await flow.destroy()).status).toBe('DELETE_COMPLETE');
    expect(flow.left).toEqual({});
  });

  test('does not prevent a project from being emptied with its stack, nested or not', async () => {
    await flow.deploy(stack => { empty(stack); owning('nuts')(new NestedStack(stack, 'Nested')); owning()(stack); });
    fill('screws', 'RUNNING');
    await flow.sandbox.advance(HOUR);
    expect((await flow.destroy()).status).toBe('DELETE_COMPLETE');
    expect(flow.left).toEqual({});
  });

  test('makes a cleanup fail without changing anything', async () => {
    const version = flow.version('RUNNING');
    await flow.deploy(stack => { empty(stack); teardownOf(version, { trigger: RESOURCE_REMOVAL })(stack); });
    await flow.sandbox.advance(HOUR);
    expect((await flow.deploy(empty)).status).toBe('UPDATE_COMPLETE');
    expect({ left: flow.left, changes: flow.changes }).toEqual({ left: { v1: 'RUNNING' }, changes: [] });
  });
});

test('one running model is torn down with few calls to CloudFormation: one per request, and one per poll that changes something', async () => {
  await start();
  await flow.deployTeardown(flow.version('RUNNING'));
  await flow.sandbox.advance(HOUR);
  const calls: string[] = [];
  flow.sandbox.onCall(({ operation, caller }) => { if (caller.functionName !== undefined) calls.push(operation); });
  await flow.destroy();
  const count = (operation: string) => calls.filter(called => called === operation).length;
  const polls = count('StopProjectVersion') + count('DeleteProjectVersion');
  expect(polls).toBeGreaterThan(2);
  expect(count('DescribeStacks')).toBe(1);
  expect(count('DescribeStackEvents')).toBe(1 + polls);
});
