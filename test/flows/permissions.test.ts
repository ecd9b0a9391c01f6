import { CfnParameter, NestedStack, Stack } from 'aws-cdk-lib';
import { CfnRolePolicy } from 'aws-cdk-lib/aws-iam';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';

import { Project, ProjectVersionTeardown, TeardownMode, TeardownTrigger } from '../../src';
import { Flow, HOUR, teardownOf } from '../support/flow';

let flow: Flow;

beforeEach(async () => { flow = await Flow.start(); });

afterEach(() => flow.stop());

describe('a missing permission', () => {
  /** Removes an action from the policies. */
  function without(action: string): (stack: Stack) => void {
    return stack => {
      teardownOf(flow.sandbox.rekognition.versions[0])(stack);
      for (const policy of stack.node.findAll().filter(CfnRolePolicy.isCfnRolePolicy)) {
        const { Statement: statements = [] } = stack.resolve(policy.policyDocument) ?? {};
        policy.addPropertyOverride('PolicyDocument.Statement', statements.map((statement: any) => {
          // a statement must allow at least one action.
          const actions = [statement.Action].flat().filter(other => other !== action);
          return { ...statement, Action: actions.length > 0 ? actions : ['none:None'] };
        }));
      }
    };
  }

  test.each([
    ['rekognition:StopProjectVersion', 'RUNNING'], ['rekognition:DeleteProjectVersion', 'STOPPED'],
  ])('for %s fails the deletion, which names the action and its resource', async (action, status) => {
    const version = flow.version(status);
    await flow.deploy(without(action));
    expect((await flow.destroy()).status).toBe('DELETE_FAILED');
    expect(flow.failure()).toMatch(`${action} on ${version.arn} has been denied for 2 min: `);
    expect(flow.left).toEqual({ v1: status });
  });

  test('for cloudformation:DescribeStacks fails the deletion and keeps the version', async () => {
    flow.version('RUNNING');
    const stack = await flow.deploy(without('cloudformation:DescribeStacks'));
    expect((await flow.destroy()).status).toBe('DELETE_FAILED');
    expect(flow.failure()).toMatch(`cloudformation:DescribeStacks on ${stack.id} has been denied`);
    expect(flow.left).toEqual({ v1: 'RUNNING' });
    expect(flow.changes).toEqual([]);
  });

  test.each(['rekognition:DescribeProjects', 'rekognition:DescribeProjectVersions'])('for %s fails the creation, which names the action', async action => {
    flow.version('RUNNING');
    expect((await flow.deploy(without(action))).status).toBe('ROLLBACK_COMPLETE');
    expect(flow.failure('CREATE_FAILED')).toMatch(`${action} on `);
    expect(flow.changes).toEqual([]);
  });
});

describe('every permission is used, and none is missing, for a version teardown', () => {
  /** The permissions that the teardown never used. */
  function unused(): string[] {
    return flow.sandbox.iam.unusedPermissions().map(({ action, resource }) => `${action} ${resource}`)
      // permissions on functions and executions belong to the roles of aws-cdk-lib.
      .filter(permission => !/^(lambda|states):/.test(permission))
      // one statement is for a version and its project: each of its actions applies to one of the two.
      .filter(permission => !/^rekognition:((Stop|Delete)ProjectVersion (?!.*\/version\/)|DescribeProjectVersions .*\/version\/)/.test(permission));
  }

  test('without a project', async () => {
    await flow.deployTeardown(flow.version('RUNNING'));
    await flow.destroy();
    expect(flow.left).toEqual({});
    expect(unused()).toEqual([]);
  });

  test('with RESOURCE_REMOVAL', async () => {
    const version = flow.version('RUNNING');
    const beside = (stack: Stack) => { new CfnProject(new NestedStack(stack, 'Nested'), 'Project', { projectName: 'unrelated' }); };
    await flow.deploy(stack => { beside(stack); teardownOf(version, { trigger: TeardownTrigger.RESOURCE_REMOVAL })(stack); });
    await flow.deploy(beside);
    expect(flow.left).toEqual({});
    expect(unused()).toEqual([]);
  });

  test('with a project', async () => {
    const version = flow.version('RUNNING');
    await flow.deploy(stack => teardownOf(version, { project: Project.fromProjectArn(stack, 'Project', flow.project.arn) })(stack));
    await flow.destroy();
    expect(flow.left).toEqual({});
    expect(unused()).toEqual([]);
    expect(flow.sandbox.calls.filter(({ operation, caller }) => operation === 'DescribeProjects' && caller.roleArn)).toEqual([]);
  });

  test('in mode STOP', async () => {
    await flow.deployTeardown(flow.version('RUNNING'), { mode: TeardownMode.STOP });
    await flow.destroy();
    expect(flow.left).toEqual({ v1: 'STOPPED' });
    expect(unused()).toEqual([]);
  });
});

describe('a deploy-time ARN', () => {
  function byParameter(stack: Stack, project?: string): void {
    new ProjectVersionTeardown(stack, 'Model', {
      projectVersionArn: new CfnParameter(stack, 'ModelArn').valueAsString,
      project: project ? Project.fromProjectArn(stack, 'Project', project) : undefined,
    });
  }

  test.each([
    ['an ARN without its end', 'arn:aws:rekognition:us-east-1:111122223333:project/parts/version/v1', 'not the ARN of a Rekognition project version: "arn:aws:'],
    ['a version that does not exist', 'arn:aws:rekognition:us-east-1:111122223333:project/parts/version/v9/1769817600000', 'There is no project version arn:aws:'],
    ['a version of a project that does not exist', 'arn:aws:rekognition:us-east-1:111122223333:project/nuts/version/v1/1769817600000', 'There is no project version arn:aws:'],
  ])('is checked: %s fails the creation and changes nothing', async (_, ModelArn, message) => {
    flow.version('RUNNING');
    const before = flow.sandbox.clock.now();
    expect((await flow.deploy(stack => byParameter(stack), { parameters: { ModelArn } })).status).toBe('ROLLBACK_COMPLETE');
    expect(flow.failure('CREATE_FAILED')).toMatch(message);
    expect(flow.sandbox.clock.now() - before).toBeLessThan(HOUR / 6);
    expect(flow.changes).toEqual([]);
  });

  test('of a version of another project fails the creation and changes nothing', async () => {
    const version = flow.version('RUNNING');
    const other = flow.sandbox.rekognition.createProject('screws').arn;
    expect((await flow.deploy(stack => byParameter(stack, other), { parameters: { ModelArn: version.arn } })).status).toBe('ROLLBACK_COMPLETE');
    expect(flow.failure('CREATE_FAILED')).toMatch(`The project "${other}" is not the project of the version ${version.arn}`);
    expect(flow.changes).toEqual([]);
  });

  test('is accepted if it is right', async () => {
    const version = flow.version('RUNNING');
    expect((await flow.deploy(stack => byParameter(stack), { parameters: { ModelArn: version.arn } })).status).toBe('CREATE_COMPLETE');
    expect((await flow.destroy()).status).toBe('DELETE_COMPLETE');
    expect(flow.left).toEqual({});
  });
});

test('several teardowns in one stack run in parallel', async () => {
  const versions = ['v1', 'v2', 'v3'].map(name => flow.version('RUNNING', {}, name));
  await flow.deploy(stack => versions.forEach(version => teardownOf(version, {}, version.name)(stack)));
  const before = flow.sandbox.clock.now();
  expect((await flow.destroy()).status).toBe('DELETE_COMPLETE');
  expect(flow.left).toEqual({});
  expect(flow.sandbox.clock.now() - before).toBeLessThan(10 * 60_000);
});
