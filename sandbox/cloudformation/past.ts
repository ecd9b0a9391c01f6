import type { Clock } from '../clock';
import { Reads } from '../staleness';
import { EventLog, isOwn, StackEvent } from './events';
import { isCustom } from './scope';
import type { CloudFormationSettings } from './settings';
import type { Stack } from './stack';

/** What reads show of stacks: possibly an earlier state, reconstructed from the event log. */
export class Past {
  private readonly statusReads: Reads;
  private readonly eventReads: Reads;
  private readonly listReads: Reads;

  constructor(clock: Clock, private readonly log: EventLog, private readonly settings: CloudFormationSettings) {
    this.statusReads = new Reads(clock, () => settings.staleStatus);
    this.eventReads = new Reads(clock, () => settings.staleEvents);
    this.listReads = new Reads(clock, () => settings.staleLists);
  }

  /** For one read: the status of each stack. [assumed] a stack that did not exist yet at that time has its first status. */
  statuses(): (stack: Stack) => object {
    const moment = this.statusReads.next();
    return ({ id }) => {
      const own = this.log.of(id, moment).filter(isOwn);
      const { status, reason } = own.at(-1) ?? this.log.of(id)[0];
      return { StackStatus: status, StackStatusReason: reason };
    };
  }

  /** The events of a stack, oldest first. [assumed] an answer that contains an event contains all earlier ones. */
  events(stackId: string): readonly StackEvent[] {
    const known = this.log.of(stackId, this.eventReads.next());
    return this.settings.deletionEntries === 'NEVER' ? known.filter(event => !isDeletionOfCustom(event)) : known;
  }

  /** The resources of a stack, according to their latest events. */
  resources({ id }: Stack): StackEvent[] {
    const resources = new Map<string, StackEvent>();
    let isDeleting = false;
    for (const event of this.log.of(id, this.listReads.next())) {
      const { logicalId, physicalId, status } = event;
      if (isOwn(event)) {
        // CloudFormation forgets what a cleanup could not delete.
        if (/^UPDATE_(ROLLBACK_)?COMPLETE$/.test(status)) for (const [other, last] of resources) if (last.status.startsWith('DELETE_')) resources.delete(other);
        isDeleting = status === 'DELETE_IN_PROGRESS' || status === 'ROLLBACK_IN_PROGRESS';
        continue;
      }
      // a cleanup deletes resources that have been replaced.
      if (status.startsWith('DELETE_') && resources.get(logicalId)?.physicalId !== physicalId) continue;
      if (!isDeleting && ['DELETE_COMPLETE', 'DELETE_SKIPPED', 'IMPORT_ROLLBACK_COMPLETE'].includes(status)) resources.delete(logicalId);
      else resources.set(logicalId, event);
    }
    return [...resources.values()];
  }
}

function isDeletionOfCustom({ status, resourceType }: StackEvent): boolean {
  return status.startsWith('DELETE_') && isCustom(resourceType);
}
