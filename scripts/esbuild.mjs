/** How the handler is bundled. */
export const options = {
  entryPoints: ['lambda/index.ts'],
  outfile: 'assets/teardown/index.js',
  bundle: true,
  minify: true,
  // error names and stack traces stay readable.
  keepNames: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // the SDK's ES modules can be tree-shaken.
  mainFields: ['module', 'main'],
  alias: { '@aws-sdk/credential-provider-node': './lambda/credentials.ts' },
  legalComments: 'none',
  logLevel: 'warning',
};
