import { WorkflowTime } from '../../../lambda/workflow/times';

beforeEach(() => { jest.useFakeTimers({ now: Date.UTC(2026, 0, 2) }); });
afterEach(() => { jest.useRealTimers(); });

const after = (seconds: number, timeout = 26 * 3600) => new WorkflowTime(new Date(Date.now() - seconds * 1000).toISOString(), timeout);

test.each([[0, '0 s'], [119, '119 s'], [120, '2 min'], [7199, '119 min'], [7200, '2 h'], [93_600, '26 h']])('%d s are shown as %s', (seconds, text) => {
  expect(`${after(seconds)}`).toBe(text);
});

test.each([[119, true], [120, false]])('a denial after %d s may be due to a new policy: %j', (seconds, expected) => {
  expect(after(seconds).isDenialTolerated).toBe(expected);
});

test('a denial is not tolerated once the time is up', () => {
  expect(after(60, 60).isDenialTolerated).toBe(false);
});

test('a wait ends with the timeout, but takes at least a second', () => {
  expect(after(3590, 3600).pause(true, 0).waitSeconds).toBe(10);
  expect(after(3600, 3600).pause(false, 0).waitSeconds).toBe(1);
});
