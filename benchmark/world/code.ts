import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { compileFunction } from 'node:vm';
import { buildSync } from 'esbuild';

/** What code sees in place of Node.js's own globals. */
export interface Globals {
  readonly process: object;
  readonly Date: DateConstructor;
  readonly Math: Math;
  readonly console: object;
  readonly setTimeout: (action: (...args: any[]) => void, milliseconds?: number, ...args: any[]) => unknown;
  readonly clearTimeout: (timer: unknown) => void;
}

/** Modules that replace others. */
export type Modules = (name: string) => object | undefined;

type Compiled = (...args: unknown[]) => void;

const requireModule = createRequire(__filename);

const NAMES = ['process', 'Date', 'Math', 'console', 'setTimeout', 'clearTimeout'] as const;
const compiled = new Map<string, Compiled>();

const ROOT = join(__dirname, '..', '..');
const CDK = dirname(requireModule.resolve('aws-cdk-lib/package.json'));
const FRAMEWORK = join(CDK, 'custom-resources', 'lib', 'provider-framework', 'runtime');

/** The exports of the CDK's provider framework, as aws-cdk-lib ships it. */
export function loadFramework(globals: Globals, modules: Modules): any {
  const loaded = new Map<string, { exports: object }>();
  const load = (name: string): object => {
    const found = modules(name);
    if (found) return found;
    if (!name.startsWith('./')) return requireModule(name);
    const known = loaded.get(name);
    if (known) return known.exports;
    const module = { exports: {} };
    loaded.set(name, module);
    run(join(FRAMEWORK, `${name}.js`), file => readFileSync(file, 'utf8'), module, load, globals);
    return module.exports;
  };
  return load('./framework');
}

/** The exports of the handler from its source, with its own state, like that of every environment. */
export function loadHandler(globals: Globals, modules: Modules): any {
  const module = { exports: {} };
  run('lambda/custom-resource/handler.ts', bundle, module, name => modules(name) ?? requireModule(name), globals);
  return module.exports;
}

function run(
  name: string,
  read: (name: string) => string,
  module: { exports: object },
  load: (name: string) => object,
  globals: Globals,
): void {
  let code = compiled.get(name);
  if (!code) {
    code = compileFunction(read(name), ['module', 'exports', 'require', ...NAMES], { filename: name }) as Compiled;
    compiled.set(name, code);
  }
  code(module, module.exports, load, ...NAMES.map(global => globals[global]));
}

/** Bundles like `scripts/bundle.mjs`, but without the clients of the SDK. */
function bundle(entry: string): string {
  const { outputFiles } = buildSync({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['@aws-sdk/client-*'],
    logLevel: 'warning',
  });
  return outputFiles[0].text;
}
