import { STACK_TYPE } from '../../../lambda/aws/cloudformation';
import { findOperation } from '../../../lambda/custody/operation';
import { judge, Verdict } from '../../../lambda/custody/verdict';
import { RealEvent, realRecord, realRecords } from '../../support/real-records';
import { answer, parentsIn, Part, PartOfVersion, replay, Replay } from '../../support/replay';

/*
 * Replays each deletion in the events of real stacks as one of a teardown. What the operation was is known from the
 * source of the events, and what is right follows from that.
 */

type Right = 'act' | 'keep';

const PATIENCE = 90_000;
const DELETION: Part = { trigger: 'STACK_DELETION' };
const REMOVAL: PartOfVersion = { trigger: 'RESOURCE_REMOVAL' };
const UNDONE: [Part, Right][] = [
  [DELETION, 'keep'], [REMOVAL, 'keep'],
  [{ project: 'creates it' }, 'act'], [{ project: 'imports it' }, 'keep'], [{ project: 'leaves it alone' }, 'keep'],
];

/** What an operation did, and what is right for each kind of teardown. */
const OPERATIONS = {
  'deletes the stack': [[DELETION, 'act'], [REMOVAL, 'act'], [{ project: 'leaves it alone' }, 'act']],
  'undoes a creation': UNDONE,
  'undoes an update that created it': UNDONE,
  'removes it': [
    [DELETION, 'keep'], [REMOVAL, 'act'],
    [{ project: 'leaves it alone' }, 'act'], [{ project: 'changes its tag' }, 'keep'],
  ],
  'replaces it': [
    [DELETION, 'keep'], [REMOVAL, 'act'],
    [{ project: 'renames it' }, 'act'], [{ project: 'renames it', isRetained: true }, 'keep'],
  ],
} satisfies { [operation: string]: [Part, Right][] };

interface Log {
  readonly operation: keyof typeof OPERATIONS;
  /** Another resource that the operation creates or updates, and that may be a teardown of the same version. */
  readonly other?: string;
  /** Events that were there, but not published: logical id or name of the stack, status, seconds after the first. */
  readonly unpublished?: readonly (readonly [name: string, status: string, seconds: number])[];
}

