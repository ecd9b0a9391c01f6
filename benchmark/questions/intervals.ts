import { inTurn, isWanted, Question } from '../question';
import { FIVE } from '../scenarios';
import { figure } from '../table';
import { measure, Scenario } from '../teardown';
import { mean } from '../world/meter';

const CASES: readonly { readonly name: string; readonly scenario: Scenario }[] = [
  { name: '1 running model', scenario: { projects: 1, versions: 1, status: 'RUNNING', teardowns: 'versions' } },
  { name: '1 stopped model', scenario: { projects: 1, versions: 1, status: 'STOPPED', teardowns: 'versions' } },
  { name: '10 running models', scenario: { projects: 1, versions: 10, status: 'RUNNING', teardowns: 'projects' } },
  { name: '100 running models', scenario: { projects: 1, versions: 100, status: 'RUNNING', teardowns: 'projects' } },
];

/** The effect of a shorter or longer `queryInterval`. */
export const intervals: Question = {
  name: 'intervals',
  async answer(options) {
    if (options.isShort || !isWanted(options, 'intervals')) return undefined;
    const cases = CASES.flatMap(({ name, scenario }) => [5, 10, 11, 15].map(queryInterval => ({ name, scenario: { ...scenario, queryInterval } })));
    const rows = await inTurn(cases, async ({ name, scenario }) => {
      const runs = await inTurn(FIVE, phase => measure(scenario, phase, options.capacities[scenario.teardowns]));
      const [seconds, limit] = [mean(runs.map(run => run.seconds)), mean(runs.map(run => run.limit))];
      const calls = mean(runs.map(run => Object.values(run.calls).reduce((sum, value) => sum + value, 0)));
      return [name, `${scenario.queryInterval} s`, figure(seconds, 1), figure(seconds / limit, 3), figure(calls), figure(mean(runs.map(run => run.dollars)), 5)];
    });
    return {
      tables: [{
        title: 'What `queryInterval` changes',
        columns: ['destroyed', 'interval', 'seconds', 'of the limit', 'calls', 'USD'],
        rows,
        notes: ['On average, half an interval passes between the end of a wait and the poll that sees it: a shorter one saves seconds and costs calls.'],
      }],
    };
  },
};
