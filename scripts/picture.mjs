// Draws docs/demo.svg, the terminal session in README.md, from the output of the demo. With --check, only compares the
// words, but not the times, which may differ by a second from run to run.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { pictureOf, textIn } from './terminal.mjs';

const PICTURE = 'docs/demo.svg';
const COMMAND = 'npm run demo -- --project';

/** The words of a text, each once and sorted; no times and no amounts. */
function wordsIn(lines) {
  return [
    ...new Set(
      lines
        .join(' ')
        .split(/\s+/)
        .filter(word => word !== '' && !/\d[\d:.]*\d|^\d+$/.test(word)),
    ),
  ].sort();
}

const { status, stdout, stderr } = spawnSync(
  process.execPath,
  ['node_modules/tsx/dist/cli.mjs', 'examples/demo/main.ts', '--project'],
  {
    encoding: 'utf8',
    env: { ...process.env, FORCE_COLOR: '1', NO_COLOR: undefined },
  },
);
if (status !== 0) throw new Error(`the demo failed: ${stderr}`);

const picture = pictureOf(`\x1b[32m$\x1b[39m ${COMMAND}\n${stdout.trimEnd()}`, {
  title: 'A whole project is torn down',
  description:
    'The output of the demo: five models in five states and two datasets, their statuses second by second while the '
    + 'stack is deleted, and that nothing is left at the end.',
});

if (process.argv.includes('--check')) {
  const [shown, made] = [readFileSync(PICTURE, 'utf8'), picture].map(text => wordsIn(textIn(text)));
  const stale = shown.filter(word => !made.includes(word));
  const missing = made.filter(word => !shown.includes(word));
  if (stale.length + missing.length > 0) {
    console.error(
      `${PICTURE} is out of date (run \`npm run demo:picture\`): it shows ${JSON.stringify(stale)},`
        + ` the demo prints ${JSON.stringify(missing)}`,
    );
    process.exitCode = 1;
  }
} else {
  writeFileSync(PICTURE, picture);
}
