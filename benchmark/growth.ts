import { chart, Panel, Series } from './chart';
import { MODEL } from './teardown';
import { QUOTA } from './world/world';

type Figures = { readonly [name: string]: number };

const ONE_TEARDOWN = new Map([
  [1, '1 project with 1 running model'], [10, '1 project with 10 running models'], [100, '1 project with 100 running models'], [300, '1 project with 300 running models'],
]);
const ONE_EACH = new Map([[1, '1 running model'], [50, '50 version teardowns of one project'], [143, '143 version teardowns of one project']]);

/** How time, calls and cost grow with the number of running models; undefined if some of it has not been measured. */
export function growth(figures: Figures): string | undefined {
  const names = [...ONE_TEARDOWN.values(), ...ONE_EACH.values()];
  if (names.some(name => !(`${name}: seconds` in figures))) return undefined;
  const panels: Panel[] = [
    { title: 'Time until all is gone', label: value => `${value} s`, series: lines(figures, 'seconds', count => figures[`${ONE_TEARDOWN.get(count)}: limit`]) },
    // one request to stop and one to delete each model.
    { title: 'API calls', label: String, series: lines(figures, 'calls', count => 2 * count) },
    // the last model waits for the quota.
    { title: 'USD: models until they stop, and the teardown', label: String, series: lines(figures, 'USD', count => count * (count + 1) / 2 / QUOTA / 3600 * MODEL) },
  ];
  return chart('Time, calls and cost of a teardown by the number of running models', 'running models', panels);
}

function lines(figures: Figures, what: string, limit: (count: number) => number): Series[] {
  const points = (names: ReadonlyMap<number, string>, suffix: string) => [...names].map(([count, name]) => [count, figures[`${name}: ${suffix}`]] as const);
  return [
    { name: 'the guide, one model after the other', color: '#cf222e', points: points(ONE_TEARDOWN, `${what} by the guide`) },
    { name: 'a teardown for each version', color: '#8250df', points: points(ONE_EACH, what) },
    { name: 'one teardown for the project', color: '#0969da', points: points(ONE_TEARDOWN, what) },
    { name: 'physical limit', color: '#57606a', isDashed: true, points: [...ONE_TEARDOWN.keys()].map(count => [count, limit(count)]) },
  ];
}
