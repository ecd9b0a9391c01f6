import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Sandbox } from '../../sandbox';

const ROOT = join(__dirname, '../..');
const CDK = join(ROOT, 'node_modules/aws-cdk/bin/cdk');

let sandbox: Sandbox;
let directory: string;

beforeEach(async () => {
  sandbox = await Sandbox.start();
  directory = mkdtempSync(join(tmpdir(), 'sandbox-cdk-'));
});

afterEach(async () => {
  await sandbox.stop();
  rmSync(directory, { recursive: true });
});

/** Runs the AWS CDK CLI and answers all that it prints; rejects if it fails. */
async function cdk(command: string, ...args: string[]): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [CDK, ...args, '--app', command, '--output', join(directory, 'cdk.out'), '--no-notices'], {
    cwd: directory,
    env: {
      PATH: process.env.PATH,
      HOME: directory,
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      AWS_ENDPOINT_URL: sandbox.url,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'sandbox',
      AWS_SECRET_ACCESS_KEY: 'sandbox',
    },
  });
  return stdout + stderr;
}

/** An app in JavaScript whose stack has what `body` makes. */
function app(body: string): string {
  const file = join(directory, 'app.cjs');
  const library = (name: string) => JSON.stringify(join(ROOT, 'node_modules', name));
  writeFileSync(file, `
    const cdk = require(${library('aws-cdk-lib')});
    const app = new cdk.App();
    const stack = new cdk.Stack(app, 'Shop');
    ${body}
  `);
  return `${process.execPath} ${file}`;
}

test('the AWS CDK CLI deploys and destroys an example with a running model, with what it has uploaded', async () => {
  const example = `${join(ROOT, 'node_modules/.bin/tsx')} --tsconfig ${join(ROOT, 'tsconfig.dev.json')} ${join(ROOT, 'examples/typescript/project.ts')}`;
  await cdk(example, 'deploy', '--require-approval', 'never');
  const stack = sandbox.stack('Inspection');
  expect(stack.status).toBe('CREATE_COMPLETE');
  expect(sandbox.calls.map(({ operation }) => operation)).toEqual(expect.arrayContaining(['AssumeRole', 'GetParameter', 'PutObject', 'CreateChangeSet', 'ExecuteChangeSet']));

  const [project] = sandbox.rekognition.projects;
  const model = sandbox.rekognition.addVersion(project, 'v1', { status: 'RUNNING' });
  expect(await cdk(join(directory, 'cdk.out'), 'diff')).toContain('There were no differences');
  await cdk(join(directory, 'cdk.out'), 'destroy', '--force');
  expect(stack.status).toBe('DELETE_COMPLETE');
  expect(sandbox.rekognition.version(model.arn)).toBeUndefined();
});

test('a resource type that is not modelled fails the deployment with its name and those that are', async () => {
  await expect(cdk(app("new cdk.CfnResource(stack, 'Table', { type: 'AWS::DynamoDB::Table' });"), 'deploy')).rejects
    .toThrow(/AWS::DynamoDB::Table is not modelled; the sandbox has [^]*AWS::Rekognition::Project/);
});

test('termination protection keeps a stack', async () => {
  const file = app("stack.terminationProtection = true; new cdk.CfnWaitConditionHandle(stack, 'Handle');");
  await cdk(file, 'deploy');
  await expect(cdk(file, 'destroy', '--force')).rejects.toThrow('TerminationProtection');
  expect(sandbox.stack('Shop').status).toBe('CREATE_COMPLETE');
});
