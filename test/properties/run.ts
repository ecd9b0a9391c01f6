import * as fc from 'fast-check';
import { install } from './handler';
import { live } from './lifecycle';
import { nights, runNights } from './nights';
import { Emphasis, lifecycles } from './plan';
import { Statistics } from './statistics';

const LIFECYCLES = Number(process.env.LIFECYCLES ?? 500);
const SEED = Number(process.env.SEED ?? 20260101);

/**
 * How often a property is tried, as a share of the lifecycles. What is tried depends on nothing but these environment variables:
 *
 * - `LIFECYCLES`: how many in all test files together, 500 by default; if it is set, statistics are printed
 * - `SEED`: where the random numbers begin
 * - `REPLAY`: the path that fast-check printed for a failure, with the `SEED` of that run
 * - `TRACE`: how many lines of what happened are shown of a failure, 60 by default
 */
export function tries<T>(share: number, atLeast = 1): fc.Parameters<T> {
  return {
    numRuns: Math.max(atLeast, Math.ceil(LIFECYCLES * share)),
    seed: SEED,
    path: process.env.REPLAY,
    // a mutant is not worth a minute of shrinking.
    endOnFailure: process.env.REPLAY !== undefined || process.env.STRYKER_MUTATOR_WORKER !== undefined,
  };
}

/** Prints a statistic, unless the run is too short for it to mean anything. */
export function report(statistic: string): void {
  if (process.env.LIFECYCLES !== undefined) process.stdout.write(`${statistic}\n`);
}

/**
 * Property tests, of which this test file does its `share`, so that two cores can work: whole lifecycles through the sandbox's
 * CloudFormation and Rekognition and the real handler, all in one process.
 */
export function tryLifecycles(name: string, share: number, emphasis: Emphasis): void {
  const statistics = new Statistics();
  install();

  afterAll(() => {
    report(`${name}, seed ${SEED}\n${statistics}`);
  });

  test(`every lifecycle of ${name} keeps the invariants`, async () => {
    await fc.assert(fc.asyncProperty(lifecycles(emphasis), plan => live(plan, statistics).then(() => {})), tries(share));
  }, 3_600_000);
}

/** 5,000 workflows where there are 20,000 lifecycles. */
const WORKFLOWS = 1 / 4;

/** The same for workflows, of which this test file does the first, third, fifth, ... or the others. */
export function tryWorkflows(part: 1 | 2): void {
  const statistics = new Statistics();
  let count = 0;
  let hasFailed = process.env.REPLAY !== undefined;
  install();

  afterAll(() => {
    report(`workflows, seed ${SEED}, part ${part} of 2\n${statistics}`);
  });

  test('every workflow keeps the invariants', async () => {
    await fc.assert(fc.asyncProperty(nights, async plan => {
      // what is tried after a failure is to shrink it.
      if (count++ % 2 !== part - 1 && !hasFailed) return;
      await runNights(plan, statistics).catch(error => {
        hasFailed = true;
        throw error;
      });
    }), tries(WORKFLOWS));
  }, 3_600_000);
}
