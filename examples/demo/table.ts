import type { Sandbox } from '../../sandbox';
import { statusStyle, style } from '../../sandbox/style';

/** Statuses that are too long for a column. */
const SHORT: { [status: string]: string } = {
  TRAINING_IN_PROGRESS: 'TRAINING',
  TRAINING_COMPLETED: 'TRAINED',
  CREATE_COMPLETE: 'CREATED',
  DELETE_IN_PROGRESS: 'DELETING',
};

const WIDTH = 11;

/** Something in a project, or the project itself. */
interface Column {
  readonly arn: string;
  readonly name: string;
  status: string;
}

/**
 * The contents of a project as a table: a column each, and a line for each second in which a status changes, so that
 * what happens at the same time stands side by side.
 */
export class Table {
  private readonly columns: Column[];
  private readonly start: number;
  /** What has changed in the second that is not printed yet. */
  private pending: { readonly time: string; readonly changed: Set<string> };

  constructor(
    sandbox: Sandbox,
    { versions, projects }: Pick<Sandbox['rekognition'], 'versions' | 'projects'> = sandbox.rekognition,
  ) {
    this.start = sandbox.clock.now();
    this.columns = [
      ...versions.map(({ arn, name, status }) => ({ arn, name, status })),
      ...projects.flatMap(({ datasets }) => datasets).map(({ arn, type, status }) => ({ arn, name: type, status })),
      ...projects.map(({ arn, status }) => ({ arn, name: 'project', status })),
    ];
    const names = this.columns.map(({ name }) => style('bold', name.padEnd(WIDTH)));
    console.log(`  ${'time'.padEnd(WIDTH)}${names.join('')}`.trimEnd());
    this.pending = { time: this.elapsed(this.start), changed: new Set(this.columns.map(({ arn }) => arn)) };

    sandbox.rekognition.onStatus(({ time, arn, to = 'gone' }) => {
      const second = this.elapsed(time);
      const isFirst = this.pending.changed.size === this.columns.length;
      if (second !== this.pending.time || isFirst) {
        this.flush();
        this.pending = { time: second, changed: new Set() };
      }
      this.pending.changed.add(arn);
      this.columns.find(column => column.arn === arn)!.status = to;
    });
  }

  /** Prints the line that is still held back. What is unchanged in it is a dot. */
  flush(): void {
    const { time, changed } = this.pending;
    const cells = this.columns.map(({ arn, status }) => {
      const text = changed.has(arn) ? (SHORT[status] ?? status) : status === 'gone' ? '' : '.';
      return style(text === '.' ? 'dim' : statusStyle(status), text.padEnd(WIDTH));
    });
    console.log(`  ${style('dim', time.padEnd(WIDTH))}${cells.join('').trimEnd()}`);
  }

  private elapsed(time: number): string {
    return new Date(time - this.start).toISOString().slice(11, 19);
  }
}
