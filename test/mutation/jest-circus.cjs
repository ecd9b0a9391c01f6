const circus = require('jest-circus/runner').default;

/** The last mutant that a test has killed. */
let killed;

/**
 * Jest's own runner, except that it stops after the first test that kills the mutant. Jest's `bail` ends the process,
 * so Stryker cannot use it and would run all tests for every mutant.
 */
module.exports = async (globalConfig, config, environment, runtime, testPath, ...others) => {
  // undefined in Stryker's first run, which has no mutant.
  const mutant = process.env.__STRYKER_ACTIVE_MUTANT__;
  const isKilled = () => mutant !== undefined && mutant === killed;
  if (isKilled()) return skipped(testPath);

  const handle = environment.handleTestEvent?.bind(environment);
  environment.handleTestEvent = async (event, state) => {
    await handle?.(event, state);
    if (event.name === 'test_done' && event.test.errors.length > 0) killed = mutant;
    if (event.name === 'test_start' && isKilled()) event.test.mode = 'skip';
  };
  return circus(globalConfig, config, environment, runtime, testPath, ...others);
};

function skipped(testFilePath) {
  const counts = { numFailingTests: 0, numPassingTests: 0, numPendingTests: 1, numTodoTests: 0 };
  const snapshot = {
    added: 0,
    fileDeleted: false,
    matched: 0,
    unchecked: 0,
    uncheckedKeys: [],
    unmatched: 0,
    updated: 0,
  };
  // Jest reports a file without tests as an error.
  const test = {
    ancestorTitles: [],
    title: testFilePath,
    fullName: testFilePath,
    status: 'pending',
    failureDetails: [],
    failureMessages: [],
  };
  return {
    ...counts,
    snapshot,
    testFilePath,
    testResults: [test],
    openHandles: [],
    perfStats: { start: 0, end: 0, runtime: 0, slow: false },
    skipped: true,
    leaks: false,
  };
}
