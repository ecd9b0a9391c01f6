import type { Sandbox } from '../../sandbox';
import type { StackEvent } from '../../sandbox/cloudformation';
import type { Caller } from '../../sandbox/service';
import { statusStyle, style } from '../../sandbox/style';

/** Lines that would repeat each other, printed as one when something else happens. */
interface Held {
  readonly key: string;
  readonly first: number;
  last: number;
  count: number;
}

/** Who asks, as a reader knows them. */
function callerName({ functionName, arn }: Caller): string {
  if (functionName) return 'the teardown';
  return arn.endsWith('/CLOUDFORMATION') ? 'CloudFormation' : 'the engineer';
}

/** The resources that the CDK puts around a handler. Their progress matters to nobody unless they fail. */
function isPlumbing({ logicalId, status }: StackEvent): boolean {
  return logicalId.startsWith('cdkrekognitionteardownTeardownProvider') && !/FAILED/.test(status);
}

/**
 * Prints what happens in a sandbox, a line an event: CloudFormation's events, the model's status and the Rekognition
 * calls, each with the time since the start. Repetitions are counted.
 */
export class Timeline {
  private readonly start: number;
  private held?: Held;
  private openCalls = 0;
  /** Status changes that a call has caused; they are shown after it. */
  private effects: (() => void)[] = [];

  constructor(sandbox: Sandbox) {
    this.start = sandbox.clock.now();
    sandbox.onEvent(event => this.event(event));
    sandbox.intercept(async (_, next) => {
      this.openCalls++;
      return next().finally(() => { this.openCalls--; });
    });
    sandbox.rekognition.onStatus(({ time, arn, from, to }) => {
      const [kind, name] = arn.includes('/version/') ? ['model', arn.split('/')[3]] : ['project', arn.split('/')[1]];
      const show = () =>
        this.line(time, `${style('cyan', `${kind} ${name}`)}: ${from ?? '(new)'} -> ${style('bold', to ?? 'gone')}`);
      if (this.openCalls > 0) this.effects.push(show);
      else show();
    });
    sandbox.onCall(({ service, operation, caller, time, error }) => {
      if (service !== 'rekognition') return;
      const answer = error ? style('magenta', ` -> ${error}`) : '';
      this.hold(time, `${callerName(caller)} calls ${operation}${answer}`);
      for (const show of this.effects.splice(0)) show();
    });
  }

  /** A heading of a step. */
  heading(text: string): void {
    this.flush();
    console.log(`\n${style('bold', text)}`);
  }

  private event(event: StackEvent): void {
    const { time, status, logicalId, resourceType, reason } = event;
    const head = style(statusStyle(status), status.padEnd(20));
    if (isPlumbing(event)) {
      if (!/IN_PROGRESS$/.test(status)) this.hold(time, `${head} a resource of the teardown provider`);
      return;
    }
    const isFailure = /FAILED|ROLLBACK/.test(status);
    this.line(
      time,
      `${head} ${logicalId}  ${style('dim', `${resourceType}${reason && !isFailure ? `  ${reason}` : ''}`)}`,
    );
    if (reason && isFailure) {
      for (const line of reason.match(/.{1,110}(\s|$)/g) ?? []) {
        console.log(`            ${style('red', line.trim())}`);
      }
    }
  }

  private hold(time: number, key: string): void {
    if (this.held?.key !== key) {
      this.flush();
      this.held = { key, first: time, last: time, count: 0 };
    }
    this.held!.count++;
    this.held!.last = time;
  }

  private line(time: number, text: string): void {
    this.flush();
    console.log(`  ${style('dim', this.elapsed(time))}  ${text}`);
  }

  private flush(): void {
    const { held } = this;
    this.held = undefined;
    if (!held) return;
    const until = this.elapsed(held.last) === this.elapsed(held.first) ? '' : `, until ${this.elapsed(held.last)}`;
    this.line(held.first, `${held.key}${held.count > 1 ? style('dim', `  (${held.count} times${until})`) : ''}`);
  }

  private elapsed(time: number): string {
    return new Date(time - this.start).toISOString().slice(11, 19);
  }
}
