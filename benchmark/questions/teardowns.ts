import { guide } from '../peers/guide';
import { inTurn, isWanted, Options, Question } from '../question';
import { NamedScenario, SCENARIOS } from '../scenarios';
import { figure, Table } from '../table';
import { measure, Measurement, measurePeer } from '../teardown';
import { mean } from '../world/meter';

/** The runs of a scenario, one per phase. */
export interface Result {
  readonly scenario: NamedScenario;
  readonly library: readonly Measurement[];
  readonly guide?: readonly Measurement[];
}

export const teardowns: Question = {
  name: 'teardowns',
  async answer(options) {
    const chosen = SCENARIOS.filter(({ name, isLong }) => (options.filters.includes('teardowns') || isWanted(options, name)) && !(options.isShort && isLong));
    if (chosen.length === 0) return undefined;
    const results = await inTurn(chosen, scenario => measureAll(scenario, options));
    return { tables: [timeTable(results), callTable(results), startTable(results)], figures: Object.assign({}, ...results.map(figuresOf)) };
  },
};

async function measureAll(scenario: NamedScenario, { isShort, capacities }: Options): Promise<Result> {
  const began = performance.now();
  const phases = isShort ? scenario.phases.slice(-1) : scenario.phases;
  const library = await inTurn(phases, phase => measure(scenario, phase, capacities[scenario.teardowns]));
  const by = scenario.withGuide ? await inTurn(phases, phase => measurePeer(guide, scenario, phase)) : undefined;
  console.error(`${scenario.name}: ${((performance.now() - began) / 1000).toFixed(1)} s`);
  return { scenario, library, guide: by };
}

/** What the targets need. */
function figuresOf({ scenario: { name }, library, guide: by }: Result): { [name: string]: number } {
  const of = (what: string) => `${name}: ${what}`;
  return {
    [of('limit')]: average(library, limit),
    [of('seconds')]: average(library, seconds),
    [of('of the limit')]: overLimit(library),
    [of('calls')]: average(library, calls),
    [of('first, 95 of 100')]: worst(library, run => run.first.p95),
    [of('CloudFormation a second')]: worst(library, run => run.cloudFormation.mean),
    [of('CloudFormation, busiest second')]: worst(library, run => run.cloudFormation.peak),
    [of('not done')]: library.filter(run => !isDone(run)).length,
    [of('USD')]: average(library, run => run.dollars + run.waiting),
    ...by && {
      [of('of the guide')]: average(library, seconds) / average(by, seconds),
      [of('worst phase behind the guide')]: worst(library, seconds) - worst(by, seconds),
      [of('calls of the guide')]: average(library, calls) / average(by, calls),
      [of('seconds by the guide')]: average(by, seconds),
      [of('calls by the guide')]: average(by, calls),
      [of('USD by the guide')]: average(by, run => run.waiting),
    },
  };
}

/** The mean of a value over the phases. */
function average(runs: readonly Measurement[], of: (run: Measurement) => number): number {
  return mean(runs.map(of));
}

function worst(runs: readonly Measurement[], of: (run: Measurement) => number): number {
  return Math.max(...runs.map(of));
}

const seconds = ({ seconds: value }: Measurement) => value;
const limit = ({ limit: value }: Measurement) => value;
const calls = ({ calls: services }: Measurement) => Object.values(services).reduce((sum, value) => sum + value, 0);

const DATASETS = 'Two datasets take half a minute longer, because they are deleted only when no version is left. The service is not known to reject deleting them earlier, but a dataset cannot be restored: a teardown that fails half way, '
  + 'because training takes hours or a call is denied, leaves a project whose models can be trained again, for as long as its owner may still want to keep it.';

/** The mean time over the mean limit. */
function overLimit(runs: readonly Measurement[]): number {
  return average(runs, seconds) / average(runs, limit);
}

function timeTable(results: readonly Result[]): Table {
  return {
    title: 'Time: how long until the stack is gone, in seconds',
    columns: ['destroyed', 'phases', 'limit', 'library', 'of the limit', 'worst over the limit', 'guide', 'library of the guide', 'guide, worst over', 'outcome'],
    rows: results.map(({ scenario: { name }, library, guide: by }) => [
      name,
      `${library.length}`,
      figure(average(library, limit)),
      figure(average(library, seconds), 1),
      figure(overLimit(library), 3),
      figure(worst(library, run => run.seconds - run.limit), 1),
      by ? figure(average(by, seconds), 1) : '-',
      by ? figure(average(library, seconds) / average(by, seconds), 3) : '-',
      by ? figure(worst(by, run => run.seconds - run.limit), 1) : '-',
      outcome(library),
    ]),
    notes: results.some(({ scenario }) => scenario.datasets) ? [DATASETS] : undefined,
  };
}

function callTable(results: readonly Result[]): Table {
  return {
    title: 'Calls, and what they cost',
    columns: ['destroyed', 'calls', 'Rekognition', 'throttled', 'CloudFormation', 'a second, mean', 'busiest second', 'guide', 'Lambda ms', 'cold starts', 'transitions', 'USD'],
    rows: results.map(({ scenario: { name }, library, guide: by }) => [
      name,
      figure(average(library, calls)),
      figure(average(library, run => run.calls.rekognition ?? 0)),
      figure(average(library, run => run.throttled)),
      figure(average(library, run => run.calls.cloudformation ?? 0)),
      figure(average(library, run => run.cloudFormation.mean), 2),
      figure(worst(library, run => run.cloudFormation.peak)),
      by ? figure(average(by, calls)) : '-',
      figure(average(library, run => run.lambdaMilliseconds)),
      figure(average(library, run => run.coldStarts)),
      figure(average(library, run => run.transitions)),
      figure(average(library, run => run.dollars), 5),
    ]),
  };
}

function startTable(results: readonly Result[]): Table {
  return {
    title: 'When the first request comes to a version, in seconds (worst phase)',
    columns: ['destroyed', 'median', '95 of 100', 'the last', 'USD billed for models until then', 'guide'],
    rows: results.map(({ scenario: { name }, library, guide: by }) => [
      name,
      figure(worst(library, run => run.first.median), 1),
      figure(worst(library, run => run.first.p95), 1),
      figure(worst(library, run => run.first.worst), 1),
      figure(average(library, run => run.waiting), 2),
      by ? figure(average(by, run => run.waiting), 2) : '-',
    ]),
  };
}

function isDone({ status, left }: Measurement): boolean {
  return status === 'DELETE_COMPLETE' && left.length === 0;
}

function outcome(runs: readonly Measurement[]): string {
  const bad = runs.find(run => !isDone(run));
  return bad ? `${bad.status}, ${bad.left.length} versions left` : 'all gone';
}
