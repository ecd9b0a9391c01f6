import type { DeletionPlan, DeployPlan, LifecyclePlan, OwnProjectPlan, VersionTeardownPlan } from './plan';
import { NOTHING, QUIET, quietly } from './quiet';

/** What a deployment may define, by a short name. */
export type Shapes = { readonly [name: string]: Partial<DeployPlan> };

const DELETES = { mode: 'DELETE', training: 'WAIT' } as const;
const A: VersionTeardownPlan = {
  ...DELETES, id: 'A', nested: false, retain: false, version: 0, withProject: true, trigger: 'RESOURCE_REMOVAL',
};
const B = { ...A, id: 'B' };
const INNER = { nestedStack: { id: 'Inner', retain: false } } as const;

/** Teardowns A and B of the versions 0 and 1. */
export const VERSIONS: Shapes = {
  '-': {},
  'A0': { versions: [A] },
  'A0 on stack deletion': { versions: [{ ...A, trigger: 'STACK_DELETION' }] },
  'B0': { versions: [B] },
  'A1': { versions: [{ ...A, version: 1 }] },
  'A0 and B1': { versions: [A, { ...B, version: 1 }] },
  'A0 and B0': { versions: [A, B] },
  'Nested.A0': { versions: [{ ...A, nested: true }] },
  'Nested.A1': { versions: [{ ...A, nested: true, version: 1 }] },
  'Inner.A0': { versions: [{ ...A, nested: true }], ...INNER },
  'retained Nested.A0': { versions: [{ ...A, nested: true }], nestedStack: { id: 'Nested', retain: true } },
  'retained A0': { versions: [{ ...A, retain: true }] },
  'A0 that stops': { versions: [{ ...A, mode: 'STOP' }] },
};

const X = { ...DELETES, id: 'X' };
const Y = { ...X, id: 'Y' };
const own = (name: OwnProjectPlan['name'], teardown?: OwnProjectPlan['teardown'], more: Partial<OwnProjectPlan> = {}) =>
  ({ own: { name, nested: false, retain: false, teardown, ...more } });
const NESTED = { nested: true };
const RETAINED = { retain: true };

/** A project of the stack itself, by its name, with the teardown X or Y. */
export const PROJECTS: Shapes = {
  '-': {},
  'screws': own('screws'),
  'screws X': own('screws', X),
  'screws Y': own('screws', Y),
  'nuts X': own('nuts', X),
  'nuts Y': own('nuts', Y),
  'nuts': own('nuts'),
  'Nested.screws X': own('screws', X, NESTED),
  'Nested.screws': own('screws', undefined, NESTED),
  'Nested.nuts X': own('nuts', X, NESTED),
  'Inner.screws X': { ...own('screws', X, NESTED), ...INNER },
  'screws X that stops': own('screws', { ...X, mode: 'STOP' }),
  'retained nuts': own('nuts', undefined, RETAINED),
  'retained nuts X that stops': own('nuts', { ...X, mode: 'STOP' }, RETAINED),
};

const STAYS = { fails: 'late', disableRollback: true, onFailure: 'DO_NOTHING' } as const;
const OUTCOMES: Shapes = {
  '': {},
  ' fails early': { fails: 'early' },
  ' fails': { fails: 'late' },
  ' fails without rollback': STAYS,
  ' fails without rollback, is rolled back': { ...STAYS, recovers: true },
  ' fails and is deleted': { fails: 'late', onFailure: 'DELETE' },
  ' fails to roll back the anchor, continues': { fails: 'late', resists: 'Anchor', recovers: true },
  ' fails to roll back the project, continues': { fails: 'late', resists: 'Project', recovers: true },
};

export interface History {
  readonly name: string;
  readonly plan: LifecyclePlan;
}

/**
 * Every history of two deployments and a deletion, also of the nested stack first. With `deployments` 3, every third
 * deployment that succeeds comes between them.
 */
export function* histories(shapes: Shapes, deployments: number, settings: Settings): Generator<History> {
  const steps = Object.entries(shapes).flatMap(([shape, plan]) => Object.entries(OUTCOMES)
    .map(([outcome, end]): Step => [shape + outcome, { ...NOTHING, ...RUNNING, ...plan, ...end }]));
  const successes = steps.filter(([, { fails }]) => fails === 'no');
  // the rollback of a creation returns nothing to its old properties, so nothing resists.
  for (const first of steps.filter(([, { resists }]) => resists === 'nothing')) {
    for (const second of steps) {
      const thirds: Step[][] = deployments < 3 ? [[]] : successes.map(step => [step]);
      for (const third of thirds) yield* deletions([first, second, ...third], settings);
    }
  }
}

type Settings = LifecyclePlan['cloudFormation'];
type Step = readonly [name: string, plan: DeployPlan];

/** What is in the stack's own project. */
const RUNNING = { fill: { statuses: ['RUNNING'] } };

function* deletions(steps: readonly Step[], cloudFormation: Settings): Generator<History> {
  const isNested = steps.some(([, { versions, own: project }]) => project?.nested || versions.some(({ nested }) => nested));
  const firsts: DeletionPlan['what'][] = isNested ? ['stack', 'nested stack'] : ['stack'];
  for (const what of firsts) {
    yield {
      name: [...steps.map(([name]) => name), `delete ${what}`].join(' > '),
      plan: quietly('RUNNING', steps.map(([, plan]) => plan), { cloudFormation, deletions: [{ ...QUIET, what }, QUIET] }),
    };
  }
}
