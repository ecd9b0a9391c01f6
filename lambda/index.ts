import type { CdkCustomResourceEvent, CdkCustomResourceIsCompleteResponse, CdkCustomResourceResponse, Context } from 'aws-lambda';
import { parseProjectArn, parseProjectVersionArn } from './arn';
import { Deadline } from './deadline';
import { CallFailure, TeardownError } from './errors';
import { mustExist } from './existence';
import { log } from './log';
import { callFailed, notFound, notReached, notTheTarget, Phase } from './messages';
import { Pace } from './pace';
import { projectTeardown } from './project-teardown';
import { projectVersionTeardown } from './project-version-teardown';
import { PollEvent, Target, Teardown } from './teardown';

const TEARDOWNS: Record<string, Teardown<any>> = {
  'Custom::RekognitionProjectVersionTeardown': projectVersionTeardown,
  'Custom::RekognitionProjectTeardown': projectTeardown,
};

/** What is left of the function's own time for the last call of a poll and the answer. */
const MARGIN = 30_000;

const WAIT = { IsComplete: false } as const;

/**
 * Starts a request: checks the properties, fixes the physical id (the ARN of what is torn down) and notes the time for
 * the polls' deadline. A Delete is not judged here, so that nothing can fail before it can be tried again.
 */
export async function onEvent(event: CdkCustomResourceEvent): Promise<CdkCustomResourceResponse> {
  const PhysicalResourceId = event.RequestType === 'Delete' ? event.PhysicalResourceId : targetOf(event).target.arn;
  return { PhysicalResourceId, StartedAt: new Date().toISOString() } as CdkCustomResourceResponse;
}

/**
 * One poll: looks where things stand and takes the next step. `IsComplete: false` is the only answer that polls
 * again; the provider framework turns every error into a failure of the request.
 */
export async function isComplete(event: PollEvent, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<CdkCustomResourceIsCompleteResponse> {
  const deadline = new Deadline(event.StartedAt, event.RequestType);
  if (event.RequestType === 'Delete' && !isArn(event.PhysicalResourceId)) {
    return keep(event.PhysicalResourceId, 'CloudFormation made this id up after a creation that did not happen');
  }
  return new Poll(event, deadline, new Pace(Date.now() + context.getRemainingTimeInMillis() - MARGIN)).run();
}

/** The work of one poll, and how far it got, for the message if it fails. */
class Poll {
  private readonly teardown: Teardown<Target>;
  private readonly target: Target;
  private phase: Phase;

  constructor(private readonly event: PollEvent, private readonly deadline: Deadline, private readonly pace: Pace) {
    ({ teardown: this.teardown, target: this.target } = targetOf(event));
    this.phase = event.RequestType === 'Delete' ? 'custody' : 'verification';
  }

  async run(): Promise<CdkCustomResourceIsCompleteResponse> {
    try {
      return await (this.event.RequestType === 'Delete' ? this.tearDown() : this.verify());
    } catch (error) {
      if (!(error instanceof CallFailure)) throw error;
      const passing = error.kind === 'transient' ? !this.deadline.isOver : error.kind === 'denied' && this.deadline.isDenialTolerated;
      log(passing ? 'tries again at the next poll' : 'gives up', { error: error.message, elapsed: `${this.deadline}` });
      if (passing) return WAIT;
      throw callFailed(this.target, error, this.phase, this.deadline);
    }
  }

  /**
   * Create and Update change nothing. They look whether the target exists: a mistyped ARN would make the teardown a
   * silent no-op, while the model that it was meant for bills on.
   */
  private async verify(): Promise<CdkCustomResourceIsCompleteResponse> {
    const { target, teardown } = this;
    const attributes = await teardown.find(target);
    if (attributes) return { IsComplete: true, Data: attributes };

    if (!await mustExist(this.event)) {
      log('already gone', { arn: target.arn });
      return { IsComplete: true, Data: teardown.attributesWhenGone(target) };
    }
    if (!this.deadline.isSearchOver) return WAIT;
    const [, , , region, account] = target.arn.split(':');
    throw notFound(target, { region, account });
  }

  private async tearDown(): Promise<CdkCustomResourceIsCompleteResponse> {
    const { event, target, teardown, deadline } = this;
    const verdict = await teardown.custody(target, event);
    if (!verdict.act) return keep(event.PhysicalResourceId, verdict.because);
    if (event.PhysicalResourceId !== target.arn) throw notTheTarget(target, event.PhysicalResourceId!);

    this.phase = verdict.isCleanUp ? 'clean-up' : 'deletion';
    const left = await teardown.step(target, this.pace);
    if (left.length > 0 && deadline.isOver) throw notReached(target, left, this.phase, deadline);
    if (left.length > 0) return WAIT;
    log(target.mode === 'STOP' ? 'stopped' : 'deleted', { arn: target.arn, elapsed: `${deadline}` });
    return { IsComplete: true };
  }
}

/** A keeping is a success for CloudFormation, and this line in the log. */
function keep(arn: string | undefined, because: string): CdkCustomResourceIsCompleteResponse {
  log('kept', { arn, because });
  return { IsComplete: true };
}

function targetOf(event: Pick<PollEvent, 'ResourceType' | 'ResourceProperties'>): { teardown: Teardown<Target>; target: Target } {
  if (!Object.hasOwn(TEARDOWNS, event.ResourceType)) throw new TeardownError(`the handler knows no resource type ${event.ResourceType}`);
  const teardown = TEARDOWNS[event.ResourceType];
  return { teardown, target: teardown.read(event.ResourceProperties) };
}

/** Whether a physical id is one that the handler gave. */
function isArn(physicalResourceId: string | undefined): boolean {
  return (parseProjectVersionArn(physicalResourceId) ?? parseProjectArn(physicalResourceId)) !== undefined;
}
