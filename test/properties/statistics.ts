/** Counts what a run covered, to print it at the end. */
export class Statistics {
  private readonly counts = new Map<string, Map<string, number>>();

  count(what: string, kind = '', by = 1): void {
    const kinds = this.counts.get(what) ?? new Map<string, number>();
    this.counts.set(what, kinds.set(kind, (kinds.get(kind) ?? 0) + by));
  }

  toString(): string {
    return [...this.counts].map(([what, kinds]) => {
      const total = [...kinds.values()].reduce((sum, count) => sum + count, 0);
      const details = [...kinds].filter(([kind]) => kind !== '').sort(([one], [other]) => one.localeCompare(other)).map(([kind, count]) => `${kind} ${count}`);
      return `  ${what}: ${total}${details.length > 0 ? ` (${details.join(', ')})` : ''}`;
    }).join('\n');
  }
}
