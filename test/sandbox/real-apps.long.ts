import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { identityCheck } from './apps/identity-check';
import { moderation } from './apps/moderation';
import { photoTrigger } from './apps/photo-trigger';
import { usual } from './apps/usual';
import { CdkCli } from '../support/cdk-cli';

/** Defines an app; files that it needs may be written to the directory. Another memory size is a change of the app. */
type Define = (app: App, memorySize: number, directory: string) => void;

/** Deploys an app with the CDK CLI, starts a model in its project, changes the app and destroys it. */
async function live(cli: CdkCli, define: Define): Promise<void> {
  const { sandbox } = cli;
  const deploy = async (memorySize: number) => {
    cli.synth(app => define(app, memorySize, cli.directory));
    await cli.run('deploy', '**', '--require-approval', 'never');
  };
  await deploy(256);
  const model = cli.runModel(cli.projects[0]);
  await deploy(512);
  expect(model.status).toBe('RUNNING');
  const functions = sandbox.cloudFormation.stacks.flatMap(({ resources }) => Object.values(resources))
    .filter(({ type }) => type === 'AWS::Lambda::Function');
  expect(functions.map(({ properties }) => properties.MemorySize)).toContain(512);

  await cli.run('destroy', '**', '--force');
  // CloudFormation does not wait until the project is gone.
  await sandbox.advance(60_000);
  expect(new Set(sandbox.cloudFormation.stacks.map(({ status }) => status))).toEqual(new Set(['DELETE_COMPLETE']));
  expect([sandbox.rekognition.projects, sandbox.rekognition.versions]).toEqual([[], []]);
  expect(sandbox.events.filter(({ status }) => status === 'DELETE_SKIPPED')).toEqual([]);
}

const APPS: { readonly [name: string]: Define } = {
  'a usual app of more than 25 resource types': usual,
  'an S3 trigger with a function in Python': photoTrigger,
  'an identity check with a VPC, layers and SDK calls': identityCheck,
  'a moderation pipeline with Step Functions and a nested stack': moderation,
};

const LIFE = '%s is deployed, changed and destroyed over a running model, and nothing is left';
test.concurrent.each(Object.entries(APPS))(LIFE, async (_, define) => {
  const cli = await CdkCli.start();
  try {
    await live(cli, define);
    if (define === usual) {
      const { Resources } = JSON.parse(readFileSync(join(cli.directory, 'cdk.out/Usual.template.json'), 'utf8'));
      expect(new Set(Object.values<any>(Resources).map(({ Type }) => Type)).size).toBeGreaterThan(25);
    }
  } finally {
    await cli.stop();
  }
});
