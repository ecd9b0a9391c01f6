import { ChildProcess, spawn } from 'child_process';
import { once } from 'events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { CloudFormation } from '@aws-sdk/client-cloudformation';
import { Rekognition } from '@aws-sdk/client-rekognition';
import { SFN } from '@aws-sdk/client-sfn';

const MAIN = join(__dirname, '../../sandbox/main.ts');

let directory: string;
let child: ChildProcess;
let output: string;
let commentary: string;

beforeEach(() => { directory = mkdtempSync(join(tmpdir(), 'sandbox-main-')); });
afterEach(() => {
  child.kill('SIGKILL');
  rmSync(directory, { recursive: true });
});

function run(...args: string[]): void {
  child = spawn(process.execPath, ['--require', 'tsx/cjs', MAIN, '--', ...args], { env: { PATH: process.env.PATH } });
  output = commentary = '';
  child.stdout!.setEncoding('utf8').on('data', data => { output += data; });
  child.stderr!.setEncoding('utf8').on('data', data => { commentary += data; });
}

async function until(condition: () => unknown): Promise<void> {
  while (!condition()) await Promise.race([once(child.stdout!, 'data'), once(child.stderr!, 'data')]);
}

function state(content: unknown): string {
  const file = join(directory, 'state.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

test('npm run sandbox serves what the state file lists, prints what happens, and ends when interrupted', async () => {
  run('--speed', '100000', '--state', state({ projects: [{ name: 'birds', versions: [{ name: 'v1', status: 'RUNNING', units: 2 }] }] }));
  await until(() => output.includes('Ctrl-C'));
  expect(output).toContain('AWS_REGION=us-east-1');
  const endpoint = /^export AWS_ENDPOINT_URL=(http:\/\/127\.0\.0\.1:\d+) /m.exec(output)![1];

  const rekognition = new Rekognition({ endpoint, region: 'us-east-1', credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' } });
  const [project] = (await rekognition.describeProjects({})).ProjectDescriptions!;
  const [version] = (await rekognition.describeProjectVersions({ ProjectArn: project.ProjectArn })).ProjectVersionDescriptions!;
  expect(version).toMatchObject({ Status: 'RUNNING', MinInferenceUnits: 2 });
  await rekognition.stopProjectVersion({ ProjectVersionArn: version.ProjectVersionArn });
  rekognition.destroy();

  await until(() => output.includes('STOPPING -> STOPPED'));
  expect(output).toMatch(/^\d\d:\d\d:\d\d  you: DescribeProjectVersions\n/m);
  expect(output).toContain('  model birds/v1: RUNNING -> STOPPING\n');
  child.kill('SIGINT');
  expect(await once(child, 'close')).toEqual([0, null]);
});

test('npm run sandbox exits normally when it is interrupted during an operation, lists what is left, and shows errors, but not that a stack was looked up in vain', async () => {
  run('--state', state({ projects: [{ name: 'birds', versions: [{ name: 'v1', status: 'RUNNING' }] }] }));
  await until(() => output.includes('Ctrl-C'));
  const endpoint = /^export AWS_ENDPOINT_URL=(http:\/\/127\.0\.0\.1:\d+) /m.exec(output)![1];
  const options = { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' } };
  const stepFunctions = new SFN(options);
  await expect(stepFunctions.listStateMachines({})).rejects.toThrow('does not know the operation ListStateMachines of Step Functions');
  stepFunctions.destroy();

  const cloudFormation = new CloudFormation(options);
  await expect(cloudFormation.describeStacks({ StackName: 'CDKToolkit' })).rejects.toThrow('Stack with id CDKToolkit does not exist');
  const TemplateBody = JSON.stringify({
    Resources: { Project: { Type: 'AWS::Rekognition::Project', Properties: { ProjectName: 'birds2' } }, Machine: { Type: 'AWS::StepFunctions::Nothing' } },
  });
  await expect(cloudFormation.createStack({ StackName: 'Birds', TemplateBody })).rejects.toThrow('AWS::StepFunctions::Nothing is not modeled');
  await cloudFormation.createStack({ StackName: 'Birds', TemplateBody: TemplateBody.replace('StepFunctions::Nothing', 'CloudFormation::WaitConditionHandle') });
  cloudFormation.destroy();
  child.kill('SIGINT');
  expect(await once(child, 'close')).toEqual([0, null]);
  expect(output).toMatch(/left: Birds CREATE_\w+, .*project birds.*version\/v1\/\d+ RUNNING/);
  expect(output).toContain("npx cdk deploy '**'");
  // the stack was refused once, and that is said once.
  expect(output.match(/AWS::StepFunctions::Nothing is not modeled/g)).toHaveLength(1);
  expect(output).not.toContain('CDKToolkit');
  expect(commentary).toBe('');
});

test('--help lists the options', async () => {
  run('--help');
  expect(await once(child, 'close')).toEqual([0, null]);
  expect(output).toContain('--env-file FILE');
});

test('--env-file writes what a shell needs', async () => {
  const file = join(directory, 'env');
  run('--env-file', file, '--account', '444455556666', '--region', 'eu-west-1');
  await until(() => output.includes('Ctrl-C'));
  expect(output).toContain(`. ${file}`);
  expect(readFileSync(file, 'utf8')).toMatch(/export AWS_ENDPOINT_URL=http:\/\/127\.0\.0\.1:\d+ AWS_REGION=eu-west-1 /);
});

test.each(['--sped', '--speed=fast'])('%s: a wrong option is followed by the usage', async option => {
  run(option);
  expect(await once(child, 'close')).toEqual([1, null]);
  expect(commentary).toContain('usage: npm run sandbox -- [options]');
  expect(commentary).not.toMatch(/^\s+at /m);
});

test.each<[string, () => string[], string]>([
  ['an unknown option', () => ['--sped', '1'], "Unknown option '--sped'"],
  ['no number', () => ['--speed', 'fast'], '--speed fast is not a number from 1'],
  ['no port', () => ['--port', '70000'], '--port 70000 is not a port number'],
  ['a missing state file', () => ['--state', '/none/state.json'], 'cannot read /none/state.json'],
  ['a state file that is not JSON', () => ['--state', state('{')], 'cannot read'],
  ['a misspelt key', () => ['--state', state({ projects: [{ name: 'a', version: [] }] })], 'projects[0] has an unknown key version'],
  [
    'a misspelt status', () => ['--state', state({ projects: [{ name: 'a', versions: [{ name: 'v', status: 'RUNING' }] }] })],
    'projects[0].versions[0].status must be one of',
  ],
])('says what is wrong with %s', async (_what, args, message) => {
  run(...args());
  expect(await once(child, 'close')).toEqual([1, null]);
  expect(commentary).toContain(message);
  expect(output).toBe('');
});
