import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, BuildOptions } from 'esbuild';
import { isWanted, Question } from '../question';

const ROOT = join(__dirname, '..', '..');
const OUTPUT = 'assets/teardown/index.js';

/** What the teardown bundle consists of. */
export const bundle: Question = {
  name: 'bundle',
  async answer(options) {
    if (!isWanted(options, 'bundle')) return undefined;
    const { options: configured }: { options: BuildOptions } = await import(pathToFileURL(join(ROOT, 'scripts', 'esbuild.mjs')).href);
    const { metafile } = await build({ ...configured, absWorkingDir: ROOT, metafile: true, write: false });
    const { bytes, inputs } = metafile!.outputs[OUTPUT];
    const parts = new Map<string, number>();
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) parts.set(partOf(path), (parts.get(partOf(path)) ?? 0) + bytesInOutput);
    const sorted = [...parts].sort(([, a], [, b]) => b - a);
    const small = sorted.filter(([, size]) => size < SMALL);
    const rest = bytes - [...parts.values()].reduce((sum, size) => sum + size, 0) + small.reduce((sum, [, size]) => sum + size, 0);
    return {
      tables: [{
        title: "The handler's bundle",
        columns: ['part', 'bytes'],
        rows: [...sorted.filter(([, size]) => size >= SMALL), ['all else', rest] as const, ['**all**', bytes] as const].map(([part, size]) => [part, `${size}`]),
      }],
      figures: { 'bundle: KB': bytes / 1000 },
    };
  },
};

const SMALL = 2000;

/** A package, or a directory of this one. */
function partOf(path: string): string {
  const [, name] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path) ?? [];
  return name ?? `${path.split('/')[0]}/`;
}
