import { App } from 'aws-cdk-lib';

/** An app whose synthesis writes nothing that tests of templates do not read: thousands of copies of the handler would take most of the time. */
export function leanApp(context: { [key: string]: unknown } = {}): App {
  return new App({
    analyticsReporting: false,
    treeMetadata: false,
    context: {
      'aws:cdk:disable-asset-staging': true,
      'aws:cdk:disable-logicalId-metadata': true,
      'aws:cdk:enable-asset-metadata': true,
      ...context,
    },
  });
}
