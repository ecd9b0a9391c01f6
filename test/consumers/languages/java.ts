import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'fs';
import * as path from 'path';
import { byVersion } from '../../support/consumer';
import { CACHE, Language, pacmak, run, VERSION } from '../language';

/**
 * A separate local repository: jsii-pacmak installs the built jar there, so nobody's `~/.m2` gets an unreleased one.
 */
const REPOSITORY = path.join(CACHE, 'm2');

export const java: Language = {
  name: 'java',
  target: 'java',
  toolchain: ['mvn', '--version'],

  pack: () => pacmak('java', '--maven-local-repository', REPOSITORY),

  install(project, newestCdk) {
    mkdirSync(path.join(project, '.mvn'));
    const [, oldest] = /<cdk.version>\[([\d.]+),/.exec(readFileSync(path.join(project, 'pom.xml'), 'utf8'))!;
    const settings = {
      'maven.repo.local': REPOSITORY,
      'teardown.version': VERSION,
      'cdk.version': `[${oldest},${newestCdk}]`,
    };
    writeFileSync(
      path.join(project, '.mvn', 'maven.config'),
      Object.entries(settings)
        .map(([name, value]) => `-D${name}=${value}\n`)
        .join(''),
    );
    run(project, ['mvn', '--batch-mode', '--quiet', 'compile']);
    return {};
  },

  newestCdk() {
    const folder = path.join(REPOSITORY, 'software', 'amazon', 'awscdk', 'aws-cdk-lib');
    // Maven notes there what each repository serves.
    const served = readdirSync(folder)
      .filter(file => /^maven-metadata-.*\.xml$/.test(file))
      .flatMap(file =>
        [...readFileSync(path.join(folder, file), 'utf8').matchAll(/<version>(\d+(?:\.\d+)*)</g)].map(
          ([, version]) => version,
        ),
      );
    return served.sort(byVersion).at(-1);
  },
};
