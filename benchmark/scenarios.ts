import type { Phase, Scenario } from './teardown';

export interface NamedScenario extends Scenario {
  readonly name: string;
  readonly phases: readonly Phase[];
  /** Whether the sequence of the guide is measured too. */
  readonly withGuide?: boolean;
  /** Whether it takes seconds to measure. */
  readonly isLong?: boolean;
}

/** Stopping takes 300 to 314 s and deleting 60 to 74: multiples of an interval would hide the cost of rounding. */
const PHASES: readonly Phase[] = Array.from({ length: 15 }, (_, index) => ({ stopping: 300 + index, deleting: 60 + index }));
export const FIVE = PHASES.filter((_, index) => index % 3 === 1);
const ONE = [PHASES[7]];

const RUNNING = { status: 'RUNNING', teardowns: 'projects' } as const;
/** No version is running, so only the quota slows the deletion down. */
const TRAINED = { status: 'TRAINING_COMPLETED', teardowns: 'projects' } as const;

/** What is destroyed, by name. The filter of the command applies to these names. */
export const SCENARIOS: readonly NamedScenario[] = [
  { name: '1 running model', ...RUNNING, teardowns: 'versions', projects: 1, versions: 1, phases: PHASES, withGuide: true },
  { name: '1 stopped model', status: 'STOPPED', teardowns: 'versions', projects: 1, versions: 1, phases: PHASES, withGuide: true },
  { name: '1 project with 1 running model', ...RUNNING, projects: 1, versions: 1, phases: PHASES, withGuide: true },
  { name: '1 project with 10 running models', ...RUNNING, projects: 1, versions: 10, phases: FIVE, withGuide: true },
  { name: '1 project with 100 running models', ...RUNNING, projects: 1, versions: 100, phases: FIVE, withGuide: true },
  { name: '1 project with 300 running models', ...RUNNING, projects: 1, versions: 300, phases: FIVE, withGuide: true, isLong: true },
  { name: '1 project with 1 running model and two datasets', ...RUNNING, projects: 1, versions: 1, datasets: true, phases: FIVE },
  { name: '10 projects with 1 running model each', ...RUNNING, projects: 10, versions: 1, phases: FIVE },
  { name: '50 projects with 1 running model each', ...RUNNING, projects: 50, versions: 1, phases: FIVE, withGuide: true },
  { name: '50 version teardowns of one project', ...RUNNING, teardowns: 'versions', projects: 1, versions: 50, phases: FIVE },
  { name: '143 version teardowns of one project', ...RUNNING, teardowns: 'versions', projects: 1, versions: 143, phases: ONE, isLong: true },
  { name: '2 projects with 100 versions each', ...TRAINED, projects: 2, versions: 100, phases: FIVE },
  { name: '5 projects with 100 versions each', ...TRAINED, projects: 5, versions: 100, phases: FIVE, isLong: true },
  { name: '10 projects with 100 versions each', ...TRAINED, projects: 10, versions: 100, phases: ONE, isLong: true },
  { name: '20 projects with 100 versions each', ...TRAINED, projects: 20, versions: 100, phases: ONE, isLong: true },
];
