import { Clock, Waits } from '../../sandbox/clock';

const HOUR = 3_600_000;

describe('the sandbox clock', () => {
  test('runs like real time while nobody drives it', () => {
    const before = Date.now();
    expect(new Clock().now()).toBeGreaterThanOrEqual(before);
    expect(new Clock().now()).toBeLessThan(before + HOUR);
  });

  test('skips an hour at once when everybody is only waiting', async () => {
    const clock = new Clock();
    const start = clock.now();
    const realStart = Date.now();
    await clock.advance(HOUR);
    expect(clock.now() - start).toBeGreaterThanOrEqual(HOUR);
    expect(Date.now() - realStart).toBeLessThan(HOUR / 100);
  });

  test('fires timers in the order of their times, and equal times in the order in which they were set', async () => {
    const clock = new Clock();
    const fired: string[] = [];
    const now = clock.now();
    clock.at(now + 2000, () => fired.push('later'));
    clock.at(now + 1000, () => fired.push('first'));
    clock.at(now + 1000, () => fired.push('second'));
    await clock.advance(3000);
    expect(fired).toEqual(['first', 'second', 'later']);
  });

  test('does not fire a timer that was cancelled', async () => {
    const clock = new Clock();
    const fired: string[] = [];
    const cancel = clock.at(clock.now() + 1000, () => fired.push('cancelled'));
    clock.at(clock.now() + 1000, () => fired.push('kept'));
    cancel();
    await clock.advance(2000);
    expect(fired).toEqual(['kept']);
  });

  test('advances no further than asked', async () => {
    const clock = new Clock();
    const fired: string[] = [];
    clock.at(clock.now() + 2 * HOUR, () => fired.push('too early'));
    await clock.advance(HOUR);
    expect(fired).toEqual([]);
    await clock.advance(HOUR);
    expect(fired).toEqual(['too early']);
  });

  test('does not jump while somebody works', async () => {
    const clock = new Clock();
    const order: string[] = [];
    let finish!: () => void;
    const working = clock.work(() => new Promise<void>(resolve => { finish = resolve; })).then(() => order.push('work done'));
    const waiting = clock.advance(HOUR).then(() => order.push('hour over'));
    await new Promise(resolve => setImmediate(() => setImmediate(() => setImmediate(resolve))));
    expect(order).toEqual([]);
    finish();
    await Promise.all([working, waiting]);
    expect(order).toEqual(['work done', 'hour over']);
  });

  test('fails a driver that waits for something that never happens', async () => {
    const clock = new Clock();
    await expect(clock.drive(() => clock.pause(new Promise(() => {})))).rejects.toThrow('waits for something that will never happen');
  });

  test('fires only what is due in a tick', () => {
    const clock = new Clock();
    const fired: string[] = [];
    clock.at(clock.now(), () => fired.push('due'));
    clock.at(clock.now() + HOUR, () => fired.push('not due'));
    clock.tick();
    expect(fired).toEqual(['due']);
  });
});

describe('several waits of one worker', () => {
  const turns = () => new Promise<void>(resolve => setImmediate(() => setImmediate(() => setImmediate(resolve))));

  test('release only one hold', async () => {
    const clock = new Clock();
    let finish!: () => void;
    const other = clock.work(() => new Promise<void>(resolve => { finish = resolve; }));
    let over = false;
    const waiting = clock.drive(async () => {
      const waits = new Waits(clock);
      await Promise.all([HOUR, 2 * HOUR].map(time => waits.for(new Promise<void>(resolve => clock.at(clock.now() + time, resolve)))));
      over = true;
    });
    await turns();
    expect(over).toBe(false);
    finish();
    await Promise.all([other, waiting]);
    expect(over).toBe(true);
  });

  test('hold time again once they have ended', async () => {
    const clock = new Clock();
    const fired: string[] = [];
    let finish!: () => void;
    const waits = new Waits(clock);
    const work = clock.drive(() => {
      void waits.for(new Promise(() => {}));
      clock.at(clock.now() + HOUR, () => fired.push('an hour later'));
      waits.end();
      void waits.for(new Promise(() => {}));
      return new Promise<void>(resolve => { finish = resolve; });
    });
    await turns();
    expect(fired).toEqual([]);
    finish();
    await work;
  });
});
