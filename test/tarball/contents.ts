import { execFileSync } from 'child_process';
import * as path from 'path';

const ROOT = path.join(__dirname, '..', '..');

/** The files of the package besides the compiled library: all of these, and no others. */
const FILES = [
  '.jsii',
  '.jsii.tabl.json',
  'API.md',
  'LICENSE',
  'NOTICE',
  'README.md',
  'assets/teardown/index.js',
  'assets/workflow/index.js',
  'package.json',
  'rosetta/default.ts-fixture',
];

/** The output of `npm pack` about a package. */
export interface Packed {
  readonly filename: string;
  readonly entryCount: number;
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

/** Each module is in the package as code and as types, and no removed module is. */
function library(): string[] {
  const sources = execFileSync('git', ['ls-files', 'src'], { cwd: ROOT, encoding: 'utf8' }).trim().split('\n');
  return sources.map(source => source.replace(/^src/, 'lib').replace(/\.ts$/, ''))
    .flatMap(module => [`${module}.js`, `${module}.d.ts`]);
}

/** Throws if the package lacks a file, or contains one that nobody needs. */
export function assertContents({ files }: Packed): void {
  const expected = [...FILES, ...library()];
  const actual = files.map(file => file.path);
  const missing = expected.filter(file => !actual.includes(file));
  const extra = actual.filter(file => !expected.includes(file));
  if (missing.length + extra.length === 0) return;
  throw new Error([
    'the package has the wrong files',
    ...missing.map(file => `  is missing: ${file}`),
    ...extra.map(file => `  is too much: ${file}`),
  ].join('\n'));
}
