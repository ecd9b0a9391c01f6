import { javascript } from 'projen';

const SUPPORT = '<rootDir>/test/support';

export const JEST: javascript.JestOptions = {
  updateSnapshot: javascript.UpdateSnapshot.NEVER,
  passWithNoTests: false,
  coverageText: false,
  jestConfig: {
    // flows and lifecycles run the bundle, or take twice as long with it: see test:coverage.
    collectCoverage: false,
    // a guard against hanging only: on a busy machine, correct flows take minutes.
    testTimeout: 900_000,
    testMatch: ['<rootDir>/test/**/*.test.ts'],
    moduleNameMapper: { '^cdk-rekognition-teardown$': '<rootDir>/src' },
    setupFiles: [`${SUPPORT}/async-storages.cjs`, `${SUPPORT}/quiet.cjs`, `${SUPPORT}/no-flag-report.cjs`],
    reporters: [new javascript.JestReporter(`${SUPPORT}/slowest.cjs`)],
    // most of it waits for processes: a worker for each core.
    maxWorkers: '100%',
    // the contract and the model are types only, and the credentials exist in the bundle only.
    collectCoverageFrom: [
      'src/**/*.ts', 'lambda/**/*.ts', '!src/private/contract.ts', '!lambda/{model,aws/credentials,steps/context}.ts',
    ],
    // the one function that nothing calls is the private constructor of a class with static members only.
    coverageThreshold: { statements: 100, branches: 95, functions: 99, lines: 100 },
  },
};

export function configureJest({ config }: javascript.Jest): void {
  config.transform = { '^.+\\.ts$': new javascript.Transform('@swc/jest') };
  // lists only the files that are not fully covered.
  config.coverageReporters = ['lcov', ['text', { skipFull: true }]];
}
