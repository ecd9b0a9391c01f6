import { writeFileSync } from 'node:fs';
import { cpus, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { markdown, Table } from './table';
import { CALL, START } from './world/latencies';
import { QUOTA } from './world/world';

const CHART = 'growth.svg';

/** Writes the measurements, the command and the machine to files next to this one. */
export function writeReport(tables: readonly Table[], chart: string): void {
  writeFileSync(join(__dirname, CHART), chart);
  writeFileSync(join(__dirname, 'results.md'), [
    '# Benchmark',
    '',
    'Written by `npm run bench`. `npm run bench -- \'50 projects\' synthesis` prints only the parts whose names contain one of these texts, and `--short` measures as little as it takes to see that it works.',
    '',
    `![Time, calls and cost by the number of running models](${CHART})`,
    '',
    ...tables.map(markdown),
    '## How it is measured',
    '',
    'Times, calls and cost come from the sandbox (`docs/sandbox.md`) on a clock that only jumps, so they are the same on every machine and in every run: real templates, the real handler and the real '
    + "provider framework, with the library's default settings, against local models of CloudFormation and Rekognition. They are verified against a local model, not against AWS. Functions run inside one process, each environment with its own modules.",
    '',
    '- The limit is the least time that any caller needs: the time that the service takes to stop and to delete a model, and one request for each at its quota of '
    + `${QUOTA} a second per operation. None of it is due to the library.`,
    '- Stopping takes 300 to 314 s and deleting 60 to 74 s, a second more in each phase: multiples of an interval would hide the cost of rounding. A figure is the mean of its phases unless it says otherwise.',
    '- Hundreds of models in a project, and more than two running models, need raised quotas. The quota of requests is never raised.',
    `- Assumed, because no document says: a call takes ${Object.entries(CALL).map(([service, milliseconds]) => `${milliseconds} ms (${service})`).join(', ')}; a function starts in ${START.sdk} ms with the SDK of the `
    + `runtime, in ${START.bundle} ms as a bundle, in ${START.warm} ms when it is warm. The time that CloudFormation needs between two resources is left out.`,
    '- Costs are those of Lambda (x86), Step Functions and a running model (4 USD an hour per inference unit) in us-east-1, without free tiers.',
    '- Cold starts and synthesis are measured on this machine, all other figures do not depend on it: '
    + `${cpus().length} cores (${cpus()[0].model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()}, Node.js ${process.version}.`,
    '',
  ].join('\n'));
}
