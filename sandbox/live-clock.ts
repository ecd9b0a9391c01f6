import { Clock } from './clock';

/** How often the clock checks for the next timer, in real milliseconds. */
const BEAT = 20;

/**
 * Time for people who watch: it runs like real time, and `speed` times faster while everything only waits for a
 * timer. It stops at each timer, however fast it runs, so code that reacts to an event does so in time.
 */
export class LiveClock extends Clock {
  private readonly beating: NodeJS.Timeout;

  constructor(private readonly speed: number) {
    super();
    this.beating = setInterval(() => this.beat(), BEAT).unref();
  }

  /** Time never jumps while people watch. */
  override drive<T>(operation: () => Promise<T>): Promise<T> {
    return this.work(operation);
  }

  stop(): void {
    clearInterval(this.beating);
  }

  private beat(): void {
    if (!this.isWorking) this.hurry(BEAT * (this.speed - 1));
    this.tick();
  }
}
