// nobody who tries the demo needs to know about the SDK that the sandbox is asked with.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
import { mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { parseArgs } from 'util';
import { CreateProjectVersionCommand, RekognitionClient, StartProjectVersionCommand } from '@aws-sdk/client-rekognition';
import { STACK_NAME, synthesize } from './app';
import { Timeline } from './timeline';
import { Sandbox } from '../../sandbox';

/** What AWS charges for one inference unit of a running model: https://aws.amazon.com/rekognition/pricing/ */
const DOLLARS_PER_HOUR = 4;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

interface Options {
  readonly without: boolean;
}

function options(): Options {
  const { values } = parseArgs({ options: { without: { type: 'boolean', default: false } } });
  return { without: values.without };
}

/** What an ML engineer does: trains a model in the project and starts it. */
async function trainAndStart(sandbox: Sandbox): Promise<string> {
  const client = new RekognitionClient({
    endpoint: sandbox.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'engineer', secretAccessKey: 'not checked' },
  });
  const [project] = sandbox.rekognition.projects;
  const { ProjectVersionArn } = await client.send(new CreateProjectVersionCommand({
    ProjectArn: project.arn,
    VersionName: 'v1',
    OutputConfig: { S3Bucket: 'training-results', S3KeyPrefix: 'v1' },
  }));
  await sandbox.advance(HOUR);
  await client.send(new StartProjectVersionCommand({ ProjectVersionArn, MinInferenceUnits: 1 }));
  await sandbox.advance(HOUR / 2);
  client.destroy();
  return ProjectVersionArn!;
}

/** Says what is left in the account and what it costs; answers whether that is what was promised. */
function report(sandbox: Sandbox, timeline: Timeline, { without }: Options, running: number, stopped?: number): boolean {
  const { projects, versions } = sandbox.rekognition;
  const { status } = sandbox.stack(STACK_NAME);
  const perDay = `$${(DOLLARS_PER_HOUR * 24).toFixed(2)} per day`;

  timeline.heading('What is left');
  console.log(`  stack    ${status}`);
  console.log(`  projects ${projects.map(({ name }) => name).join(', ') || 'none'}`);
  console.log(`  models   ${versions.map(version => `${version.name} (${version.status})`).join(', ') || 'none'}`);
  if (stopped === undefined) {
    console.log(`  bill     ${timeline.style('red', `the model is still billed: ${perDay}, until somebody stops it`)}`);
  } else {
    const hours = (stopped - running) / HOUR;
    console.log(`  bill     ended: the model ran for ${Math.round(hours * 60)} minutes, $${(hours * DOLLARS_PER_HOUR).toFixed(2)}; it would have gone on costing ${perDay}`);
  }

  const promised = without
    ? status === 'DELETE_FAILED' && versions.some(version => version.status === 'RUNNING')
    : status === 'DELETE_COMPLETE' && projects.length === 0 && stopped !== undefined;
  console.log(promised ? '' : timeline.style('red', '\nThis is not the promised end.'));
  return promised;
}

async function main(): Promise<void> {
  const chosen = options();
  const workspace = mkdtempSync(path.join(tmpdir(), 'teardown-demo-'));
  const sandbox = await Sandbox.start();
  try {
    console.log(`A stack with a Rekognition project and a running model, ${chosen.without ? 'without' : 'with'} a teardown, in a local model of AWS.`);
    console.log('Time is simulated; it jumps to the next thing that happens.');
    const timeline = new Timeline(sandbox);
    let running = 0;
    let stopped: number | undefined;
    sandbox.rekognition.onStatus(({ time, from, to }) => {
      if (to === 'RUNNING') running = time;
      if (from === 'RUNNING') stopped = time;
    });

    timeline.heading('cdk deploy: the project');
    synthesize(path.join(workspace, 'first'));
    await sandbox.deploy(path.join(workspace, 'first'), STACK_NAME);

    timeline.heading('Somebody trains a model and starts it');
    const model = await trainAndStart(sandbox);

    if (!chosen.without) {
      timeline.heading('cdk deploy: the project, and the teardown of the model');
      synthesize(path.join(workspace, 'second'), model);
      await sandbox.deploy(path.join(workspace, 'second'), STACK_NAME);
    }

    timeline.heading('cdk destroy');
    await sandbox.destroy(STACK_NAME);
    // CloudFormation does not wait until the project is gone.
    await sandbox.advance(MINUTE);
    if (!report(sandbox, timeline, chosen, running, stopped)) process.exitCode = 1;
  } finally {
    await sandbox.stop();
    rmSync(workspace, { recursive: true });
  }
}

void main();
