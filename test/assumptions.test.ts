import { Assumption, ASSUMPTIONS } from './support/assumptions';
import { tableIn } from './support/markdown';
import { realRecord, realRecords } from './support/real-records';

const LOGS = realRecords().map(name => ({ name, events: [...realRecord(name)].reverse() }));

describe.each(ASSUMPTIONS.filter(({ cases }) => cases))('$says', ({ cases }) => {
  test('in the events of real stacks', () => {
    const inLogs = LOGS.flatMap(({ name, events }) => cases!(events).map(holds => ({ name, holds })));
    expect(inLogs.filter(({ holds }) => !holds)).toEqual([]);
    expect(inLogs).not.toHaveLength(0);
  });
});

test('docs/reliability.md says which events of real stacks confirm which assumption', () => {
  const rows = tableIn('docs/reliability.md', 'assumption about CloudFormation', 'confirmed by')!;
  const confirming = ({ cases, isProbed }: Assumption) => cases
    ? LOGS.filter(({ events }) => cases(events).length > 0).map(({ name }) => `\`${name}\``).join(', ')
    : isProbed ? 'no log; `npm run probe` shows it' : 'no log';
  expect(rows).toEqual(ASSUMPTIONS.map(assumption => [assumption.says, confirming(assumption)]));
});
