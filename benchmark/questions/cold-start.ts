import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { PROJECT_ARN, versionArn } from '../apps';
import { isWanted, Question } from '../question';
import { figure } from '../table';
import { percentile } from '../world/meter';

const ROOT = join(__dirname, '..', '..');
const requireModule = createRequire(__filename);
const S3_HANDLER = join(
  dirname(requireModule.resolve('aws-cdk-lib/package.json')), 'custom-resource-handlers', 'dist', 'aws-s3', 'auto-delete-objects-handler', 'index.js');
const STACK_ID = 'arn:aws:cloudformation:us-east-1:111122223333:stack/Models/00000000-0000-0000-0000-000000000000';
const EVENT = {
  RequestType: 'Delete',
  RequestId: '1',
  StackId: STACK_ID,
  LogicalResourceId: 'Model',
  PhysicalResourceId: versionArn(0),
  ResourceType: 'Custom::RekognitionProjectVersionTeardown',
  StartedAt: new Date().toISOString(),
  ResponseURL: 'https://localhost/',
  // the S3 handler needs a bucket, this one the other variables.
  ResourceProperties: { ProjectVersionArn: versionArn(0), ProjectArn: PROJECT_ARN, Mode: 'DELETE', RootStackId: STACK_ID, BucketName: 'parts' },
};

/** A function as Lambda starts it. */
interface Candidate {
  readonly name: string;
  readonly file: string;
  readonly handler: string;
  /** Where its SDK is installed, if it is not bundled. */
  readonly modules?: string;
}

/** The time from a new environment to the first API call. */
export const coldStart: Question = {
  name: 'cold start',
  async answer(options) {
    if (!isWanted(options, 'cold start')) return undefined;
    const workspace = mkdtempSync(join(tmpdir(), 'bench-'));
    try {
      const hasSdk = !options.isShort && installSdk(workspace);
      const candidates: Candidate[] = [
        { name: 'this handler', file: join(ROOT, 'assets', 'teardown', 'index.js'), handler: 'isComplete' },
        ...hasSdk ? [{
          name: 'the S3 auto-delete handler of aws-cdk-lib, its SDK in node_modules',
          file: S3_HANDLER,
          handler: 'handler',
          modules: join(workspace, 'node_modules'),
        }] : [],
      ];
      const times = candidates.map((): number[] => []);
      // alternating, so that other load on the machine affects all functions equally.
      for (let run = 0; run < (options.isShort ? 1 : 31); run++) {
        for (const [index, candidate] of candidates.entries()) times[index].push(await start(candidate));
      }
      const medians = times.map(runs => percentile(runs, 0.5));
      const shown = (runs: number[], median: number) => [median, Math.min(...runs), Math.max(...runs)].map(value => figure(value, 1));
      // pairwise, because the machine may be busier during some of the runs.
      const ratio = hasSdk ? percentile(times[0].map((time, run) => time / times[1][run]), 0.5) : undefined;
      return {
        tables: [{
          title: 'Cold start: from loading the function to its first call, in milliseconds',
          columns: ['function', 'median', 'fastest', 'slowest'],
          rows: candidates.map(({ name }, index) => [name, ...shown(times[index], medians[index])]),
          notes: ratio ? [`This handler takes ${figure(ratio, 2)} of the other's time, as the median of the pairs.`] : ['The S3 handler is skipped: its SDK is not installed.'],
        }],
        figures: ratio ? { 'cold start: of the S3 handler': ratio } : undefined,
      };
    } finally {
      rmSync(workspace, { recursive: true });
    }
  },
};

function installSdk(directory: string): boolean {
  const { version } = requireModule('@aws-sdk/client-rekognition/package.json');
  writeFileSync(join(directory, 'package.json'), '{ "private": true }');
  try {
    execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', `@aws-sdk/client-s3@${version}`], { cwd: directory, stdio: 'ignore', timeout: 90_000 });
    return true;
  } catch {
    return false;
  }
}

/** From the first line until a request arrives, without the start of Node.js itself, which is the same for all. */
async function start({ file, handler, modules }: Candidate): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const child = spawn(process.execPath, ['-e', `
    process.stdout.write(String(performance.timeOrigin + performance.now()));
    const { ${handler}: handle } = require(${JSON.stringify(file)});
    handle(${JSON.stringify(EVENT)}, { getRemainingTimeInMillis: () => 60000 });
  `], {
    env: {
      PATH: process.env.PATH,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'none',
      AWS_SECRET_ACCESS_KEY: 'none',
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      QUERY_INTERVAL_SECONDS: '15',
      TOTAL_TIMEOUT_SECONDS: '3300',
      ...modules && { NODE_PATH: modules },
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [output, problems] = [text(child.stdout), text(child.stderr)];
  const ended = once(child, 'exit').then(async () => { throw new Error(`${file} made no call: ${await problems}`); });
  await Promise.race([once(server, 'request'), ended]);
  const arrived = performance.timeOrigin + performance.now();
  ended.catch(() => {});
  child.kill('SIGKILL');
  server.close();
  server.closeAllConnections();
  return arrived - parseFloat(await output);
}
