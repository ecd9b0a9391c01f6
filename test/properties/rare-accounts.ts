import * as fc from 'fast-check';
import type { LifecyclePlan, Trouble } from './plan';
import type { RekognitionSettings } from '../../sandbox/rekognition';

/** Most accounts are as planned, some cannot use adapters, and in some a call says once that something does not exist. */
export function inRareAccounts(plan: LifecyclePlan): fc.Arbitrary<LifecyclePlan> {
  return fc.oneof(
    { weight: 10, arbitrary: fc.constant(plan) },
    { weight: 1, arbitrary: fc.constant(withoutAdapters(plan)) },
    { weight: 2, arbitrary: falseNotFound.map(lie => withFalseNotFound(plan, lie)) },
  );
}

const falseNotFound = fc.record({
  operation: fc.constantFrom(
    'DescribeProjects', 'DescribeProjectVersions', 'ListTagsForResource',
    'StopProjectVersion', 'DeleteProjectVersion', 'DeleteDataset', 'DeleteProject',
  ),
  from: fc.nat(30),
  requests: fc.constant(1),
});

/** Two kinds of requests have to say that something is gone, so no other fault may hide it at the same time. */
function withFalseNotFound(plan: LifecyclePlan, lie: RekognitionSettings['falseNotFound']): LifecyclePlan {
  const honest = <T extends Trouble>(step: T): T =>
    ({ ...step, callFaults: step.callFaults.filter(({ kind }) => kind !== 'empty response' && kind !== 'stale read') });
  return {
    ...plan,
    settings: { ...plan.settings, falseNotFound: lie, staleReads: 0 },
    deployments: plan.deployments.map(honest),
    deletions: plan.deletions.map(honest),
  };
}

/** In an account that cannot use adapters, there are none to tear down. */
function withoutAdapters({ settings: others, deployments, ...plan }: LifecyclePlan): LifecyclePlan {
  return {
    ...plan,
    settings: { ...others, contentModeration: 'AccessDeniedException' },
    deployments: deployments.map(({ versions, project, ...rest }) => ({
      ...rest,
      versions: versions.map(teardown => teardown.version === 3 ? { ...teardown, version: 2 } : teardown),
      project: project && { ...project, project: 'parts' },
    })),
  };
}
