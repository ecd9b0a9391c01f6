/*
 * Checks the contents of the npm package that `npm run package:all` has built, installs it into an empty project with
 * the newest aws-cdk-lib, and tears models down with what is installed there.
 */
import { execFileSync } from 'child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { assertContents, Packed } from './contents';
import { Sandbox } from '../../sandbox';
import { assertInstalled, peersOf } from '../support/consumer';

const DIST = path.join(__dirname, '..', '..', 'dist', 'js');
const STACK = 'Consumer';
const MINUTE = 60_000;

/** The path of the package. */
function built(): string {
  const [tarball] = existsSync(DIST) ? readdirSync(DIST) : [];
  if (!tarball) throw new Error('dist/js is empty: npm run package:all builds the package');
  const file = path.join(DIST, tarball);
  const contents = execFileSync('npm', ['pack', file, '--dry-run', '--json'], { encoding: 'utf8' });
  const [packed]: Packed[] = JSON.parse(contents);
  const [size, unpackedSize] = [packed.size, packed.unpackedSize].map(kilobytes);
  console.log(`${tarball}: ${packed.entryCount} files, ${size} packed, ${unpackedSize} unpacked`);
  assertContents(packed);
  return file;
}

/** Creates a project with only the package and its dependencies. */
function install(tarball: string, directory: string): void {
  const peers = peersOf();
  mkdirSync(directory);
  writeFileSync(path.join(directory, 'package.json'), '{ "private": true }');
  const packages = [tarball, ...Object.entries(peers).map(peer => peer.join('@'))];
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', ...packages], { cwd: directory });
  assertInstalled(directory, peers);
  console.log(`installed with aws-cdk-lib ${peers['aws-cdk-lib']} and constructs ${peers.constructs}`);
}

/** The app's cloud assembly. With an empty PATH, no bundler, Docker or shell could help. */
function synthesize(directory: string): string {
  const hasBundler = existsSync(path.join(directory, 'node_modules', 'esbuild'));
  if (hasBundler) throw new Error('a bundler is installed, so nothing shows that none is needed');
  copyFileSync(path.join(__dirname, 'app.cjs'), path.join(directory, 'app.cjs'));
  const assembly = path.join(directory, 'cdk.out');
  const env = { PATH: '', CDK_OUTDIR: assembly };
  execFileSync(process.execPath, ['app.cjs'], { cwd: directory, env, stdio: ['ignore', 'inherit', 'inherit'] });
  return assembly;
}

/** Deploys the app over a running model, starts another one in its project, and destroys it: both must be gone. */
async function tearDown(assembly: string): Promise<void> {
  const sandbox = await Sandbox.start();
  const { rekognition } = sandbox;
  try {
    const screws = rekognition.createProject('screws');
    const model = rekognition.addVersion(screws, 'v1', { status: 'RUNNING' });
    const kept = rekognition.addVersion(screws, 'v2', { status: 'RUNNING' });
    const { status } = await sandbox.deploy(assembly, STACK, { parameters: { ModelArn: model.arn } });
    expect('the deployed stack', status, 'CREATE_COMPLETE');

    const bolts = rekognition.projects.find(({ name }) => name === 'bolts')!;
    rekognition.addVersion(bolts, 'v1', { status: 'RUNNING' });
    rekognition.addDataset(bolts, 'TRAIN');
    expect('the destroyed stack', (await sandbox.destroy(STACK)).status, 'DELETE_COMPLETE');

    // CloudFormation does not wait until a project is gone.
    await sandbox.advance(MINUTE);
    expect('remaining models', rekognition.versions.map(({ arn }) => arn).join(), kept.arn);
    expect('remaining projects', rekognition.projects.map(({ name }) => name).join(), 'screws');
  } finally {
    await sandbox.stop();
  }
}

function expect(what: string, actual: string, expected: string): void {
  if (actual !== expected) throw new Error(`${what}: ${expected} is expected, but it is ${actual}`);
  console.log(`${what}: ${actual}`);
}

function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1000)} kB`;
}

async function main(): Promise<void> {
  const workspace = mkdtempSync(path.join(tmpdir(), 'teardown-tarball-'));
  const project = path.join(workspace, 'consumer');
  try {
    install(built(), project);
    await tearDown(synthesize(project));
  } finally {
    rmSync(workspace, { recursive: true });
  }
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
