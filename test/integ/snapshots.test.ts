import { spawnSync } from 'child_process';
import { readdirSync } from 'fs';
import * as path from 'path';

const ROOT = path.join(__dirname, '..', '..');
const TESTS = readdirSync(__dirname)
  .filter(file => /^integ\..*\.ts$/.test(file))
  .map(file => path.basename(file, '.ts'));

describe('the snapshot of', () => {
  let output: string;
  // one run for all, because starting it takes seconds.
  beforeAll(() => {
    const { stdout, stderr } = spawnSync('npx', ['projen', 'integ'], { cwd: ROOT, encoding: 'utf8' });
    output = `${stdout}${stderr}`;
  });

  test.each(TESTS)('%s matches what its app synthesizes', name => {
    // each result begins with the verdict and the name, followed by the difference; a warning only says that the
    // machine is slow.
    const reports = output.split(/\n(?= *[A-Z]+ +integ\.)/).map(report => report.trim());
    const report = reports.find(other => !other.startsWith('WARN') && other.split(/\s+/)[1] === name);
    if (report?.startsWith('UNCHANGED ')) return;
    throw new Error(`If this is meant: npm run integ:update, and commit what git diff shows.\n\n${report ?? output}`);
  });
});
