import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnWaitConditionHandle } from 'aws-cdk-lib/aws-cloudformation';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import { ProjectTeardown, ProjectVersionTeardown, TeardownMode, TeardownTrigger } from '../../src';
import { failing, Flow, MINUTE, teardownOf } from '../support/flow';

/*
 * What becomes of retained teardowns if an operation that fails has the parameter RetainExceptOnCreate: its rollback
 * deletes everything new.
 */

const RESOURCE_TYPE = 'Custom::RekognitionProjectTeardown';
const { RETAIN, RETAIN_ON_UPDATE_OR_DELETE } = RemovalPolicy;
const OPTIONS = { retainExceptOnCreate: true };

let flow: Flow;

beforeEach(async () => { flow = await Flow.start(); });
afterEach(() => flow.stop());

/** A retained project with a retained teardown, in a deployment that fails when both are there. */
function owning(removalPolicy: RemovalPolicy, mode?: TeardownMode): (stack: Stack) => void {
  return stack => {
    const project = new CfnProject(stack, 'Project', { projectName: 'screws' });
    project.applyRemovalPolicy(removalPolicy);
    new ProjectTeardown(stack, 'Teardown', { project, mode, removalPolicy });
    failing(stack, flow);
  };
}

/** Puts a model into the new project right before the deployment fails. */
function trainMeanwhile(): void {
  flow.sandbox.intercept((call, next) => {
    const [, project] = flow.sandbox.rekognition.projects;
    if (call.operation === 'CreateProject' && project) {
      flow.sandbox.rekognition.addVersion(project, 'v1', { status: 'RUNNING' });
    }
    return next();
  });
}

const projects = async () => {
  await flow.sandbox.advance(MINUTE);
  return flow.sandbox.rekognition.projects.map(({ name }) => name);
};

test('without the parameter, a rollback keeps a retained project with its models', async () => {
  trainMeanwhile();
  expect((await flow.deploy(owning(RETAIN))).status).toBe('ROLLBACK_COMPLETE');
  expect(await projects()).toEqual(['parts', 'screws']);
  expect(flow.left).toEqual({ v1: 'RUNNING' });
});

describe('in the rollback of a creation,', () => {
  test.each(Object.values(TeardownMode))('a retained project that is empty is deleted, with %s', async mode => {
    expect((await flow.deploy(owning(RETAIN, mode), OPTIONS)).status).toBe('ROLLBACK_COMPLETE');
    expect(await projects()).toEqual(['parts']);
    expect(flow.failure('DELETE_FAILED', RESOURCE_TYPE)).toMatch(/^no /);
  });

  test('a retained teardown that may not delete a model says so at once, and the model is kept', async () => {
    trainMeanwhile();
    expect((await flow.deploy(owning(RETAIN), OPTIONS)).status).toBe('ROLLBACK_FAILED');
    const message = flow.failure('DELETE_FAILED', RESOURCE_TYPE);
    expect(message).toMatch(/v1 RUNNING \(billed\)\. rekognition:StopProjectVersion was denied: the template retains /);
    expect(message).toMatch(/To keep the project, delete the stack Models.*\[retained\].*stop-project-version --/);
    expect(flow.log.filter(({ message: line }) => line === 'tries again at the next poll')).toEqual([]);
    expect(flow.left).toEqual({ v1: 'RUNNING' });

    // as the message says.
    expect((await flow.destroy()).status).toBe('DELETE_COMPLETE');
    expect(await projects()).toEqual(['parts', 'screws']);
    expect(flow.left).toEqual({ v1: 'RUNNING' });
  });

  test('a teardown that a rollback does not retain deletes the model', async () => {
    trainMeanwhile();
    expect((await flow.deploy(owning(RETAIN_ON_UPDATE_OR_DELETE), OPTIONS)).status).toBe('ROLLBACK_COMPLETE');
    expect(await projects()).toEqual(['parts']);
    expect(flow.left).toEqual({});
  });

  test.each(Object.values(TeardownTrigger))('a retained teardown of a version keeps it, with %s', async trigger => {
    const version = flow.version('RUNNING');
    const define = (stack: Stack) => {
      teardownOf(version, { trigger, removalPolicy: RETAIN })(stack);
      failing(stack, flow);
    };
    expect((await flow.deploy(define, OPTIONS)).status).toBe('ROLLBACK_COMPLETE');
    expect(flow.kept).toEqual([expect.stringMatching(/ROLLBACK_IN_PROGRESS/)]);
    expect(flow.left).toEqual({ v1: 'RUNNING' });
  });
});

describe('in the cleanup after the rollback of an update,', () => {
  beforeEach(async () => {
    await flow.deploy(stack => { new CfnWaitConditionHandle(stack, 'Nothing'); });
  });

  test('a retained project that is empty is deleted', async () => {
    expect((await flow.deploy(owning(RETAIN), OPTIONS)).status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await projects()).toEqual(['parts']);
  });

  test('a retained teardown says that it may not delete a model, and that nobody tries again', async () => {
    trainMeanwhile();
    expect((await flow.deploy(owning(RETAIN), OPTIONS)).status).toBe('UPDATE_ROLLBACK_COMPLETE');
    const message = flow.failure('DELETE_FAILED', RESOURCE_TYPE);
    expect(message).toMatch(/the template retains the teardown.* gives up after three attempts.*\[retained\]/);
    expect(flow.left).toEqual({ v1: 'RUNNING' });
  });
});

test('a later deletion does not know the parameter any more', async () => {
  const retained = (stack: Stack) => {
    const project = new CfnProject(stack, 'Project', { projectName: 'screws' });
    project.applyRemovalPolicy(RETAIN);
    new ProjectTeardown(stack, 'Teardown', { project, removalPolicy: RETAIN });
    const projectVersionArn = flow.version('RUNNING').arn;
    new ProjectVersionTeardown(stack, 'Model', { projectVersionArn, removalPolicy: RETAIN });
  };
  expect((await flow.deploy(retained, OPTIONS)).status).toBe('CREATE_COMPLETE');
  expect((await flow.destroy()).status).toBe('DELETE_COMPLETE');
  expect(await projects()).toEqual(['parts', 'screws']);
  expect(flow.left).toEqual({ v1: 'RUNNING' });
});
