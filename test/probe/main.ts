/*
 * Deploys a stack of custom resources, which costs nothing, lets CloudFormation update, roll back and delete it, and
 * prints what that shows beside what the library assumes. Deletes all of it in the end. Needs a bootstrapped account.
 */
import { execFile } from 'child_process';
import { mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { promisify } from 'util';
import { CloudFormation, paginateDescribeStackEvents, StackEvent } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { LOG_GROUP, STACK, synthesize } from './app';
import { report, Sight } from './report';
import { STACK_TYPE } from '../../lambda/aws/cloudformation';

const cloudFormation = new CloudFormation({});
const logs = new CloudWatchLogsClient({});

async function cdk(assembly: string, ...args: string[]): Promise<void> {
  console.log(`> cdk ${args.join(' ')}`);
  await promisify(execFile)('npx', ['--no-install', 'cdk', ...args, '--app', assembly, '--no-notices']);
}

/** The events of a stack and of all that were ever nested in it, oldest first. */
async function eventsOf(StackName: string): Promise<StackEvent[]> {
  const events: StackEvent[] = [];
  const pages = paginateDescribeStackEvents({ client: cloudFormation }, { StackName });
  for await (const { StackEvents = [] } of pages) events.unshift(...StackEvents.reverse());
  const stacks = events.filter(event => event.ResourceType === STACK_TYPE).map(event => event.PhysicalResourceId);
  for (const id of new Set(stacks)) if (id && id !== StackName) events.push(...await eventsOf(id));
  return events.sort((one, other) => one.Timestamp!.getTime() - other.Timestamp!.getTime());
}

/** What the function saw, oldest first. Its log may be a little late. */
async function sights(): Promise<Sight[]> {
  for (let looks = 1; ; looks++) {
    const found: Sight[] = [];
    const pages = paginateFilterLogEvents({ client: logs }, { logGroupName: LOG_GROUP, filterPattern: 'probe' });
    for await (const { events = [] } of pages) {
      found.push(...events.map(({ message = '' }) => JSON.parse(message.slice(message.indexOf('{')))));
    }
    const isComplete = ['last', 'last-in-nested'].every(id => found.some(({ Id }) => Id === id));
    if (isComplete || looks === 12) return found.sort((one, other) => one.at - other.at);
    await new Promise(resolve => setTimeout(resolve, 5000));
  }
}

async function walk([created, updated, broken, last]: string[]): Promise<void> {
  const deploy = (assembly: string) => cdk(assembly, 'deploy', '--all', '--require-approval', 'never');
  await deploy(created);
  const { Stacks: [{ StackId }] = [] } = await cloudFormation.describeStacks({ StackName: STACK }) as any;
  await deploy(updated);
  if (await deploy(broken).then(() => true, () => false)) throw new Error('the third deployment did not fail');
  await deploy(last);
  await cdk(last, 'destroy', STACK, '--force');
  for (const [question, here, assumed, holds = here === assumed] of report(await eventsOf(StackId), await sights())) {
    console.log(`${holds ? 'as assumed' : 'DIFFERENT '}  ${question}: ${here} (assumed: ${assumed})`);
    if (!holds) process.exitCode = 1;
  }
}

async function main(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'teardown-probe-'));
  const assemblies = synthesize(directory);
  process.on('SIGINT', () => console.log('the CLI is interrupted too; then everything is deleted'));
  try {
    await walk(assemblies);
  } finally {
    await cdk(assemblies[0], 'destroy', '--all', '--force').finally(() => rmSync(directory, { recursive: true }));
  }
}

main().catch(error => {
  console.error(error.stderr ?? error);
  process.exitCode = 1;
});
