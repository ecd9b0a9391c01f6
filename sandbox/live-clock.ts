import { Clock } from './clock';

/** How often it looks what is next, in real milliseconds. */
const BEAT = 20;

/**
 * Time for people who watch: it flows like real time, and `speed` times faster while everybody only waits for what is
 * still to come. It stops at each thing that happens, however fast it is, so whoever reacts to it does so in time.
 */
export class LiveClock extends Clock {
  private readonly beating: NodeJS.Timeout;

  constructor(private readonly speed: number) {
    super();
    this.beating = setInterval(() => this.beat(), BEAT).unref();
  }

  /** Nothing jumps while somebody watches. */
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
