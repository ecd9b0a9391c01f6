import { spawnSync } from 'child_process';
import { mkdirSync, readFileSync } from 'fs';
import * as path from 'path';

export const ROOT = path.join(__dirname, '..', '..');
export const DIST = path.join(ROOT, 'dist');

/** What package managers download for this repository only; kept between runs, ignored by git. */
export const CACHE = path.join(__dirname, '.cache');

/** The version of the built packages. */
export const VERSION: string = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')).version;

/** A language other than TypeScript for which the package is published. */
export interface Language {
  /** The name of its example: a folder of `examples/`. */
  readonly name: string;

  /** Its name in jsii-pacmak: a folder of `dist/`. */
  readonly target: string;

  /** A command that succeeds if the toolchain is installed. */
  readonly toolchain: readonly string[];

  /** Builds the package in `dist/`. */
  pack(): void;

  /**
   * Installs the built package and everything else that the app in `project` needs, as its README says, but no
   * aws-cdk-lib that is newer than the given one. Returns the environment for running the app.
   */
  install(project: string, newestCdk: string): NodeJS.ProcessEnv;

  /** The newest aws-cdk-lib that the language's registry serves, for the report. Called after `install`. */
  newestCdk?(project: string): string | undefined;

  /** Checks that need no toolchain: throws if something is wrong, and returns what was checked. */
  inspect?(project: string): Promise<string>;
}

/** Runs a command and returns its output, which is shown only if the command fails. */
export function run(cwd: string, command: readonly string[], env: NodeJS.ProcessEnv = {}): string {
  const [file, ...args] = command;
  const { status, stdout, stderr, error } = spawnSync(file, args, {
    cwd, env: { ...process.env, ...env }, encoding: 'utf8', maxBuffer: 2 ** 28, stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (status !== 0) {
    const output = error?.message ?? `${stdout}${stderr}`.slice(-6000);
    throw new Error(`${command.join(' ')} (in ${cwd}) failed:\n${output}`);
  }
  return stdout;
}

export function isInstalled({ toolchain: [file, ...args] }: Language): boolean {
  return spawnSync(file, args, { stdio: 'ignore' }).status === 0;
}

/** Generates the package for one target, and builds it unless the options say otherwise. */
export function pacmak(target: string, ...options: string[]): void {
  run(ROOT, [path.join(ROOT, 'node_modules', '.bin', 'jsii-pacmak'), '--target', target, ...options]);
}

/** An empty npm project with some packages installed. */
export function npmProject(dir: string, ...packages: string[]): string {
  mkdirSync(dir);
  run(dir, ['npm', 'init', '--yes']);
  run(dir, ['npm', 'install', '--no-audit', '--no-fund', ...packages]);
  return dir;
}
