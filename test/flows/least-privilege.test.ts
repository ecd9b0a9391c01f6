import { NestedStack, Stack } from 'aws-cdk-lib';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import { Project, ProjectTeardown, ProjectVersionTeardown, TeardownMode, TeardownTrigger } from '../../src';
import { Flow, MINUTE } from '../support/flow';
import { Case, listed, rowsBelow } from '../support/iam-rows';

const OPTIONS: Case = {
  kind: 'version', project: 'none', isNested: false, isToken: false, trigger: TeardownTrigger.STACK_DELETION, mode: TeardownMode.DELETE, isInVpc: false,
};

let flow: Flow;

// even if an assertion failed: its processes would keep the test runner alive.
afterEach(() => flow.stop());

test('a teardown needs every permission that docs/iam.md lists', async () => {
  flow = await Flow.start();
  const { rekognition, iam } = flow.sandbox;
  const [alone, beside, removed, inside] = ['alone', 'beside', 'removed', 'inside'].map(name => flow.version('RUNNING', {}, name));
  const elsewhere = rekognition.createProject('elsewhere');

  /** One teardown of each kind; at first, some more, and with a project that the update renames. */
  const define = (isFirst: boolean) => (stack: Stack) => {
    const nested = new NestedStack(stack, 'Nested');
    new ProjectVersionTeardown(nested, 'Inside', { projectVersionArn: inside.arn });
    new ProjectTeardown(nested, 'Inner', { project: new CfnProject(nested, 'Bolts', { projectName: 'bolts' }) });
    const project = Project.fromProjectArn(stack, 'Parts', flow.project.arn);
    new ProjectVersionTeardown(stack, 'Alone', { projectVersionArn: alone.arn });
    new ProjectVersionTeardown(stack, 'Beside', { projectVersionArn: beside.arn, project });
    if (isFirst) {
      new ProjectVersionTeardown(stack, 'Removed', { projectVersionArn: removed.arn, trigger: TeardownTrigger.RESOURCE_REMOVAL });
      new ProjectTeardown(stack, 'Leaving', { project: new CfnProject(stack, 'Washers', { projectName: 'washers' }) });
    }
    new ProjectTeardown(stack, 'Own', { project: new CfnProject(stack, 'Screws', { projectName: isFirst ? 'nails' : 'screws' }) });
    new ProjectTeardown(stack, 'Elsewhere', { project: Project.fromProjectArn(stack, 'Nuts', elsewhere.arn), deleteProject: true });
  };
  const fill = (...names: string[]) => {
    for (const project of rekognition.projects.filter(({ name }) => names.includes(name))) {
      rekognition.addVersion(project, 'v1', { status: 'RUNNING' });
      rekognition.addDataset(project, 'TRAIN');
    }
  };
  await flow.deploy(define(true));
  fill('nails', 'bolts', 'washers', 'elsewhere');
  expect((await flow.deploy(define(false))).status).toBe('UPDATE_COMPLETE');
  expect(flow.left).not.toHaveProperty('removed');
  fill('screws');
  expect((await flow.destroy()).status).toBe('DELETE_COMPLETE');
  await flow.sandbox.advance(MINUTE);
  expect(flow.left).toEqual({});

  // the handler used all its permissions; templates and tags only in the cleanup after an update, which these policies did not see.
  // permissions on functions and executions belong to the roles of aws-cdk-lib.
  const own = iam.unusedPermissions().filter(({ action }) => !/^(lambda|states):/.test(action));
  expect(own.map(({ policy, action }) => `${policy.slice(0, 7)} ${action}`)).toEqual([
    'cdkreko cloudformation:GetTemplate',
    'OwnPoli rekognition:ListTagsForResource', 'InnerPo rekognition:ListTagsForResource', 'OwnPoli rekognition:ListTagsForResource',
  ]);

  // these were all the permissions that docs/iam.md lists, except those for a VPC.
  const versions = rowsBelow('## A `ProjectVersionTeardown`');
  const projects = rowsBelow('## A `ProjectTeardown`');
  const had = [
    ...listed(versions, { ...OPTIONS, isNested: true }),
    ...listed(versions, { ...OPTIONS, project: 'imported' }),
    ...listed(versions, { ...OPTIONS, trigger: TeardownTrigger.RESOURCE_REMOVAL }),
    ...listed(projects, { ...OPTIONS, kind: 'project', project: 'own', isNested: true }),
    ...listed(projects, { ...OPTIONS, kind: 'project', project: 'imported', deleteProject: true }),
  ];
  expect([...versions, ...projects].filter(row => !had.includes(row))).toEqual([]);
});
