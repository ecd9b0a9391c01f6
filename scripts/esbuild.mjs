import { trim } from './trim.mjs';

/** How the functions are bundled, each into its own asset, so that an app contains only those that it uses. */
export const options = {
  entryPoints: { 'teardown/index': 'lambda/custom-resource/handler.ts', 'workflow/index': 'lambda/workflow/handler.ts' },
  outdir: 'assets',
  bundle: true,
  minify: true,
  // error names and stack traces stay readable.
  keepNames: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // the SDK's ES modules can be tree-shaken.
  mainFields: ['module', 'main'],
  alias: { '@aws-sdk/credential-provider-node': './lambda/aws/credentials.ts' },
  plugins: [trim],
  legalComments: 'none',
  logLevel: 'warning',
};
