import { STACK_NAME } from './app';
import type { Sandbox } from '../../sandbox';
import { Style } from '../../sandbox/style';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** What AWS charges for one inference unit of a running model: https://aws.amazon.com/rekognition/pricing/ */
export const DOLLARS_PER_HOUR = 4;

/** The bill for hosting models: it runs while a model does. */
export class Bill {
  private readonly runningSince = new Map<string, number>();
  private hours = 0;

  constructor(sandbox: Sandbox) {
    sandbox.rekognition.onStatus(({ time, arn, from, to }) => {
      if (to === 'RUNNING') this.runningSince.set(arn, time);
      if (from === 'RUNNING') {
        this.hours += (time - this.runningSince.get(arn)!) / HOUR;
        this.runningSince.delete(arn);
      }
    });
  }

  get isOpen(): boolean {
    return this.runningSince.size > 0;
  }

  toString(): string {
    const perDay = `$${(DOLLARS_PER_HOUR * 24).toFixed(2)} a day`;
    if (this.isOpen) return `a model is still billed: ${perDay}, until somebody stops it`;
    const hosting = `${Math.round(this.hours * 60)} minutes of hosting, $${(this.hours * DOLLARS_PER_HOUR).toFixed(2)}`;
    return `ended after ${hosting}; left running, a model costs ${perDay}`;
  }
}

/** Says what is left in the account and what it costs; answers whether that is what was promised. */
export function report(sandbox: Sandbox, bill: Bill, style: Style, isWithTeardown: boolean): boolean {
  const { projects, versions } = sandbox.rekognition;
  const { status } = sandbox.stack(STACK_NAME);
  const datasets = projects.flatMap(project => project.datasets);

  console.log(`\n${style('bold', 'What is left')}`);
  console.log(`  stack     ${status}`);
  console.log(`  projects  ${projects.map(({ name }) => name).join(', ') || 'none'}`);
  console.log(`  models    ${versions.map(version => `${version.name} (${version.status})`).join(', ') || 'none'}`);
  console.log(`  datasets  ${datasets.map(({ type }) => type).join(', ') || 'none'}`);
  console.log(`  bill      ${style(bill.isOpen ? 'red' : 'green', `${bill}`)}\n`);

  const isPromised = isWithTeardown
    ? status === 'DELETE_COMPLETE' && projects.length === 0 && !bill.isOpen
    : status === 'DELETE_FAILED' && bill.isOpen;
  if (!isPromised) console.log(style('red', 'This is not the expected result.\n'));
  return isPromised;
}
