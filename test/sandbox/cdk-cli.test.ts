import { join } from 'node:path';
import { CdkCli, ROOT } from '../support/cdk-cli';

let cli: CdkCli;

beforeEach(async () => { cli = await CdkCli.start(); });
afterEach(() => cli.stop());

/** An app with one stack that has a project and whatever else `body` defines. */
const shop = (body = '') => cli.app(`
  const stack = new cdk.Stack(app, 'Shop');
  const project = new rekognition.CfnProject(stack, 'Project', { projectName: 'screws' });
  ${body}
`);

const taken = "new rekognition.CfnProject(stack, 'Taken', { projectName: 'taken' });";

const statusOf = (name: string) => cli.sandbox.stack(name).status;

const projects = () => cli.sandbox.rekognition.projects.map(({ name }) => name).sort();

/** A running model of a project. */
function runModel(projectName: string) {
  const { rekognition } = cli.sandbox;
  return rekognition.addVersion(rekognition.projects.find(({ name }) => name === projectName)!, 'v1', { status: 'RUNNING' });
}

test('the AWS CDK CLI deploys and destroys an example with a running model, with what it has uploaded', async () => {
  const { sandbox } = cli;
  const example = `${join(ROOT, 'node_modules/.bin/tsx')} --tsconfig ${join(ROOT, 'tsconfig.dev.json')} ${join(ROOT, 'examples/typescript/project.ts')}`;
  await cli.run(example, 'deploy', '--require-approval', 'never');
  expect(statusOf('Inspection')).toBe('CREATE_COMPLETE');
  expect(sandbox.calls.map(({ operation }) => operation)).toEqual(expect.arrayContaining(['AssumeRole', 'GetParameter', 'PutObject', 'CreateChangeSet', 'ExecuteChangeSet']));

  const model = runModel(projects()[0]);
  expect(await cli.run(undefined, 'diff')).toContain('There were no differences');
  await cli.run(undefined, 'destroy', '--force');
  expect(statusOf('Inspection')).toBe('DELETE_COMPLETE');
  expect(sandbox.rekognition.version(model.arn)).toBeUndefined();
});

test('a nested stack and its parent are deployed, and destroyed over a running model', async () => {
  await cli.run(shop(`
    const nested = new cdk.NestedStack(stack, 'Nested');
    const inner = new rekognition.CfnProject(nested, 'Project', { projectName: 'bolts' });
    new teardown.ProjectTeardown(nested, 'Teardown', { project: inner });
  `), 'deploy', '--require-approval', 'never');
  expect(projects()).toEqual(['bolts', 'screws']);
  runModel('bolts');
  await cli.run(undefined, 'destroy', '--force');
  expect(statusOf('Shop')).toBe('DELETE_COMPLETE');
  expect(cli.sandbox.rekognition.versions).toEqual([]);
});

test('stages are deployed together, and destroyed one by one', async () => {
  await cli.run(cli.app(`
    for (const name of ['Beta', 'Prod']) {
      const stack = new cdk.Stack(new cdk.Stage(app, name), 'Shop');
      const project = new rekognition.CfnProject(stack, 'Project', { projectName: name.toLowerCase() + '-screws' });
      new teardown.ProjectTeardown(stack, 'Teardown', { project });
    }
  `), 'deploy', '**', '--require-approval', 'never');
  expect(projects()).toEqual(['beta-screws', 'prod-screws']);
  const kept = runModel('prod-screws');
  runModel('beta-screws');
  await cli.run(undefined, 'destroy', 'Beta/*', '--force');
  expect([statusOf('Beta-Shop'), statusOf('Prod-Shop')]).toEqual(['DELETE_COMPLETE', 'CREATE_COMPLETE']);
  expect(cli.sandbox.rekognition.versions.map(({ arn, status }) => [arn, status])).toEqual([[kept.arn, 'RUNNING']]);
});

test('an update without rollback stays as it is until cdk rollback takes it back', async () => {
  await cli.run(shop(), 'deploy');
  const model = runModel('screws');
  cli.sandbox.rekognition.createProject('taken');
  await expect(cli.run(shop(taken), 'deploy', '--no-rollback')).rejects.toThrow('UPDATE_FAILED');
  expect(statusOf('Shop')).toBe('UPDATE_FAILED');
  await cli.run(undefined, 'rollback');
  expect(statusOf('Shop')).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(model.status).toBe('RUNNING');
});

test('a creation without rollback stays as it is until cdk rollback takes it back, and keeps a model that was there before', async () => {
  const { rekognition } = cli.sandbox;
  const model = rekognition.addVersion(rekognition.createProject('bolts'), 'v1', { status: 'RUNNING' });
  rekognition.createProject('taken');
  await expect(cli.run(shop(`
    const kept = new teardown.ProjectVersionTeardown(stack, 'Model', { projectVersionArn: '${model.arn}' });
    ${taken.replace('new', 'const late = new')}
    late.node.addDependency(kept);
  `), 'deploy', '--no-rollback', '--require-approval', 'never')).rejects.toThrow('CREATE_FAILED');
  expect(statusOf('Shop')).toBe('CREATE_FAILED');
  await cli.run(undefined, 'rollback');
  expect(statusOf('Shop')).toBe('ROLLBACK_COMPLETE');
  expect(model.status).toBe('RUNNING');
});

test('a deployment that hotswap cannot do is refused with the name of the operation, and changes nothing', async () => {
  const code = (returned: number) => `
    require('fs').mkdirSync('code', { recursive: true });
    require('fs').writeFileSync('code/index.js', 'exports.handler = async () => ${returned};');
    const { Code, Function, Runtime } = cdk.aws_lambda;
    new Function(stack, 'Function', { code: Code.fromAsset('code'), handler: 'index.handler', runtime: Runtime.NODEJS_22_X });
  `;
  await cli.run(shop(code(1)), 'deploy', '--require-approval', 'never');
  await expect(cli.run(shop(code(2)), 'deploy', '--hotswap')).rejects.toThrow(/does not know the operation [^]*\/code of Lambda/);
  expect(statusOf('Shop')).toBe('CREATE_COMPLETE');
});

test('termination protection keeps a stack', async () => {
  await cli.run(shop('stack.terminationProtection = true;'), 'deploy');
  await expect(cli.run(undefined, 'destroy', '--force')).rejects.toThrow('TerminationProtection');
  expect(statusOf('Shop')).toBe('CREATE_COMPLETE');
});

test('a resource type that is not modelled fails the deployment with its name and those that are', async () => {
  await expect(cli.run(shop("new cdk.CfnResource(stack, 'Table', { type: 'AWS::DynamoDB::Table' });"), 'deploy')).rejects
    .toThrow(/AWS::DynamoDB::Table is not modelled; the sandbox has [^]*AWS::Rekognition::Project/);
});

test('a property that is not modelled fails the deployment with its name', async () => {
  await expect(cli.run(shop("project.addPropertyOverride('Colour', 'red');"), 'deploy')).rejects
    .toThrow(/properties that are not modelled: Colour/);
  expect(statusOf('Shop')).toBe('CREATE_FAILED');
});
