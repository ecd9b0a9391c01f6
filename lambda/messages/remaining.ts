import type { Left } from '../model';
import { isKnown } from '../steps/decide';

/** Whether something is billed, or may be. */
export function mayBeBilled(left: Left): boolean {
  return left.status === 'RUNNING' || left.status === 'STARTING' || isUnknown(left);
}

/** The name of a version, dataset or project; with its project where there are several. */
export function nameOf({ arn }: Pick<Left, 'arn'>, withProject = false): string {
  const [, project, kind, name] = arn.split(':').slice(5).join(':').split('/');
  const prefix = withProject ? `${project}/` : '';
  switch (kind) {
    case 'version': return `${prefix}${name}`;
    case 'dataset': return `the dataset ${prefix}${name}`;
    default: return withProject ? `the project ${project}` : 'the project itself';
  }
}

/** `version` or `dataset`; undefined for a project. */
function kindOf({ arn }: Left): string | undefined {
  return arn.split('/').at(4) && arn.split('/')[2];
}

/** The name of the project of something. */
export function projectNameOf(arn: string): string {
  return arn.split('/')[1];
}

/** What is billed first, then what takes longest. */
const ORDER: ((left: Left) => boolean)[] = [
  ({ status }) => status === 'RUNNING',
  ({ status }) => status === 'STARTING',
  left => isUnknown(left),
  ({ status }) => status === 'TRAINING_IN_PROGRESS',
  ({ status }) => status === 'COPYING_IN_PROGRESS',
];

export function mostTellingFirst(left: readonly Left[]): Left[] {
  const rank = (one: Left) => (ORDER.findIndex(applies => applies(one)) + ORDER.length + 1) % (ORDER.length + 1);
  return [...left].sort((one, other) => rank(one) - rank(other));
}

/** A model status that this release does not know. Statuses of datasets and projects cost nothing. */
export function isUnknown({ arn, status }: Left): boolean {
  return arn.includes('/version/') && status !== undefined && !isKnown(status);
}

/**
 * What remains, and in which status: `3 models of project screws are left after 55 min: v1 RUNNING (billed), v2 and v3
 * STOPPED.`
 */
export function remaining(left: readonly Left[], state: string, names: number): string {
  const sorted = mostTellingFirst(left);
  const [first] = sorted;
  if (sorted.length === 1 && kindOf(first) === undefined) {
    return `Project ${projectNameOf(first.arn)} is ${state}: ${labelOf(first)}.`;
  }
  const isOneProject = new Set(sorted.map(({ arn }) => projectNameOf(arn))).size === 1;
  const groups = new Map<string, { named: string[]; more: number }>();
  sorted.forEach((one, index) => {
    const label = labelOf(one);
    const group = groups.get(label) ?? { named: [], more: 0 };
    groups.set(label, group);
    if (index < names) group.named.push(nameOf(one, !isOneProject));
    else group.more++;
  });
  const parts = [...groups].map(([label, { named, more }]) =>
    `${join([...named, ...more > 0 ? [`${more}${named.length > 0 ? ' more' : ''}`] : []])} ${label}`);
  const of = isOneProject ? ` of project ${projectNameOf(first.arn)}` : '';
  return `${counted(sorted)}${of} ${sorted.length === 1 ? 'is' : 'are'} ${state}: ${parts.join(', ')}.`;
}

function labelOf(left: Left): string {
  const { status } = left;
  if (status === undefined) return 'no longer listed, but not confirmed to be gone';
  if (status === 'RUNNING') return 'RUNNING (billed)';
  if (status === 'STARTING') return 'STARTING (billed once it runs)';
  return isUnknown(left) ? `${status} (this release does not know the status: it may be billed)` : status;
}

function counted(left: readonly Left[]): string {
  const kinds = [['model', '/version/'], ['dataset', '/dataset/']] as const;
  const counts = kinds.map(([noun, part]) => [noun, left.filter(({ arn }) => arn.includes(part)).length] as const);
  const projects = left.length - counts.reduce((sum, [, count]) => sum + count, 0);
  return join(
    [...counts, ['project', projects] as const]
      .filter(([, count]) => count > 0)
      .map(([noun, count]) => `${count} ${noun}${count === 1 ? '' : 's'}`),
  );
}

export function join(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items[items.length - 1]}`;
}
