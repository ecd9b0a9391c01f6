import type { Table } from './table';

export interface Options {
  /** Parts of the names of wanted scenarios and questions; empty means all. */
  readonly filters: readonly string[];
  /** Measures only as much as it takes to see that the benchmark works. */
  readonly isShort: boolean;
  /** How many teardowns fit into one provider. */
  readonly capacities: { readonly versions: number; readonly projects: number };
}

export interface Answer {
  readonly tables: readonly Table[];
  /** The figures that the targets are about, by name. */
  readonly figures?: { readonly [name: string]: number };
}

/** A part of the benchmark. */
export interface Question {
  readonly name: string;
  answer(options: Options): Promise<Answer | undefined>;
}

export function isWanted({ filters }: Options, name: string): boolean {
  return filters.length === 0 || filters.some(filter => name.includes(filter));
}

/** Runs something for each item, one after the other. */
export async function inTurn<T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await act(item));
  return results;
}
