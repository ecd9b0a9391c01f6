import { isOwn, StackEvent } from './events';
import { isCustom } from './scope';
import type { CloudFormationSettings } from './settings';

// [cited] published event logs: the second event of a creation, with the physical id.
export const INITIATED = 'Resource creation Initiated';
// [cited] published event logs: custom resources have another sentence than all others.
export const REPLACES = 'Requested update requires the creation of a new physical resource; hence creating one.';
export const REPLACED_BY_PROVIDER = 'Requested update required the provider to create a new physical resource';
// [cited] published event logs, of resources and of stacks.
export const CONSISTENCY_CHECK = 'Eventual consistency check initiated';

/** [cited] what XML 1.0 cannot contain. */
// eslint-disable-next-line no-control-regex
export const CONTROL_CHARACTER = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Surrogate}/u;

/** The reason of an event as the API shows it. */
export function shownReason(event: StackEvent, settings: CloudFormationSettings): string | undefined {
  const { status, reason, resourceType } = event;
  const isFailure = status.endsWith('_FAILED');
  if (isFailure && settings.controlCharacters && !isOwn(event) && !isCustom(resourceType)) return `${reason}\x1b`;
  // what a provider or a service has said about a failure is not CloudFormation's.
  if (reason === undefined || isFailure) return reason;
  switch (settings.reasons) {
    case 'USUAL': return reason;
    // [cited] published event logs, including the two spaces.
    case 'WITH_HOOKS':
      return `Hook invocations complete.  ${reason === INITIATED ? 'Resource creation initiated' : reason}`;
    case 'OTHERS': return `Notice ${reason.length}`;
    case 'NONE': return undefined;
  }
}
