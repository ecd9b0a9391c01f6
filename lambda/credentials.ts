/**
 * Stands in for `@aws-sdk/credential-provider-node` in the bundle: a Lambda function has its credentials in the
 * environment, so the readers of files, processes and metadata services stay out of it.
 */
export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';
