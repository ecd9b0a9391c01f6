import { spawn, spawnSync } from 'child_process';
import { once } from 'events';
import * as path from 'path';
import { text } from 'stream/consumers';
import type { Account } from './account';
import { installPythonPackages } from '../support/virtual-environment';

/** An AWS client in a language other than JavaScript. */
export interface Client {
  readonly name: string;
  /** A command that succeeds if the toolchain is installed. */
  readonly toolchain: readonly string[];
  /**
   * Installs the client from its registry, if necessary, and uses it. Returns what was checked; rejects if something is
   * wrong.
   */
  check(account: Account): Promise<string>;
}

// the newest version when this was written: the service model in sandbox/ is the one in this botocore.
const PACKAGES = ['awscli==1.46.3', 'botocore==1.44.8'];

let bin: string | undefined;

/** The folder with the commands of a virtual environment that contains botocore and the AWS CLI. */
export function pythonPackages(): string {
  bin ??= installPythonPackages(...PACKAGES);
  return bin;
}

export function succeeds([file, ...args]: readonly string[]): boolean {
  return spawnSync(file, args, { stdio: 'ignore' }).status === 0;
}

/** The output of a command. Does not block, because the sandbox that it talks to is in this process. */
export async function run(
  [file, ...args]: readonly string[],
  { env = {}, cwd }: { env?: NodeJS.ProcessEnv; cwd?: string } = {},
): Promise<string> {
  const child = spawn(file, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  if (status !== 0) {
    throw new Error(
      `${[path.basename(file), ...args].join(' ')} has failed (${status}):\n`
        + `${stdout}${stderr}`.trim().slice(-4000),
    );
  }
  return stdout;
}
