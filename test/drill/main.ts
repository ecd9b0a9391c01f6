// follows every message of the handler to the letter, with the AWS CLI, in the sandbox: npm run test:drill -- training
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

import { readFileSync } from 'fs';
import * as path from 'path';
import { findWhatADeletedStackLeft } from './deleted-stack';
import { Operator } from './operator';
import type { Row } from './row';
import { ROWS } from './rows';
import { WarmProcesses } from '../../sandbox/lambda/warm-processes';
import { pythonPackages, succeeds } from '../clients/client';
import { PYTHON } from '../support/virtual-environment';

/** The ids that docs/troubleshooting.md explains: those of all messages, as a test of it says. */
function documentedIds(): string[] {
  const document = readFileSync(path.join(__dirname, '..', '..', 'docs', 'troubleshooting.md'), 'utf8');
  return [...document.matchAll(/^### ([a-z-]+)$/gm)].map(([, id]) => id);
}

/** Something that an operator does, and what they hope to find. */
interface Drill {
  readonly name: string;
  run(operator: Operator): Promise<void>;
}

/** Provokes the message of a row and follows it. */
function drillOf(row: Row): Drill {
  return {
    name: `[${row.id}] ${row.when}`,
    async run(operator) {
      const { message, follow } = await row.provoke(operator);
      try {
        const [, id] = /\[([a-z-]+)\]/.exec(message) ?? [];
        if (id !== row.id) throw new Error(`the message has the id ${id}`);
        await follow();
      } catch (error) {
        throw new Error(`${(error as Error).message}\n  after: ${message}`);
      }
    },
  };
}

const DRILLS: readonly Drill[] = [
  ...ROWS.map(drillOf),
  { name: 'what a deleted stack left', run: findWhatADeletedStackLeft },
];

async function failureOf(drill: Drill, commands: string, warmProcesses: WarmProcesses): Promise<string | undefined> {
  const operator = await Operator.start(commands, warmProcesses);
  try {
    await drill.run(operator);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  } finally {
    await operator.stop();
  }
}

async function main(names: string[]): Promise<void> {
  const drills = DRILLS.filter(({ name }) => names.length === 0 || names.some(part => name.includes(part)));
  if (drills.length === 0) throw new Error(`no drill is about ${names.join(', ')}`);
  const counts = { passed: 0, failed: 0, skipped: 0 };
  if (!succeeds(PYTHON)) {
    console.log(`SKIPPED: this machine does not have ${PYTHON[0]}, which the AWS CLI needs`);
    counts.skipped = drills.length;
  } else {
    const commands = pythonPackages();
    const warmProcesses = new WarmProcesses();
    for (const drill of drills) {
      const start = Date.now();
      const failure = await failureOf(drill, commands, warmProcesses);
      counts[failure === undefined ? 'passed' : 'failed']++;
      const result = failure === undefined ? 'PASSED' : 'FAILED';
      const took = `${Math.round((Date.now() - start) / 1000)} s`;
      console.log(`${result} ${drill.name} (${took})${failure ? `: ${failure}` : ''}`);
    }
    void warmProcesses.end();
  }
  for (const id of documentedIds().filter(each => !ROWS.some(row => row.id === each))) {
    console.log(`FAILED [${id}]: no row provokes this message`);
    counts.failed++;
  }
  console.log(`drill: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  if (counts.failed > 0) process.exitCode = 1;
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
