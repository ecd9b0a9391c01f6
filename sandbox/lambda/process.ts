import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Readable } from 'node:stream';

/** What a process runs, and what it sees. */
export interface Program {
  readonly codeDirectory: string;
  /** All environment variables of the process. */
  readonly variables: { [name: string]: string };
  onLine(line: string): void;
}

const RUNTIME = join(__dirname, 'runtime');
const PRELOADS = ['clock', 'sleep', 'network', 'modules'].flatMap(name => ['--require', join(RUNTIME, `${name}.cjs`)]);
/** A function runs only for milliseconds: optimizing its code takes longer than that saves. */
const V8_OPTIONS = ['--no-opt', '--sparkplug'];

/** A process with a Lambda runtime in it. It can run one program after another. */
export class RuntimeProcess {
  /** Settles with the reason when the process has ended. */
  readonly ended: Promise<string>;
  private readonly child: ChildProcess;
  private onLine: Program['onLine'];

  constructor({ codeDirectory: cwd, variables: env, onLine }: Program) {
    this.onLine = onLine;
    this.child = spawn(process.execPath, [...V8_OPTIONS, ...PRELOADS, join(RUNTIME, 'bootstrap.cjs')], { cwd, env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    for (const stream of [this.child.stdout!, this.child.stderr!]) readLines(stream, line => this.onLine(line));
    this.ended = once(this.child, 'close').then(([code, signal]) => signal ? `with error: signal: ${signal === 'SIGKILL' ? 'killed' : signal}`
      : code ? `with error: exit status ${code}` : 'without providing a reason');
  }

  /** Drops the previous program, if that is idle, and runs this one. */
  rerun({ codeDirectory, variables, onLine }: Program): void {
    this.onLine = onLine;
    this.child.send({ codeDirectory, variables });
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }
}

/** The runtime writes one line per entry, with \r in place of line breaks. Here they become line breaks again. */
function readLines(stream: Readable, onLine: (line: string) => void): void {
  let rest = '';
  const take = (line: string) => onLine(line.replaceAll('\r', '\n'));
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop()!;
    lines.forEach(take);
  });
  stream.on('end', () => { if (rest) take(rest); });
}
