import { spawn } from 'child_process';
import { once } from 'events';
import * as path from 'path';
import { STACK_NAME, synthesize, Teardown } from './app';
import { Bill } from './report';
import type { Sandbox } from '../../sandbox';
import { clientEnvironment } from '../../sandbox/client-environment';
import { statusStyle, style } from '../../sandbox/style';

const CDK = path.join(__dirname, '../../node_modules/aws-cdk/bin/cdk');
const MINUTE = 60_000;

/** The life of one model with the AWS CDK CLI. Everything except the statuses of the model is output of the CLI. */
export async function showCli(
  sandbox: Sandbox,
  workspace: string,
  trainAndStart: (sandbox: Sandbox) => Promise<string>,
): Promise<Bill> {
  const bill = new Bill(sandbox);
  sandbox.rekognition.onStatus(({ arn, from, to }) => {
    const subject = arn.includes('/version/') ? 'model' : 'project';
    console.log(`${style('cyan', subject)}: ${from ?? '(new)'} -> ${style(statusStyle(to ?? 'gone'), to ?? 'gone')}`);
  });

  await deploy(sandbox, path.join(workspace, 'project'), 'nothing');
  console.log(`\n${style('bold', 'Somebody trains a model and starts it')}`);
  const model = await trainAndStart(sandbox);
  const assembly = path.join(workspace, 'teardown');
  await deploy(sandbox, assembly, { model });
  await cdk(sandbox, 'destroy', STACK_NAME, '--force', '--app', assembly);
  // CloudFormation does not wait until the project is gone.
  await sandbox.advance(MINUTE);
  return bill;
}

async function deploy(sandbox: Sandbox, assembly: string, teardown: Teardown): Promise<void> {
  synthesize(assembly, teardown);
  await cdk(sandbox, 'deploy', STACK_NAME, '--require-approval', 'never', '--app', assembly);
}

async function cdk(sandbox: Sandbox, command: string, ...args: string[]): Promise<void> {
  console.log(`\n${style('bold', `$ cdk ${command} ${args[0]}`)}`);
  const child = spawn(process.execPath, [CDK, command, ...args, '--progress', 'events', '--no-notices'], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      CI: 'true',
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      ...clientEnvironment(sandbox.url),
    },
  });
  const [status] = await once(child, 'close');
  if (status !== 0) throw new Error(`cdk ${command} ended with ${status}`);
}
