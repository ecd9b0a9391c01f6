import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { DOLLARS_PER_HOUR } from './report';
import { style } from './style';
import { Table } from './table';
import type { Sandbox } from '../../sandbox';
import { Project, TeardownMode, TeardownWorkflow } from '../../src';

const HOUR = 3_600_000;
const STACK_NAME = 'NightlyStop';
/** From seven in the evening to nine in the morning. */
const NIGHT = 14;

/** The app: a workflow that stops what runs in these projects, whose stacks are elsewhere. */
export function synthesizeWorkflow(outdir: string, projectArns: string[]): void {
  const app = new App({ outdir });
  const stack = new Stack(app, STACK_NAME);
  const projects = projectArns.map((arn, index) => Project.fromProjectArn(stack, `Project${index}`, arn));
  const { stateMachine } = new TeardownWorkflow(stack, 'Workflow', { mode: TeardownMode.STOP, projects });
  new CfnOutput(stack, 'StateMachineArn', { value: stateMachine.stateMachineArn });
  app.synth();
}

/** Three projects, an evening on which somebody forgot to stop their models, and a night. Answers whether it went as promised. */
export async function showNight(sandbox: Sandbox, assembly: string): Promise<boolean> {
  const { rekognition } = sandbox;
  const [screws, nuts, bearings] = ['screws', 'nuts', 'bearings'].map(name => rekognition.createProject(name));
  rekognition.addVersion(screws, 'screws-1', { status: 'RUNNING' });
  rekognition.addVersion(screws, 'screws-2', { status: 'STOPPED' });
  rekognition.addVersion(nuts, 'nuts-1', { status: 'STARTING', endsIn: HOUR / 6 });
  rekognition.addVersion(bearings, 'bearings-1', { status: 'TRAINING_IN_PROGRESS', endsIn: 16 * HOUR });
  const day = sandbox.clock.now();

  console.log(`\n${style('bold', 'cdk deploy: a workflow that stops what runs in three projects')}`);
  synthesizeWorkflow(assembly, [screws, nuts, bearings].map(({ arn }) => arn));
  await sandbox.deploy(assembly, STACK_NAME);
  console.log('  Two models run all day, and nobody stops them in the evening.');
  await sandbox.advance(10 * HOUR);

  const client = new SFNClient({ endpoint: sandbox.url, region: 'us-east-1', credentials: { accessKeyId: 'scheduler', secretAccessKey: 'not checked' } });
  const [stateMachineArn] = Object.values(sandbox.stack(STACK_NAME).resources).map(({ physicalId }) => physicalId).filter(id => /:stateMachine:/.test(id));
  const execute = async (input: string) => {
    const { executionArn } = await client.send(new StartExecutionCommand({ stateMachineArn, input }));
    await sandbox.advance(HOUR);
    return client.send(new DescribeExecutionCommand({ executionArn }));
  };
  console.log(`\n${style('bold', 'In the evening: start-execution --input \'{"dryRun": true}\'')}`);
  const { versions } = JSON.parse((await execute('{"dryRun": true}')).output!);
  for (const { arn, status, would } of versions) console.log(`  ${arn.split('/')[3].padEnd(12)}${status.padEnd(22)}${would.join(', ') || 'nothing to stop'}`);

  console.log(`\n${style('bold', 'And in earnest: start-execution --input \'{}\'')}`);
  const table = new Table(sandbox);
  const evening = sandbox.clock.now();
  let stoppedAt = evening;
  rekognition.onStatus(({ time, to }) => { if (to === 'STOPPED') stoppedAt = time; });
  const { status, output } = await execute('{}');
  await sandbox.advance((NIGHT - 2) * HOUR);
  table.flush();
  client.destroy();

  const billed = rekognition.versions.filter(version => version.status === 'RUNNING').length;
  const hours = (stoppedAt - day) / HOUR;
  console.log(`\n${style('bold', 'The next morning')}`);
  console.log(`  execution  ${status} ${output}`);
  console.log(`  cost       2 models for ${hours.toFixed(1)} hours, $${(2 * hours * DOLLARS_PER_HOUR).toFixed(2)}`);
  console.log(`  saved      ${style('green', `$${(2 * (NIGHT - (stoppedAt - evening) / HOUR) * DOLLARS_PER_HOUR).toFixed(2)}`)} in this night`);
  console.log('  training   goes on: a stop leaves it alone\n');
  return status === 'SUCCEEDED' && billed === 0;
}
