import { REASONS } from './reasons';
import { figure, Table } from './table';

interface Target {
  readonly what: string;
  /** The name of a question's figure. */
  readonly figure: string;
  readonly most?: number;
  readonly least?: number;
  readonly decimals: number;
}

const AT_ONCE = ['50 projects with 1 running model each', '50 version teardowns of one project'];
const FULL = ['2', '5', '20'].map(count => `${count} projects with 100 versions each`);

const TARGETS: readonly Target[] = [
  { what: "1 running model: of the guide's time", figure: '1 running model: of the guide', most: 1.02, decimals: 3 },
  { what: "1 running model: the worst phase, seconds behind the guide's worst", figure: '1 running model: worst phase behind the guide', most: 10, decimals: 1 },
  { what: '1 running model: calls', figure: '1 running model: calls', most: 46, decimals: 1 },
  { what: '1 stopped model: of the limit', figure: '1 stopped model: of the limit', most: 1.06, decimals: 3 },
  { what: '10 running models: of the limit', figure: '1 project with 10 running models: of the limit', most: 1.04, decimals: 3 },
  { what: "10 running models: of the guide's calls", figure: '1 project with 10 running models: calls of the guide', most: 0.13, decimals: 3 },
  ...[100, 300].map(count => ({
    what: `${count} running models: of the limit`, figure: `1 project with ${count} running models: of the limit`, most: 1.06, decimals: 3,
  })),
  ...AT_ONCE.flatMap(name => [
    { what: `${name}: of the limit`, figure: `${name}: of the limit`, most: 1.10, decimals: 3 },
    { what: `${name}: 95 of 100 get their first request within, seconds`, figure: `${name}: first, 95 of 100`, most: 15, decimals: 1 },
    { what: `${name}: calls to CloudFormation a second, on average`, figure: `${name}: CloudFormation a second`, most: 1, decimals: 2 },
    { what: `${name}: the same, in the busiest second`, figure: `${name}: CloudFormation, busiest second`, most: 60, decimals: 0 },
  ]),
  ...FULL.flatMap(name => [
    { what: `${name}: of the limit`, figure: `${name}: of the limit`, most: 1.25, decimals: 3 },
    { what: `${name}: runs that leave something`, figure: `${name}: not done`, most: 0, decimals: 0 },
  ]),
  { what: 'one provider: version teardowns', figure: 'versions per provider', least: 23, decimals: 0 },
  { what: 'one provider: projects of the stack', figure: 'projects per provider', least: 14, decimals: 0 },
  { what: "cold start: of the S3 handler's", figure: 'cold start: of the S3 handler', most: 0.45, decimals: 2 },
  { what: 'bundle, KB', figure: 'bundle: KB', most: 220, decimals: 0 },
  ...['versions', 'projects'].map(kind => ({ what: `synthesis of 20 ${kind}: of 1`, figure: `synthesis: 20 ${kind} of 1`, most: 1.3, decimals: 2 })),
];

/** The targets whose figures have been measured. */
export function targets(figures: { readonly [name: string]: number }): Table {
  const isMet = ({ figure: name, most = Infinity, least = -Infinity }: Target) => figures[name] <= most && figures[name] >= least;
  const measured = TARGETS.filter(target => target.figure in figures);
  return {
    title: 'Targets',
    columns: ['', 'target', 'measured', ''],
    rows: measured.map(target => {
      const { what, figure: name, most, least, decimals } = target;
      return [what, most !== undefined ? `at most ${most}` : `at least ${least}`, figure(figures[name], decimals), isMet(target) ? 'met' : '**missed**'];
    }),
    notes: measured.filter(target => !isMet(target)).flatMap(({ what, figure: name }) => REASONS[name] ? [`${what}: ${REASONS[name]}`] : []),
  };
}
