import * as fc from 'fast-check';
import { install, withApi } from './handler';
import { live } from './lifecycle';
import { lifecycles } from './plan';
import type { Request, ResourceEvent } from './provider';
import { report, tries } from './run';
import { PROJECT_TEARDOWN } from './template';
import type { World } from './world';
import { findOperation } from '../../lambda/custody/operation';
import { judge } from '../../lambda/custody/verdict';
import { projectTeardown } from '../../lambda/custom-resource/project-teardown';
import { projectVersionTeardown } from '../../lambda/custom-resource/project-version-teardown';
import { deletionOf } from '../../lambda/custom-resource/teardown';

const SHARE = 1 / 40;
/** Fewer would not produce all verdicts. */
const AT_LEAST = 13;
const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** How stale the events may be, and for how long the request has already been polled. */
const ANSWERS = [
  { late: 10 * MINUTE, waited: 0 },
  { late: 85 * SECOND, waited: 90 * SECOND },
];

install();

/** The verdict with the events as they were at a moment. All other evidence speaks for the Delete. */
async function verdictAt(world: World, { event, startedAt }: Request, moment: number, waited: number): Promise<string> {
  const { clock, cloudFormation } = world;
  const api = async (_: unknown, __: unknown, operation: string, input: object): Promise<object> => {
    switch (operation) {
      case 'ListStackResources': return { StackResourceSummaries: [] };
      case 'ListTagsForResource': return { Tags: { [event.ResourceProperties.OwnerTag!]: event.LogicalResourceId } };
    }
    cloudFormation.settings.staleEvents = clock.now() - moment;
    return cloudFormation.handle(operation, input);
  };
  const request = { ...event, StartedAt: new Date(startedAt).toISOString() };
  const deletion = deletionOf(request as never, event.ResourceType, custodyOf(event));
  return withApi(clock, api as never, async () => {
    const found = await findOperation(deletion, waited);
    if ('shown' in found) return found.shown.endsWith('has ended') ? 'over' : 'unclear';
    return (await judge(found, deletion, Infinity)).custody;
  });
}

/** The request and the stacks' events, to help find out why a verdict differs. */
function story(world: World, { event, startedAt }: Request): string {
  const entries = world.cloudFormation.log.events.map(({ time, stackName, logicalId, physicalId, status }) => `${time} ${stackName} ${logicalId} ${status} ${physicalId}`);
  return [`the Delete of ${event.LogicalResourceId} ${event.PhysicalResourceId} in ${event.StackId} at ${startedAt}`, ...entries].join('\n');
}

function custodyOf({ ResourceType: type, ResourceProperties: properties }: ResourceEvent) {
  return type === PROJECT_TEARDOWN
    ? projectTeardown.custody(projectTeardown.read(properties))
    : projectVersionTeardown.custody(projectVersionTeardown.read(properties));
}

test('events that are cut off give the same verdict as all events, or none', async () => {
  const verdicts: { [verdict: string]: number } = {};
  await fc.assert(fc.asyncProperty(lifecycles({ versions: 1, projects: 1 }), async plan => {
    // one of the events that are cut off may be what makes all of them unreadable.
    const world = await live({ ...plan, cloudFormation: { ...plan.cloudFormation, controlCharacters: false } });
    const deletes = [...world.requests.values()]
      .filter(({ event, isForged, respondedAt }) => event.RequestType === 'Delete' && !isForged && respondedAt !== undefined);
    for (const request of deletes) {
      const end = request.respondedAt! - 1;
      for (const { late, waited } of ANSWERS) {
        const whole = await verdictAt(world, request, end, waited);
        verdicts[whole] = (verdicts[whole] ?? 0) + 1;
        if (whole === 'over') continue;
        const moments = new Set(world.cloudFormation.log.events.map(({ time }) => time).filter(time => time >= end - late && time < end));
        for (const moment of moments) {
          const verdict = await verdictAt(world, request, moment, waited);
          if (![whole, 'unclear', 'over'].includes(verdict)) throw new Error(`${verdict} at ${moment}, ${whole} at ${end}: ${story(world, request)}`);
        }
      }
    }
  }), tries(SHARE, AT_LEAST));
  expect(Object.keys(verdicts)).toEqual(expect.arrayContaining(['act', 'keep', 'unclear']));
  report(`verdicts with all events: ${JSON.stringify(verdicts)}`);
}, 3_600_000);
