import { setMaxListeners } from 'node:events';
import { CAPACITIES } from './apps';
import { growth } from './growth';
import { Answer, inTurn, Options } from './question';
import { bundle } from './questions/bundle';
import { coldStart } from './questions/cold-start';
import { install } from './questions/install';
import { intervals } from './questions/intervals';
import { limits } from './questions/limits';
import { parts } from './questions/parts';
import { peers } from './questions/peers';
import { statuses } from './questions/statuses';
import { synthesis } from './questions/synthesis';
import { teardowns } from './questions/teardowns';
import { writeReport } from './report';
import { markdown, Table } from './table';
import { targets } from './targets';

// the SDK warns when it drops a Node.js version that the library still supports.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
// the interpreter of state machines adds a listener for each task of an execution.
setMaxListeners(0);

const QUESTIONS = [teardowns, intervals, parts, statuses, peers, limits, synthesis, coldStart, bundle, install];

/** `npm run bench -- [--short] [part of a name]...`; only a complete run writes the report. */
async function main(args: readonly string[]): Promise<void> {
  const options: Options = {
    filters: args.filter(arg => !arg.startsWith('--')),
    isShort: args.includes('--short'),
    capacities: { versions: await CAPACITIES.versions(), projects: await CAPACITIES.projects() },
  };
  const answers = await inTurn(QUESTIONS, async ({ name, answer }): Promise<Answer> => {
    const began = performance.now();
    const found = await answer(options);
    if (found) console.error(`${name}: ${((performance.now() - began) / 1000).toFixed(1)} s`);
    return found ?? { tables: [] };
  });
  const figures: { [name: string]: number } = Object.assign({}, ...answers.map(answer => answer.figures));
  // a single phase is not the mean that the targets are about.
  const broken = Object.keys(figures).filter(name => Number.isNaN(figures[name]));
  if (broken.length > 0) throw new Error(`not measured: ${broken.join('; ')}`);
  const aims = options.isShort ? [] : [targets(figures)];
  const tables: Table[] = [...aims, ...answers.flatMap(answer => answer.tables)].filter(({ rows }) => rows.length > 0);
  if (tables.length === 0) throw new Error(`nothing has ${options.filters.join(' or ')} in its name`);
  for (const table of tables) console.log(markdown(table));
  const chart = growth(figures);
  if (options.filters.length === 0 && chart) writeReport(tables, chart);
}

// if a promise never settles, Node.js ends without an error.
process.exitCode = 1;
main(process.argv.slice(2)).then(() => { process.exitCode = 0; }, (error: unknown) => console.error(error));
