import { deepStrictEqual, match, rejects, strictEqual } from 'assert';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { parse } from 'yaml';
import { Client, pythonPackages, run } from './client';
import { Sandbox } from '../../sandbox';
import { clientEnvironment } from '../../sandbox/client-environment';
import { ServiceError } from '../../sandbox/service';
import { PYTHON } from '../support/virtual-environment';

const ROOT = path.join(__dirname, '..', '..');
const HOUR = 3_600_000;
const STACK = 'GitHubActions';

/** The job of docs/pipelines.md, as GitHub runs it, with the stack of examples/typescript/github-actions.ts. */
export const gitHubActions: Client = {
  name: 'GitHub Actions',
  toolchain: PYTHON,

  async check() {
    const job = await Job.open(path.dirname(path.join(pythonPackages(), 'aws')));
    try {
      return await job.check();
    } finally {
      await job.close();
    }
  },
};

class Job {
  static async open(commands: string): Promise<Job> {
    const workspace = mkdtempSync(path.join(tmpdir(), 'teardown-github-'));
    await run([process.execPath, '--import', 'tsx', path.join(ROOT, 'examples', 'typescript', 'github-actions.ts')], {
      env: { CDK_OUTDIR: workspace, TSX_TSCONFIG_PATH: path.join(ROOT, 'examples', 'typescript', 'tsconfig.json') },
    });
    return new Job(await Sandbox.start(), workspace, commands);
  }

  private readonly script = shellIn(path.join(ROOT, 'docs', 'pipelines.md'));

  private constructor(
    private readonly sandbox: Sandbox,
    private readonly workspace: string,
    private readonly commands: string,
  ) {
    // the job does not take real minutes: only `advance` lets time pass.
    writeFileSync(path.join(workspace, 'sleep'), '#!/bin/sh\n');
    chmodSync(path.join(workspace, 'sleep'), 0o755);
  }

  async check(): Promise<string> {
    const { rekognition } = this.sandbox;
    const project = rekognition.createProject('inspection');
    rekognition.addVersion(project, 'v1', { status: 'RUNNING' });
    await this.deploy(project.arn);

    // a repeated request starts only one execution.
    await this.untilEnd('1-1', [this.run('1', '1'), this.run('1', '1')]);
    this.expect(['1-1 SUCCEEDED'], 0);
    await rejects(this.run('1', '1'), /ExecutionAlreadyExists/);

    rekognition.addVersion(project, 'v2', { status: 'RUNNING' });
    const allow = this.sandbox.intercept(({ operation }, next) => {
      if (operation === 'StopProjectVersion') throw new ServiceError('AccessDeniedException', 'No.');
      return next();
    });
    await this.untilEnd('2-1', [
      rejects(this.run('2', '1'), ({ message }: Error) => {
        match(
          message,
          /has failed \(1\):\nFAILED\tTeardownIncomplete\t1 model .* is left after .* rekognition:Stop.* denied .*\[/,
        );
        return true;
      }),
    ]);
    this.expect(['1-1 SUCCEEDED', '2-1 FAILED'], 1);
    allow();

    // when GitHub runs the job again, it is another attempt.
    await this.untilEnd('2-2', [this.run('2', '2')]);
    await this.untilEnd('3-1', [this.bash(this.output('Command'), '3', '1')]);
    this.expect(['1-1 SUCCEEDED', '2-1 FAILED', '2-2 SUCCEEDED', '3-1 SUCCEEDED'], 0);
    return 'the job of docs/pipelines.md succeeds, fails and is run again';
  }

  async close(): Promise<void> {
    await this.sandbox.stop();
    rmSync(this.workspace, { recursive: true });
  }

  /** Deploys the stack. Parameter Store is not modeled, so the deployment sets the value of the parameter. */
  private async deploy(projectArn: string): Promise<void> {
    const file = path.join(this.workspace, `${STACK}.template.json`);
    const template = readFileSync(file, 'utf8').replaceAll('AWS::SSM::Parameter::Value<String>', 'String');
    writeFileSync(file, template);
    const [parameter] = Object.keys(JSON.parse(template).Parameters);
    const { status } = await this.sandbox.deploy(this.workspace, STACK, { parameters: { [parameter]: projectArn } });
    strictEqual(status, 'CREATE_COMPLETE');
  }

  private output(name: string): string {
    return this.sandbox.stack(STACK).outputs[name];
  }

  private run(id: string, attempt: string): Promise<string> {
    return this.bash(this.script, id, attempt);
  }

  /** [cited] GitHub Actions, workflow syntax, `shell`: without one, `bash -e`. */
  private bash(script: string, id: string, attempt: string): Promise<string> {
    const { accessKeyId } = this.sandbox.iam.assume(this.output('TeardownRole'), 'GitHubActions');
    return run(['bash', '-e', '-c', script], {
      env: {
        ...clientEnvironment(this.sandbox.url),
        AWS_ACCESS_KEY_ID: accessKeyId,
        PATH: [this.workspace, this.commands, process.env.PATH].join(path.delimiter),
        WORKFLOW: this.output('TeardownWorkflow'),
        GITHUB_RUN_ID: id,
        GITHUB_RUN_ATTEMPT: attempt,
      },
    });
  }

  /** Lets time pass once all jobs have started the execution, and waits for them. */
  private async untilEnd(name: string, runs: Promise<unknown>[]): Promise<void> {
    const { sandbox } = this;
    const ended = Promise.all(runs);
    await Promise.race([
      ended,
      new Promise<void>(resolve => {
        sandbox.onCall(() => {
          if (
            sandbox.calls.filter(({ operation, input }) => operation === 'StartExecution' && input.name === name)
              .length === runs.length
          ) {
            resolve();
          }
        });
      }),
    ]);
    await sandbox.advance(HOUR);
    await ended;
  }

  private expect(executions: string[], versions: number): void {
    const { stepFunctions, rekognition } = this.sandbox;
    deepStrictEqual(
      stepFunctions.executions.map(({ name, status }) => `${name} ${status}`),
      executions,
    );
    strictEqual(rekognition.versions.length, versions);
  }
}

/** The shell commands of the only job in a document. */
function shellIn(document: string): string {
  const [, text] = readFileSync(document, 'utf8').match(/^```yaml\n(jobs:\n.*?)^```$/ms)!;
  const [job] = Object.values<any>(parse(text).jobs);
  return job.steps.find((step: any) => step.run).run;
}