const UPDATED = ['Stack1', 'UPDATE_IN_PROGRESS', -60] as const;
const CLEANS_UP = ['Stack1', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', -30] as const;
const CREATED = ['Stack1', 'CREATE_IN_PROGRESS', -60] as const;
const DELETED = ['Stack1', 'DELETE_IN_PROGRESS', -60] as const;

const LOGS: { [name: string]: Log } = {
  'cleanup-fails-three-times': { operation: 'removes it', unpublished: [UPDATED, CLEANS_UP] },
  'create-rollback-custom-cancelled': { operation: 'undoes a creation', unpublished: [CREATED] },
  'create-rollback-operation-ids': { operation: 'undoes a creation' },
  'custom-cleanup-fails-1': { operation: 'removes it', unpublished: [UPDATED] },
  'custom-cleanup-fails-2': { operation: 'removes it', unpublished: [UPDATED, CLEANS_UP] },
  'custom-create-cancelled-then-deleted': {
    operation: 'undoes a creation', unpublished: [CREATED, ['Stack1', 'ROLLBACK_IN_PROGRESS', 5]],
  },
  'custom-create-failed-on-failure-delete': { operation: 'undoes a creation' },
  'custom-update-rollback-cleanup': { operation: 'undoes an update that created it' },
  'nested-destroyed': { operation: 'deletes the stack' },
  'replacement-instance': { operation: 'replaces it', other: 'EIPAssociation1' },
  'replacement-topic': { operation: 'replaces it', other: 'Topic2' },
  'update-removes-bucket': { operation: 'removes it', other: 'Bucket1' },
  'excerpts/create-rollback-custom-delete-fails-1': { operation: 'undoes a creation', unpublished: [CREATED] },
  'excerpts/create-rollback-custom-delete-fails-2': {
    operation: 'undoes a creation', unpublished: [CREATED, ['Stack1', 'ROLLBACK_IN_PROGRESS', 1]],
  },
  'excerpts/custom-cleanup-timeout-then-next-resource': {
    operation: 'undoes an update that created it', unpublished: [UPDATED],
  },
  'excerpts/custom-replaced-cleanup': { operation: 'replaces it', unpublished: [UPDATED] },
  'excerpts/custom-replaced-cleanup-fails': { operation: 'replaces it', unpublished: [UPDATED, CLEANS_UP] },
  'excerpts/delete-custom-fails-after-an-hour': { operation: 'deletes the stack', unpublished: [DELETED] },
  'excerpts/delete-custom-fails-own-type': { operation: 'deletes the stack', unpublished: [DELETED] },
  'excerpts/delete-custom-fails-then-second-deletion': { operation: 'deletes the stack' },
  'excerpts/nested-creation-fails-in-update': {
    operation: 'undoes an update that created it',
    unpublished: [
      UPDATED, ['Nested2', 'CREATE_IN_PROGRESS', -2], ['Stack2', 'CREATE_IN_PROGRESS', -1],
      ['Nested2', 'CREATE_FAILED', 8], ['Stack1', 'UPDATE_ROLLBACK_IN_PROGRESS', 9],
      ['Stack1', 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS', 65],
    ],
  },
  'excerpts/nested-custom-cleanup-fails': {
    operation: 'removes it',
    unpublished: [['Stack2', 'UPDATE_IN_PROGRESS', -60], ['Stack2', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', -30]],
  },
};

const isSame = (one: RealEvent, other: RealEvent) => one.StackId === other.StackId
  && one.LogicalResourceId === other.LogicalResourceId && one.PhysicalResourceId === other.PhysicalResourceId;
const hasBegun = ({ ResourceStatus: status, ResourceType: type }: RealEvent) =>
  status === 'DELETE_IN_PROGRESS' && type !== STACK_TYPE;
const hasEnded = ({ ResourceStatus: status, ResourceType: type }: RealEvent) =>
  /^DELETE_(COMPLETE|FAILED)$/.test(status) && type !== STACK_TYPE;

/** A log, oldest event first, with what was not published: also the beginnings of deletions whose end was. */
function completeLog(name: string, { unpublished = [] }: Log): RealEvent[] {
  const published = [...realRecord(name)].reverse();
  const start = published[0].Timestamp.getTime();
  const added = unpublished.map(([resource, ResourceStatus, seconds]) => {
    const { StackId, StackName } = published.find(event => event.StackName === resource) ?? published[0];
    const own = { StackId, StackName, LogicalResourceId: StackName, PhysicalResourceId: StackId };
    const shown = published.find(event => event.LogicalResourceId === resource) ?? { ...own, ResourceType: STACK_TYPE };
    const Timestamp = new Date(start + 1000 * seconds);
    return { ...shown, EventId: `${resource}-${ResourceStatus}`, ResourceStatus, Timestamp } as RealEvent;
  });
  const events = [...published, ...added].sort((one, other) => one.Timestamp.getTime() - other.Timestamp.getTime());
  return events.flatMap((event, index) => {
    const earlier = events.slice(0, index).filter(({ StackId }) => StackId === event.StackId);
    if (!hasEnded(event) || earlier.some(candidate => hasBegun(candidate) && isSame(candidate, event))) return [event];
    const { Timestamp } = earlier[earlier.length - 1];
    return [{ ...event, EventId: `${event.EventId}-began`, ResourceStatus: 'DELETE_IN_PROGRESS', Timestamp }, event];
  });
}

/**
 * The moments from a deletion on, as the number of events recorded, at which its stack or one around it changes. In a
 * large log, one moment after the end is enough. So are the first and the last before it, if it is no custom resource.
 */
function momentsOf({ events, began, deletion }: Replay, isCustom: boolean): { pending: number[]; over: number[] } {
  const parents = parentsIn(events);
  const stacks = new Set<string>();
  for (let id: string | undefined = deletion.stackId; id !== undefined; id = parents.get(id)) stacks.add(id);
  const later = [...events.entries()].filter(([index, event]) => index >= began && stacks.has(event.StackId));
  const moments = later.map(([index]) => index + 1);
  const end = events.findIndex((event, index) => index > began && hasEnded(event) && isSame(event, events[began]));
  const pending = moments.filter(recorded => end < 0 || recorded <= end);
  const over = moments.slice(pending.length);
  if (events.length < 100) return { pending, over };
  const ends = [...new Set([pending[0], pending[pending.length - 1]])];
  return { pending: isCustom ? pending : ends, over: over.slice(0, 1) };
}

async function verdictOf({ deletion }: Replay, waited: number): Promise<Verdict> {
  const found = await findOperation(deletion, waited);
  return 'shown' in found ? { custody: 'unclear', because: found.shown } : judge(found, deletion, waited);
}

/** The verdicts on a deletion that are not as they should be. */
async function mistakes(story: Replay, right: Right, isCustom: boolean): Promise<string[]> {
  const show = answer(story);
  const { pending, over } = momentsOf(story, isCustom);
  const found: string[] = [];
  for (const recorded of [...pending, ...over]) {
    for (const missing of [0, 1, 2, 4]) {
      for (const waited of [0, PATIENCE]) {
        show({ recorded, missing, areListsStale: waited === 0 });
        const { custody, because } = await verdictOf(story, waited);
        const mustBeClear = missing === 0 && waited === PATIENCE && pending.includes(recorded);
        if (custody === right || (custody === 'unclear' && !mustBeClear)) continue;
        const { EventId } = story.events[recorded - 1];
        found.push(`at ${EventId}, without ${missing}, after ${waited} ms: ${custody} (${because})`);
      }
    }
  }
  return found;
}

describe.each(Object.entries(LOGS))('%s', (name, log) => {
  const parts: [Part, Right][] = [...OPERATIONS[log.operation]];
  if (log.other) parts.push([{ ...REMOVAL, successor: log.other }, 'keep']);

  test.each(parts.map(([part, right]) => [JSON.stringify(part), right, part] as const))(
    `an operation that ${log.operation}, %s: never anything but %s, and clear in time`, async (_, right, part) => {
      const events = completeLog(name, log);
      const deletions = [...events.entries()].filter(([, event]) => hasBegun(event));
      expect(deletions).not.toHaveLength(0);
      for (const [index, event] of deletions) {
        const story = replay(events, index, part);
        const isCustom = /Custom/.test(event.ResourceType);
        expect({ resource: event.LogicalResourceId, mistakes: await mistakes(story, right, isCustom) })
          .toEqual({ resource: event.LogicalResourceId, mistakes: [] });
      }
    });
});

test('every log in which something is deleted is replayed', () => {
  const isDeletion = (event: RealEvent) => hasBegun(event) || hasEnded(event);
  const withDeletions = realRecords().filter(name => realRecord(name).some(isDeletion));
  expect(Object.keys(LOGS).sort()).toEqual(withDeletions);
});
