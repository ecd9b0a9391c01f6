import { decide, isKnown } from '../../../lambda/steps/decide';
import { KNOWN_STATUSES, NOT_LISTED, rowsFor, STATUSES } from '../../support/tables';

const UNKNOWN = 'A_STATUS_OF_TOMORROW';
const FEATURES = [false, true];
const BEHAVIORS = ['WAIT', 'FAIL'] as const;

describe.each(['DELETE', 'STOP'] as const)('in mode %s', mode => {
  test.each([NOT_LISTED, ...KNOWN_STATUSES, UNKNOWN])('a version that is %s is dealt with as the table says', status => {
    for (const isAdapter of FEATURES) {
      for (const trainingBehavior of BEHAVIORS) {
        const [row] = rowsFor(STATUSES, { status, isAdapter, trainingBehavior });
        const action = decide(status === NOT_LISTED ? undefined : { status, isAdapter }, { mode, trainingBehavior });
        expect({ isAdapter, trainingBehavior, action }).toEqual({ isAdapter, trainingBehavior, action: row[mode] });
      }
    }
  });
});

test('the known statuses are those of the table, and not the properties that every object has', () => {
  expect([...KNOWN_STATUSES, UNKNOWN, 'constructor', 'toString'].filter(isKnown)).toEqual(KNOWN_STATUSES);
});
