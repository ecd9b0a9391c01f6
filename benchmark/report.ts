import { writeFileSync } from 'node:fs';
import { cpus, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { markdown, Table } from './table';
import { CALL, START } from './world/latencies';
import { QUOTA } from './world/world';

const CHART = 'growth.svg';

/** Writes what has been measured, the command and the machine, into files beside this one. */
export function writeReport(tables: readonly Table[], chart: string): void {
  writeFileSync(join(__dirname, CHART), chart);
  writeFileSync(join(__dirname, 'results.md'), [
    '# Benchmark',
    '',
    'Written by `npm run bench`. `npm run bench -- \'50 projects\' synthesis` prints only what has one of these in its name, and `--short` as little as shows that it works.',
    '',
    `![Time, calls and cost by the number of running models](${CHART})`,
    '',
    ...tables.map(markdown),
    '## How it is measured',
    '',
    'Times, calls and cost come from the sandbox (`docs/sandbox.md`) on a clock that only jumps, so they are the same on every machine and in every run: real templates, the real handler and the real '
    + "provider framework, with the library's default settings, against local models of CloudFormation and Rekognition. They are verified against a local model, not against AWS. Functions run inside one process, each environment with modules of its own.",
    '',
    '- The limit is what no caller can be faster than: the time that the service needs to stop and to delete a model, and one request for each at its quota of '
    + `${QUOTA} a second and operation. Nothing of it is the library's.`,
    '- Stopping takes 300 to 314 s and deleting 60 to 74 s, a second more in each phase: multiples of an interval would hide what rounding costs. A figure is the mean of its phases unless it says otherwise.',
    '- Hundreds of models in a project, and more than two that run, need raised quotas. The quota of requests is never raised.',
    `- Assumed, as no document has them: a call takes ${Object.entries(CALL).map(([service, milliseconds]) => `${milliseconds} ms (${service})`).join(', ')}; a function starts in ${START.sdk} ms with the SDK of the `
    + `runtime, in ${START.bundle} ms as a bundle, in ${START.warm} ms when it is warm. What CloudFormation needs between two resources is left out.`,
    '- Costs are those of Lambda (x86), Step Functions and a running model (4 USD an hour and inference unit) in us-east-1, without free tiers.',
    '- Cold starts and synthesis are measured on this machine, everything else in them is counted: '
    + `${cpus().length} cores (${cpus()[0].model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()}, Node.js ${process.version}.`,
    '',
  ].join('\n'));
}
