import { DEFAULT_TIMES, DeletionPlan, DeployPlan, LifecyclePlan, Trouble } from './plan';

/** No faults, and nobody interferes. */
export const CALM: Trouble = { actors: [], callFaults: [], pollFaults: [] };

export const QUIET: DeletionPlan = { ...CALM, what: 'stack', retains: [] };

/** A deployment of nothing that succeeds. */
export const NOTHING: DeployPlan = {
  ...CALM,
  versions: [],
  fails: 'no',
  onFailure: 'ROLLBACK',
  disableRollback: false,
  resists: 'nothing',
  recovers: false,
  imports: false,
  nestedStack: { id: 'Nested', retain: false },
  fill: { statuses: [] },
};

/** A lifecycle in which nothing unusual happens. */
export function quietly(status: string, deployments: DeployPlan[], more: Partial<LifecyclePlan> = {}): LifecyclePlan {
  return {
    times: DEFAULT_TIMES,
    settings: {},
    cloudFormation: {},
    foreignProject: false,
    statuses: Array(7).fill(status),
    crowd: 0,
    crowdStatus: 'STOPPED',
    crowdStays: false,
    skew: 0,
    jitter: 0,
    latency: 0,
    smallPages: false,
    deployments,
    deletions: [QUIET],
    ...more,
  };
}
