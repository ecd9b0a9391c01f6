import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { markdown, Table } from './table';
import { CALL, START } from './world/latencies';
import { QUOTA } from './world/world';

const CALLS = Object.entries(CALL).map(([service, milliseconds]) => `${milliseconds} ms (${service})`).join(', ');

/** Writes the tables to the file next to this one. */
export function writeReport(tables: readonly Table[]): void {
  writeFileSync(join(__dirname, 'results.md'), [
    '# How fast is it, and compared with what?',
    '',
    'Written by `npm run bench`; no figure depends on the machine. `npm run bench -- \'50 projects\'` prints only the',
    'rows with this text in their names.',
    '',
    ...tables.map(markdown),
    '## Method',
    '',
    'Templates, handler and provider framework are the real ones, with the default settings of the library.',
    'CloudFormation and Rekognition are the simulations of [the sandbox](../docs/sandbox.md), on a clock that jumps to',
    'the next event. The figures are verified against these simulations, not against AWS.',
    '',
    '- The limit is the least time that any caller needs: the time in which the service stops and deletes a model, and',
    `  one request for each at its quota of ${QUOTA} a second per operation.`,
    '- Stopping takes 300 to 314 s and deleting 60 to 74 s, a second more in each phase: multiples of an interval',
    '  would hide the cost of rounding. A figure is the mean of its phases.',
    '- More than two running models, and hundreds of models in a project, need raised quotas. The quota of requests is',
    '  never raised.',
    `- Assumed, because no document says: a call takes ${CALLS};`,
    `  a function starts in ${START.sdk} ms with the SDK of the runtime, in ${START.bundle} ms as a bundle, and in`,
    `  ${START.warm} ms when it is warm. The time that CloudFormation needs between two resources is left out.`,
    '- Costs are those of Lambda (x86) and Step Functions in us-east-1, without free tiers.',
    '',
  ].join('\n'));
}
