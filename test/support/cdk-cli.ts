import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { App, Stack } from 'aws-cdk-lib';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import { Sandbox } from '../../sandbox';
import { clientEnvironment } from '../../sandbox/client-environment';
import type { ProjectVersion } from '../../sandbox/rekognition';

export const ROOT = join(__dirname, '../..');
const CDK = join(ROOT, 'node_modules/aws-cdk/bin/cdk');
/** Where the CLI writes what an app synthesizes. */
const OUTPUT = 'cdk.out';

/** The AWS CDK CLI in its own folder, with the sandbox as its AWS. */
export class CdkCli {
  static async start(): Promise<CdkCli> {
    const directory = mkdtempSync(join(tmpdir(), 'sandbox-cdk-'));
    writeFileSync(join(directory, 'cdk.json'), JSON.stringify({ app: OUTPUT }));
    return new CdkCli(await Sandbox.start({ onProblem: () => {} }), directory);
  }

  private constructor(readonly sandbox: Sandbox, readonly directory: string) {}

  async stop(): Promise<void> {
    await this.sandbox.stop();
    rmSync(this.directory, { recursive: true });
  }

  /** Runs a command and returns its output. Rejects if it fails. Without `--app`, the command applies to the app that was synthesized last. */
  async run(...args: string[]): Promise<string> {
    const command = [CDK, ...args, '--no-notices'];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, command, this.options);
    return stdout + stderr;
  }

  /** Starts a command that does not end on its own. Returns how to wait for a text in its output, and how to end it. */
  start(...args: string[]): { until(text: string): Promise<void>; end(): void } {
    const child = spawn(process.execPath, [CDK, ...args, '--no-notices'], this.options);
    let output = '';
    let changed = () => {};
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', text => {
        output += text;
        changed();
      });
    }
    child.once('close', () => { changed(); });
    const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
    return {
      until: async text => {
        while (!output.includes(text)) {
          if (hasEnded()) throw new Error(`the command has ended without ${text}:\n${output}`);
          await new Promise<void>(resolve => { changed = resolve; });
        }
        output = output.slice(output.indexOf(text) + text.length);
      },
      end: () => child.kill(),
    };
  }

  private get options() {
    return {
      cwd: this.directory,
      env: {
        PATH: process.env.PATH,
        HOME: this.directory,
        CDK_DISABLE_CLI_TELEMETRY: 'true',
        ...clientEnvironment(this.sandbox.url),
      },
    };
  }

  /** Synthesizes an app in this process: in a process of its own, loading the CDK takes a second. */
  synth(define: (app: App) => void): void {
    const app = new App({ outdir: join(this.directory, OUTPUT), analyticsReporting: false });
    define(app);
    app.synth();
  }

  /** Synthesizes an app with one stack that has a project and whatever else `define` adds. */
  shop(define: (stack: Stack, project: CfnProject) => void = () => {}): void {
    this.synth(app => {
      const stack = new Stack(app, 'Shop');
      define(stack, new CfnProject(stack, 'Project', { projectName: 'screws' }));
    });
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
