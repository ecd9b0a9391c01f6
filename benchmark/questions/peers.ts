import { guide } from '../peers/guide';
import { nuke } from '../peers/nuke';
import { oneCall } from '../peers/one-call';
import { sleeper } from '../peers/sleeper';
import { inTurn, isWanted, Question } from '../question';
import { figure } from '../table';
import { measure, Measurement, measurePeer, MODEL, Phase, Scenario } from '../teardown';

const PHASE: Phase = { stopping: 307, deleting: 67 };
const PEERS = [guide, sleeper, oneCall, nuke];

const CASES: readonly { readonly name: string; readonly scenario: Scenario }[] = [
  { name: '1 running', scenario: { projects: 1, versions: 1, status: 'RUNNING', teardowns: 'projects' } },
  { name: '10 running', scenario: { projects: 1, versions: 10, status: 'RUNNING', teardowns: 'projects' } },
  { name: '100 running', scenario: { projects: 1, versions: 100, status: 'RUNNING', teardowns: 'projects' } },
  { name: '1 starting', scenario: { projects: 1, versions: 1, status: 'STARTING', teardowns: 'projects' } },
  { name: '1 in training, 30 minutes left', scenario: { projects: 1, versions: 1, status: 'TRAINING_IN_PROGRESS', teardowns: 'projects' } },
];

export const peers: Question = {
  name: 'peers',
  async answer(options) {
    if (!isWanted(options, 'peers')) return undefined;
    const { isShort, capacities: { projects } } = options;
    const cases = isShort ? CASES.slice(0, 2) : CASES;
    const rows = await inTurn([
      { name: 'this library', run: (scenario: Scenario) => measure(scenario, PHASE, projects) },
      { name: 'this library, a provider per model', run: (scenario: Scenario) => measure({ ...scenario, teardowns: 'versions' }, PHASE, 1) },
      ...PEERS.map(peer => ({ name: peer.name, run: (scenario: Scenario) => measurePeer(peer, scenario, PHASE) })),
    ], async ({ name, run }) => [name, ...(await inTurn(cases, ({ scenario }) => run(scenario).then(cell, refusal)))]);
    return {
      tables: [{
        title: 'Other ways of doing it, and what they leave',
        columns: ['', ...cases.map(({ name }) => name)],
        rows,
        notes: [
          `Stopping takes ${PHASE.stopping} s, deleting ${PHASE.deleting} s. Models that are left in RUNNING are still billed: ${MODEL * 24} USD a day per inference unit, until somebody notices.`,
          ...PEERS.map(({ name, source }) => `- ${name}: ${source}.`),
        ],
      }],
    };
  },
};

function cell(run: Measurement): string {
  const calls = Object.values(run.calls).reduce((sum, value) => sum + value, 0);
  const cost = `${figure(run.seconds)} s, ${calls} calls${run.dollars > 0 ? `, ${figure(run.dollars, 4)} USD` : ''}`;
  if (run.left.length === 0) return cost;
  const left = [...new Set(run.left)].map(status => `${run.left.filter(other => other === status).length} ${status}`);
  return `leaves ${left.join(', ')} (${run.status} after ${figure(run.seconds)} s)`;
}

/** What does not fit into a stack. */
function refusal(error: Error): string {
  const [, resources] = /Number of resources in stack '.*?': (\d+) is greater than allowed maximum of 500/.exec(error.message) ?? [];
  if (!resources) throw error;
  return `refused: ${resources} resources`;
}
