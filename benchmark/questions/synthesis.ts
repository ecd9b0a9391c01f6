import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import type { Synthesized } from './synthesis-app';
import { inTurn, isWanted, Options, Question } from '../question';
import { figure } from '../table';
import { percentile } from '../world/meter';

const ROOT = join(__dirname, '..', '..');
const KINDS = ['versions', 'projects'] as const;

/** The cost of an app at synthesis, and the size of its template. */
export const synthesis: Question = {
  name: 'synthesis',
  async answer(options) {
    if (!isWanted(options, 'synthesis')) return undefined;
    const sizes = options.isShort ? [1, 20] : [1, 10, 20, 100];
    // two levels deep, because the code in it looks for assets/ from there.
    const workspace = mkdtempSync(join(tmpdir(), 'bench-'));
    const app = join(workspace, 'src', 'private', 'app.js');
    try {
      symlinkSync(join(ROOT, 'assets'), join(workspace, 'assets'));
      buildSync({
        entryPoints: [join(__dirname, 'synthesis-app.ts')], outfile: app, bundle: true, platform: 'node', format: 'cjs', external: ['aws-cdk-lib', 'constructs'],
      });
      const measured = await inTurn(KINDS, async kind => inTurn(sizes, async size => ({ kind, size, ...synthesize(app, kind, size, options) })));
      return {
        tables: [{
          title: 'Synthesis, in a process of its own',
          columns: ['teardowns', 'CPU ms', 'of 1', 'resources', 'template, bytes'],
          rows: measured.flatMap(runs => runs.map(({ kind, size, cpu, resources, bytes }) =>
            [`${size} ${kind}`, figure(cpu), figure(cpu / runs[0].cpu, 2), `${resources}`, `${bytes}`])),
        }],
        figures: Object.fromEntries(measured.map(runs => [`synthesis: 20 ${runs[0].kind} of 1`, runs.find(({ size }) => size === 20)!.cpu / runs[0].cpu])),
      };
    } finally {
      rmSync(workspace, { recursive: true });
    }
  },
};

/** The median of some runs. */
function synthesize(app: string, kind: typeof KINDS[number], size: number, { isShort, capacities }: Options): Synthesized {
  const runs = Array.from({ length: isShort ? 1 : 3 }, () => JSON.parse(execFileSync(process.execPath, [app, kind, `${size}`, `${capacities[kind]}`], {
    encoding: 'utf8', env: { ...process.env, NODE_PATH: join(ROOT, 'node_modules') },
  })) as Synthesized);
  return { ...runs[0], cpu: percentile(runs.map(({ cpu }) => cpu), 0.5) };
}
