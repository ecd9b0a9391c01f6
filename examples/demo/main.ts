// nobody who tries the demo needs to know about the SDK that the sandbox is asked with.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

import { mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { parseArgs } from 'util';
import {
  CreateProjectVersionCommand,
  RekognitionClient,
  StartProjectVersionCommand,
} from '@aws-sdk/client-rekognition';
import { STACK_NAME, synthesize, Teardown } from './app';
import { showCli } from './cli';
import { Bill, report } from './report';
import { Table } from './table';
import { Timeline } from './timeline';
import { showNight } from './workflow';
import { Sandbox } from '../../sandbox';
import { style } from '../../sandbox/style';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Deploys the app with a teardown of something. */
type Deploy = (teardown: Teardown) => Promise<unknown>;

/** One model, with its teardown or without: every event, call and change of status. */
async function showModel(sandbox: Sandbox, deploy: Deploy, isWithTeardown: boolean): Promise<Bill> {
  const timeline = new Timeline(sandbox);
  const bill = new Bill(sandbox);

  timeline.heading('cdk deploy: the project');
  await deploy('nothing');
  timeline.heading('Somebody trains a model and starts it');
  const model = await trainAndStart(sandbox);
  if (isWithTeardown) {
    timeline.heading('cdk deploy: the project, and the teardown of the model');
    await deploy({ model });
  }
  timeline.heading('cdk destroy');
  await sandbox.destroy(STACK_NAME);
  // CloudFormation does not wait until the project is gone.
  await sandbox.advance(MINUTE);
  return bill;
}

/** What an ML engineer does, with the AWS SDK. */
async function trainAndStart(sandbox: Sandbox): Promise<string> {
  const client = new RekognitionClient({
    endpoint: sandbox.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'engineer', secretAccessKey: 'not checked' },
  });
  const { ProjectVersionArn } = await client.send(new CreateProjectVersionCommand({
    ProjectArn: sandbox.rekognition.projects[0].arn,
    VersionName: 'v1',
    OutputConfig: { S3Bucket: 'training-results', S3KeyPrefix: 'v1' },
  }));
  await sandbox.advance(HOUR);
  await client.send(new StartProjectVersionCommand({ ProjectVersionArn, MinInferenceUnits: 1 }));
  await sandbox.advance(HOUR / 2);
  client.destroy();
  return ProjectVersionArn!;
}

/** A whole project: five models in five states and two datasets, side by side. */
async function showProject(sandbox: Sandbox, deploy: Deploy): Promise<Bill> {
  console.log(`\n${style('bold', 'cdk deploy: the project, and its teardown')}`);
  await deploy('contents');
  const { rekognition } = sandbox;
  const [project] = rekognition.projects;
  const bill = new Bill(sandbox);
  rekognition.addVersion(project, 'v1', { status: 'TRAINING_COMPLETED' });
  rekognition.addVersion(project, 'v2', { status: 'STOPPED' });
  rekognition.addVersion(project, 'v3', { status: 'RUNNING' });
  rekognition.addVersion(project, 'v4', { status: 'STARTING', endsIn: HOUR + 8 * MINUTE });
  rekognition.addVersion(project, 'v5', { status: 'TRAINING_IN_PROGRESS', endsIn: HOUR + 12 * MINUTE });
  rekognition.addDataset(project, 'TRAIN');
  rekognition.addDataset(project, 'TEST');
  console.log('  Somebody trains models in it and starts some of them. They run for an hour.');
  await sandbox.advance(HOUR);

  console.log(`\n${style('bold', 'cdk destroy')}`);
  const table = new Table(sandbox);
  await sandbox.destroy(STACK_NAME);
  // CloudFormation does not wait until the project is gone.
  await sandbox.advance(MINUTE);
  table.flush();
  return bill;
}

async function main(): Promise<void> {
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({ options: { without: flag, project: flag, workflow: flag, cli: flag } });
  if (Object.values(values).filter(Boolean).length > 1) {
    throw new Error('--without, --project, --workflow and --cli do not go together');
  }

  const workspace = mkdtempSync(path.join(tmpdir(), 'teardown-demo-'));
  const sandbox = await Sandbox.start();
  let deployments = 0;
  const deploy = (teardown: Teardown) => {
    const assembly = path.join(workspace, `${++deployments}`);
    synthesize(assembly, teardown);
    return sandbox.deploy(assembly, STACK_NAME);
  };
  try {
    if (values.workflow) {
      console.log(
        'A nightly stop in a local model of AWS. Time is simulated: it jumps to the next thing that happens.',
      );
      if (!await showNight(sandbox, path.join(workspace, 'workflow'))) process.exitCode = 1;
      return;
    }
    console.log(
      `A stack with a Rekognition project, ${values.without ? 'without' : 'with'} a teardown, in a local model of AWS.`,
    );
    console.log('Time is simulated: it jumps to the next thing that happens.');
    if (values.cli) {
      if (!report(sandbox, await showCli(sandbox, workspace, trainAndStart), style, true)) process.exitCode = 1;
      return;
    }
    const bill = await (values.project ? showProject(sandbox, deploy) : showModel(sandbox, deploy, !values.without));
    if (!report(sandbox, bill, style, !values.without)) process.exitCode = 1;
  } finally {
    await sandbox.stop();
    rmSync(workspace, { recursive: true });
  }
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
