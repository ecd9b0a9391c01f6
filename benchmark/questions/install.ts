import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isWanted, Question } from '../question';
import { figure } from '../table';

const ROOT = join(__dirname, '..', '..');

/** Popular construct libraries with custom resources. */
const LIBRARIES = ['cdk-ecr-deployment@4.2.65', 'cdk-rds-sql@8.1.4', '@cloudsnorkel/cdk-github-runners@0.14.13'];

/** What an installation adds to aws-cdk-lib and constructs. */
export const install: Question = {
  name: 'install',
  async answer(options) {
    if (options.isShort || !isWanted(options, 'install')) return undefined;
    const rows = [packed(), ...LIBRARIES.map(library => installed(library, library))];
    return {
      tables: [{
        title: 'What an installation adds beside aws-cdk-lib and constructs',
        columns: ['package', 'KB', 'files', 'packages'],
        rows,
        notes: ['`npm install --legacy-peer-deps --ignore-scripts`, from the registry; skipped where it cannot be reached.'],
      }],
    };
  },
};

/** The library as it would be published. */
function packed(): string[] {
  const directory = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    if (!existsSync(join(ROOT, 'lib', 'index.js'))) execFileSync('npx', ['jsii', '--silence-warnings=reserved-word'], { cwd: ROOT, stdio: 'ignore' });
    const [{ filename }] = JSON.parse(execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', directory], { cwd: ROOT, encoding: 'utf8' }));
    return installed('cdk-rekognition-teardown', join(directory, filename));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function installed(name: string, source: string): string[] {
  const directory = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    writeFileSync(join(directory, 'package.json'), '{ "private": true }');
    execFileSync('npm', ['install', '--legacy-peer-deps', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', source], { cwd: directory, stdio: 'ignore', timeout: 60_000 });
    const files = (readdirSync(join(directory, 'node_modules'), { recursive: true, withFileTypes: true })).filter(entry => entry.isFile());
    const bytes = files.reduce((sum, { parentPath, name: file }) => sum + statSync(join(parentPath, file)).size, 0);
    const manifests = files.filter(({ parentPath, name: file }) => file === 'package.json' && /node_modules\/(@[^/]+\/)?[^/]+$/.test(parentPath));
    return [name, figure(bytes / 1000), `${files.length}`, `${manifests.length}`];
  } catch {
    return [name, 'skipped', '-', '-'];
  } finally {
    rmSync(directory, { recursive: true });
  }
}
