import { inTurn, isWanted, Question } from '../question';
import { SCENARIOS } from '../scenarios';
import { figure } from '../table';
import { measure, Measurement } from '../teardown';
import { mean } from '../world/meter';

const NAMES = ['1 running model', '1 stopped model', '1 project with 1 running model', '1 project with 10 running models', '50 projects with 1 running model each'];

/** What the time over the limit is made of. */
export const parts: Question = {
  name: 'parts',
  async answer(options) {
    if (options.isShort || !isWanted(options, 'parts')) return undefined;
    const rows = await inTurn(SCENARIOS.filter(({ name }) => NAMES.includes(name)), async scenario => {
      const runs = await inTurn(scenario.phases, phase => measure(scenario, phase, options.capacities[scenario.teardowns]));
      const average = (of: (run: Measurement) => number) => mean(runs.map(of));
      const [over, start, end] = [average(run => run.seconds - run.limit), average(run => run.first.first), average(run => run.end)];
      return [scenario.name, figure(over, 1), figure(start, 1), figure(over - start - end, 1), figure(end, 1)];
    });
    return {
      tables: [{
        title: 'What the time over the limit is made of, in seconds',
        columns: ['destroyed', 'over the limit', 'until the first request', 'until polls see what has ended', 'from the last poll on'],
        rows,
        notes: ['Before the first request, two functions of the library and two of the framework start, and the record of CloudFormation is read. The last poll confirms the end: a version '
          + 'that is not listed counts as gone when a call on its ARN says so, and a project as empty when a second read one second later agrees.'],
      }],
    };
  },
};
