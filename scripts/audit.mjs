// Fails if the registry knows a vulnerability in a package whose code the bundle contains: these are devDependencies, which
// `npm audit --omit=dev` does not check.
import { spawnSync } from 'node:child_process';
import { packageFolders } from './packages.mjs';

const { stdout } = spawnSync('npm', ['audit', '--json'], { encoding: 'utf8', maxBuffer: 2 ** 28 });
const { vulnerabilities, message } = JSON.parse(stdout);

if (!vulnerabilities) {
  console.log(`SKIPPED: the registry does not answer npm audit (${message})`);
} else {
  const folders = new Set(await packageFolders());
  const found = Object.values(vulnerabilities).filter(({ nodes }) => nodes.some(node => folders.has(node)));
  for (const { name, severity, range } of found) console.error(`${name} ${range}: ${severity}`);
  console.log(`${folders.size} packages in the bundle, ${found.length} with known vulnerabilities`);
  process.exitCode = found.length > 0 ? 1 : 0;
}
