import { spawnSync } from 'child_process';
import * as path from 'path';
import { installPythonPackages, PYTHON } from '../support/virtual-environment';

// the newest version when this was written. A newer one has newer resource schemas.
const VERSION = '1.58.0';

/** A finding of cfn-lint in a template. */
export interface Match {
  readonly Rule: { readonly Id: string };
  readonly Level: 'Error' | 'Warning' | 'Informational';
  readonly Message: string;
  readonly Filename: string;
  readonly Location: { readonly Path: (string | number)[] | null };
}

/**
 * cfn-lint from PyPI, which checks templates against the schemas that CloudFormation publishes of its resource types,
 * among others.
 */
export class CfnLint {
  /** Undefined on a machine without Python. Throws if the installation fails. */
  static install(): CfnLint | undefined {
    const [python, ...args] = PYTHON;
    if (spawnSync(python, args, { stdio: 'ignore' }).status !== 0) return undefined;
    return new CfnLint(path.join(installPythonPackages(`cfn-lint==${VERSION}`), 'cfn-lint'));
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
