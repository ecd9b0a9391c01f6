// follows every message of the handler to the letter, with the AWS CLI, in the sandbox: npm run test:drill -- training
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

import { readFileSync } from 'fs';
import * as path from 'path';
import { Operator } from './operator';
import { Row, ROWS } from './rows';
import { WarmProcesses } from '../../sandbox/lambda/warm-processes';
import { pythonPackages, succeeds } from '../clients/client';
import { PYTHON } from '../support/virtual-environment';

/** The ids that docs/troubleshooting.md explains: those of all messages, as a test of it says. */
function documentedIds(): string[] {
  const document = readFileSync(path.join(__dirname, '..', '..', 'docs', 'troubleshooting.md'), 'utf8');
  return [...document.matchAll(/^### ([a-z-]+)$/gm)].map(([, id]) => id);
}

/** Messages that no row provokes yet. */
const MISSING = new Map([
  ['ambiguous', 'only a request that a person sends by hand has this answer'],
  ['bug', 'a bug of the handler is not known before it happens'],
  ['recreated', 'it is a cause of a workflow, and the rows are about teardowns'],
]);

async function failureOf(row: Row, commands: string, warmProcesses: WarmProcesses): Promise<string | undefined> {
  const operator = await Operator.start(commands, warmProcesses);
  let message = '';
  try {
    const provoked = await row.provoke(operator);
    ({ message } = provoked);
    const [, id] = /\[([a-z-]+)\]/.exec(message) ?? [];
    if (id !== row.id) throw new Error(`the message has the id ${id}`);
    await provoked.follow();
    return undefined;
  } catch (error) {
    return `${(error as Error).message}${message && `\n  after: ${message}`}`;
  } finally {
    await operator.stop();
  }
}

async function main(names: string[]): Promise<void> {
  const isMeant = ({ id, when }: Row) => names.some(name => id === name || when.includes(name));
  const rows = names.length === 0 ? ROWS : ROWS.filter(isMeant);
  if (rows.length === 0) throw new Error(`no row is about ${names.join(', ')}`);
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const ids = documentedIds();
  if (ids.length === 0) {
    console.log('SKIPPED: docs/troubleshooting.md has no ids yet');
    counts.skipped = rows.length;
  } else if (!succeeds(PYTHON)) {
    console.log(`SKIPPED: this machine does not have ${PYTHON[0]}, which the AWS CLI needs`);
    counts.skipped = rows.length;
  } else {
    const commands = pythonPackages();
    const warmProcesses = new WarmProcesses();
    for (const row of rows) {
      const start = Date.now();
      const failure = await failureOf(row, commands, warmProcesses);
      counts[failure === undefined ? 'passed' : 'failed']++;
      const result = failure === undefined ? 'PASSED' : 'FAILED';
      const took = `${Math.round((Date.now() - start) / 1000)} s`;
      console.log(`${result} [${row.id}] ${row.when} (${took})${failure ? `: ${failure}` : ''}`);
    }
    void warmProcesses.end();
  }
  for (const id of ids.filter(each => !ROWS.some(row => row.id === each))) {
    const why = MISSING.get(id);
    console.log(`${why ? 'NOTE' : 'FAILED'} [${id}]: no row provokes this message${why ? `: ${why}` : ''}`);
    if (!why) counts.failed++;
  }
  console.log(`drill: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  if (counts.failed > 0) process.exitCode = 1;
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
