/** Something that happens at a moment of the sandbox's time. */
interface Timer {
  readonly time: number;
  readonly action: () => void;
}

/**
 * The sandbox's time. It runs like real time. While it is driven, it also jumps to the next timer whenever all code only waits, so
 * an hour of polling takes only as long as the polls themselves.
 *
 * Code that computes holds time (`work`), and releases it while it waits for something in the sandbox (`pause`, `sleep`). Jumps need
 * a driver (`drive`), so time does not jump while a test only inspects the state.
 */
export class Clock {
  private jumped = 0;
  private working = 0;
  private drivers = new Set<(problem: Error) => void>();
  private timers: Timer[] = [];
  private checking = false;

  /** At speed 0, time only jumps. */
  constructor(private readonly realSpeed: 0 | 1 = 1, private readonly origin: number = Date.now()) {}

  /** Milliseconds since the epoch, on the sandbox's time. */
  now(): number {
    // real time does not matter if time only jumps.
    const flowed = this.realSpeed === 0 ? 0 : Date.now() - this.origin;
    return this.origin + flowed + this.jumped;
  }

  /** How far sandbox time is ahead of real time, in milliseconds. */
  get ahead(): number {
    return this.now() - Date.now();
  }

  /** Calls `action` at that time. Returns a function that cancels this. */
  at(time: number, action: () => void): () => void {
    const timer: Timer = { time, action };
    // timers with equal times fire in the order in which they were set.
    const later = this.timers.findIndex(other => other.time > time);
    this.timers.splice(later < 0 ? this.timers.length : later, 0, timer);
    this.check();
    return () => {
      this.timers = this.timers.filter(other => other !== timer);
      this.check();
    };
  }

  /** Waits for sandbox time to pass and releases time meanwhile. Must be called inside `work`. */
  sleep(milliseconds: number): Promise<void> {
    return this.pause(new Promise(resolve => this.at(this.now() + milliseconds, resolve)));
  }

  /** Runs an operation during which time may jump. */
  async drive<T>(operation: () => Promise<T>): Promise<T> {
    let stuck!: (problem: Error) => void;
    const deadlock = new Promise<never>((_, reject) => { stuck = reject; });
    this.drivers.add(stuck);
    try {
      return await Promise.race([this.work(operation), deadlock]);
    } finally {
      this.drivers.delete(stuck);
    }
  }

  /** Lets time pass and runs all timers that are due by then. */
  advance(milliseconds: number): Promise<void> {
    return this.drive(() => this.sleep(milliseconds));
  }

  /** Time does not jump while this runs. */
  async work<T>(task: () => Promise<T>): Promise<T> {
    this.working++;
    try {
      return await task();
    } finally {
      this.working--;
      this.check();
    }
  }

  /** Inside `work`: time may jump until the promise settles. */
  async pause<T>(promise: Promise<T>): Promise<T> {
    this.working--;
    this.check();
    try {
      return await promise;
    } finally {
      this.working++;
    }
  }

  /** Runs the timers that are due by now. For callers that inspect the state without driving time. */
  tick(): void {
    while (this.timers.length > 0 && this.timers[0].time <= this.now()) this.timers.shift()!.action();
  }

  /** Whether any code is running. */
  protected get isWorking(): boolean {
    return this.working > 0;
  }

  /** Moves ahead of real time, at most to the next timer. */
  protected hurry(milliseconds: number): void {
    const next = this.timers[0];
    if (next) this.jumped += Math.min(milliseconds, Math.max(0, next.time - this.now()));
  }

  /** Once all code that is ready has run, checks whether everything only waits. */
  private check(): void {
    if (this.checking || this.drivers.size === 0 || this.working > 0) return;
    this.checking = true;
    setImmediate(() => setImmediate(() => {
      this.checking = false;
      if (this.drivers.size === 0 || this.working > 0) return;
      this.jump();
      this.check();
    }));
  }

  private jump(): void {
    const next = this.timers[0];
    if (next) {
      this.jumped += Math.max(0, next.time - this.now());
      this.tick();
    } else {
      const problem = new Error('the sandbox waits for something that will never happen: nobody works and no timer is set');
      for (const stuck of this.drivers) stuck(problem);
    }
  }
}

/**
 * Releases time while at least one of several promises is pending. Must be used inside `work`, and not after `end`.
 */
export class Waits {
  private open = 0;
  private resume?: () => void;

  constructor(private readonly clock: Clock) {}

  async for<T>(promise: Promise<T>): Promise<T> {
    if (this.open++ === 0) void this.clock.pause(new Promise<void>(resolve => { this.resume = resolve; }));
    try {
      return await promise;
    } finally {
      if (--this.open === 0) this.resume?.();
    }
  }

  /** Holds time again, permanently, even if promises are still pending. */
  end(): void {
    this.open = Infinity;
    this.resume?.();
  }
}
