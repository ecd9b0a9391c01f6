/*
 * Packs the library as it is published, looks what is in the package, installs it into an empty project with the newest
 * aws-cdk-lib, and tears models down with what is installed there.
 */
import { execFileSync } from 'child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { assertContents, Packed } from './contents';
import { Sandbox } from '../../sandbox';
import { assertInstalled, peersOf } from '../support/consumer';

const ROOT = path.join(__dirname, '..', '..');
const STACK = 'Consumer';
const MINUTE = 60_000;

/** The path of the package. */
function pack(directory: string): string {
  for (const task of ['pre-compile', 'compile', 'post-compile']) execFileSync('npx', ['projen', task], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
  const [packed]: Packed[] = JSON.parse(execFileSync('npm', ['pack', '--json', '--pack-destination', directory], { cwd: ROOT, encoding: 'utf8' }));
  console.log(`${packed.filename}: ${packed.entryCount} files, ${kilobytes(packed.size)} packed, ${kilobytes(packed.unpackedSize)} unpacked`);
  assertContents(packed);
  return path.join(directory, packed.filename);
}

/** Creates a project with only the package and its dependencies. */
function install(tarball: string, directory: string): void {
  const peers = peersOf();
  mkdirSync(directory);
  writeFileSync(path.join(directory, 'package.json'), '{ "private": true }');
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', tarball, ...Object.entries(peers).map(peer => peer.join('@'))], { cwd: directory });
  assertInstalled(directory, peers);
  console.log(`installed with aws-cdk-lib ${peers['aws-cdk-lib']} and constructs ${peers.constructs}`);
}

/** The app's cloud assembly. With an empty PATH, no bundler, Docker or shell could help. */
function synthesize(directory: string): string {
  if (existsSync(path.join(directory, 'node_modules', 'esbuild'))) throw new Error('a bundler is installed, so nothing shows that none is needed');
  copyFileSync(path.join(__dirname, 'app.cjs'), path.join(directory, 'app.cjs'));
  const assembly = path.join(directory, 'cdk.out');
  execFileSync(process.execPath, ['app.cjs'], { cwd: directory, env: { PATH: '', CDK_OUTDIR: assembly }, stdio: ['ignore', 'inherit', 'inherit'] });
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
    expect('what is left', rekognition.versions.map(({ arn }) => arn).join(), kept.arn);
    expect('the projects that are left', rekognition.projects.map(({ name }) => name).join(), 'screws');
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
    install(pack(workspace), project);
    await tearDown(synthesize(project));
  } finally {
    rmSync(workspace, { recursive: true });
  }
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
