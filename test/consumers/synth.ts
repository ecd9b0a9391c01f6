import { cpSync, readdirSync, readFileSync } from 'fs';
import * as path from 'path';
import { DIST, npmProject, run } from './language';
import { newestOf } from '../support/consumer';

/** What an app hands over to CloudFormation. */
export interface Synthesis {
  /** The version of aws-cdk-lib that it was synthesized with. */
  readonly cdkVersion: string;
  /** Templates and asset manifests, by file name. */
  readonly files: Record<string, any>;
}

/** Where the CDK CLI is installed. */
let cli: string | undefined;

/** The newest CDK CLI of the major version that reads what aws-cdk-lib 2 writes. */
export function cdk(workspace: string): string {
  cli ??= npmProject(path.join(workspace, 'cli'), `aws-cdk@${newestOf('aws-cdk@2')}`);
  return path.join(cli, 'node_modules', '.bin', 'cdk');
}

/** Synthesizes the app in a folder as its user would: with the newest CDK CLI and the command in cdk.json. */
export function synthesize(workspace: string, project: string, env: NodeJS.ProcessEnv): Synthesis {
  // the metadata resource reports the language of an app to AWS.
  run(project, [cdk(workspace), 'synth', '--quiet', '--no-version-reporting', '--no-notices', '--output', 'cdk.out'], {
    ...env, CDK_DISABLE_CLI_TELEMETRY: 'true',
  });

  const assembly = path.join(project, 'cdk.out');
  const read = (file: string) => JSON.parse(readFileSync(path.join(assembly, file), 'utf8'));
  const files = readdirSync(assembly).filter(file => /\.(template|assets)\.json$/.test(file));
  return {
    cdkVersion: read('tree.json').tree.constructInfo.version,
    files: Object.fromEntries(files.map(file => [file, read(file)])),
  };
}

/** The example in TypeScript. */
export interface Twin extends Synthesis {
  readonly project: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Synthesizes the TypeScript twin of the examples with one version of aws-cdk-lib. */
export function synthesizeTwin(workspace: string, cdkVersion: string): Twin {
  const [tarball] = readdirSync(path.join(DIST, 'js'));
  const project = npmProject(
    path.join(workspace, `twin-${cdkVersion}`),
    path.join(DIST, 'js', tarball), `aws-cdk-lib@${cdkVersion}`, 'constructs', 'typescript@~6.0',
  );
  cpSync(path.join(__dirname, 'twin'), project, { recursive: true });
  const env = { PATH: `${path.join(project, 'node_modules', '.bin')}${path.delimiter}${process.env.PATH}` };
  return { ...synthesize(workspace, project, env), project, env };
}
