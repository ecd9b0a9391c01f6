/*
 * Compiles and tests a copy of the repository against another release of aws-cdk-lib than the oldest supported one,
 * which everything else here uses: the newest, or the one that is given.
 */
import { execFileSync } from 'child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { assertInstalled, Peers, peersOf } from '../support/consumer';

const ROOT = path.join(__dirname, '..', '..');

/** Tests that are left out, and why. */
const LEFT_OUT = {
  'test/lambda/': 'the handler does not use aws-cdk-lib',
  'test/properties/': 'lifecycles are about the decisions of the handler',
  'test/flows/(others|record|statuses)': 'so are these; the other flows run it with the framework of this release',
  'test/integ/': 'the snapshots, and the runner that compares them, belong to the oldest aws-cdk-lib',
  'test/recipes': 'it lists the files under version control, and the copy has no repository',
  'test/nag': 'cdk-nag 2 is made for releases before 2.257.0',
  'test/sandbox/': 'the sandbox does not know aws-cdk-lib; the flows use it with templates of this release',
};

/** The files under version control, in their current state. */
function copyRepository(directory: string): void {
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' }).split('\0').filter(Boolean);
  for (const file of files) {
    if (existsSync(path.join(ROOT, file))) cpSync(path.join(ROOT, file), path.join(directory, file));
  }
}

function install(directory: string, peers: Peers): void {
  const file = path.join(directory, 'package.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  Object.assign(manifest.devDependencies, peers);
  writeFileSync(file, JSON.stringify(manifest, undefined, 2));
  run(directory, 'npm', 'install', '--no-audit', '--no-fund', '--loglevel=error');
  assertInstalled(directory, peers);
}

function run(directory: string, command: string, ...args: string[]): void {
  console.log(`\n> ${command} ${args.join(' ')}`);
  const start = Date.now();
  // newer releases validate every template, which takes longer than the tests; the tarball test does that.
  execFileSync(command, args, { cwd: directory, stdio: 'inherit', env: { ...process.env, CDK_VALIDATION: 'false' } });
  console.log(`> ${Math.round((Date.now() - start) / 1000)} s`);
}

function main([release]: string[]): void {
  const peers = peersOf(release);
  const name = `aws-cdk-lib ${peers['aws-cdk-lib']} with constructs ${peers.constructs}`;
  const directory = mkdtempSync(path.join(tmpdir(), 'teardown-newest-'));
  try {
    console.log(name);
    copyRepository(directory);
    install(directory, peers);
    run(directory, 'npx', 'projen', 'bundle:handler');
    run(directory, 'npx', 'projen', 'compile');
    const ignored = ['/node_modules/', ...Object.keys(LEFT_OUT)];
    run(directory, 'npx', 'jest', '--ci', '--coverage=false', '--testPathIgnorePatterns', ...ignored);
  } finally {
    rmSync(directory, { recursive: true });
  }
  console.log(`\n${name}: the library compiles, and its tests pass. Left out:`);
  for (const [tests, reason] of Object.entries(LEFT_OUT)) console.log(`  ${tests.padEnd(36)} ${reason}`);
}

try {
  main(process.argv.slice(2));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
