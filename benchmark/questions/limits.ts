import { ownProjects, projectName, versionArn, versionTeardowns, PROJECT_ARN, indexes, withAssembly } from '../apps';
import { isWanted, Question } from '../question';

/** How many teardowns fit into a provider and into a stack. */
export const limits: Question = {
  name: 'limits',
  async answer(options) {
    if (!isWanted(options, 'limits')) return undefined;
    const { isShort, capacities } = options;
    const kinds = [
      { name: 'versions of one project', perProvider: capacities.versions, define: (count: number) => versionTeardowns(PROJECT_ARN, indexes(count).map(versionArn), capacities.versions) },
      { name: 'projects of the stack', perProvider: capacities.projects, define: (count: number) => ownProjects(indexes(count).map(projectName), capacities.projects) },
    ];
    const rows: string[][] = [];
    for (const { name, perProvider, define } of kinds) {
      const found = isShort ? undefined : await most(count => withAssembly(define(count), async () => undefined).catch((error: Error) => error));
      rows.push([name, `${perProvider}`, found ? `${found.count}` : '-', found?.refusal ?? '-']);
    }
    return {
      tables: [{ title: 'How many teardowns a provider and a stack hold', columns: ['teardowns of', 'a provider', 'a stack', 'what refuses one more'], rows }],
      figures: { 'versions per provider': capacities.versions, 'projects per provider': capacities.projects },
    };
  },
};

async function most(attempt: (count: number) => Promise<Error | undefined>): Promise<{ count: number; refusal: string }> {
  let [held, refused] = [0, 1];
  let refusal = await attempt(refused);
  while (!refusal) {
    [held, refused] = [refused, refused * 2];
    refusal = await attempt(refused);
  }
  while (refused - held > 1) {
    const middle = Math.floor((held + refused) / 2);
    const error = await attempt(middle);
    if (error) [refused, refusal] = [middle, error];
    else held = middle;
  }
  return { count: held, refusal: /Number of resources in stack/.test(refusal.message) ? 'CloudFormation: 500 resources a stack' : refusal.message.split('\n')[0] };
}
