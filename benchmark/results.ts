import { guide } from './peers/guide';
import { Machine } from './peers/machine';
import type { NamedScenario } from './scenarios';
import { figure, Table } from './table';
import { measure, Measurement, measurePeer } from './teardown';
import { mean } from './world/meter';

/** The runs of a scenario, one per phase. */
export interface Result {
  readonly scenario: NamedScenario;
  readonly library: readonly Measurement[];
  readonly guide?: readonly Measurement[];
}

export async function measureAll(scenario: NamedScenario, perProvider: number): Promise<Result> {
  const { phases, withGuide } = scenario;
  return {
    scenario,
    library: await inTurn(phases, phase => measure(scenario, phase, perProvider)),
    guide: withGuide ? await inTurn(phases, phase => measurePeer(scenario, phase, world => guide(new Machine(world, 'guide')))) : undefined,
  };
}

async function inTurn<T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await act(item));
  return results;
}

/** The mean of something over the phases. */
export function average(runs: readonly Measurement[], of: (run: Measurement) => number): number {
  return mean(runs.map(of));
}

export function worst(runs: readonly Measurement[], of: (run: Measurement) => number): number {
  return Math.max(...runs.map(of));
}

export const seconds = ({ seconds: value }: Measurement) => value;
export const limit = ({ limit: value }: Measurement) => value;
export const calls = ({ calls: services }: Measurement) => Object.values(services).reduce((sum, value) => sum + value, 0);

/** The mean time over the mean limit. */
export function overLimit(runs: readonly Measurement[]): number {
  return average(runs, seconds) / average(runs, limit);
}

export function timeTable(results: readonly Result[]): Table {
  return {
    title: 'Time: how long until the stack is gone, in seconds',
    columns: ['destroyed', 'phases', 'limit', 'library', 'of the limit', 'worst over the limit', 'guide', 'library of the guide', 'guide, worst over', 'outcome'],
    rows: results.map(({ scenario: { name, phases }, library, guide: by }) => [
      name,
      `${phases.length}`,
      figure(average(library, limit)),
      figure(average(library, seconds), 1),
      figure(overLimit(library), 3),
      figure(worst(library, run => run.seconds - run.limit), 1),
      by ? figure(average(by, seconds), 1) : '-',
      by ? figure(average(library, seconds) / average(by, seconds), 3) : '-',
      by ? figure(worst(by, run => run.seconds - run.limit), 1) : '-',
      outcome(library),
    ]),
  };
}

export function callTable(results: readonly Result[]): Table {
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

export function startTable(results: readonly Result[]): Table {
  return {
    title: 'When the first request comes to a version, in seconds (worst phase)',
    columns: ['destroyed', 'median', '95 of 100', 'the last'],
    rows: results.map(({ scenario: { name }, library }) => [
      name,
      figure(worst(library, run => run.first.median), 1),
      figure(worst(library, run => run.first.p95), 1),
      figure(worst(library, run => run.first.worst), 1),
    ]),
  };
}

function outcome(runs: readonly Measurement[]): string {
  const bad = runs.find(({ status, left }) => status !== 'DELETE_COMPLETE' || left > 0);
  return bad ? `${bad.status}, ${bad.left} versions left` : 'all gone';
}
