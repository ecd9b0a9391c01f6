import { existsSync, readdirSync, readFileSync } from 'fs';
import * as path from 'path';

const ROOT = path.join(__dirname, '..');

// API.md is generated from the sources.
const DOCUMENTS = ['.', 'docs', 'docs/decisions', '.github']
  .flatMap(folder => readdirSync(path.join(ROOT, folder)).map(file => path.join(folder, file)))
  .filter(file => file.endsWith('.md') && file !== 'API.md');

/** A document without its code, which contains no links. */
function textOf(file: string): string {
  return readFileSync(path.join(ROOT, file), 'utf8').replace(/^(```|~~~).*?^\1/gms, '').replace(/(`+).*?\1/gs, '');
}

/** The targets of the links and images in a document. */
function linksIn(file: string): string[] {
  return [...textOf(file).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target);
}

/** The anchors that GitHub generates for the headings of a document. */
function anchorsIn(file: string): string[] {
  return [...readFileSync(path.join(ROOT, file), 'utf8').replace(/^```.*?^```/gms, '').matchAll(/^#+ (.+)$/gm)]
    .map(([, heading]) => heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-'));
}

/** What is wrong with a link within the repository. */
function faultOf(file: string, link: string): string | undefined {
  const [target, anchor] = link.split('#');
  const document = target === '' ? file : path.join(path.dirname(file), target);
  if (path.isAbsolute(target) || document.startsWith('..')) return `${file}: ${link} leads out of the repository`;
  if (!existsSync(path.join(ROOT, document))) return `${file}: there is no ${document}`;
  return anchor !== undefined && !anchorsIn(document).includes(anchor)
    ? `${file}: ${document} has no heading #${anchor}`
    : undefined;
}

const isElsewhere = (link: string) => /^[a-z]+:/.test(link);

test('the test finds the documents', () => {
  expect(DOCUMENTS).toEqual(expect.arrayContaining(['README.md', 'docs/architecture.md']));
});

test.each(DOCUMENTS)('every link of %s within the repository has an existing target', file => {
  expect(linksIn(file).filter(link => !isElsewhere(link)).flatMap(link => faultOf(file, link) ?? [])).toEqual([]);
});

test.each(DOCUMENTS)('every external link of %s is encrypted', file => {
  expect(linksIn(file).filter(link => isElsewhere(link) && !link.startsWith('https://'))).toEqual([]);
});

test.each(['architecture', 'demo'])('README.md shows the picture %s.svg, which has a title and loads nothing', name => {
  expect(linksIn('README.md')).toContain(`docs/${name}.svg`);
  const picture = readFileSync(path.join(ROOT, 'docs', `${name}.svg`), 'utf8');
  expect(picture).toMatch(/<title id="title">.+<\/title>/);
  expect(picture.replace('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(/https?:|<script|<image|@import/);
});
