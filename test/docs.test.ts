import { execFileSync } from 'child_process';
import { readFileSync } from 'fs';
import { join } from 'path';
import { BY_TAG, CUSTODY, PROJECT_CUSTODY } from './support/custody-tables';
import { tableIn } from './support/markdown';
import { READING } from './support/reading-rules';
import { KNOWN_STATUSES, NOT_LISTED, Observation, rowsFor, STATUSES } from './support/tables';
import { resourceTypes } from '../sandbox/cloudformation/resources';

const ROOT = join(__dirname, '..');

const NO_ANSWER = ['no answer (denied, throttled)', 'try again, finally fail'];

describe('docs/custody.md', () => {
  test('says what the handler takes from the events', () => {
    expect(tableIn('docs/custody.md', 'the events show', 'before 90 seconds', 'after')).toEqual(
      READING.map(row => [row.says, row.before, row.after]),
    );
  });

  test('says for each operation what the handler does', () => {
    expect(tableIn('docs/custody.md', 'the Delete belongs to', '`STACK_DELETION`', '`RESOURCE_REMOVAL`')).toEqual([
      ...CUSTODY.map(row => [row.says, row.STACK_DELETION, row.RESOURCE_REMOVAL]),
      [...NO_ANSWER, NO_ANSWER[1]],
    ]);
  });

  test('says for each operation what the handler does about a project of the same stack', () => {
    expect(tableIn('docs/custody.md', 'the Delete of a project of the same stack belongs to')).toEqual([
      ...PROJECT_CUSTODY.map(row => [row.says, row.answer]),
      NO_ANSWER,
    ]);
    expect(tableIn('docs/custody.md', 'the tag names', 'verdict')).toEqual(Object.entries(BY_TAG));
  });
});

describe('docs/sandbox.md', () => {
  test('has the current tables of marks: npm run docs:marks', () => {
    execFileSync(process.execPath, ['scripts/marks.mjs', '--check'], { cwd: ROOT });
  });

  test('lists the resource types that are modeled', () => {
    const types = Object.keys(resourceTypes({} as any, {} as any)).filter(type => type !== 'Custom::*');
    const listed = readFileSync(join(ROOT, 'docs/sandbox.md'), 'utf8')
      .match(/^\| (resource types|only recorded) \| .* \|$/gm)!
      .join();
    expect(listed.match(/AWS::\w+::\w+/g)!.sort()).toEqual(types.sort());
  });
});

describe('docs/architecture.md', () => {
  const OTHER = 'A_STATUS_OF_TOMORROW';
  const table = tableOfStatuses();
  const testIfWritten = table ? test : test.skip;

  function tableOfStatuses(): string[][] | undefined {
    try {
      return tableIn('docs/architecture.md', 'status', 'DELETE', 'STOP');
    } catch {
      return tableIn('docs/architecture.md', 'observed status', '`DELETE`', '`STOP`');
    }
  }

  /** The statuses that a row is about. */
  function statusesOf(cell: string): string[] {
    if (/^not listed/.test(cell)) return [NOT_LISTED];
    return /^any/.test(cell) ? [OTHER] : cell.match(/[A-Z][A-Z_]{3,}/g) ?? [];
  }

  /** What a cell begins with: the call, a wait, or that nothing is done. */
  function actionOf(cell: string, left = ''): string {
    if (/^same/.test(cell)) return actionOf(left);
    const [word = cell] = /StopProjectVersion|DeleteProjectVersion|wait|done/.exec(cell) ?? [];
    return word.replace('ProjectVersion', '').toLowerCase();
  }

  testIfWritten('has a row for every status', () => {
    expect(table!.flatMap(([status]) => statusesOf(status)).sort()).toEqual(
      [NOT_LISTED, OTHER, ...KNOWN_STATUSES].sort(),
    );
  });

  testIfWritten('says for each status what the handler does about a model', () => {
    const observed = (status: string, trainingBehavior: Observation['trainingBehavior']) =>
      rowsFor(STATUSES, { status, isAdapter: false, trainingBehavior })[0];
    for (const [cell, onDelete, onStop] of table!) {
      for (const status of statusesOf(cell)) {
        const { DELETE, STOP } = observed(status, 'WAIT');
        expect([status, actionOf(onDelete), actionOf(onStop, onDelete)]).toEqual([status, DELETE, STOP]);
        expect([status, /\bfail\b/.test(onDelete)]).toEqual([status, observed(status, 'FAIL').DELETE === 'fail']);
      }
    }
  });
});
