// Checks the API references in dist/docs that `npm run docs:languages` has just generated: each contains the README,
// with every snippet translated into its language, as on Construct Hub.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const LANGUAGES = ['typescript', 'python', 'java', 'csharp', 'go'];

/** The text that rosetta writes above a snippet that it could not compile. */
const UNCERTAIN = /Example automatically generated (from non-compiling source|without compilation)/i;

/** The fenced blocks of a document that begin with one of these words. */
function blocksIn(markdown, ...words) {
  return [...markdown.matchAll(/^```([^\n]*)\n(.*?)^```$/gms)]
    .filter(([, info]) => words.includes(info.split(' ')[0]))
    .map(([, , code]) => code);
}

/** The string literals in a snippet, which are the same in every language, except module names. */
function textsIn(code) {
  return [...code.replace(/^import .*$/gm, '').matchAll(/'([^']*)'/g)].map(([, text]) => text);
}

/** What is wrong with a translation of a snippet. */
function faultsOf(language, source, translation) {
  const missing = textsIn(source).filter(text => !translation.includes(text));
  return [
    ...UNCERTAIN.test(translation) ? ['rosetta could not compile it'] : [],
    ...translation.trim() === source.trim() ? ['it is left in TypeScript'] : [],
    ...missing.map(text => `${JSON.stringify(text)} is missing`),
    ...language === 'python' ? syntaxErrorsOf(translation) : [],
  ];
}

/** A translation may use a word that Python reserves. */
function syntaxErrorsOf(code) {
  const { error, status, stderr } = spawnSync('python3', ['-c', 'import ast, sys; ast.parse(sys.stdin.read())'], {
    input: code,
    encoding: 'utf8',
  });
  hasPython &&= !error;
  return error || status === 0 ? [] : [`Python cannot parse it: ${stderr.trim().split('\n').slice(-3).join(' ')}`];
}

const snippets = blocksIn(readFileSync('README.md', 'utf8'), 'ts');
if (snippets.length === 0) throw new Error('README.md has no snippets');

let faults = 0;
let hasPython = true;
for (const language of LANGUAGES) {
  const [readme, reference] = readFileSync(`dist/docs/API.${language}.md`, 'utf8').split(/^# API Reference.*$/m);
  // the TypeScript reference contains the README unchanged.
  const translations = blocksIn(readme, language === 'typescript' ? 'ts' : language);
  const found = [
    ...(reference === undefined ? ['there is no README before the API reference'] : []),
    ...(translations.length === snippets.length
      ? []
      : [`${snippets.length} snippets, but ${translations.length} translations`]),
    ...(language === 'typescript'
      ? []
      : snippets.flatMap((snippet, index) =>
          faultsOf(language, snippet, translations[index] ?? '').map(
            fault => `snippet ${index + 1} (${snippet.trim().split('\n')[0]}): ${fault}`,
          ),
        )),
  ];
  faults += found.length;
  console.log(`${language}: ${translations.length} snippets, ${found.length} faults`);
  for (const fault of found) console.log(`  ${fault}`);
}
if (!hasPython) console.warn('SKIPPED: there is no python3, so the syntax of the Python snippets was not checked');
process.exitCode = faults === 0 ? 0 : 1;
