/** A line: what it shows, and its points. */
export interface Series {
  readonly name: string;
  readonly color: string;
  readonly isDashed?: boolean;
  readonly points: readonly (readonly [number, number])[];
}

export interface Panel {
  readonly title: string;
  readonly series: readonly Series[];
  /** How a value on the vertical axis is shown. */
  readonly label: (value: number) => string;
}

const [WIDTH, HEIGHT] = [330, 260];
const MARGIN = { left: 72, right: 10, top: 34, bottom: 42 };
const LEGEND = 30;

/** Panels side by side with logarithmic axes, as SVG. */
export function chart(title: string, xTitle: string, panels: readonly Panel[]): string {
  const width = panels.length * (WIDTH + MARGIN.left + MARGIN.right);
  const height = HEIGHT + MARGIN.top + MARGIN.bottom + LEGEND;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="12" fill="#24292f">`,
    `<title>${escape(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...panels.map((panel, index) => `<g transform="translate(${index * (WIDTH + MARGIN.left + MARGIN.right) + MARGIN.left} ${MARGIN.top})">${draw(panel, xTitle)}</g>`),
    legend(panels[0].series, height - 12),
    '</svg>',
    '',
  ].join('\n');
}

function draw({ title, series, label }: Panel, xTitle: string): string {
  const points = series.flatMap(line => line.points);
  const x = scale(points.map(([value]) => value), 0, WIDTH - 8);
  const y = scale(points.map(([, value]) => value), HEIGHT - 6, 6);
  return [
    `<text x="${WIDTH / 2}" y="-14" text-anchor="middle" font-weight="bold">${escape(title)}</text>`,
    ...y.ticks.map(tick => `<path d="M0 ${y.at(tick)}H${WIDTH}" stroke="#d0d7de"/><text x="-8" y="${y.at(tick) + 4}" text-anchor="end">${label(tick)}</text>`),
    ...x.ticks.map(tick => `<path d="M${x.at(tick)} 0V${HEIGHT}" stroke="#d0d7de"/><text x="${x.at(tick)}" y="${HEIGHT + 18}" text-anchor="middle">${tick}</text>`),
    `<text x="${WIDTH / 2}" y="${HEIGHT + 36}" text-anchor="middle">${escape(xTitle)}</text>`,
    ...series.map(line => lineOf(line, x.at, y.at)),
  ].join('\n');
}

function lineOf({ points, color, isDashed }: Series, x: (value: number) => number, y: (value: number) => number): string {
  const path = points.map(([across, up], index) => `${index === 0 ? 'M' : 'L'}${x(across)} ${y(up)}`).join('');
  const dots = isDashed ? [] : points.map(([across, up]) => `<circle cx="${x(across)}" cy="${y(up)}" r="3" fill="${color}"/>`);
  return [`<path d="${path}" fill="none" stroke="${color}" stroke-width="2"${isDashed ? ' stroke-dasharray="5 4"' : ''}/>`, ...dots].join('');
}

function legend(series: readonly Series[], y: number): string {
  let x = MARGIN.left;
  return series.map(({ name, color, isDashed }) => {
    const entry = `<path d="M${x} ${y - 4}h24" stroke="${color}" stroke-width="2"${isDashed ? ' stroke-dasharray="5 4"' : ''}/><text x="${x + 30}" y="${y}">${escape(name)}</text>`;
    x += 56 + name.length * 6.2;
    return entry;
  }).join('\n');
}

/** From the lowest value to the highest, with a tick at each power of ten. */
function scale(values: readonly number[], from: number, to: number): { at: (value: number) => number; ticks: number[] } {
  const [first, last] = [Math.min(...values), Math.max(...values)].map(Math.log10);
  return {
    at: value => Math.round((from + (to - from) * (Math.log10(value) - first) / (last - first)) * 10) / 10,
    ticks: Array.from({ length: Math.floor(last) - Math.ceil(first) + 1 }, (_, index) => Number((10 ** (Math.ceil(first) + index)).toPrecision(1))),
  };
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
