// follows every message of the handler to the letter, with the AWS CLI, in the sandbox: npm run test:drill -- training
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

import { Operator } from './operator';
import { drill, Row, ROWS } from './rows';
import { WarmProcesses } from '../../sandbox/lambda/warm-processes';
import { pythonPackages, succeeds } from '../clients/client';
import { PYTHON } from '../support/virtual-environment';

async function passes(row: Row, commands: string, warmProcesses: WarmProcesses): Promise<boolean> {
  const start = Date.now();
  const operator = await Operator.start(commands, warmProcesses);
  try {
    await drill(row, operator);
    console.log(`PASSED ${row.name} (${Math.round((Date.now() - start) / 1000)} s)`);
    return true;
  } catch (error) {
    console.log(`FAILED ${row.name}: ${(error as Error).message}`);
    return false;
  } finally {
    await operator.stop();
  }
}

async function main(names: string[]): Promise<void> {
  const rows = ROWS.filter(({ name }) => names.length === 0 || names.some(part => name.includes(part)));
  if (rows.length === 0) throw new Error(`no row is about ${names.join(', ')}`);
  const counts = { passed: 0, failed: 0, skipped: 0 };
  if (!succeeds(PYTHON)) {
    console.log(`SKIPPED: this machine does not have ${PYTHON[0]}, which the AWS CLI needs`);
    counts.skipped = rows.length;
  } else {
    const commands = pythonPackages();
    const warmProcesses = new WarmProcesses();
    for (const row of rows) counts[await passes(row, commands, warmProcesses) ? 'passed' : 'failed']++;
    warmProcesses.end();
  }
  console.log(`drill: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  if (counts.failed > 0) process.exitCode = 1;
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
