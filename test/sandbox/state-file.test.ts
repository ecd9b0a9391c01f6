import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Clock } from '../../sandbox/clock';
import { Rekognition } from '../../sandbox/rekognition';
import { loadState } from '../../sandbox/rekognition/state-file';

const EXAMPLE = join(__dirname, '../../examples/sandbox/state.json');

let directory: string;
let rekognition: Rekognition;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sandbox-state-'));
  rekognition = new Rekognition({ clock: new Clock(0), account: '111122223333', region: 'us-east-1' });
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Adds the resources in a file with this content. */
function load(content: unknown): void {
  const file = join(directory, 'state.json');
  writeFileSync(file, JSON.stringify(content));
  loadState(file, rekognition);
}

test('the sandbox contains the resources of the example', () => {
  load(JSON.parse(readFileSync(EXAMPLE, 'utf8')));
  expect(rekognition.versions.map(({ name, status }) => [name, status])).toEqual([['v1', 'RUNNING']]);
});

const project = (content: object) => ({ projects: [{ name: 'birds', ...content }] });

test.each<[string, unknown]>([
  ['nothing', {}],
  ['a project by its name', project({})],
  ['all of a project', project({ feature: 'CONTENT_MODERATION', autoUpdate: true, tags: { team: 'a' } })],
  ['all of a version', project({ versions: [{ name: 'v1', status: 'STOPPED', units: 3, tags: { stage: 'beta' } }] })],
  ['a dataset', project({ datasets: [{ type: 'TEST', status: 'UPDATE_FAILED' }] })],
])('a file with %s is accepted', (_what, content) => {
  expect(() => load(content)).not.toThrow();
});

test('a version has the status, the inference units and the tags of the file', () => {
  load(project({ versions: [{ name: 'v1', status: 'RUNNING', units: 3, tags: { stage: 'beta' } }] }));
  const [{ name, status, minInferenceUnits, tags }] = rekognition.versions;
  expect([name, status, minInferenceUnits, [...tags]]).toEqual(['v1', 'RUNNING', 3, [['stage', 'beta']]]);
});

const version = (content: object) => project({ versions: [{ name: 'v1', ...content }] });

test.each<[string, unknown, string | RegExp]>([
  ['a list', [], /state\.json must be object$/],
  ['an unknown key', { project: [] }, /state\.json has an unknown key project$/],
  ['projects that are no list', { projects: {} }, 'projects must be array'],
  ['a project without a name', { projects: [{}] }, "projects[0] must have required property 'name'"],
  ['a name with a space', { projects: [{ name: 'a b' }] }, 'projects[0].name must match pattern'],
  ['an unknown feature', project({ feature: 'FACES' }), 'projects[0].feature must be one of CONTENT_MODERATION, '],
  ['text for a boolean', project({ autoUpdate: 'yes' }), 'projects[0].autoUpdate must be boolean'],
  ['a tag that is a number', project({ tags: { team: 1 } }), 'projects[0].tags.team must be string'],
  ['an unknown key of a version', version({ state: 'RUNNING' }), 'projects[0].versions[0] has an unknown key state'],
  ['an unknown status of a version', version({ status: 'RUNING' }), 'projects[0].versions[0].status must be one of '],
  ['half an inference unit', version({ units: 0.5 }), 'projects[0].versions[0].units must be integer'],
  ['no inference unit', version({ units: 0 }), 'projects[0].versions[0].units must be >= 1'],
  ['a dataset without a type', project({ datasets: [{}] }), "datasets[0] must have required property 'type'"],
  [
    'an unknown status of a dataset', project({ datasets: [{ type: 'TEST', status: 'DELETED' }] }),
    'projects[0].datasets[0].status must be one of CREATE_',
  ],
])('a file with %s is rejected, and adds nothing', (_what, content, problem) => {
  expect(() => load(content)).toThrow(problem);
  expect(rekognition.projects).toEqual([]);
});
