import { Deadline } from '../../../lambda/custom-resource/deadline';
import { minutesAgo } from '../../support/events';

const isOver = (minutes: number, total: number, interval: number, requestType = 'Delete') =>
  new Deadline(minutesAgo(minutes), requestType, { TOTAL_TIMEOUT_SECONDS: `${total * 60}`, QUERY_INTERVAL_SECONDS: `${interval * 60}` }).isOver;

/** The polls that fail if the target is not reached: one per interval, each of which takes up to two seconds. */
function failing(total: number, interval: number): number[][] {
  return [0, 2 / 60].map(pollTime => Array.from({ length: total / interval + 1 }, (_, index) => index * (interval + pollTime))
    .filter(time => isOver(time, total, interval)));
}

test.each([
  [55, 0.25, 'the default'],
  [60, 0.25, 'the whole hour'],
  [60, 5, 'few looks an hour'],
  [10, 5, 'the fewest looks'],
  [59, 1, 'just below the hour'],
])('with %d minutes and a poll every %d minutes (%s), a teardown fails before the waiter and CloudFormation time out, even if a poll is lost', (total, interval) => {
  for (const [first, second] of failing(total, interval)) {
    expect(first).toBeGreaterThan(0);
    expect(second).toBeLessThan(59.9);
  }
});

test('with two polls an hour, a teardown fails in time, but not at once', () => {
  for (const [first] of failing(60, 30)) {
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThan(59.9);
  }
});

test('a verification fails after ten minutes', () => {
  expect(isOver(9.9, 55, 0.25, 'Create')).toBe(false);
  expect(isOver(10, 55, 0.25, 'Update')).toBe(true);
});

test.each([[0.5, '30 s'], [2, '2 min'], [54.9, '54 min']])('%d minutes are shown as %s', (minutes, text) => {
  expect(`${new Deadline(minutesAgo(minutes), 'Delete', { TOTAL_TIMEOUT_SECONDS: '3300', QUERY_INTERVAL_SECONDS: '15' })}`).toBe(text);
});
