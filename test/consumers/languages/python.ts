import { readdirSync } from 'fs';
import * as path from 'path';
import { DIST, Language, pacmak, run } from '../language';

export const python: Language = {
  name: 'python',
  target: 'python',
  toolchain: ['python3', '-c', 'import venv, ensurepip'],

  pack: () => pacmak('python'),

  install(project, newestCdk) {
    const venv = path.join(project, '.venv');
    const wheels = readdirSync(path.join(DIST, 'python')).filter(file => file.endsWith('.whl'));
    run(project, ['python3', '-m', 'venv', venv]);
    // compiling all of aws-cdk-lib takes most of a minute, and the app imports little of it.
    run(project, [
      path.join(venv, 'bin', 'pip'),
      'install',
      '--no-compile',
      '--requirement',
      'requirements.txt',
      `aws-cdk-lib<=${newestCdk}`,
      ...wheels.map(wheel => path.join(DIST, 'python', wheel)),
    ]);
    return { VIRTUAL_ENV: venv, PATH: `${path.join(venv, 'bin')}${path.delimiter}${process.env.PATH}` };
  },

  newestCdk(project) {
    const versions = run(project, [path.join(project, '.venv', 'bin', 'pip'), 'index', 'versions', 'aws-cdk-lib']);
    return /^aws-cdk-lib \((.*)\)/.exec(versions)?.[1];
  },
};
