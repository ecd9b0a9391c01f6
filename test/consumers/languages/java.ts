import { mkdirSync, writeFileSync } from 'fs';
import * as path from 'path';
import { CACHE, Language, pacmak, run, VERSION } from '../language';

/** A separate local repository: jsii-pacmak installs the built jar there, so nobody's `~/.m2` gets an unreleased one. */
const REPOSITORY = path.join(CACHE, 'm2');

export const java: Language = {
  name: 'java',
  target: 'java',
  toolchain: ['mvn', '--version'],

  pack: () => pacmak('java', '--maven-local-repository', REPOSITORY),

  install(project) {
    mkdirSync(path.join(project, '.mvn'));
    writeFileSync(path.join(project, '.mvn', 'maven.config'), `-Dmaven.repo.local=${REPOSITORY}\n-Dteardown.version=${VERSION}\n`);
    run(project, ['mvn', '--batch-mode', '--quiet', 'compile']);
    return {};
  },
};
