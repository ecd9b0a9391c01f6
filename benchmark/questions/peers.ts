import { CAPACITIES } from '../apps';
import { PEERS } from '../peers';
import { measure, Measurement, measurePeer, Phase, Scenario } from '../scenario';
import { figure, isWanted, Options, Table } from '../table';

const PHASE: Phase = { stopping: 307, deleting: 67 };

const CASES: readonly (Pick<Scenario, 'status' | 'versions'> & { readonly name: string })[] = [
  { name: '1 running', status: 'RUNNING', versions: 1 },
  { name: '10 running', status: 'RUNNING', versions: 10 },
  { name: '100 running', status: 'RUNNING', versions: 100 },
  { name: '1 starting', status: 'STARTING', versions: 1 },
  { name: '1 in training, 30 minutes left', status: 'TRAINING_IN_PROGRESS', versions: 1 },
];

/** What do other ways of deletion leave? */
export async function peers(options: Options): Promise<Table[]> {
  if (!isWanted(options, 'peers')) return [];
  const perProvider = await CAPACITIES.projects();
  const ways = [
    { name: 'this library', run: (scenario: Scenario) => measure(scenario, PHASE, perProvider) },
    ...PEERS.map(peer => ({ name: peer.name, run: (scenario: Scenario) => measurePeer(peer, scenario, PHASE) })),
  ];
  const cases = options.isShort ? CASES.slice(0, 2) : CASES;
  const rows: string[][] = [];
  for (const { name, run } of ways) {
    const cells: string[] = [];
    for (const { status, versions } of cases) {
      cells.push(cell(await run({ projects: 1, versions, status, teardowns: 'projects' })));
    }
    rows.push([name, ...cells]);
  }
  return [{
    title: 'Other ways to delete the models of a project',
    columns: ['', ...cases.map(({ name }) => name)],
    rows,
    notes: [
      `Stopping takes ${PHASE.stopping} s, deleting ${PHASE.deleting} s. Remaining RUNNING models cost 96 USD a day per`
        + ' inference unit.',
      ...PEERS.map(({ name, source }) => `${name}: ${source}.`),
    ],
  }];
}

function cell({ remaining, seconds, calls, status }: Measurement): string {
  if (remaining.length === 0) return `${figure(seconds)} s, ${calls} calls`;
  const counts = [...new Set(remaining)].map(value => `${remaining.filter(other => other === value).length} ${value}`);
  return `leaves ${counts.join(', ')} after ${figure(seconds)} s (${status})`;
}
