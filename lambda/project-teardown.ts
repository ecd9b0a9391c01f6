import { DatasetStatus, ProjectStatus } from '@aws-sdk/client-rekognition';
import { parseProjectArn, ProjectArn } from './arn';
import { stackCustody, tagCustody } from './custody';
import { ObservedVersion } from './decide';
import { CallFailure, isFailure, TeardownError } from './errors';
import { log } from './log';
import { Pace } from './pace';
import { deleteDataset, deleteProject, describeProjects, describeProjectVersions } from './rekognition';
import { deletionOf, Left, oneOf, readCommon, Target, Teardown } from './teardown';
import { attempt, leftOf, perform, Task, taskFor } from './versions';

interface ProjectTarget extends Target {
  readonly project: ProjectArn;
  readonly deletesProject: boolean;
  /** The key of the project's tag that names its teardown, for a project of the same stack. */
  readonly ownerTag?: string;
}

const BUSY_DATASETS = new Set<string>([DatasetStatus.CREATE_IN_PROGRESS, DatasetStatus.UPDATE_IN_PROGRESS, DatasetStatus.DELETE_IN_PROGRESS]);

/** `Custom::RekognitionProjectTeardown`: all that a project contains, and the project too if that is asked for. */
export const projectTeardown: Teardown<ProjectTarget> = {
  read(properties) {
    const project = parseProjectArn(properties.ProjectArn);
    if (!project) {
      throw new TeardownError(`not the ARN of a Rekognition project: ${JSON.stringify(properties.ProjectArn)}; `
        + 'expected arn:PARTITION:rekognition:REGION:ACCOUNT:project/PROJECT/CREATED');
    }
    return {
      arn: project.arn,
      project,
      deletesProject: oneOf('DeleteProject', properties.DeleteProject, ['false', 'true']) === 'true',
      ownerTag: properties.OwnerTag as string | undefined,
      ...readCommon(properties),
    };
  },

  async find({ arn, ownerTag }) {
    // CloudFormation itself has just made a project of the same stack.
    return ownerTag !== undefined || await versionsOf(arn) ? {} : undefined;
  },

  attributesWhenGone: () => ({}),

  custody: ({ arn, ownerTag }, event) => ownerTag === undefined
    ? stackCustody(deletionOf(event, 'STACK_DELETION'))
    : tagCustody(arn, ownerTag, deletionOf(event, 'STACK_DELETION')),

  async step(target, pace) {
    const left = await round(target, pace);
    if (left.length > 0) return left;
    // reads may be stale: that nothing is left counts when a second look agrees.
    await pace.beforeSecondLook();
    return round(target, pace);
  },
};

/** Looks at everything in the project and does what can be done about it now. */
async function round(target: ProjectTarget, pace: Pace): Promise<Left[]> {
  const versions = await versionsOf(target.arn);
  if (versions === undefined) return [];
  const tasks = versions.map(version => taskFor(version.arn, version, target));
  log('step', { projectArn: target.arn, versions: countBy(tasks, ({ status, action }) => `${status}: ${action}`) });

  const left = (await Promise.all([
    inTurn(tasks.filter(({ action }) => action === 'stop'), pace),
    inTurn(tasks.filter(({ action }) => action === 'delete'), pace),
  ])).flat().concat(tasks.filter(({ action }) => action === 'wait').map(leftOf));
  return left.length > 0 || target.mode === 'STOP' ? left : emptyProject(target, pace);
}

/** All versions; undefined when there is no such project. */
async function versionsOf(projectArn: string): Promise<ObservedVersion[] | undefined> {
  try {
    return await describeProjectVersions(projectArn);
  } catch (error) {
    if (isFailure(error, 'gone')) return undefined;
    throw error;
  }
}

/**
 * Does the same for many versions, below the rate that the service allows. What this poll does not reach, it leaves to
 * the next one. A version that must not be changed does not keep the others from it.
 */
async function inTurn(tasks: Task[], pace: Pace): Promise<Left[]> {
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
      left.push({ ...leftOf(task), refusal: error.message });
      if (error.kind === 'transient') goesOn = false;
      else denied ??= error;
    }
  }
  if (denied) throw denied;
  return left;
}

/** What comes after the versions: the datasets, and then the project itself if that is asked for. */
async function emptyProject(target: ProjectTarget, pace: Pace): Promise<Left[]> {
  const project = (await describeProjects(target.project)).find(({ ProjectArn: arn }) => arn === target.arn);
  if (!project) return [];

  const left: Left[] = [];
  for (const { DatasetArn: arn, Status: status = 'UNKNOWN' } of project.Datasets ?? []) {
    const dataset = { name: `the dataset ${arn}`, status };
    const rest = BUSY_DATASETS.has(status) || !await pace.turn('dataset') ? dataset : await attempt(() => deleteDataset(arn!), dataset);
    if (rest) left.push(rest);
  }
  if (left.length > 0 || !target.deletesProject) return left;

  const rest = { name: `the project ${target.arn}`, status: project.Status ?? 'UNKNOWN' };
  // its policies go with it.
  const refused = project.Status === ProjectStatus.DELETING ? rest : await attempt(() => deleteProject(target.arn), rest);
  return refused ? [refused] : [];
}

function countBy<T>(items: T[], keyOf: (item: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const key of items.map(keyOf)) counts[key] = (counts[key] ?? 0) + 1;
  return counts;
}
