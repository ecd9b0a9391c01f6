import { CAPACITIES } from './apps';
import { callTable, measureAll, Result, startTable, timeTable } from './results';
import { SCENARIOS } from './scenarios';
import { markdown } from './table';

/** `npm run bench -- [part of a scenario's name]...`: without a name, everything is measured. */
async function main(filters: readonly string[]): Promise<void> {
  const chosen = SCENARIOS.filter(({ name }) => filters.length === 0 || filters.some(filter => name.includes(filter)));
  if (chosen.length === 0) throw new Error(`no scenario has ${filters.join(' or ')} in its name; there are: ${SCENARIOS.map(({ name }) => name).join(', ')}`);
  const perProvider = { versions: await CAPACITIES.versions(), projects: await CAPACITIES.projects() };
  console.error(`a provider holds ${perProvider.versions} versions, ${perProvider.projects} projects`);
  const results: Result[] = [];
  for (const scenario of chosen) {
    const began = performance.now();
    results.push(await measureAll(scenario, perProvider[scenario.teardowns]));
    console.error(`${scenario.name}: measured in ${((performance.now() - began) / 1000).toFixed(1)} s`);
  }
  for (const table of [timeTable, callTable, startTable]) console.log(markdown(table(results)));
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
