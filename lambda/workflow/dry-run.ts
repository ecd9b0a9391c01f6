import type { ObservedVersion, Target } from '../model';
import type { WorkflowTargets } from './targets';
import { decide } from '../steps/decide';
import { ProjectTarget } from '../steps/project';
import { findVersion } from '../steps/project-version';
import { Reads } from '../steps/reads';

/** What a run would do with one resource, in this order. */
interface Plan {
  readonly arn: string;
  readonly status: string;
  readonly would: string[];
}

/** The same for a version. */
interface VersionPlan extends Plan {
  readonly inferenceUnits?: number;
  readonly createdAt?: Date;
  /** Why a run would fail because of it. */
  readonly refused?: string;
}

/** Step Functions accepts 262,144 bytes as the output of a state. */
const MAX_BYTES = 200_000;

/** The status that follows by itself. */
const AFTERWARDS: Record<string, string> = {
  TRAINING_IN_PROGRESS: 'TRAINING_COMPLETED',
  COPYING_IN_PROGRESS: 'COPYING_COMPLETED',
  STOPPING: 'STOPPED',
};

const STOP = 'StopProjectVersion';

/**
 * Lists what a run would do, with read calls only: first the versions, side by side, then the datasets, then the
 * projects. Throws if a call fails.
 */
export async function dryRun({ projects, projectVersions }: WorkflowTargets, reads: Reads): Promise<object> {
  const found = await Promise.all(
    projects.map(async target => ({ target, versions: await reads.versions(target.arn) })),
  );
  const named = await Promise.all(
    projectVersions.map(async target => ({ target, version: await findVersion(target, reads) })),
  );

  const versions = new Map<string, VersionPlan>();
  const blocked = new Set<string>();
  for (const { target, versions: ofProject = [] } of found) {
    const plans = ofProject.map(version => planOf(version, target));
    // if one is in training with TrainingBehavior.FAIL, a run stops what runs and deletes nothing.
    const isBlocked = plans.some(({ refused }) => refused !== undefined);
    if (isBlocked) blocked.add(target.arn);
    for (const plan of plans) {
      versions.set(plan.arn, isBlocked ? { ...plan, would: plan.would.filter(step => step === STOP) } : plan);
    }
  }
  for (const { target, version } of named) {
    if (version && !versions.has(version.arn)) versions.set(version.arn, planOf(version, target));
  }
  const emptied = await Promise.all(
    projects
      .filter(({ arn, mode }) => mode === 'DELETE' && !blocked.has(arn))
      .map(target => afterVersions(target, reads)),
  );
  return {
    dryRun: true,
    notFound: [
      ...found.filter(({ versions: ofProject }) => !ofProject),
      ...named.filter(({ version }) => !version),
    ].map(({ target }) => target.arn),
    ...withinBytes({
      versions: [...versions.values()],
      datasets: emptied.flatMap(({ datasets }) => datasets),
      projects: emptied.flatMap(({ project }) => project),
    }),
  };
}

function planOf({ arn, status, isAdapter, inferenceUnits, createdAt }: ObservedVersion, target: Target): VersionPlan {
  const would: string[] = [];
  let refused: string | undefined;
  for (let next: string | undefined = status; next !== undefined;) {
    const action = decide({ status: next, isAdapter }, target);
    if (action === 'stop') would.push(STOP);
    if (action === 'delete') would.push('DeleteProjectVersion');
    if (action === 'wait') would.push(`wait while ${next}`);
    if (action === 'fail') refused = 'it is in training, and trainingBehavior is FAIL';
    next =
      action === 'stop'
        ? target.mode === 'STOP'
          ? undefined
          : 'STOPPED'
        : action === 'wait'
          ? AFTERWARDS[next]
          : undefined;
  }
  return { arn, status, inferenceUnits, createdAt, would, refused };
}

/** What comes after the versions of a project. */
async function afterVersions(target: ProjectTarget, reads: Reads): Promise<{ datasets: Plan[]; project: Plan[] }> {
  const project = (await reads.projects(target.project)).find(({ ProjectArn: arn }) => arn === target.arn);
  return {
    datasets: (project?.Datasets ?? []).map(({ DatasetArn: arn = '', Status: status = 'UNKNOWN' }) => ({
      arn,
      status,
      would: ['DeleteDataset'],
    })),
    project:
      project && target.deletesProject
        ? [{ arn: target.arn, status: project.Status ?? 'UNKNOWN', would: ['DeleteProject'] }]
        : [],
  };
}

/** As many entries as fit, and the number of omitted ones. */
function withinBytes(lists: { [name: string]: Plan[] }): object {
  let bytes = 0;
  let more = 0;
  const fitting = Object.entries(lists).map(([name, plans]) => [name, plans.filter(plan => {
    bytes += Buffer.byteLength(JSON.stringify(plan)) + 1;
    if (bytes > MAX_BYTES) more++;
    return bytes <= MAX_BYTES;
  })]);
  return { ...Object.fromEntries(fitting), more };
}
