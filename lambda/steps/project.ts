import { DatasetStatus, ProjectDescription, ProjectStatus } from '@aws-sdk/client-rekognition';
import { ProjectArn } from '../arn';
import { CallFailure } from '../aws/errors';
import { log } from '../log';
import { readingAgain, StepContext } from './context';
import type { Reads } from './reads';
import type { Left, Target } from '../model';
import { isReached, isUnderWay, orFailure, Progress, REACHED } from './progress';
import { deleteDataset, deleteProject } from '../aws/rekognition';
import { CALL_INTERVAL, LONG_ROUND } from '../times';
import { attempt, countBy, leftOf, perform, Task, taskFor } from './versions';

/** Everything in a project, and optionally the project itself. */
export interface ProjectTarget extends Target {
  readonly project: ProjectArn;
  readonly deletesProject: boolean;
}

const BUSY_DATASETS = new Set<string>([
  DatasetStatus.CREATE_IN_PROGRESS,
  DatasetStatus.UPDATE_IN_PROGRESS,
  DatasetStatus.DELETE_IN_PROGRESS,
]);

/**
 * Takes one step towards the wanted state of a project. It remembers nothing, so it may be repeated, interrupted or run
 * twice at once.
 */
export function stepOnProject(target: ProjectTarget, context: StepContext): Promise<Progress> {
  return orFailure(rounds(target, context));
}

async function rounds(target: ProjectTarget, context: StepContext): Promise<Progress> {
  const { rateLimiter } = context;
  const began = Date.now();
  const progress = await round(target, context);
  if (!isReached(progress)) {
    // what a long round has started may have finished by now. A round that is long only because others use up the quota
    // is not worth another look.
    const isLong = Math.min(Date.now() - began, progress.left.length * CALL_INTERVAL) >= LONG_ROUND;
    return isLong && isUnderWay(progress) && !rateLimiter.isOutOfTime
      ? rounds(target, readingAgain(context))
      : progress;
  }
  // reads may be stale: the project counts as empty when a second look confirms it.
  await rateLimiter.beforeSecondLook();
  return round(target, readingAgain(context));
}

/** Lists everything in the project and does what is possible now. */
async function round(target: ProjectTarget, context: StepContext): Promise<Progress> {
  const { reads } = context;
  const versions = await reads.versions(target.arn);
  if (versions === undefined) return unlessListed(target, reads);
  const tasks = versions.map(version => taskFor(version.arn, version, target));
  log('step', { versions: countBy(tasks, ({ status, action }) => `${status}: ${action}`) });
  const of = (action: Task['action']) => tasks.filter(task => task.action === action);
  const [inTraining] = of('fail');
  if (inTraining) {
    // running models are billed, and would be stopped anyway.
    const running = await inTurn(of('stop'), context);
    return isReached(running) ? { left: [], inTraining: inTraining.arn } : running;
  }

  const [stopped, deleted] = await Promise.all([inTurn(of('stop'), context), inTurn(of('delete'), context)]);
  const left = [...stopped.left, ...deleted.left, ...of('wait').map(leftOf)];
  const failure = stopped.failure ?? deleted.failure;
  return left.length > 0 || target.mode === 'STOP' ? { left, failure } : emptyProject(target, context);
}

/** "Not found" of one kind of call is no proof: a project is gone when it is not listed either. */
async function unlessListed(target: ProjectTarget, reads: Reads): Promise<Progress> {
  const project = await find(target, reads);
  return project
    ? { left: [{ ...leftOfProject(target, project), refusal: 'its versions were not found' }] }
    : { left: [], isMissing: true };
}

/**
 * Performs the same action on many versions, below the rate that the service allows. What does not fit into this poll
 * is left to the next one. A version that fails does not hold up the others.
 */
async function inTurn(tasks: Task[], context: StepContext): Promise<Progress> {
  const { rateLimiter, confirm } = context;
  const left: Left[] = [];
  let denied: CallFailure | undefined;
  let goesOn = true;
  for (const task of tasks) {
    try {
      // not between waiting for a turn and the call, which would then come too close to the next call.
      if (goesOn) await confirm();
      goesOn &&= await rateLimiter.turn(task.action);
      const rest = goesOn ? await perform(task, context) : leftOf(task);
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

/** Once the versions are gone: deletes the datasets, and then the project itself if requested. */
async function emptyProject(target: ProjectTarget, context: StepContext): Promise<Progress> {
  const { rateLimiter, reads } = context;
  const project = await find(target, reads);
  if (!project) return REACHED;

  const left: Left[] = [];
  for (const { DatasetArn: arn, Status: status = 'UNKNOWN' } of project.Datasets ?? []) {
    const dataset = { arn: arn!, status };
    const rest =
      BUSY_DATASETS.has(status) || !(await rateLimiter.turn('dataset'))
        ? dataset
        : await attempt(() => deleteDataset(arn!), dataset, context);
    if (rest) left.push(rest);
  }
  if (left.length > 0 || !target.deletesProject) return { left };

  const rest = leftOfProject(target, project);
  // DeleteProject also deletes its policies.
  const refused =
    project.Status === ProjectStatus.DELETING ? rest : await attempt(() => deleteProject(target.arn), rest, context);
  return { left: refused ? [refused] : [] };
}

async function find(target: ProjectTarget, reads: Reads): Promise<ProjectDescription | undefined> {
  return (await reads.projects(target.project)).find(({ ProjectArn: arn }) => arn === target.arn);
}

function leftOfProject({ arn }: ProjectTarget, { Status: status }: ProjectDescription): Left {
  return { arn, status: status ?? 'UNKNOWN' };
}
