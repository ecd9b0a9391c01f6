import type { Context } from 'aws-lambda';
import { dryRun } from './dry-run';
import { InvalidRequest, readTargets, sameNameAs, WorkflowTargets } from './targets';
import { WorkflowTime } from './times';
import type { WorkflowAnswer, WorkflowRequest } from '../../src/private/contract';
import { CallFailure } from '../aws/errors';
import { RateLimiter } from '../aws/rate-limiter';
import { log, logAbout, logFailure } from '../log';
import { cannotLook, incomplete, Outcome, refused, trainingOf } from '../messages/workflow';
import type { StepContext } from '../steps/context';
import { isReached, orFailure, Progress, REACHED } from '../steps/progress';
import { ProjectTarget, stepOnProject } from '../steps/project';
import { findVersion, ProjectVersionTarget, stepOnProjectVersion } from '../steps/project-version';
import { Reads } from '../steps/reads';

/** A workflow has nothing to confirm: its targets were fixed when it was deployed. */
const ALWAYS = async () => {};

/**
 * One round of a workflow: observes all targets, takes the next step with each, and answers how long to wait. Like a
 * poll of a custom resource, it remembers nothing, except for the number of quick rounds and which targets were found.
 */
export async function round(
  request: WorkflowRequest,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
): Promise<WorkflowAnswer> {
  const time = new WorkflowTime(request.startedAt, request.timeoutSeconds);
  logAbout({ mode: request.mode, startedAt: request.startedAt });
  const answered = await answerTo(request, context, time);
  if (answered.next === 'FAIL') logFailure({ error: answered.error, reason: answered.cause });
  return answered;
}

async function answerTo(
  request: WorkflowRequest, context: Pick<Context, 'getRemainingTimeInMillis'>, time: WorkflowTime,
): Promise<WorkflowAnswer> {
  try {
    const targets = readTargets(request);
    const rateLimiter = RateLimiter.within(context.getRemainingTimeInMillis());
    const reads = new Reads(rateLimiter, true);
    if (targets.isDryRun) return await answerDryRun(targets, reads, request, time);
    return answer(request, time, await stepOnAll(targets, { rateLimiter, reads, confirm: ALWAYS }));
  } catch (error) {
    if (error instanceof InvalidRequest) {
      return { next: 'FAIL', error: 'InvalidRequest', cause: refused(error.message) };
    }
    // the state machine retries.
    throw error;
  }
}

/** A dry run tolerates transient errors, as a step does. */
async function answerDryRun(
  targets: WorkflowTargets,
  reads: Reads,
  { previous }: WorkflowRequest,
  time: WorkflowTime,
): Promise<WorkflowAnswer> {
  try {
    return { next: 'SUCCEED', result: await dryRun(targets, reads) };
  } catch (error) {
    if (!(error instanceof CallFailure)) throw error;
    if (mayPass({ left: [], failure: error }, time) && !time.isOver) {
      return { next: 'WAIT', ...time.pause(false, quickRoundsIn(previous)) };
    }
    return { next: 'FAIL', error: 'DryRunFailed', cause: cannotLook(error, time) };
  }
}

/**
 * Takes a step with every target, side by side. They share a rate limiter, and a target that fails does not hold up the
 * others.
 */
function stepOnAll({ projects, projectVersions }: WorkflowTargets, context: StepContext): Promise<Outcome[]> {
  const covered = new Set(projects.map(({ arn }) => arn));
  const of = async (target: ProjectTarget | ProjectVersionTarget, step: Promise<Progress>): Promise<Outcome> => {
    const { inTraining, ...rest } = await step;
    const progress: Progress =
      inTraining === undefined ? rest : { ...rest, left: [trainingOf(inTraining), ...rest.left] };
    if (!progress.isMissing) return { target, progress };
    const sameName: string[] = [];
    const search = sameNameAs(target, context.reads).then(arns => { sameName.push(...arns); return progress; });
    return { target, progress: await orFailure(search), sameName };
  };
  return Promise.all([
    ...projects.map(target => of(target, stepOnProject(target, context))),
    ...projectVersions.map(target => of(target, stepUnlessCovered(target, covered, context))),
  ]);
}

/** A version whose project is a target too is left to that target, so that nothing is called twice. */
function stepUnlessCovered(
  target: ProjectVersionTarget,
  covered: ReadonlySet<string>,
  context: StepContext,
): Promise<Progress> {
  return orFailure(
    (async () => {
      const found = await findVersion(target, context.reads);
      return found && covered.has(found.projectArn) ? REACHED : stepOnProjectVersion(target, context);
    })(),
  );
}

function answer({ mode, previous }: WorkflowRequest, time: WorkflowTime, all: Outcome[]): WorkflowAnswer {
  const unreached = all.filter(outcome => !isReached(outcome.progress) || isMistaken(outcome));
  // these may still succeed by themselves, or with the next step.
  const open = unreached.filter(
    outcome => mayPass(outcome.progress, time) || (isMistaken(outcome) && !time.isSearchOver),
  );
  const found = [
    ...new Set([...foundBefore(previous), ...all.flatMap(({ progress }, index) => (isFound(progress) ? [index] : []))]),
  ];
  const counts = {
    mode,
    targets: all.length,
    reached: all.length - unreached.length,
    notFound: all.length - found.length,
    elapsedSeconds: time.elapsed,
  };
  log('round', { ...counts, inTheWay: unreached.flatMap(({ progress: { failure } }) => failure?.message ?? []) });

  if (unreached.length === 0) return { next: 'SUCCEED', result: counts };
  if (open.length === 0 || time.isOver) {
    return { next: 'FAIL', error: 'TeardownIncomplete', cause: incomplete(unreached, all.length, time) };
  }
  return {
    next: 'WAIT',
    ...time.pause(
      open.every(({ progress }) => isInTraining(progress)),
      quickRoundsIn(previous),
    ),
    found,
  };
}

/**
 * Whether a target that does not exist has to fail the execution: its ARN may be mistyped or outdated, and a model of
 * the same name be billed. What was to be deleted may be gone, but not exist elsewhere.
 */
function isMistaken({ target: { mode }, progress: { isMissing }, sameName = [] }: Outcome): boolean {
  return isMissing === true && (mode === 'STOP' || sameName.length > 0);
}

function isFound({ left, failure, isMissing }: Progress): boolean {
  return !isMissing && (left.length > 0 || failure === undefined);
}

/**
 * Whether waiting may help. It does not if access is denied permanently, or if `FAIL` says not to wait for training.
 */
function mayPass({ left, failure }: Progress, time: WorkflowTime): boolean {
  return (
    left.some(({ isStuck }) => !isStuck)
    || failure?.kind === 'transient'
    || (failure?.kind === 'denied' && time.isDenialTolerated)
  );
}

/** Whether only training is left to wait for. */
function isInTraining({ left }: Progress): boolean {
  const moving = left.filter(({ isStuck }) => !isStuck);
  return moving.length > 0 && moving.every(({ status }) => status === 'TRAINING_IN_PROGRESS');
}

/** The targets that earlier rounds have found. */
function foundBefore(previous: unknown): number[] {
  return ((previous ?? {}) as Partial<WorkflowAnswer>).found ?? [];
}

function quickRoundsIn(previous: unknown): number {
  const { quickRounds = 0 } = (previous ?? {}) as Partial<WorkflowAnswer>;
  return quickRounds;
}
