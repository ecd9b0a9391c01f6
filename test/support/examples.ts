import { readdirSync } from 'fs';
import { createRequire } from 'module';
import * as path from 'path';
import { CloudAssembly } from 'aws-cdk-lib/cx-api';

/** The examples in TypeScript: each file is an app. */
export const EXAMPLES = path.join(__dirname, '..', '..', 'examples', 'typescript');

export function exampleFiles(): string[] {
  return readdirSync(EXAMPLES).filter(name => name.endsWith('.ts'));
}

/** Runs an example as the CDK CLI does, but in this process: a module runs only once, so each example can run once. */
export function synthesizeExample(file: string, outdir: string): CloudAssembly {
  process.env.CDK_OUTDIR = outdir;
  // copies of the handler and the provider framework would take most of the time.
  process.env.CDK_CONTEXT_JSON = JSON.stringify({ 'aws:cdk:disable-asset-staging': true });
  const listeners = process.listeners('beforeExit');
  try {
    createRequire(__filename)(path.join(EXAMPLES, file));
  } finally {
    // the example has already synthesized itself; without this, each app would do so again at the end of the process.
    for (const listener of process.listeners('beforeExit')) if (!listeners.includes(listener)) process.removeListener('beforeExit', listener);
    delete process.env.CDK_OUTDIR;
    delete process.env.CDK_CONTEXT_JSON;
  }
  return new CloudAssembly(outdir);
}
