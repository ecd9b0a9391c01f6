import { ProjectVersionArn } from '../arn';
import { CallFailure } from '../aws/errors';
import { log } from '../log';
import type { StepContext } from './context';
import { Reads } from './reads';
import type { ObservedVersion, Target } from '../model';
import { orFailure, Progress } from './progress';
import { leftOf, perform, taskFor } from './versions';

/** One version, by its ARN. */
export interface ProjectVersionTarget extends Target {
  readonly version: ProjectVersionArn;
  /** Absent if the project has to be looked up by its name. */
  readonly projectArn?: string;
}

export interface FoundVersion extends ObservedVersion {
  readonly projectArn: string;
}

/**
 * Takes one step towards the wanted state of a version. It remembers nothing, so it may be repeated, interrupted or run
 * twice at once.
 */
export function stepOnProjectVersion(target: ProjectVersionTarget, context: StepContext): Promise<Progress> {
  return orFailure(step(target, context));
}

async function step(target: ProjectVersionTarget, context: StepContext): Promise<Progress> {
  const task = taskFor(target.arn, await findVersion(target, context.reads), target);
  log('step', { status: task.status ?? 'not listed', action: task.action });
  if (task.action === 'fail') return { left: [], inTraining: task.arn };
  try {
    const left = await context.rateLimiter.turn(task.action) ? await perform(task, context) : leftOf(task);
    return left ? { left: [left] } : { left: [], isMissing: task.status === undefined };
  } catch (error) {
    if (!(error instanceof CallFailure)) throw error;
    return { left: [{ ...leftOf(task), refusal: error.message, isStuck: error.kind !== 'transient' }], failure: error };
  }
}

/**
 * Reads the version up. Undefined if no project lists it, which does not prove that it is gone: reads may be stale. A
 * newer version may have the same name, so only the version with exactly this ARN counts.
 */
export async function findVersion(
  { arn, version, projectArn }: ProjectVersionTarget,
  reads: Reads,
): Promise<FoundVersion | undefined> {
  for (const candidate of projectArn ? [projectArn] : await projectsNamedAs(version, reads)) {
    const observed = ((await reads.versions(candidate, version.versionName)) ?? []).find(other => other.arn === arn);
    if (observed) return { ...observed, projectArn: candidate };
  }
  return undefined;
}

/**
 * The projects that may contain the version. The number at the end of its ARN is its own creation time, so the ARN of
 * the project cannot be derived from it.
 */
async function projectsNamedAs(version: ProjectVersionArn, reads: Reads): Promise<string[]> {
  return (await reads.projects(version)).flatMap(project => project.ProjectArn ?? []);
}
