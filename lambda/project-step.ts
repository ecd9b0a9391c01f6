import { DatasetStatus, ProjectStatus } from '@aws-sdk/client-rekognition';
import { ProjectArn } from './arn';
import { CallFailure } from './errors';
import { log } from './log';
import { Looks } from './looks';
import { Pace } from './pace';
import { isReached, orFailure, Progress, REACHED } from './progress';
import { deleteDataset, deleteProject } from './rekognition';
import type { Left, Target } from './teardown';
import { attempt, leftOf, perform, Task, taskFor } from './versions';

/** All that a project contains, and the project too if that is asked for. */
export interface ProjectTarget extends Target {
  readonly project: ProjectArn;
  readonly deletesProject: boolean;
}

const BUSY_DATASETS = new Set<string>([DatasetStatus.CREATE_IN_PROGRESS, DatasetStatus.UPDATE_IN_PROGRESS, DatasetStatus.DELETE_IN_PROGRESS]);

/**
 * Takes one step towards the wanted state of a project. It remembers nothing, so it may be repeated, interrupted or run
 * twice at once.
 */
export function stepOnProject(target: ProjectTarget, pace: Pace, looks = new Looks(pace)): Promise<Progress> {
  return orFailure(twoRounds(target, pace, looks));
}

async function twoRounds(target: ProjectTarget, pace: Pace, looks: Looks): Promise<Progress> {
  const progress = await round(target, pace, looks);
  if (!isReached(progress)) return progress;
  // reads may be stale: that nothing is left counts when a second look agrees.
  await pace.beforeSecondLook();
  return round(target, pace, looks.again());
}

/** Looks at everything in the project and does what can be done about it now. */
async function round(target: ProjectTarget, pace: Pace, looks: Looks): Promise<Progress> {
  const versions = await looks.versions(target.arn);
  if (versions === undefined) return REACHED;
  const tasks = versions.map(version => taskFor(version.arn, version, target));
  log('step', { projectArn: target.arn, versions: countBy(tasks, ({ status, action }) => `${status}: ${action}`) });
  const inTraining = tasks.find(({ action }) => action === 'fail')?.arn;
  // what runs is billed, and was to end anyway.
  if (inTraining !== undefined) return { ...await inTurn(tasks.filter(({ action }) => action === 'stop'), pace), inTraining };

  const [stopped, deleted] = await Promise.all([
    inTurn(tasks.filter(({ action }) => action === 'stop'), pace),
    inTurn(tasks.filter(({ action }) => action === 'delete'), pace),
  ]);
  const left = [...stopped.left, ...deleted.left, ...tasks.filter(({ action }) => action === 'wait').map(leftOf)];
  const failure = stopped.failure ?? deleted.failure;
  return left.length > 0 || target.mode === 'STOP' ? { left, failure } : emptyProject(target, pace, looks);
}

/**
 * Does the same for many versions, below the rate that the service allows. What this poll does not reach, it leaves to
 * the next one. A version that must not be changed does not keep the others from it.
 */
async function inTurn(tasks: Task[], pace: Pace): Promise<Progress> {
  const left: Left[] = [];
  let denied: CallFailure | undefined;
  let goesOn = true;
  for (const task of tasks) {
    goesOn &&= await pace.turn(task.action);
    try {
      const rest = goesOn ? await perform(task) : leftOf(task);
      if (rest) left.push(rest);
    } catch (error) {
      if (!(error instanceof CallFailure)) throw error;
      left.push({ ...leftOf(task), refusal: error.message, isStuck: error.kind !== 'transient' });
      if (error.kind === 'transient') goesOn = false;
      else denied ??= error;
    }
  }
  return { left, failure: denied };
}

/** What comes after the versions: the datasets, and then the project itself if that is asked for. */
async function emptyProject(target: ProjectTarget, pace: Pace, looks: Looks): Promise<Progress> {
  const project = (await looks.projects(target.project)).find(({ ProjectArn: arn }) => arn === target.arn);
  if (!project) return REACHED;

  const left: Left[] = [];
  for (const { DatasetArn: arn, Status: status = 'UNKNOWN' } of project.Datasets ?? []) {
    const dataset = { name: `the dataset ${arn}`, status };
    const rest = BUSY_DATASETS.has(status) || !await pace.turn('dataset') ? dataset : await attempt(() => deleteDataset(arn!), dataset);
    if (rest) left.push(rest);
  }
  if (left.length > 0 || !target.deletesProject) return { left };

  const rest = { name: `the project ${target.arn}`, status: project.Status ?? 'UNKNOWN' };
  // its policies go with it.
  const refused = project.Status === ProjectStatus.DELETING ? rest : await attempt(() => deleteProject(target.arn), rest);
  return { left: refused ? [refused] : [] };
}

function countBy<T>(items: T[], keyOf: (item: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const key of items.map(keyOf)) counts[key] = (counts[key] ?? 0) + 1;
  return counts;
}
