import { ProjectVersionStatus } from '@aws-sdk/client-rekognition';
import { Action, decide } from '../../lambda/decide';

// the table of docs/architecture.md: status, with DELETE, with STOP.
const TABLE: [string | undefined, Action, Action][] = [
  [undefined, 'delete', 'stop'],
  ['RUNNING', 'stop', 'stop'],
  ['STARTING', 'stop', 'stop'],
  ['STOPPING', 'wait', 'wait'],
  ['TRAINING_IN_PROGRESS', 'wait', 'done'],
  ['COPYING_IN_PROGRESS', 'wait', 'done'],
  ['DELETING', 'wait', 'done'],
  ['TRAINING_COMPLETED', 'delete', 'done'],
  ['TRAINING_FAILED', 'delete', 'done'],
  ['STOPPED', 'delete', 'done'],
  ['FAILED', 'delete', 'done'],
  ['COPYING_COMPLETED', 'delete', 'done'],
  ['COPYING_FAILED', 'delete', 'done'],
  ['DEPRECATED', 'delete', 'done'],
  ['EXPIRED', 'delete', 'done'],
  ['SOMETHING_NEW', 'delete', 'stop'],
];

test.each(TABLE)('a version that is %s: %s it, or in mode STOP: %s', (status, onDelete, onStop) => {
  const observed = status === undefined ? undefined : { status, isAdapter: false };
  expect(decide(observed, { mode: 'DELETE', trainingBehavior: 'WAIT' })).toBe(onDelete);
  expect(decide(observed, { mode: 'STOP', trainingBehavior: 'WAIT' })).toBe(onStop);
});

test('the table has every status that the service documents', () => {
  expect(TABLE.map(([status]) => status)).toEqual(expect.arrayContaining(Object.values(ProjectVersionStatus)));
});

test.each(TABLE)('training behavior FAIL makes no difference for a version that is %s, unless that is training', (status, onDelete, onStop) => {
  const observed = status === undefined ? undefined : { status, isAdapter: false };
  expect(decide(observed, { mode: 'DELETE', trainingBehavior: 'FAIL' })).toBe(status === 'TRAINING_IN_PROGRESS' ? 'fail' : onDelete);
  expect(decide(observed, { mode: 'STOP', trainingBehavior: 'FAIL' })).toBe(onStop);
});

test.each(TABLE.filter(([status]) => status !== undefined))('an adapter that is %s is never stopped', (status, onDelete, onStop) => {
  const observed = { status: status!, isAdapter: true };
  expect(decide(observed, { mode: 'DELETE', trainingBehavior: 'WAIT' })).toBe(onDelete === 'stop' ? 'delete' : onDelete);
  expect(decide(observed, { mode: 'STOP', trainingBehavior: 'WAIT' })).toBe(onStop === 'stop' ? 'done' : onStop);
});
