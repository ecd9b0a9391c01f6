// builds the packages of all languages in dist/: npm run package:all.
import { rmSync } from 'fs';
import * as path from 'path';
import { DIST, isInstalled, pacmak } from './language';
import { LANGUAGES } from './languages';

/** Builds one package and prints that; `pack` may return why it built none. */
function build(target: string, pack: () => string | void): void {
  const start = Date.now();
  rmSync(path.join(DIST, target), { recursive: true, force: true });
  try {
    const unbuilt = pack();
    console.log(
      unbuilt
        ? `NOT BUILT ${target}: ${unbuilt}`
        : `built dist/${target} (${Math.round((Date.now() - start) / 1000)} s)`,
    );
  } catch (error) {
    console.error(`FAILED ${target}: ${(error as Error).message}`);
    process.exitCode = 1;
  }
}

build('js', () => pacmak('js'));
for (const language of LANGUAGES) {
  build(language.target, () => {
    if (isInstalled(language)) return language.pack();
    pacmak(language.target, '--code-only');
    return `${language.toolchain[0]} is not on this machine, dist/${language.target} has the generated sources only`;
  });
}
