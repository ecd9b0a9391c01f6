import { isCustom } from './scope';
import type { Resource, Stack } from './stack';

/** The resources that a deployment has only recorded: the sandbox says so once for each of them. */
export class OnlyRecorded {
  private readonly announced = new Set<string>();
  private readonly listeners: ((resources: readonly Resource[]) => void)[] = [];

  /** Calls the listener at the end of a deployment with those that it has added, if any. */
  onRecorded(listener: (resources: readonly Resource[]) => void): void {
    this.listeners.push(listener);
  }

  announce(stacks: readonly Stack[]): void {
    const recorded = stacks.flatMap(({ resources }) => Object.values(resources))
      .filter(({ whyRecorded, status }) => whyRecorded && !status.startsWith('DELETE_'));
    const added = recorded.filter(resource => !this.announced.has(key(resource)));
    for (const resource of added) this.announced.add(key(resource));
    if (added.length > 0) for (const listener of this.listeners) listener(added);
  }
}

function key({ stack, logicalId }: Resource): string {
  return `${stack.id} ${logicalId}`;
}

/** For people: how many there are, those of each type, and why custom resources are among them. */
export function listed(resources: readonly Resource[]): string[] {
  const groups = new Map<string, string[]>();
  for (const { type, whyRecorded, logicalId } of resources) {
    const group = isCustom(type) ? `${type} (${whyRecorded})` : type;
    groups.set(group, [...groups.get(group) ?? [], logicalId]);
  }
  const types = new Set(resources.map(({ type }) => type)).size;
  return [
    `only recorded: ${count(resources.length, 'resource')} of ${count(types, 'type')}`,
    ...[...groups].sort().map(([group, logicalIds]) => `  ${group}: ${logicalIds.join(', ')}`),
  ];
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
