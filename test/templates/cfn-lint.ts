import { spawnSync } from 'child_process';
import { tmpdir } from 'os';
import * as path from 'path';

// the newest version when this was written. A newer one has newer resource schemas.
const VERSION = '1.58.0';
const VENV = path.join(tmpdir(), `cdk-rekognition-teardown-cfn-lint-${VERSION}`);

/** A finding of cfn-lint in a template. */
export interface Match {
  readonly Rule: { readonly Id: string };
  readonly Level: 'Error' | 'Warning' | 'Informational';
  readonly Message: string;
  readonly Filename: string;
  readonly Location: { readonly Path: (string | number)[] | null };
}

/**
 * cfn-lint, which checks templates against the schemas that CloudFormation publishes of its resource types, among others. It is
 * installed from PyPI into a virtual environment in the folder for temporary files, and stays there for the next time.
 */
export class CfnLint {
  /** Undefined on a machine without Python. Throws if the installation fails. */
  static install(): CfnLint | undefined {
    if (!runs('python3', '-c', 'import venv, ensurepip')) return undefined;
    const command = path.join(VENV, 'bin', 'cfn-lint');
    // also after an interrupted installation.
    if (!runs(command, '--version')) {
      run('python3', '-m', 'venv', '--clear', VENV);
      run(path.join(VENV, 'bin', 'pip'), 'install', '--quiet', '--disable-pip-version-check', `cfn-lint==${VERSION}`);
    }
    return new CfnLint(command);
  }

  private constructor(private readonly command: string) {}

  lint(region: string, templates: string[]): Match[] {
    const { stdout, stderr } = spawnSync(this.command, ['--format', 'json', '--regions', region, '--', ...templates], {
      encoding: 'utf8', maxBuffer: 256 * 1024 * 1024,
    });
    // its exit code depends on the findings, but does not show whether it ran at all.
    if (stderr !== '') throw new Error(`cfn-lint: ${stderr}`);
    return JSON.parse(stdout);
  }
}

function runs(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

function run(command: string, ...args: string[]): void {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
  if (status !== 0) throw error ?? new Error(`${command} ${args.join(' ')} has failed`);
}
