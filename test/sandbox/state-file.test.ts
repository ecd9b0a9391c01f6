import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Ajv from 'ajv';
import { Clock } from '../../sandbox/clock';
import { Rekognition } from '../../sandbox/rekognition';
import { loadState } from '../../sandbox/rekognition/state-file';
import schema from '../../sandbox/rekognition/state.schema.json';

const EXAMPLE = join(__dirname, '../../examples/sandbox/state.json');

const fits = new Ajv({ strict: true }).compile(schema);

let directory: string;
let rekognition: Rekognition;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sandbox-state-'));
  rekognition = new Rekognition({ clock: new Clock(0), account: '111122223333', region: 'us-east-1' });
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Whether the sandbox accepts it. */
function isRead(state: unknown): boolean {
  const file = join(directory, 'state.json');
  writeFileSync(file, JSON.stringify(state));
  try {
    loadState(file, rekognition);
    return true;
  } catch {
    return false;
  }
}

test('the example conforms to the schema, and the sandbox contains it afterwards', () => {
  const example = JSON.parse(readFileSync(EXAMPLE, 'utf8'));
  expect([fits(example), fits.errors]).toEqual([true, null]);
  expect(isRead(example)).toBe(true);
  expect(rekognition.versions.map(({ name, status }) => [name, status])).toEqual([['v1', 'RUNNING']]);
});

const project = (content: object) => ({ projects: [{ name: 'birds', ...content }] });

test.each<[string, unknown]>([
  ['nothing', {}],
  ['a project by its name', project({})],
  ['all of a project', project({ feature: 'CONTENT_MODERATION', autoUpdate: true, tags: { team: 'a' } })],
  ['all of a version', project({ versions: [{ name: 'v1', status: 'STOPPED', units: 3, tags: { stage: 'beta' } }] })],
  ['a dataset', project({ datasets: [{ type: 'TEST', status: 'UPDATE_FAILED' }] })],
])('the parser and the schema both accept %s', (_what, state) => {
  expect([isRead(state), fits(state)]).toEqual([true, true]);
});

test.each<[string, unknown]>([
  ['a list', []],
  ['an unknown key', { project: [] }],
  ['projects that are no list', { projects: {} }],
  ['a project without a name', { projects: [{}] }],
  ['a name with a space', { projects: [{ name: 'a b' }] }],
  ['an unknown feature', project({ feature: 'FACES' })],
  ['text for a boolean', project({ autoUpdate: 'yes' })],
  ['a tag that is a number', project({ tags: { team: 1 } })],
  ['an unknown key of a version', project({ versions: [{ name: 'v1', state: 'RUNNING' }] })],
  ['an unknown status of a version', project({ versions: [{ name: 'v1', status: 'RUNING' }] })],
  ['half an inference unit', project({ versions: [{ name: 'v1', units: 0.5 }] })],
  ['no inference unit', project({ versions: [{ name: 'v1', units: 0 }] })],
  ['a dataset without a type', project({ datasets: [{ status: 'CREATE_COMPLETE' }] })],
  ['an unknown status of a dataset', project({ datasets: [{ type: 'TEST', status: 'DELETED' }] })],
])('the parser and the schema both reject %s', (_what, state) => {
  expect([isRead(state), fits(state)]).toEqual([false, false]);
});
