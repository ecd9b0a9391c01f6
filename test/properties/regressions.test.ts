import { install } from './handler';
import { live } from './lifecycle';
import { DEFAULT_TIMES, DeletionPlan, DeployPlan, LifecyclePlan, Trouble } from './plan';

// failing lifecycles that the property tests found.

const CALM: Trouble = { actors: [], callFaults: [], pollFaults: [] };
const QUIET: DeletionPlan = { ...CALM, what: 'stack' };
const NOTHING: DeployPlan = {
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
const TEARDOWN = { id: 'X', mode: 'DELETE', training: 'WAIT' } as const;

install();

function plan(deployment: Partial<DeployPlan>, more: Partial<LifecyclePlan>): LifecyclePlan {
  return {
    times: DEFAULT_TIMES,
    settings: {},
    cloudFormation: {},
    foreignProject: false,
    statuses: Array(7).fill('STOPPED'),
    crowd: 0,
    crowdStatus: 'STOPPED',
    crowdStays: false,
    skew: 0,
    jitter: 0,
    latency: 0,
    smallPages: false,
    deployments: [{ ...NOTHING, ...deployment }],
    deletions: [QUIET],
    ...more,
  };
}

/** The statuses that the stack went through. */
async function statuses(lifecycle: LifecyclePlan): Promise<string[]> {
  const { cloudFormation } = await live(lifecycle);
  return cloudFormation.log.events.filter(({ logicalId }) => logicalId === 'Models').map(({ status }) => status);
}

const version = { ...TEARDOWN, id: 'A', nested: false, retain: false, version: 0, withProject: true, trigger: 'STACK_DELETION' } as const;

test('mode STOP fails if an unknown status does not change, although the service accepts the stop', async () => {
  const lifecycle = plan({ versions: [{ ...version, mode: 'STOP' }] }, {
    settings: { stopWhenStopped: 'ACCEPTED' },
    deletions: [{ ...QUIET, actors: [{ action: 'set unknown status', subject: 0, when: { call: 0 } }] }],
  });
  expect(await statuses(lifecycle)).toContain('DELETE_FAILED');
});

test('after CloudFormation has given up, a second waiter no longer changes a project of the stack', async () => {
  const lifecycle = plan({ own: { name: 'screws', nested: false, teardown: TEARDOWN }, fill: { statuses: ['STOPPED'] } }, {
    deletions: [{ ...QUIET, pollFaults: [{ kind: 'double event', nth: 0, calls: 0 }, { kind: 'crash', nth: 0, calls: 1 }] }],
  });
  const { trace } = await live(lifecycle);
  const givenUp = trace.findIndex(line => line.includes('Models DELETE_FAILED'));
  expect(givenUp).toBeGreaterThan(0);
  expect(trace.slice(givenUp).filter(line => line.includes(' CALLS '))).toEqual([]);
});

test('a version that is still listed is not treated as deleted, although a delete call returns ResourceNotFoundException', async () => {
  const lifecycle = plan({ own: { name: 'screws', nested: false, teardown: TEARDOWN }, fill: { statuses: ['STOPPED'] } }, {
    settings: { deleteWhileDeleting: 'ResourceNotFoundException', staleReads: 20_000 },
  });
  expect(await statuses(lifecycle)).not.toContain('DELETE_FAILED');
});

test.each([9, 10, 11])('a failure is reported in time although poll %d is lost', async nth => {
  const lifecycle = plan({ project: { ...TEARDOWN, id: 'P', nested: false, retain: false, project: 'parts', deleteProject: false } }, {
    times: { queryInterval: 300, totalTimeout: 3600 },
    deletions: [{
      ...QUIET,
      callFaults: [{ kind: 'throttling', call: 0, seconds: 4000, service: 'rekognition' }],
      pollFaults: [{ kind: 'lost poll', nth, calls: 0 }],
    }],
  });
  const { trace } = await live(lifecycle);
  expect(trace.filter(line => line.includes('P DELETE_FAILED'))).toEqual([expect.stringContaining('Received response status [FAILED]')]);
});
