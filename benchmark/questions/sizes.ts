import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  CAPACITIES, indexes, most, ownProjects, PROJECT_ARN, projectName, STACK, versionArn, versionTeardowns, withAssembly,
} from '../apps';
import { figure, isWanted, Options, Table } from '../table';

const ROOT = join(__dirname, '..', '..');
const INLINE_POLICY = '10,240 characters of inline policy in a role';

/** How many teardowns does a stack hold, and how large are the template and the handler? */
export async function sizes(options: Options): Promise<Table[]> {
  if (!isWanted(options, 'sizes')) return [];
  const [versions, projects] = [await CAPACITIES.versions(), await CAPACITIES.projects()];
  const kinds = {
    ProjectVersionTeardown: (count: number) => versionTeardowns(PROJECT_ARN, indexes(count).map(versionArn), versions),
    ProjectTeardown: (count: number) => ownProjects(indexes(count).map(projectName), projects),
  };
  const rows = [
    ['`ProjectVersionTeardown`s that fit into a provider', `${versions}`, INLINE_POLICY],
    ['`ProjectTeardown`s that fit into a provider', `${projects}`, INLINE_POLICY],
  ];
  for (const [name, define] of Object.entries(kinds)) {
    if (!options.isShort) {
      const held = await most(define, /Number of resources in stack/);
      rows.push([`\`${name}\`s that fit into a stack`, `${held}`, '500 resources']);
    }
    const { Resources: resources } = await withAssembly(define(1), async directory =>
      JSON.parse(readFileSync(join(directory, `${STACK}.template.json`), 'utf8')));
    rows.push([`resources of a stack with one \`${name}\``, `${Object.keys(resources).length}`, '500 resources']);
  }
  for (const handler of ['teardown', 'workflow']) {
    const { size } = statSync(join(ROOT, 'assets', handler, 'index.js'));
    rows.push([`handler of the ${handler}, KB`, figure(size / 1000), '50 MB, zipped']);
  }
  return [{
    title: 'Sizes',
    columns: ['', 'size', 'limit of AWS'],
    rows,
    notes: ['The names are as long as usual ones: [longer names need more room](../docs/iam.md#the-limit-of-a-role).'],
  }];
}
