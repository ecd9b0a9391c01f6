import { readdirSync, readFileSync } from 'fs';
import * as path from 'path';
import { gapsIn } from './support/api-docs';

const SRC = path.join(__dirname, '..', 'src');
const FILES = readdirSync(SRC).filter(file => file.endsWith('.ts')).sort();

test.each(FILES)('src/%s leaves nothing of the API undocumented', file => {
  expect(gapsIn(file, readFileSync(path.join(SRC, file), 'utf8'))).toEqual([]);
});

test('every export of the package is checked', () => {
  const reexported = [
    ...readFileSync(path.join(SRC, 'index.ts'), 'utf8').matchAll(/^export \* from '\.\/([\w-]+)';$/gm),
  ].map(([, name]) => `${name}.ts`);
  expect(reexported.length).toBeGreaterThan(5);
  expect(FILES.filter(file => file !== 'index.ts')).toEqual(reexported.sort());
});

describe('the check finds', () => {
  const DOC = '/** Says it.\n *\n * @see https://docs.aws.amazon.com/rekognition/ */';

  test.each([
    ['a class without a summary', 'export class A {}', ['A: no summary', 'A: no @see with a page of AWS']],
    [
      'a class with a link to elsewhere',
      '/** Says it.\n * @see https://example.com/ */ export class A {}',
      ['A: no @see with a page of AWS'],
    ],
    ['a property', `${DOC} export class A { public readonly b = 1; }`, ['A.b: no summary']],
    ['an accessor', `${DOC} export class A { public get b() { return 1; } }`, ['A.b: no summary']],
    ['a method', `${DOC} export class A { public static b() {} }`, ['A.b: no summary']],
    ['a protected method', `${DOC} export class A { protected b() {} }`, ['A.b: no summary']],
    [
      'a parameter',
      `${DOC} export class A {\n/** Says it.\n * @param c The first. */ public b(c: 1, d: 2) {} }`,
      ['A.b: no @param d'],
    ],
    [
      'a parameter whose text is empty',
      `${DOC} export class A {\n/** Says it.\n * @param c */ public b(c: 1) {} }`,
      ['A.b: no @param c'],
    ],
    [
      'a parameter of a constructor',
      `${DOC} export class A { constructor(id: string) {} }`,
      ['A.constructor: no @param id'],
    ],
    [
      'a parameter whose first sentence is none',
      `${DOC} export class A {\n/** Says it.\n * @param c One; two. */ public b(c: 1) {} }`,
      ['A.b: the reference cuts @param c at a semicolon'],
    ],
    [
      'a summary whose first sentence is none',
      '/** Says it; and more. */ export enum A {}',
      ['A: the reference cuts its summary at a semicolon'],
    ],
    ['an interface and its properties', 'export interface A { readonly b: 1 }', ['A: no summary', 'A.b: no summary']],
    [
      'an optional property without a default',
      '/** Says it. */ export interface A {\n/** Says it. */ readonly b?: 1 }',
      ['A.b: optional, but no @default'],
    ],
    [
      'a default that says nothing',
      '/** Says it. */ export interface A {\n/** Says it.\n * @default - */ readonly b?: 1 }',
      ['A.b: optional, but no @default'],
    ],
    ['an enum and its values', 'export enum A { B }', ['A: no summary', 'A.B: no summary']],
    [
      'a comment with tags only',
      '/** @see https://docs.aws.amazon.com/rekognition/ */ export class A {}',
      ['A: no summary'],
    ],
    [
      'an export that is none of these',
      'export const A = 1;',
      ['a.ts: an export that this check does not know: export const A = 1;'],
    ],
  ])('%s', (_, source, gaps) => {
    expect(gapsIn('a.ts', source)).toEqual(gaps);
  });

  test.each([
    ['what is private', `${DOC} export class A { private b = 1; private constructor(c: 1) {} }`],
    ['what is internal', `${DOC} export class A {\n/** @internal */ public _b() {} }`],
    ['what is not exported', 'class A {} interface B { c?: 1 }'],
    [
      'a default in words',
      '/** Says it. */ export interface A {\n/** Says it.\n * @default - none */ readonly b?: 1 }',
    ],
  ])('nothing amiss with %s', (_, source) => {
    expect(gapsIn('a.ts', source)).toEqual([]);
  });
});
