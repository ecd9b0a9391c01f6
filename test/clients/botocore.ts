import { readFileSync } from 'fs';
import * as path from 'path';
import { Client, pythonPackages, run } from './client';
import { PYTHON } from '../support/virtual-environment';

const ROOT = path.join(__dirname, '..', '..');
const MODEL = path.join(ROOT, 'sandbox', 'rekognition', 'service-model.json');

/** Checks that the sandbox validates inputs against the data that AWS publishes. */
export const serviceModel: Client = {
  name: 'service model',
  toolchain: PYTHON,

  async check() {
    const python = path.join(pythonPackages(), 'python');
    const published = await run([process.execPath, path.join(ROOT, 'scripts', 'service-model.mjs'), '--print', python]);
    if (published !== readFileSync(MODEL, 'utf8')) {
      throw new Error(`${MODEL} differs from botocore: node scripts/service-model.mjs ${python} makes it`);
    }
    return `${Object.keys(JSON.parse(published).shapes).length} shapes are those of botocore`;
  },
};

export const botocore: Client = {
  name: 'botocore',
  toolchain: PYTHON,

  async check(account) {
    const python = path.join(pythonPackages(), 'python');
    await run([python, path.join(__dirname, 'botocore_client.py')], { env: account.environment });
    account.checkWhatIsLeft();
    return `its waiters and paginators in ${account.operations.length} requests`;
  },
};
