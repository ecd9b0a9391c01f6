// whoever checks the packages cannot act on warnings of the SDK that this program uses internally.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

import { deepStrictEqual } from 'assert';
import { execFile } from 'child_process';
import { readFileSync } from 'fs';
import * as path from 'path';
import { promisify } from 'util';
import { cdk } from './synth';
import { Sandbox } from '../../sandbox';
import { clientEnvironment } from '../../sandbox/client-environment';

const STACK = 'ScrewInspection';

/** The CDK CLI in the folder of an app, with the sandbox as its AWS, whatever is configured on the machine. */
async function run(
  workspace: string,
  project: string,
  env: NodeJS.ProcessEnv,
  url: string,
  args: readonly string[],
): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(
    cdk(workspace),
    [...args, '--no-version-reporting', '--no-notices'],
    {
      cwd: project,
      env: {
        ...process.env,
        ...env,
        ...clientEnvironment(url),
        CDK_DISABLE_CLI_TELEMETRY: 'true',
      },
      maxBuffer: 2 ** 28,
    },
  );
  return stdout + stderr;
}

/**
 * Deploys the example over a running model, starts another one in its project, and destroys it. Throws if anything is
 * wrong; returns what was checked.
 */
export async function deployAndDestroy(workspace: string, project: string, env: NodeJS.ProcessEnv): Promise<string> {
  const sandbox = await Sandbox.start();
  const { rekognition } = sandbox;
  try {
    const used = rekognition.addVersion(rekognition.createProject('surface-inspection'), 'v1', { status: 'RUNNING' });
    const command = (...args: string[]) => run(workspace, project, env, sandbox.url, args);
    await command(
      'deploy',
      '--all',
      '--context',
      `modelArn=${used.arn}`,
      '--require-approval',
      'never',
      '--output',
      'deployed.out',
    );
    const stack = sandbox.stack(STACK);
    deepStrictEqual(stack.status, 'CREATE_COMPLETE');
    deepStrictEqual(
      JSON.parse(stack.template!.source),
      JSON.parse(readFileSync(path.join(project, 'deployed.out', `${STACK}.template.json`), 'utf8')),
    );

    const owned = rekognition.addVersion(
      rekognition.projects.find(({ name }) => name === 'screw-inspection')!,
      'v1',
      { status: 'RUNNING' },
    );
    const differences = await command('diff', '--app', 'deployed.out');
    if (!differences.includes('There were no differences')) {
      throw new Error(`cdk diff shows after cdk deploy:\n${differences}`);
    }
    await command('destroy', '--app', 'deployed.out', '--force', STACK);
    deepStrictEqual([stack.status, sandbox.stack(`${STACK}Alarms`).status], ['DELETE_COMPLETE', 'CREATE_COMPLETE']);
    deepStrictEqual(rekognition.version(owned.arn), undefined);
    // the example stops this model, and keeps it.
    deepStrictEqual(rekognition.versions.map(({ arn, status }) => [arn, status]), [[used.arn, 'STOPPED']]);
    return 'deployed and destroyed by the CDK CLI over two running models';
  } finally {
    await sandbox.stop();
  }
}
