/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  mutate: ['lambda/**/*.ts', 'src/**/*.ts'],
  testRunner: 'jest',
  coverageAnalysis: 'perTest',
  concurrency: 2,
  jest: {
    // over the configuration in package.json.
    config: {
      // those that run in one process with what they judge (flows and sandbox run the bundle), without those that go
      // through every combination once more, or read the sources. Random lifecycles would take most of the time.
      testMatch: [
        '<rootDir>/test/*.test.ts',
        '<rootDir>/test/lambda/**/*.test.ts',
        '<rootDir>/test/properties/regressions.test.ts',
      ],
      testPathIgnorePatterns: [
        '/node_modules/',
        '/test/(api-docs|catalogue|docs|examples|links|nag|security|lambda/model)\\.test\\.ts$',
      ],
      // whose name must have jest-circus in it.
      testRunner: '<rootDir>/test/mutation/jest-circus.cjs',
      testSequencer: '<rootDir>/test/mutation/sequencer.cjs',
    },
  },
  disableTypeChecks: false,
  ignorePatterns: ['/dist', '/lib', '/coverage', '/test-reports', '/reports', 'cdk.out'],
  // generous, as a mutant that runs into it counts as noticed.
  timeoutMS: 20_000,
  timeoutFactor: 3,
  dryRunTimeoutMinutes: 20,
  reporters: ['clear-text', 'progress', 'html', 'json'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  thresholds: { high: 95, low: 90, break: 90 },
};
