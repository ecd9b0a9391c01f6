import * as fc from 'fast-check';
import { install } from './handler';
import { histories, Shapes } from './histories';
import { live } from './lifecycle';
import { nights, runNights } from './nights';
import { Emphasis, lifecycles } from './plan';
import { Statistics } from './statistics';

const LIFECYCLES = Number(process.env.LIFECYCLES ?? 500);
/** As CloudFormation behaves, according to published event logs. */
const REAL = { cleanupTypes: 'GENERAL' } as const;
const SEED = Number(process.env.SEED ?? 20260101);

/**
 * How often a property is run, as a share of the lifecycles. Only these environment variables affect the generated cases:
 *
 * - `LIFECYCLES`: the total of all test files, 500 by default; if it is set, statistics are printed
 * - `SEED`: the seed of the random numbers
 * - `REPLAY`: the path that fast-check printed for a failure; needs the `SEED` of that run
 * - `DEPLOYMENTS`: 3 adds every third deployment to the histories of two
 * - `HISTORY`: the name of a history, to run only this one
 * - `TRACE`: how many lines of the trace a failure shows, 60 by default
 */
export function tries<T>(share: number, atLeast = 1): fc.Parameters<T> {
  return {
    numRuns: Math.max(atLeast, Math.ceil(LIFECYCLES * share)),
    seed: SEED,
    path: process.env.REPLAY,
    // shrinking takes up to a minute, too long for a mutant.
    endOnFailure: process.env.REPLAY !== undefined || process.env.STRYKER_MUTATOR_WORKER !== undefined,
  };
}

/** Prints a statistic if `LIFECYCLES` is set: a default run is too short for it to mean anything. */
export function report(statistic: string): void {
  if (process.env.LIFECYCLES !== undefined) process.stdout.write(`${statistic}\n`);
}

/**
 * Property tests of whole lifecycles: the sandbox's CloudFormation and Rekognition and the real handler, all in one process.
 * Each test file runs its `share`, so that Jest can use two cores.
 */
export function tryLifecycles(name: string, share: number, emphasis: Emphasis): void {
  const statistics = new Statistics();
  install();

  afterAll(() => {
    report(`${name}, seed ${SEED}\n${statistics}`);
  });

  test(`the invariants hold in every lifecycle of ${name}`, async () => {
    await fc.assert(fc.asyncProperty(lifecycles(emphasis), plan => live(plan, statistics).then(() => {})), tries(share));
  }, 3_600_000);
}

/** With at least so many lifecycles, every history is run. */
const ALL = 20_000;
/** The fractions of its multiples are spread evenly: any share of the histories contains all kinds of them. */
const GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2;

/** Every history of a few deployments, without faults: all of them in a long run, otherwise a sample. */
export function tryHistories(name: string, shapes: Shapes): void {
  const { DEPLOYMENTS = '2', HISTORY: only } = process.env;
  const statistics = new Statistics();
  install();

  afterAll(() => {
    report(`histories of ${name}, seed ${SEED}\n${statistics}`);
  });

  test(`the invariants hold in every history of ${name}`, async () => {
    let place = (SEED * GOLDEN_RATIO) % 1;
    for (const history of histories(shapes, Number(DEPLOYMENTS), REAL)) {
      place = (place + GOLDEN_RATIO) % 1;
      if (only === undefined ? place >= LIFECYCLES / ALL : history.name !== only) continue;
      await live(history.plan, statistics).catch((error: Error) => {
        throw new Error(`HISTORY='${history.name}': ${error.message}`);
      });
    }
  }, 3_600_000);
}

/** For example, 2,500 workflows with 20,000 lifecycles. */
const WORKFLOWS = 1 / 8;

/** The same for workflows: each test file runs every other one. */
export function tryWorkflows(part: 1 | 2): void {
  const statistics = new Statistics();
  let count = 0;
  let hasFailed = process.env.REPLAY !== undefined;
  install();

  afterAll(() => {
    report(`workflows, seed ${SEED}, part ${part} of 2\n${statistics}`);
  });

  test('the invariants hold in every workflow', async () => {
    await fc.assert(fc.asyncProperty(nights, async plan => {
      // after a failure, fast-check shrinks it: run all of its attempts.
      if (count++ % 2 !== part - 1 && !hasFailed) return;
      await runNights(plan, statistics).catch(error => {
        hasFailed = true;
        throw error;
      });
    }), tries(WORKFLOWS));
  }, 3_600_000);
}
