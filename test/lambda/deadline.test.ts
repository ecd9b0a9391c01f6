import { Deadline } from '../../lambda/deadline';
import { minutesAgo } from '../support/events';

const isOver = (minutes: number, total: number, interval: number, requestType = 'Delete') =>
  new Deadline(minutesAgo(minutes), requestType, { TOTAL_TIMEOUT_SECONDS: `${total * 60}`, QUERY_INTERVAL_SECONDS: `${interval * 60}` }).isOver;

test.each([
  [55, 0.25, 'the default'],
  [60, 0.25, 'the whole hour'],
  [60, 30, 'two looks an hour'],
  [10, 5, 'the fewest looks'],
  [59, 1, 'just below the hour'],
])('with %d minutes and a look every %d minutes (%s) fails before the waiter and CloudFormation give up', (total, interval) => {
  const looks = total / interval;
  // a poll every interval, each of which takes up to two seconds.
  for (const pollTime of [0, 2 / 60]) {
    const times = Array.from({ length: looks + 1 }, (_, index) => index * (interval + pollTime));
    const last = times.find(time => isOver(time, total, interval));
    expect(last).toBeDefined();
    expect(last!).toBeLessThan(59.9);
    expect(isOver(0, total, interval)).toBe(false);
  }
});

test('verifying gives up after ten minutes', () => {
  expect(isOver(9.9, 55, 0.25, 'Create')).toBe(false);
  expect(isOver(10, 55, 0.25, 'Update')).toBe(true);
});

test.each([[0.5, '30 s'], [2, '2 min'], [54.9, '54 min']])('shows %d minutes as %s', (minutes, text) => {
  expect(`${new Deadline(minutesAgo(minutes), 'Delete', { TOTAL_TIMEOUT_SECONDS: '3300', QUERY_INTERVAL_SECONDS: '15' })}`).toBe(text);
});
