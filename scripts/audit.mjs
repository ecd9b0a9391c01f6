// Lists the known vulnerabilities of what users get: the dependencies, and the packages whose code the bundle contains,
// which are devDependencies. Fails with --fail only: an advisory of today must not fail a change that has nothing to do
// with it.
import { spawnSync } from 'node:child_process';
import { packageFolders } from './packages.mjs';

const audited = await Promise.all([audit('--omit=dev'), audit()]);
if (audited.every(Boolean)) {
  const [dependencies, all] = audited;
  const folders = new Set(await packageFolders());
  const bundled = all.filter(({ nodes }) => nodes.some(node => folders.has(node)));
  for (const { name, severity, range } of new Set([...dependencies, ...bundled]))
    console.error(`VULNERABLE ${name} ${range}: ${severity}`);
  const found = dependencies.length + bundled.length;
  console.log(
    `${folders.size} packages in the bundle, ${bundled.length} with known vulnerabilities;`
      + ` ${dependencies.length} among the dependencies`,
  );
  if (found > 0 && process.argv.includes('--fail')) process.exitCode = 1;
}

/** Undefined if the registry does not answer. */
function audit(...options) {
  const { stdout } = spawnSync('npm', ['audit', '--json', ...options], { encoding: 'utf8', maxBuffer: 2 ** 28 });
  const { vulnerabilities, message } = JSON.parse(stdout || '{}');
  if (!vulnerabilities) console.log(`SKIPPED: the registry does not answer npm audit (${message})`);
  return vulnerabilities && Object.values(vulnerabilities);
}
