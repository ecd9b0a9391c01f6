import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { indexes, ownProjects, PROJECT_ARN, projectName, STACK, versionArn, versionTeardowns, withAssembly } from '../apps';

export interface Synthesized {
  /** Milliseconds of CPU time of the whole process, including loading the CDK. */
  readonly cpu: number;
  readonly resources: number;
  readonly bytes: number;
}

const [kind, size, perProvider] = process.argv.slice(2);
const count = Number(size);

void withAssembly(
  kind === 'versions'
    ? versionTeardowns(PROJECT_ARN, indexes(count).map(versionArn), Number(perProvider))
    : ownProjects(indexes(count).map(projectName), Number(perProvider)),
  async directory => {
    const { user, system } = process.cpuUsage();
    const template = JSON.parse(readFileSync(join(directory, `${STACK}.template.json`), 'utf8'));
    const found: Synthesized = {
      cpu: (user + system) / 1000,
      resources: Object.keys(template.Resources).length,
      bytes: JSON.stringify(template).length,
    };
    console.log(JSON.stringify(found));
  });
