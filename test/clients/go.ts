import { mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { Client, run } from './client';

export const go: Client = {
  name: 'AWS SDK for Go',
  toolchain: ['go', 'version'],

  async check(account) {
    const workspace = mkdtempSync(path.join(tmpdir(), 'teardown-clients-'));
    const program = path.join(workspace, 'client');
    try {
      // without optimization the large SDK compiles sooner.
      await run(['go', 'build', '-gcflags=all=-N -l', '-o', program, '.'], {
        cwd: path.join(__dirname, 'go'),
        env: { GOTOOLCHAIN: 'local', GOFLAGS: '-mod=readonly' },
      });
      await run([program], { env: account.environment });
    } finally {
      rmSync(workspace, { recursive: true });
    }
    account.checkWhatIsLeft();
    return `its waiters and paginators in ${account.operations.length} requests`;
  },
};
