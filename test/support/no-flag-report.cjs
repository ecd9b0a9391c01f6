// the report on all feature flags and its schema take a third of the time to synthesize a small app, and no test reads it.
jest.mock('../../node_modules/aws-cdk-lib/core/lib/private/feature-flag-report', () => ({ generateFeatureFlagReport: () => undefined }), { virtual: true });
