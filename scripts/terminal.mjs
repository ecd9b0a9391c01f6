/** Sizes in pixels. The font depends on the reader's machine, so `textLength` fixes the width of the characters. */
const CHARACTER = 8.4;
const LINE = 19;
const MARGIN = 20;
const BAR = 34;
const SECONDS_A_LINE = 0.35;

const CLASSES = { 1: 'bold', 2: 'dim', 31: 'red', 32: 'green', 33: 'yellow', 35: 'magenta', 36: 'cyan' };
const escape = text => text.replace(/[&<>]/g, character => `&#${character.codePointAt(0)};`);

/** The pieces of a line of terminal output: where each begins, what it says, and the class of its color. */
function* piecesOf(line) {
  const classes = new Set();
  let column = 0;
  for (const [, code, text] of line.matchAll(/\x1b\[(\d+)m|([^\x1b]+)/g)) {
    if (text === undefined) {
      if (CLASSES[code]) classes.add(CLASSES[code]);
      else classes.clear();
      continue;
    }
    for (const { 0: word, index } of text.matchAll(/\S+(?: \S+)*/g)) yield { column: column + index, text: word, classes: [...classes].join(' ') };
    column += text.length;
  }
}

/** Terminal output, with its colors, as an SVG whose lines appear one after another. Without animation, all lines are visible. */
export function pictureOf(output, { title, description }) {
  const lines = output.split('\n');
  const columns = Math.max(...lines.map(line => line.replace(/\x1b\[\d+m/g, '').length));
  const width = Math.ceil(columns * CHARACTER + 2 * MARGIN);
  const height = BAR + lines.length * LINE + MARGIN;
  const rows = lines.map((line, index) => {
    const texts = [...piecesOf(line)].map(({ column, text, classes }) =>
      `<text x="${(MARGIN + column * CHARACTER).toFixed(1)}" textLength="${(text.length * CHARACTER).toFixed(1)}"${classes && ` class="${classes}"`}>${escape(text)}</text>`);
    return texts.length === 0 ? '' : `<g class="line" transform="translate(0 ${BAR + (index + 1) * LINE})" style="animation-delay:${(index * SECONDS_A_LINE).toFixed(2)}s">${texts.join('')}</g>\n`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title description" font-size="14" font-family="ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace">
<title id="title">${escape(title)}</title>
<desc id="description">${escape(description)}</desc>
<style>
  text { fill: #c9d1d9 }
  .bold { font-weight: bold; fill: #f0f6fc }
  .dim { fill: #8b949e }
  .red { fill: #ff7b72 }
  .green { fill: #3fb950 }
  .yellow { fill: #d29922 }
  .magenta { fill: #d2a8ff }
  .cyan { fill: #79c0ff }
  @media (prefers-reduced-motion: no-preference) { .line { animation: appear 0.1s backwards } }
  @keyframes appear { from { opacity: 0 } }
</style>
<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8" fill="#0d1117" stroke="#30363d"/>
<circle cx="22" cy="19" r="6" fill="#ff5f57"/><circle cx="42" cy="19" r="6" fill="#febc2e"/><circle cx="62" cy="19" r="6" fill="#28c840"/>
${rows.join('')}</svg>
`;
}

/** The text of such a picture, line by line. */
export function textIn(picture) {
  return [...picture.matchAll(/<g class="line".*<\/g>/g)]
    .map(([line]) => [...line.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, text]) => text.replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(code))).join(' '));
}
