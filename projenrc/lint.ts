import { javascript } from 'projen';

/** Not yet: everything else has lines of at most 120 columns. */
const LONGER = ['src/**', 'sandbox/**', 'test/**'];
const SHORT_TESTS = [
  'clients', 'consumers', 'integ', 'newest', 'tarball', 'templates', 'probe',
].map(folder => `test/${folder}/**`);

/** Lines have at most 120 columns; only URLs may be longer. */
export function limitLines(eslint: javascript.Eslint): void {
  const rule: javascript.EslintOverride['rules'] = { '@stylistic/max-len': ['error', { code: 120, ignoreUrls: true }] };
  eslint.addOverride({ files: ['**/*.ts'], excludedFiles: LONGER, rules: rule });
  eslint.addOverride({ files: SHORT_TESTS, rules: rule });
}
