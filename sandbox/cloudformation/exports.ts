import { ResourceFailure } from './errors';
import type { Stack } from './stack';

export type ExportValues = { readonly [name: string]: string };

/** The exported outputs of all stacks. Messages: [cited] User Guide, "Get exports and imports", as the console shows them. */
export class Exports {
  private readonly known = new Map<string, { readonly stack: Stack; readonly value: string }>();

  constructor(private readonly stacks: () => Iterable<Stack>) {}

  value(name: string): string {
    const found = this.known.get(name);
    if (!found) throw new ResourceFailure(`No export named ${name} found.`);
    return found.value;
  }

  valuesOf(stack: Stack): ExportValues {
    return Object.fromEntries(this.of(stack).map(([name, { value }]) => [name, value]));
  }

  /** Replaces the exports of a stack. Throws, and changes nothing, if another stack uses an export that would change. */
  replace(stack: Stack, values: ExportValues): void {
    for (const name of Object.keys(values)) {
      const other = this.known.get(name)?.stack;
      if (other && other !== stack) throw new ResourceFailure(`Export with name ${name} is already exported by stack ${other.name}.`);
    }
    for (const [name, { value }] of this.of(stack)) {
      if (values[name] === value) continue;
      const users = [...this.stacks()].filter(user => user.imports.has(name)).map(user => user.name);
      const change = name in values ? 'updated' : 'deleted';
      if (users.length > 0) throw new ResourceFailure(`Export ${name} cannot be ${change} as it is in use by ${users.join(', ')}`);
    }
    for (const [name] of this.of(stack)) this.known.delete(name);
    for (const [name, value] of Object.entries(values)) this.known.set(name, { stack, value });
  }

  private of(stack: Stack) {
    return [...this.known].filter(([, entry]) => entry.stack === stack);
  }
}
