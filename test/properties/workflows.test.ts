import * as fc from 'fast-check';
import { install } from './handler';
import { nights, runNights } from './nights';
import { SEED, tries } from './run';
import { Statistics } from './statistics';

/** 5,000 workflows where there are 20,000 lifecycles. */
const SHARE = 1 / 4;

const statistics = new Statistics();
install();

afterAll(() => {
  process.stdout.write(`workflows, seed ${SEED}\n${statistics}\n`);
});

test('every workflow keeps the invariants', async () => {
  await fc.assert(fc.asyncProperty(nights, plan => runNights(plan, statistics)), tries(SHARE));
}, 3_600_000);
