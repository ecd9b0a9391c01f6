import { setMaxListeners } from 'node:events';
import { peers } from './questions/peers';
import { sizes } from './questions/sizes';
import { times } from './questions/times';
import { writeReport } from './report';
import { markdown, Options, Table } from './table';

// the SDK warns when it drops a Node.js version that the library still supports.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
// the interpreter of state machines adds a listener for each task of an execution.
setMaxListeners(0);

/** `npm run bench -- [--short] [part of a name]...`; only a complete run writes the report. */
async function main(args: readonly string[]): Promise<void> {
  const options: Options = { filters: args.filter(arg => !arg.startsWith('--')), isShort: args.includes('--short') };
  const tables: Table[] = [];
  for (const question of [times, peers, sizes]) tables.push(...await question(options));
  if (tables.length === 0) throw new Error(`nothing has ${options.filters.join(' or ')} in its name`);
  for (const table of tables) console.log(markdown(table));
  if (args.length === 0) writeReport(tables);
}

// if a promise never settles, Node.js ends without an error.
process.exitCode = 1;
main(process.argv.slice(2)).then(() => { process.exitCode = 0; }, (error: unknown) => console.error(error));
