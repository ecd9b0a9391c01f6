// Writes the tables of docs/sandbox-assumptions.md: how many rules of each part of the sandbox are cited and assumed, and what is
// assumed. With
// --check it only compares.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const DOCUMENT = 'docs/sandbox-assumptions.md';
const BEGIN = '<!-- what follows is made by npm run docs:marks -->\n';
const END = '<!-- end -->';
const ROOM = 'sandbox/';

/** The comments of a source, each in one line; neighbouring lines of `//` are one. */
function commentsIn(source) {
  const found = source.matchAll(/\/\*\*?([^]*?)\*\/|(?:^|(?<=\s))\/\/[^\n]*(?:\n[ \t]*\/\/[^\n]*)*/gm);
  return [...found].map(([text]) => text.replace(/^\/\*+|\*\/$|^\s*(\*|\/\/) ?/gm, '').split(/\s+/).join(' ').trim());
}

/** The part of the sandbox that a file belongs to. */
function partOf(file) {
  return file.includes('/') ? file.slice(0, file.indexOf('/')) : file.replace(/\.ts$/, '');
}

const count = (text, mark) => text.split(`[${mark}]`).length - 1;
const cell = text => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
const row = (...cells) => `| ${cells.join(' | ')} |`;

function tables() {
  const files = readdirSync(ROOM, { recursive: true }).filter(file => file.endsWith('.ts')).sort();
  const marked = files
    .flatMap(file => commentsIn(readFileSync(ROOM + file, 'utf8')).map(text => ({ file, part: partOf(file), text })))
    .filter(({ text }) => /\[(cited|assumed)\]/.test(text));
  const parts = [...new Set(marked.map(({ part }) => part))];
  const total = (of, mark) => of.reduce((sum, { text }) => sum + count(text, mark), 0);
  return [
    row('part', 'cited', 'assumed'), row('---', '--:', '--:'),
    ...parts.map(part => {
      const own = marked.filter(other => other.part === part);
      return row(`\`${part}\``, total(own, 'cited'), total(own, 'assumed'));
    }),
    row('all', total(marked, 'cited'), total(marked, 'assumed')),
    '',
    'These are the assumptions, in the words of the source code:',
    '',
    row('file', 'rule'), row('---', '---'),
    ...marked.filter(({ text }) => count(text, 'assumed') > 0).map(({ file, text }) => row(`\`${file}\``, cell(text))),
    '',
  ].join('\n');
}

const document = readFileSync(DOCUMENT, 'utf8');
const [before, rest] = document.split(BEGIN);
if (rest === undefined || !rest.includes(END))
  throw new Error(`${DOCUMENT} has no place for the tables: a line "${BEGIN.trim()}" and one "${END}"`);
const current = `${before}${BEGIN}\n${tables()}${rest.slice(rest.indexOf(END))}`;

if (!process.argv.includes('--check')) writeFileSync(DOCUMENT, current);
else if (current !== document) throw new Error(`${DOCUMENT} is not what the sources say: npm run docs:marks`);
