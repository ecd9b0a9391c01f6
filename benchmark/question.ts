import type { Table } from './table';

export interface Options {
  /** Parts of names: of the scenarios and questions that are wanted; all are without any. */
  readonly filters: readonly string[];
  /** As little as it takes to see that the benchmark works. */
  readonly isShort: boolean;
  /** What one provider holds. */
  readonly capacities: { readonly versions: number; readonly projects: number };
}

export interface Answer {
  readonly tables: readonly Table[];
  /** What the targets are about, by name. */
  readonly figures?: { readonly [name: string]: number };
}

/** Something that is measured. */
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
