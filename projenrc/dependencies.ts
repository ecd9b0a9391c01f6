import { javascript } from 'projen';
import { FLOOR } from './floor';

export const DEV_DEPENDENCIES = [
  '@aws-cdk/aws-service-spec@^0.1.216',
  '@aws-cdk/integ-runner@2.197.10',
  `@aws-cdk/integ-tests-alpha@${FLOOR.cdk}-alpha.0`,
  '@aws-sdk/client-cloudformation@^3',
  '@aws-sdk/client-cloudwatch-logs@^3',
  '@aws-sdk/client-lambda@^3',
  '@aws-sdk/client-rekognition@^3',
  '@aws-sdk/client-sfn@^3',
  '@aws-sdk/credential-provider-env@^3',
  '@smithy/core',
  // 10 needs Node.js 22.
  '@stryker-mutator/core@^9',
  '@stryker-mutator/jest-runner@^9',
  '@types/aws-lambda',
  'aws-cdk@2.1148.1',
  'aws-local-stepfunctions@3.0.0',
  '@swc/core',
  '@swc/jest',
  'ajv@^8',
  'aws-sdk-client-mock',
  'cdk-nag@^2.38',
  'esbuild',
  'fast-check',
  'fast-xml-parser',
  'fflate',
  'selfsigned',
  'tsx',
  'yaml',
];

/** Permissive ones only. */
export const LICENSES = [
  'Apache-2.0', 'MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'BlueOak-1.0.0', 'Python-2.0', 'CC0-1.0',
  'CC-BY-3.0', 'CC-BY-4.0',
];

export function addInstallation({ deps, package: manifest }: javascript.NodeProject): void {
  // types are checked once, by `tsc`; compiling each file for Jest only drops them.
  deps.removeDependency('ts-jest');
  // unrs-resolver 1.13 was published without most of its platform packages, which breaks `npm ci`.
  manifest.addField('overrides', { 'unrs-resolver': '1.12.2' });
  // each of these finds its platform's package without running a script at installation.
  manifest.addField('allowScripts', {
    '@parcel/watcher': false, '@swc/core': false, 'esbuild': false, 'unrs-resolver': false,
  });
}
