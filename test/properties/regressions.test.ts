import { install } from './handler';
import { live } from './lifecycle';
import type { DeployPlan, LifecyclePlan } from './plan';
import { NOTHING, QUIET, quietly } from './quiet';

// failing lifecycles that the property tests found.

const TEARDOWN = { id: 'X', mode: 'DELETE', training: 'WAIT' } as const;
const SCREWS = { name: 'screws', nested: false, retain: false, teardown: TEARDOWN } as const;

install();

function plan(deployment: Partial<DeployPlan>, more: Partial<LifecyclePlan>): LifecyclePlan {
  return quietly('STOPPED', [{ ...NOTHING, ...deployment }], more);
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
  const lifecycle = plan({ own: SCREWS, fill: { statuses: ['STOPPED'] } }, {
    deletions: [{ ...QUIET, pollFaults: [{ kind: 'double event', nth: 0, calls: 0 }, { kind: 'crash', nth: 0, calls: 1 }] }],
  });
  const { trace } = await live(lifecycle);
  const givenUp = trace.findIndex(line => line.includes('Models DELETE_FAILED'));
  expect(givenUp).toBeGreaterThan(0);
  expect(trace.slice(givenUp).filter(line => line.includes(' CALLS '))).toEqual([]);
});

test('a version that is still listed is not treated as deleted, although a delete call returns ResourceNotFoundException', async () => {
  const lifecycle = plan({ own: SCREWS, fill: { statuses: ['STOPPED'] } }, {
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
