import { readdirSync, readFileSync } from 'fs';
import * as path from 'path';

const WORKFLOWS = path.join(__dirname, '..', '.github', 'workflows');
const FILES = readdirSync(WORKFLOWS);

/** The text of each job of a workflow. */
function jobsIn(file: string): { [name: string]: string } {
  const [, jobs] = readFileSync(path.join(WORKFLOWS, file), 'utf8').split(/^jobs:\n/m);
  return Object.fromEntries(jobs.split(/^ {2}(?=\S)/m).slice(1).map(job => [job.slice(0, job.indexOf(':')), job]));
}

test.each(FILES)('%s pins every action to a commit', file => {
  const workflow = readFileSync(path.join(WORKFLOWS, file), 'utf8');
  const uses = [...workflow.matchAll(/\buses: (\S+)/g)].map(([, action]) => action);
  expect(uses).not.toEqual([]);
  expect(uses.filter(action => !action.startsWith('./') && !/@[0-9a-f]{40}$/.test(action))).toEqual([]);
});

test.each(FILES)('each job of %s declares its permissions', file => {
  const silent = Object.entries(jobsIn(file)).filter(([, job]) => !/^ {4}permissions:$/m.test(job));
  expect(silent.map(([name]) => name)).toEqual([]);
});

test('only the GitHub release may write, and only publishing jobs may request an identity token', () => {
  const grantedIn = (job: string) => job.match(/^ {6}[\w-]+: write$/gm) ?? [];
  const granted = FILES.flatMap(file => Object.entries(jobsIn(file))
    .flatMap(([name, job]) => grantedIn(job).map(line => `${name} ${line.trim()}`)));
  expect(granted.sort()).toEqual([
    'release_github contents: write',
    'release_npm id-token: write',
    'release_nuget id-token: write',
    'release_pypi id-token: write',
  ]);
});

test('a release requires everything that CI checks', () => {
  const jobs = jobsIn('release.yml');
  expect(jobs.ci).toContain('uses: ./.github/workflows/ci.yml');
  expect(jobs.release).toMatch(/^ {4}needs: ci$/m);
});

test('CI runs each part of .ci/run in a job of its own', () => {
  const script = readFileSync(path.join(WORKFLOWS, '..', '..', '.ci', 'run'), 'utf8');
  const [, parts] = /^ {2}all \| (.*)\) ;;$/m.exec(script)!;
  const jobs = Object.entries(jobsIn('ci.yml')).map(([name, job]) => [name, /run: (.*)$/m.exec(job)![1]]);
  expect(jobs.sort()).toEqual(parts.split(' | ').map(part => [part, `.ci/run ${part}`]).sort());
  for (const part of parts.split(' | ')) expect(script).toMatch(new RegExp(`^${part}\\(\\) {$`, 'm'));
});
