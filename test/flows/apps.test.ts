import { mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { App, CfnCondition, CfnParameter, CfnResource, Fn, NestedStack, RemovalPolicies, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnWaitConditionHandle } from 'aws-cdk-lib/aws-cloudformation';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import { ProjectTeardown, ProjectVersionTeardown, TeardownTrigger } from '../../src';
import { failing, Flow, MINUTE } from '../support/flow';

const { RESOURCE_REMOVAL } = TeardownTrigger;

let flow: Flow;

beforeEach(async () => { flow = await Flow.start(); });

afterEach(() => flow.stop());

const projectNamed = (name: string) => flow.sandbox.rekognition.projects.find(project => project.name === name)!;
const projects = () => flow.sandbox.rekognition.projects.map(({ name }) => name);
const resourceOf = ({ node }: ProjectTeardown) => node.findChild('Resource').node.defaultChild as CfnResource;

function owning(stack: Stack, projectName = 'screws', removalPolicy?: RemovalPolicy): { project: CfnProject; teardown: ProjectTeardown } {
  const project = new CfnProject(stack, 'Project', { projectName });
  return { project, teardown: new ProjectTeardown(stack, 'Teardown', { project, removalPolicy }) };
}

test.each<[string, (stack: Stack, resource: CfnResource) => void]>([
  ['overridden', (_, resource) => resource.overrideLogicalId('ScrewsTeardown')],
  ['renamed', (stack, resource) => stack.renameLogicalId(stack.getLogicalId(resource), 'ScrewsTeardown')],
])('a teardown whose logical id is %s empties its project with the stack', async (_, rename) => {
  await flow.deploy(stack => rename(stack, resourceOf(owning(stack).teardown)));
  flow.sandbox.rekognition.addVersion(projectNamed('screws'), 'v0', { status: 'RUNNING' });
  expect((await flow.destroy()).status).toBe('DELETE_COMPLETE');
  await flow.sandbox.advance(MINUTE);
  expect({ left: flow.left, kept: flow.kept }).toEqual({ left: {}, kept: [] });
});

test.each<[string, (name: string) => (stack: Stack) => void]>([
  ['literal', name => stack => { owning(stack, name); }],
  ['parameter', () => stack => { owning(stack, new CfnParameter(stack, 'Name', { default: 'screws' }).valueAsString); }],
  ['override', name => stack => owning(stack).project.addPropertyOverride('ProjectName', name)],
])('a project that is renamed by a %s loses its old contents', async (how, define) => {
  await flow.deploy(define('screws'));
  flow.sandbox.rekognition.addVersion(projectNamed('screws'), 'v0', { status: 'RUNNING' });
  expect((await flow.deploy(define('nuts'), how === 'parameter' ? { parameters: { Name: 'nuts' } } : undefined)).status).toBe('UPDATE_COMPLETE');
  await flow.sandbox.advance(MINUTE);
  expect({ left: flow.left, projects: projects() }).toEqual({ left: {}, projects: ['parts', 'nuts'] });
});

test('a version of another project, named by a parameter, replaces the old version, which is deleted', async () => {
  const [old, next] = [flow.version('RUNNING'), flow.sandbox.rekognition.addVersion(flow.sandbox.rekognition.createProject('nuts'), 'v2', { status: 'RUNNING' })];
  const define = (stack: Stack) => {
    new ProjectVersionTeardown(stack, 'Model', { projectVersionArn: new CfnParameter(stack, 'Arn').valueAsString, trigger: RESOURCE_REMOVAL });
  };
  await flow.deploy(define, { parameters: { Arn: old.arn } });
  expect((await flow.deploy(define, { parameters: { Arn: next.arn } })).status).toBe('UPDATE_COMPLETE');
  expect(flow.left).toEqual({ v2: 'RUNNING' });
});

test.each(['yes', 'no'])('a stack with a conditional project and its teardown is created and deleted (wanted: %s)', async Wanted => {
  const { status } = await flow.deploy(stack => {
    const { project } = owning(stack);
    const expression = Fn.conditionEquals(new CfnParameter(stack, 'Wanted').valueAsString, 'yes');
    project.cfnOptions.condition = new CfnCondition(stack, 'IsWanted', { expression });
    new CfnWaitConditionHandle(stack, 'Nothing');
  }, { parameters: { Wanted } });
  expect(status).toBe('CREATE_COMPLETE');
  expect(projects()).toEqual(Wanted === 'yes' ? ['parts', 'screws'] : ['parts']);
  if (Wanted === 'yes') flow.sandbox.rekognition.addVersion(projectNamed('screws'), 'v0', { status: 'RUNNING' });
  expect((await flow.destroy()).status).toBe('DELETE_COMPLETE');
  await flow.sandbox.advance(MINUTE);
  expect({ left: flow.left, projects: projects() }).toEqual({ left: {}, projects: ['parts'] });
});

test.each<[string, (stack: Stack) => void]>([
  ['a condition', stack => {
    const expression = Fn.conditionEquals(new CfnParameter(stack, 'Wanted').valueAsString, 'yes');
    resourceOf(owning(stack).teardown).cfnOptions.condition = new CfnCondition(stack, 'IsWanted', { expression });
  }],
  ['an override of its condition', stack => {
    const expression = Fn.conditionEquals(new CfnParameter(stack, 'Wanted').valueAsString, 'yes');
    new CfnCondition(stack, 'IsWanted', { expression });
    resourceOf(owning(stack).teardown).addOverride('Condition', 'IsWanted');
  }],
])('a teardown that %s switches off keeps what is in the project, until it is switched on again', async (_, define) => {
  await flow.deploy(define, { parameters: { Wanted: 'yes' } });
  flow.sandbox.rekognition.addVersion(projectNamed('screws'), 'v0', { status: 'RUNNING' });
  expect((await flow.deploy(define, { parameters: { Wanted: 'no' } })).status).toBe('UPDATE_COMPLETE');
  expect({ left: flow.left, kept: flow.kept }).toEqual({ left: { v0: 'RUNNING' }, kept: [expect.stringMatching(/and the same update kept the project$/)] });
  await flow.deploy(define, { parameters: { Wanted: 'yes' } });
  expect((await flow.destroy()).status).toBe('DELETE_COMPLETE');
  expect(flow.left).toEqual({});
});

test('a teardown that tryRemoveChild takes out of the app keeps what is in the project', async () => {
  await flow.deploy(stack => { owning(stack); });
  flow.sandbox.rekognition.addVersion(projectNamed('screws'), 'v0', { status: 'RUNNING' });
  expect((await flow.deploy(stack => { owning(stack).teardown.node.scope!.node.tryRemoveChild('Teardown'); })).status).toBe('UPDATE_COMPLETE');
  expect({ left: flow.left, kept: flow.kept }).toEqual({ left: { v0: 'RUNNING' }, kept: [expect.stringMatching(/and the same update kept the project$/)] });
});

test.each([RemovalPolicy.DESTROY, RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE])('a creation with a teardown whose removal policy is %s is rolled back, and its project is deleted', async removalPolicy => {
  const { status } = await flow.deploy(stack => {
    owning(stack, 'screws', removalPolicy);
    failing(stack, flow);
  });
  await flow.sandbox.advance(MINUTE);
  expect({ status, projects: projects() }).toEqual({ status: 'ROLLBACK_COMPLETE', projects: ['parts'] });
});

test('a teardown that RemovalPolicies switches back to DESTROY deletes its version', async () => {
  const { arn: projectVersionArn } = flow.version('RUNNING');
  await flow.deploy(stack => {
    new ProjectVersionTeardown(stack, 'Model', { projectVersionArn, removalPolicy: RemovalPolicy.RETAIN });
    RemovalPolicies.of(stack).destroy();
  });
  expect((await flow.destroy()).status).toBe('DELETE_COMPLETE');
  expect(flow.left).toEqual({});
});

test.each([24, 110, 128])('a teardown that is removed from a stack with a name of %d characters finds the nested stacks', async length => {
  const { arn: projectVersionArn } = flow.version('RUNNING');
  const stackName = 'Models'.padEnd(length, 'x');
  const outdir = mkdtempSync(path.join(tmpdir(), 'long-name-'));
  const deploy = async (withTeardown: boolean) => {
    const app = new App({ outdir: path.join(outdir, `${withTeardown}`), analyticsReporting: false });
    const stack = new Stack(app, 'Stack', { stackName });
    const nested = new NestedStack(new NestedStack(stack, 'Nested'), 'x'.repeat(200));
    new CfnWaitConditionHandle(nested, 'Nothing');
    if (withTeardown) new ProjectVersionTeardown(stack, 'y'.repeat(200), { projectVersionArn, trigger: RESOURCE_REMOVAL });
    return flow.sandbox.deploy(app.synth().directory, stackName);
  };
  await deploy(true);
  expect((await deploy(false)).status).toBe('UPDATE_COMPLETE');
  expect(flow.left).toEqual({});
  rmSync(outdir, { recursive: true });
});
