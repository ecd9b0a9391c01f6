import { RealEvent } from './real-records';
import { isOwn, parentsIn } from './replay';
import { STACK_TYPE } from '../../lambda/aws/cloudformation';

/** Something about CloudFormation that custody relies on. */
export interface Assumption {
  readonly says: string;
  /** Each case of it in the events of a log, oldest first: whether it holds there. */
  readonly cases?: (events: readonly RealEvent[]) => boolean[];
  /** Whether `npm run probe` shows it. */
  readonly isProbed?: boolean;
}

const GENERAL = 'AWS::CloudFormation::CustomResource';
const DELETION = 'DELETE_IN_PROGRESS';

/** The status of its stack before an event: that of the newest event of the stack itself. */
function statusBefore(events: readonly RealEvent[], event: RealEvent): string | undefined {
  const earlier = events.slice(0, events.indexOf(event));
  return earlier.filter(other => isOwn(other) && other.StackId === event.StackId).at(-1)?.ResourceStatus;
}

/** The events of deletions of custom resources with a type of their own, if the log shows it. */
function deletionsOfCustom(events: readonly RealEvent[]): RealEvent[] {
  const isGeneral = events.some(event => event.ResourceType === GENERAL && !event.ResourceStatus.startsWith('DELETE_'));
  const isShown = ({ TypeFrom: from = 'log' }: RealEvent) => from === 'log' && !isGeneral;
  const isCustom = ({ ResourceType: type }: RealEvent) => type.startsWith('Custom::') || type === GENERAL;
  return events.filter(event => isCustom(event) && isShown(event) && event.ResourceStatus.startsWith('DELETE_'));
}

const isSame = (one: RealEvent, other: RealEvent) =>
  one.StackId === other.StackId && one.LogicalResourceId === other.LogicalResourceId;
const hasMilliseconds = ({ Timestamp }: RealEvent) => Timestamp.getTime() % 1000 > 0;
const isResource = (event: RealEvent) => event.ResourceType !== STACK_TYPE;
const resourcesIn = (events: readonly RealEvent[], status: string) =>
  events.filter(event => isResource(event) && event.ResourceStatus === status);

/** The events of nested stacks themselves that have a status. */
function ofNested(events: readonly RealEvent[], status: RegExp): RealEvent[] {
  const parents = parentsIn(events);
  return events.filter(event => isOwn(event) && parents.has(event.StackId) && status.test(event.ResourceStatus));
}

export const ASSUMPTIONS: readonly Assumption[] = [
  {
    says: `the events of a cleanup give a custom resource the type \`${GENERAL}\``,
    // where the status is not shown, the source says that it is a cleanup.
    cases: events => deletionsOfCustom(events)
      .filter(event => statusBefore(events, event)?.includes('CLEANUP') ?? event.ResourceType === GENERAL)
      .map(event => event.ResourceType === GENERAL),
  },
  {
    says: 'the events of all other operations give it the type of its template',
    cases: events => deletionsOfCustom(events)
      .filter(event => /^(DELETE|ROLLBACK)_/.test(statusBefore(events, event) ?? ''))
      .map(event => event.ResourceType !== GENERAL),
  },
  {
    says: 'an update deletes resources only after its `..._CLEANUP_IN_PROGRESS`',
    cases: events => resourcesIn(events, DELETION).map(event => statusBefore(events, event) ?? '')
      .filter(status => status.startsWith('UPDATE_')).map(status => status.includes('CLEANUP')),
  },
  {
    says: 'the event of a deletion has the physical id that the resource had before',
    // where the times are whole seconds, the ids are made up.
    cases: events => resourcesIn(events, DELETION).filter(() => events.some(hasMilliseconds)).flatMap(event => {
      const before = events.slice(0, events.indexOf(event)).filter(other => isSame(event, other));
      const ids = before.map(other => other.PhysicalResourceId).filter(Boolean);
      return ids.length === 0 ? [] : [ids.includes(event.PhysicalResourceId)];
    }),
  },
  {
    says: 'the event of a deletion is recorded before its end',
    cases: events => resourcesIn(events, 'DELETE_COMPLETE').flatMap(event => {
      const began = events.find(other => isSame(event, other) && other.ResourceStatus === DELETION);
      return began ? [began.Timestamp < event.Timestamp] : [];
    }),
  },
  {
    says: 'after a replacement, the cleanup deletes the old physical id, while the resource has the new one',
    cases: events => resourcesIn(events, DELETION).flatMap(event => {
      const updated = events.filter(other => isSame(event, other) && other.ResourceStatus === 'UPDATE_COMPLETE');
      return updated.map(other => other.PhysicalResourceId !== event.PhysicalResourceId);
    }),
  },
  {
    says: 'a cleanup in which a deletion fails still ends in `UPDATE_COMPLETE` or `UPDATE_ROLLBACK_COMPLETE`',
    cases: events => events.filter(event => event.ResourceStatus === 'DELETE_FAILED').flatMap(event => {
      const end = events.slice(events.indexOf(event)).find(other => isOwn(other) && other.StackId === event.StackId);
      const { ResourceStatus: status = '' } = end ?? {};
      return status.startsWith('UPDATE_') ? [/^UPDATE_(ROLLBACK_)?COMPLETE$/.test(status)] : [];
    }),
  },
  {
    says: 'the parent records the deletion of a nested stack before that stack does',
    cases: events => ofNested(events, /^DELETE_IN_PROGRESS$/).flatMap(own => events
      .filter(event => !isOwn(event) && event.PhysicalResourceId === own.StackId && event.ResourceStatus === DELETION)
      .map(byParent => byParent.Timestamp <= own.Timestamp)),
  },
  {
    says: 'a nested stack may begin its cleanup before its parent does',
    cases: events => ofNested(events, /CLEANUP/).flatMap(own => events
      .filter(event => isOwn(event) && event.StackId === parentsIn(events).get(own.StackId))
      .filter(ofParent => ofParent.ResourceStatus === own.ResourceStatus && own.Timestamp < ofParent.Timestamp)
      .map(() => true)),
  },
  {
    says: 'a resource that is imported has `IMPORT_...` events, also in the creation of a stack',
    cases: events => resourcesIn(events, 'IMPORT_COMPLETE').map(event =>
      events.some(other => isSame(event, other) && other.ResourceStatus === 'IMPORT_IN_PROGRESS')),
  },
  {
    says: 'the deletion of a stack may be refused after its `DELETE_IN_PROGRESS`: its earlier status follows',
    cases: events => events.filter(isOwn).flatMap(({ ResourceStatus: status }, index, own) =>
      own[index - 1]?.ResourceStatus === DELETION && /^(CREATE|UPDATE)_COMPLETE$/.test(status) ? [true] : []),
  },
  { says: 'the event of a deletion is recorded at most 15 seconds after the request is sent', isProbed: true },
  { says: 'events are at most 90 seconds late', isProbed: true },
  { says: 'in the cleanup of an update, `GetTemplate` shows the new template', isProbed: true },
  { says: 'lists of resources are at most 90 seconds late' },
  { says: 'a retained resource has `DELETE_SKIPPED`' },
];
