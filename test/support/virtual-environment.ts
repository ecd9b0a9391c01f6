import { spawnSync } from 'child_process';
import { mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';

/** A command that succeeds if this machine can make virtual environments. */
export const PYTHON = ['python3', '-c', 'import venv, ensurepip'];

/**
 * Installs packages from PyPI into a virtual environment of this process only: a shared one might be half-made by an
 * interrupted run. Returns the folder of its commands. pip's cache makes the next installation quick.
 */
export function installPythonPackages(...packages: string[]): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'teardown-python-'));
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
  const bin = path.join(directory, 'bin');
  run('python3', '-m', 'venv', directory);
  run(path.join(bin, 'pip'), 'install', '--quiet', '--disable-pip-version-check', ...packages);
  return bin;
}

function run(command: string, ...args: string[]): void {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
  if (status !== 0) throw error ?? new Error(`${command} ${args.join(' ')} has failed`);
}
