import { CAPACITIES, indexes } from '../apps';
import { guide } from '../peers';
import { measure, Measurement, measurePeer, Phase, Scenario } from '../scenario';
import { figure, isWanted, mean, Options, Table } from '../table';
import { QUOTA } from '../world/world';

interface Row extends Scenario {
  readonly name: string;
  readonly phases: readonly Phase[];
  /** Whether the samples of the guide are measured too. */
  readonly withGuide?: boolean;
}

const PHASES: readonly Phase[] = indexes(15).map(index => ({ stopping: 300 + index, deleting: 60 + index }));
const FIVE = PHASES.filter((_, index) => index % 3 === 1);

const RUNNING = { status: 'RUNNING', teardowns: 'projects', projects: 1, versions: 1, phases: FIVE } as const;
const TRAINED = { ...RUNNING, status: 'TRAINING_COMPLETED' } as const;

const ROWS: readonly Row[] = [
  { ...RUNNING, name: '1 running model', teardowns: 'versions', phases: PHASES, withGuide: true },
  { ...RUNNING, name: '1 stopped model', status: 'STOPPED', teardowns: 'versions', phases: PHASES, withGuide: true },
  { ...RUNNING, name: '1 project with 1 running model', phases: PHASES, withGuide: true },
  { ...RUNNING, name: '1 project with 1 running model and two datasets', hasDatasets: true },
  { ...RUNNING, name: '1 project with 10 running models', versions: 10, withGuide: true },
  { ...RUNNING, name: '1 project with 100 running models', versions: 100, withGuide: true },
  { ...RUNNING, name: '50 projects with 1 running model each', projects: 50, withGuide: true },
  { ...RUNNING, name: '50 version teardowns of one project', teardowns: 'versions', versions: 50 },
  { ...TRAINED, name: '5 projects with 100 trained models each', projects: 5, versions: 100 },
];

/** How long does a teardown take, how far is that from the limit and why, and what does it cost? */
export async function times(options: Options): Promise<Table[]> {
  const rows: string[][] = [];
  for (const row of ROWS.filter(({ name }) => isWanted(options, name))) rows.push(await rowOf(row, options));
  if (rows.length === 0) return [];
  return [{
    title: 'The deletion of a stack, and the parts of the time over the limit',
    columns: [
      'stack', 'limit, s', 'library, s', 'over', 'until the first request', 'polls', 'from the last poll on', 'calls',
      'USD', 'guide, s', 'guide, calls',
    ],
    rows,
    notes: [
      'Until the first request, two functions of the library and two of the framework start, and the handler reads the'
        + ' events of the stack.',
      'Half an interval of 10 s passes on average before a poll sees the end of a wait. There are two waits: until the'
        + ' models are stopped, and until they are gone. A shorter `queryInterval` saves seconds and costs calls.',
      'The last poll confirms the end: a version that is not listed counts as gone if a call on its ARN says so, and a'
        + ' project as empty if a second read one second later agrees. For 50 projects, the quota of DescribeProjects'
        + ' slows these reads down.',
      'Datasets are deleted only when no version is left, because they cannot be restored: half a minute more.',
      `The guide: ${guide.source}.`,
    ],
  }];
}

async function rowOf({ name, phases, withGuide, ...scenario }: Row, { isShort }: Options): Promise<string[]> {
  const perProvider = await CAPACITIES[scenario.teardowns]();
  const limits: number[] = [];
  const [library, byGuide]: Measurement[][] = [[], []];
  for (const phase of isShort ? phases.slice(-1) : phases) {
    limits.push(limitOf(scenario, phase));
    library.push(done(name, await measure(scenario, phase, perProvider)));
    if (withGuide) byGuide.push(done(name, await measurePeer(guide, scenario, phase)));
  }
  const average = (of: (run: Measurement) => number) => mean(library.map(of));
  const [limit, seconds] = [mean(limits), average(run => run.seconds)];
  const [first, end] = [average(run => run.first), average(run => run.end)];
  return [
    name,
    figure(limit),
    figure(seconds, 1),
    `${figure((seconds / limit - 1) * 100, 1)} %`,
    figure(first, 1),
    figure(seconds - limit - first - end, 1),
    figure(end, 1),
    figure(average(run => run.calls)),
    figure(average(run => run.dollars), 5),
    withGuide ? figure(mean(byGuide.map(run => run.seconds))) : '-',
    withGuide ? figure(mean(byGuide.map(run => run.calls))) : '-',
  ];
}

/** The time of the service, and the time that the quota takes for this many requests of one kind. */
function limitOf({ projects, versions, status }: Scenario, { stopping, deleting }: Phase): number {
  return (status === 'RUNNING' ? stopping : 0) + deleting + projects * versions / QUOTA;
}

/** Throws if a run has not deleted everything: its time would mean nothing. */
function done(name: string, run: Measurement): Measurement {
  if (run.remaining.length > 0) throw new Error(`${name}: ${run.status}, ${run.remaining.length} versions are left`);
  return run;
}
