// runs AWS's own clients against the sandbox: npm run test:clients.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

import { Account } from './account';
import { botocore, serviceModel } from './botocore';
import { cli } from './cli';
import { Client, succeeds } from './client';
import { gitHubActions } from './github-actions';
import { go } from './go';

async function check(client: Client): Promise<'passed' | 'failed' | 'skipped'> {
  if (!succeeds(client.toolchain)) {
    console.log(`SKIPPED ${client.name}: nothing was checked, as this machine does not have ${client.toolchain[0]}`);
    return 'skipped';
  }
  const start = Date.now();
  const account = await Account.open();
  try {
    console.log(`PASSED ${client.name}: ${await client.check(account)} (${Math.round((Date.now() - start) / 1000)} s)`);
    return 'passed';
  } catch (error) {
    console.log(`FAILED ${client.name}: ${(error as Error).message}`);
    return 'failed';
  } finally {
    await account.close();
  }
}

async function main(): Promise<void> {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const client of [serviceModel, botocore, cli, gitHubActions, go]) counts[await check(client)]++;
  console.log(`clients: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  if (counts.failed > 0) process.exitCode = 1;
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
