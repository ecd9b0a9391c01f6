import * as fc from 'fast-check';
import { install } from './handler';
import { nights, runNights } from './nights';
import { Statistics } from './statistics';

/** A quarter of the lifecycles: 5,000 where there are 20,000. `SEED` and `REPLAY` are those of run.ts. */
const WORKFLOWS = Math.ceil(Number(process.env.LIFECYCLES ?? 500) / 10);
const SEED = Number(process.env.SEED ?? 20260101);

const statistics = new Statistics();
install();

afterAll(() => {
  process.stdout.write(`workflows, seed ${SEED}\n${statistics}\n`);
});

test('every workflow keeps the invariants', async () => {
  await fc.assert(fc.asyncProperty(nights, plan => runNights(plan, statistics)), {
    numRuns: WORKFLOWS,
    seed: SEED,
    path: process.env.REPLAY,
    endOnFailure: process.env.REPLAY !== undefined || process.env.STRYKER_MUTATOR_WORKER !== undefined,
  });
}, 3_600_000);
