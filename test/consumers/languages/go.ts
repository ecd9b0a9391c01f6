import { cpSync, mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { newestOf } from '../../support/consumer';
import { DIST, Language, pacmak, run } from '../language';

const BUILT = path.join(DIST, 'go', 'cdkrekognitionteardown');
const CDK = 'github.com/aws/aws-cdk-go/awscdk/v2';

export const go: Language = {
  name: 'go',
  target: 'go',
  toolchain: ['go', 'version'],

  pack() {
    // jsii-pacmak compiles against the oldest aws-cdk-lib only, which some module proxies do not have.
    pacmak('go', '--code-only');
    const copy = mkdtempSync(path.join(tmpdir(), 'teardown-go-'));
    try {
      cpSync(BUILT, copy, { recursive: true });
      resolve(copy, newestOf('aws-cdk-lib@2'));
      run(copy, ['go', 'build', './...']);
    } finally {
      rmSync(copy, { recursive: true });
    }
  },

  install(project, newestCdk) {
    run(project, ['go', 'mod', 'edit', `-replace=${goMod(BUILT).Module.Path}=${BUILT}`]);
    resolve(project, newestCdk);
    return {};
  },

  newestCdk(project) {
    return versionOf(project, 'latest').slice(1);
  },
};

interface GoMod {
  readonly Module: { readonly Path: string };
  readonly Require: ReadonlyArray<{ readonly Path: string; readonly Version: string }>;
}

function goMod(dir: string): GoMod {
  return JSON.parse(run(dir, ['go', 'mod', 'edit', '-json']));
}

/** The newest version that the module proxy serves for a query, such as `latest` or `<=v2.239.0`. */
function versionOf(dir: string, query: string): string {
  return JSON.parse(run(dir, ['go', 'list', '-mod=mod', '-m', '-json', `${CDK}@${query}`])).Version;
}

/** Takes the newest aws-cdk-lib up to the given one, and its dependencies. */
function resolve(dir: string, newestCdk: string): void {
  const newest = versionOf(dir, `<=v${newestCdk}`);
  const resolveAll = () => {
    run(dir, ['go', 'get', `${CDK}@${newest}`]);
    run(dir, ['go', 'mod', 'tidy']);
  };
  try {
    resolveAll();
  } catch (error) {
    // Go also reads the go.mod of the oldest version that the package accepts; if that is missing, it is replaced by
    // the newest version.
    const oldest = goMod(BUILT).Require.find(requirement => requirement.Path === CDK)!.Version;
    if (!(error as Error).message.includes(`${CDK}@${oldest}`)) throw error;
    console.log(
      `  NOTE: the Go module proxy does not serve aws-cdk-lib ${oldest}, the oldest version that the package takes`,
    );
    run(dir, ['go', 'mod', 'edit', `-replace=${CDK}@${oldest}=${CDK}@${newest}`]);
    resolveAll();
  }
}
