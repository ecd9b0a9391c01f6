import { existsSync, readFileSync } from 'fs';
import * as path from 'path';

const ROOT = path.join(__dirname, '..', '..');

/**
 * The rows of the first table in a document, below a heading if one is given (`## ...`), whose header begins with these cells;
 * without the header. Undefined when there is no such document.
 */
export function tableIn(document: string, ...header: string[]): string[][] | undefined {
  const file = path.join(ROOT, document);
  if (!existsSync(file)) return undefined;
  const [heading, ...cells] = header[0].startsWith('#') ? header : [undefined, ...header];
  const all = readFileSync(file, 'utf8').split('\n');
  const lines = heading === undefined ? all : all.slice(all.indexOf(heading));
  const start = lines.findIndex(line => cells.every((cell, index) => cellsOf(line)[index] === cell));
  if (start < 0 || (heading !== undefined && !all.includes(heading))) throw new Error(`${document} has no table ${header.join(' | ')}`);
  const end = lines.findIndex((line, index) => index > start && !line.startsWith('|'));
  return lines.slice(start + 2, end < 0 ? undefined : end).map(cellsOf);
}

/** The cells of a line; empty if it is not a row of a table. */
function cellsOf(line: string): string[] {
  if (!line.startsWith('|')) return [];
  return line.slice(1).split(/(?<!\\)\|/).slice(0, -1).map(cell => cell.trim());
}

/** The words in backticks. */
export function codeIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code);
}
