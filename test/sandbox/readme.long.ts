import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { ROOT } from '../support/cdk-cli';

/** The only text between two others in README.md. */
function inReadme(start: string, end: string): string {
  const [, text, ...others] = readFileSync(join(ROOT, 'README.md'), 'utf8').split(start);
  expect(others).toEqual([]);
  return text.split(end)[0];
}

/** A shell command in a folder, which runs until it ends or is interrupted. */
class Command {
  output = '';
  private readonly child;
  private readonly closed: Promise<unknown[]>;

  constructor(command: string, cwd: string, home: string) {
    // as in a terminal, where Ctrl-C reaches npm and what it has started.
    this.child = spawn('bash', ['-e', '-c', command], { cwd, detached: true, env: { PATH: process.env.PATH, HOME: home } });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream.setEncoding('utf8').on('data', text => { this.output += text; });
    }
    this.closed = once(this.child, 'close');
  }

  get isRunning(): boolean {
    return this.child.exitCode === null;
  }

  interrupt(): void {
    process.kill(-this.child.pid!, 'SIGINT');
  }

  /** The exit code. */
  async end(): Promise<unknown> {
    const [code] = await this.closed;
    return code;
  }
}

test('the first example of README.md lives in the sandbox as README.md says, from an empty folder', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-readme-'));
  const environment = join(folder, 'sandbox.env');
  const example = inReadme('```ts nofixture\n', '```').replace("'cdk-rekognition-teardown'", `'${ROOT}/src'`);
  writeFileSync(join(folder, 'app.ts'), example);
  writeFileSync(join(folder, 'cdk.json'), JSON.stringify({ app: 'tsx app.ts' }));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));

  const [first, , ...others] = inReadme('```sh\nnpm ci && npm run -s sandbox', '\n```')
    .replaceAll('/tmp/sandbox.env', environment).split('\n');
  const sandbox = new Command(`npm run -s sandbox${first}`, ROOT, folder);
  try {
    while (!existsSync(environment) && sandbox.isRunning) await setTimeout(100);
    const commands = new Command(others.join('\n'), folder, folder);
    expect({ code: await commands.end(), output: commands.output }).toMatchObject({ code: 0 });
    expect(commands.output).toMatch(/ScrewInspection: destroyed/);
  } finally {
    sandbox.interrupt();
    await sandbox.end();
    rmSync(folder, { recursive: true });
  }
  expect(sandbox.output).toMatch(/DELETE_COMPLETE {2}ScrewInspection\n.*left: nothing\n$/s);
});
