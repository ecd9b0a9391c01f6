import { execFileSync } from 'child_process';
import { readFileSync } from 'fs';
import * as path from 'path';

/** Versions by package. */
export interface Peers {
  readonly 'aws-cdk-lib': string;
  readonly 'constructs': string;
}

/** A release of aws-cdk-lib, the newest one by default, with the newest constructs that it accepts. */
export function peersOf(release = newestOf('aws-cdk-lib@2')): Peers {
  const { version, 'peerDependencies.constructs': range } = npmView(`aws-cdk-lib@${release}`, 'version', 'peerDependencies.constructs');
  return { 'aws-cdk-lib': version, 'constructs': newestOf(`constructs@${range}`) };
}

/** The newest version of a package in a range. The tag `latest` may be on an older one. */
export function newestOf(range: string): string {
  const versions: string[] = [npmView(range, 'version')].flat();
  return versions.filter(version => !version.includes('-')).sort(byVersion).at(-1)!;
}

/** Compares two versions, for sorting. */
export function byVersion(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true });
}

/** Throws unless a project has exactly these versions installed. */
export function assertInstalled(directory: string, peers: Peers): void {
  for (const [name, version] of Object.entries(peers)) {
    const installed = JSON.parse(readFileSync(path.join(directory, 'node_modules', name, 'package.json'), 'utf8')).version;
    if (installed !== version) throw new Error(`${name} ${installed} is installed, not ${version}`);
  }
}

function npmView(...args: string[]): any {
  return JSON.parse(execFileSync('npm', ['view', '--json', ...args], { encoding: 'utf8' }));
}
