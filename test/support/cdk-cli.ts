import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Sandbox } from '../../sandbox';
import { clientEnvironment } from '../../sandbox/client-environment';
import type { ProjectVersion } from '../../sandbox/rekognition';

export const ROOT = join(__dirname, '../..');
const CDK = join(ROOT, 'node_modules/aws-cdk/bin/cdk');
/** Lets an app require TypeScript. */
const TSX = join(ROOT, 'node_modules/tsx/dist/cjs/index.cjs');

/** The AWS CDK CLI in a folder of its own, with the sandbox as its AWS. */
export class CdkCli {
  static async start(): Promise<CdkCli> {
    return new CdkCli(await Sandbox.start({ onProblem: () => {} }), mkdtempSync(join(tmpdir(), 'sandbox-cdk-')));
  }

  private constructor(readonly sandbox: Sandbox, readonly directory: string) {}

  async stop(): Promise<void> {
    await this.sandbox.stop();
    rmSync(this.directory, { recursive: true });
  }

  /** Runs a command and returns its output. Rejects if it fails. The app is synthesized again only if it has changed. */
  async run(command: string | undefined, ...args: string[]): Promise<string> {
    const output = join(this.directory, 'cdk.out');
    const app = command === undefined ? ['--app', output] : ['--app', command, '--output', output];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [CDK, ...args, ...app, '--no-notices'], {
      cwd: this.directory,
      env: {
        PATH: process.env.PATH,
        HOME: this.directory,
        CDK_DISABLE_CLI_TELEMETRY: 'true',
        ...clientEnvironment(this.sandbox.url),
      },
    });
    return stdout + stderr;
  }

  /** An app in JavaScript that `body` defines: it knows `cdk`, `rekognition`, `app` and, of this library, `teardown`. */
  app(body: string): string {
    const file = join(this.directory, 'app.cjs');
    writeFileSync(file, `
      const [cdk, rekognition] = ['aws-cdk-lib', 'aws-cdk-lib/aws-rekognition'].map(name => require(${JSON.stringify(join(ROOT, 'node_modules'))} + '/' + name));
      const teardown = require(${JSON.stringify(join(ROOT, 'src'))});
      const app = new cdk.App();
      ${body}
    `);
    return `${process.execPath} --require ${TSX} ${file}`;
  }

  /** An app with one stack that has a project and whatever else `body` defines. */
  shop(body = ''): string {
    return this.app(`
      const stack = new cdk.Stack(app, 'Shop');
      const project = new rekognition.CfnProject(stack, 'Project', { projectName: 'screws' });
      ${body}
    `);
  }

  statusOf(stackName: string): string {
    return this.sandbox.stack(stackName).status;
  }

  /** The names of all projects. */
  get projects(): string[] {
    return this.sandbox.rekognition.projects.map(({ name }) => name).sort();
  }

  /** A running model of a project. */
  runModel(projectName: string): ProjectVersion {
    const { rekognition } = this.sandbox;
    return rekognition.addVersion(rekognition.projects.find(({ name }) => name === projectName)!, 'v1', { status: 'RUNNING' });
  }
}
