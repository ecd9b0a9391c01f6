/**
 * Replaces `@aws-sdk/credential-provider-node` in the bundle: a Lambda function has its credentials in the
 * environment, so the bundle does not need providers that read files, processes and metadata services.
 */
export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';
