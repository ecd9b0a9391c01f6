import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { DOLLARS_PER_HOUR } from './report';
import { Table } from './table';
import type { Sandbox } from '../../sandbox';
import { statusStyle, style } from '../../sandbox/style';
import { Project, TeardownMode, TeardownWorkflow } from '../../src';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
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

/**
 * Three projects, an evening on which somebody forgot to stop their models, and a night. Answers whether it went as
 * promised.
 */
export async function showNight(sandbox: Sandbox, assembly: string): Promise<boolean> {
  const { rekognition } = sandbox;
  const [screws, nuts, bearings] = ['screws', 'nuts', 'bearings'].map(name => rekognition.createProject(name));
  rekognition.addVersion(screws, 'screws-1', { status: 'RUNNING' });
  rekognition.addVersion(screws, 'screws-2', { status: 'STOPPED' });
  rekognition.addVersion(nuts, 'nuts-1', { status: 'RUNNING' });
  rekognition.addVersion(bearings, 'bearings-1', { status: 'TRAINING_IN_PROGRESS', endsIn: 16 * HOUR });
  const day = sandbox.clock.now();

  console.log(`\n${style('bold', 'cdk deploy: a workflow that stops what runs in three projects')}`);
  synthesizeWorkflow(assembly, [screws, nuts, bearings].map(({ arn }) => arn));
  await sandbox.deploy(assembly, STACK_NAME);
  console.log('  Two models run for ten hours, and in the evening nobody stops them.');
  await sandbox.advance(10 * HOUR);

  const client = new SFNClient({
    endpoint: sandbox.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'scheduler', secretAccessKey: 'not checked' },
  });
  const [stateMachineArn] = Object.values(sandbox.stack(STACK_NAME).resources)
    .map(({ physicalId }) => physicalId)
    .filter(id => /:stateMachine:/.test(id));
  const execute = async (input: string, milliseconds: number) => {
    const { executionArn } = await client.send(new StartExecutionCommand({ stateMachineArn, input }));
    await sandbox.advance(milliseconds);
    return client.send(new DescribeExecutionCommand({ executionArn }));
  };
  console.log(`\n${style('bold', 'At seven, a dry run: start-execution --input \'{"dryRun": true}\'')}`);
  const { versions } = JSON.parse((await execute('{"dryRun": true}', MINUTE)).output!);
  console.log(style('bold', `  ${'model'.padEnd(12)}${'status'.padEnd(22)}what a run would do`));
  for (const { arn, status, would } of versions) {
    const name = arn.split('/')[3].padEnd(12);
    console.log(`  ${name}${style(statusStyle(status), status.padEnd(22))}${would.join(', ') || 'nothing'}`);
  }

  console.log(`\n${style('bold', 'And a run: start-execution --input \'{}\'')}`);
  const table = new Table(sandbox, { versions: rekognition.versions, projects: [] });
  const evening = sandbox.clock.now();
  let stoppedAt = evening;
  rekognition.onStatus(({ time, to }) => { if (to === 'STOPPED') stoppedAt = time; });
  const { status, output, cause } = await execute('{}', NIGHT * HOUR);
  table.flush();
  client.destroy();

  const billed = rekognition.versions.filter(version => version.status === 'RUNNING').length;
  const dollars = (milliseconds: number) => `$${(2 * (milliseconds / HOUR) * DOLLARS_PER_HOUR).toFixed(2)}`;
  const saved = evening + NIGHT * HOUR - stoppedAt;
  console.log(`\n${style('bold', 'At nine the next morning')}`);
  const outcome = style(statusStyle(status === 'SUCCEEDED' ? 'STOPPED' : 'FAILED'), status!);
  console.log(`  execution  ${outcome}: ${output ? summary(JSON.parse(output)) : cause}`);
  console.log(
    `  cost       ${dollars(stoppedAt - day)}: two models for ${((stoppedAt - day) / HOUR).toFixed(1)} hours`,
  );
  console.log(
    `  saved      ${style('green', dollars(saved))}: the other ${(saved / HOUR).toFixed(1)} hours, in one night`,
  );
  console.log('  training   has finished by itself: a stop leaves it alone\n');
  return status === 'SUCCEEDED' && billed === 0;
}

function summary({ reached, targets, elapsedSeconds }: { [name: string]: number }): string {
  return `nothing runs in ${reached} of ${targets} projects, after ${Math.round(elapsedSeconds / 60)} minutes`;
}
