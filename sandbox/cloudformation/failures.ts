type Verb = 'create' | 'update' | 'delete';

/** What failed in one phase of an operation. */
export class Failures {
  /** Why the phase failed although no resource did. */
  problem?: string;
  private readonly resources: { [verb in Verb]: string[] } = { create: [], update: [], delete: [] };

  add(verb: Verb, ...logicalIds: string[]): void {
    this.resources[verb].push(...logicalIds);
  }

  /** For the status reason of the stack. */
  get reason(): string {
    if (this.problem) return `${this.problem} `;
    const parts = (['create', 'update', 'delete'] as const).filter(verb => this.resources[verb].length > 0)
      .map(verb => `The following resource(s) failed to ${verb}: [${this.resources[verb].join(', ')}]. `);
    // [assumed] the text for a nested stack that was interrupted before any of its resources failed.
    return parts.join('') || 'Cancelled by the stack around it. ';
  }
}
