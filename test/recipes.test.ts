import { execFileSync } from 'child_process';
import { existsSync, readFileSync } from 'fs';
import * as path from 'path';
import { StackStatus } from '@aws-sdk/client-cloudformation';
import { ProjectVersionStatus } from '@aws-sdk/client-rekognition';
import { codeIn, tableIn } from './support/markdown';
import { FLOOR } from '../projenrc/floor';
import { resourceTypes } from '../sandbox/cloudformation/resources';

const ROOT = path.join(__dirname, '..');
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');

/** The options of a teardown that its handler knows. */
const OPTIONS = [...read('src/teardown-options.ts').matchAll(/readonly (\w+)\?: (Teardown|Training)\w+;/g)]
  .map(([, name]) => name).filter(name => name !== 'provider');

const IDS = [...read('lambda/messages/compose.ts').split('export type Id')[1].split(';')[0].matchAll(/'([\w-]+)'/g)]
  .map(([, id]) => id);

/** By the first cell of the row in CONTRIBUTING.md: the existing ones, all of which stand in each of its places. */
const EXISTING: { readonly [change: string]: readonly string[] } = {
  'a status of a project version': Object.values(ProjectVersionStatus),
  // the sandbox has no import operations, but imports resources into new stacks.
  'a status of a stack': Object.values(StackStatus).filter(status => !status.startsWith('IMPORT_')),
  'an option of a teardown': OPTIONS,
  'a message of the handler': IDS,
  'a resource type of the sandbox': Object.keys(resourceTypes({} as any, {} as any))
    .filter(type => type !== 'Custom::*'),
  'the floor of `aws-cdk-lib`': [FLOOR.cdk],
};

/** Neither generated files nor tests, which choose their examples. */
const EXCEPT = [
  /\.snapshot\//, /^test\/(records|flows|lambda|sandbox|properties)\//, /\.test\.ts$/, /^package(-lock)?\.json$/,
  /^\.projen\//, /^(API|CHANGELOG|CONTRIBUTING)\.md$/, /^sandbox\/rekognition\/service-model\.json$/,
];

const FILES = execFileSync('git', ['ls-files'], { cwd: ROOT, encoding: 'utf8' }).trim().split('\n')
  .filter(file => existsSync(path.join(ROOT, file)) && !EXCEPT.some(generated => generated.test(file)));

const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** A name as a whole word; the contract with the handler capitalizes names. */
function pattern([first, ...others]: string): RegExp {
  return new RegExp(`(?<![\\w.-])[${first}${first.toUpperCase()}]${escape(others.join(''))}(?![\\w-])`);
}

function hasAll(file: string, names: readonly string[]): boolean {
  const text = read(file);
  return names.every(name => pattern(name).test(text));
}

const RECIPES = tableIn('CONTRIBUTING.md', 'change', 'places', 'forgotten places fail')!;

test('there is a recipe for each change', () => {
  expect(RECIPES.map(([change]) => change)).toEqual(Object.keys(EXISTING));
});

describe.each(RECIPES)('the recipe for %s', (change, places) => {
  // the files after the semicolon are for some only.
  const [listed, more = []] = places.split('; ').map(codeIn);

  test('names files that exist', () => {
    const files = [...listed, ...more].filter(place => place.includes('/'));
    expect(files.filter(file => !existsSync(path.join(ROOT, file)))).toEqual([]);
  });

  test('names the places of the existing ones', () => {
    expect(EXISTING[change]).not.toHaveLength(0);
    expect(listed.filter(place => !hasAll(place, EXISTING[change]))).toEqual([]);
  });

  test('forgets no place that has all existing ones', () => {
    // the names of the options are common words.
    if (EXISTING[change] === OPTIONS) return;
    expect(FILES.filter(file => hasAll(file, EXISTING[change]) && !listed.includes(file))).toEqual([]);
  });
});

test('the examples in Java and Python need no newer constructs than the library', () => {
  expect(read('examples/java/pom.xml')).toContain(`[${FLOOR.constructs},`);
  expect(read('examples/python/requirements.txt')).toContain(`constructs>=${FLOOR.constructs},`);
});
