export interface Options {
  /** Parts of the names of wanted rows; empty means all. */
  readonly filters: readonly string[];
  /** Measures only as much as it takes to see that the benchmark works. */
  readonly isShort: boolean;
}

export function isWanted({ filters }: Options, name: string): boolean {
  return filters.length === 0 || filters.some(filter => name.includes(filter));
}

export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly notes: readonly string[];
}

/** The table as Markdown, which is also printed in the terminal. */
export function markdown({ title, columns, rows, notes }: Table): string {
  const widths = columns.map((column, index) => Math.max(column.length, 3, ...rows.map(row => row[index].length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, index) => cell.padEnd(widths[index])).join(' | ')} |`;
  return [
    `## ${title}`,
    '',
    line(columns),
    `|${widths.map(width => '-'.repeat(width + 2)).join('|')}|`,
    ...rows.map(line),
    '',
    ...notes.map(note => `- ${note}`),
    '',
  ].join('\n');
}

/** A number with this many decimals. */
export function figure(value: number, decimals = 0): string {
  if (!Number.isFinite(value)) throw new Error(`not measured: ${value}`);
  return value.toFixed(decimals);
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
