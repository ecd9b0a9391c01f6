const Sequencer = require('@jest/test-sequencer').default;

/** Runs the fastest tests first, by their durations in Stryker's first run: they kill most mutants. */
module.exports = class extends Sequencer {
  sort(tests) {
    return super.sort(tests).reverse();
  }

  cacheResults(tests, results) {
    if (process.env.__STRYKER_ACTIVE_MUTANT__ === undefined) super.cacheResults(tests, results);
  }
};
