/** An event of a stack, of the sandbox or of a real one. */
export interface AnyEvent {
  readonly StackId: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId: string;
  readonly ResourceType: string;
  readonly ResourceStatus: string;
  readonly ResourceStatusReason?: string;
  readonly DetailedStatus?: string;
  readonly EventId?: string;
  readonly OperationId?: string;
  readonly ResourceProperties?: string;
  /** That of an event whose properties are not known. */
  readonly HasResourceProperties?: true;
}

/**
 * What two records of the same operation have in common, whatever the names, the times and the order of what happens in
 * parallel. For each stack, by its place: its own events, and between two of them the events of each resource. For each
 * nested stack: its own events among those that its parent has of it and of itself.
 */
export interface Outline {
  readonly stacks: { readonly [place: string]: readonly Phase[] };
  readonly nested: { readonly [place: string]: readonly string[] };
}

/** An event of the stack itself, and what happens until the next one. */
interface Phase {
  readonly own: string;
  readonly resources: { readonly [logicalId: string]: readonly string[] };
}

export const STACK = 'AWS::CloudFormation::Stack';
const ORDINARY_TYPE = /^(?!AWS::CloudFormation::|Custom::).*$/;
const TYPE_OF_ITS_OWN = /^Custom::.*$/;

/**
 * Events, oldest first. The physical ids of a resource are numbered, and types are only distinguished by their kinds.
 *
 * @param hasForms Whether the forms of the events' ids count, and whether they have properties.
 */
export function outline(events: readonly AnyEvent[], hasForms = false): Outline {
  const places = placesOf(events);
  const show = shower(hasForms);
  const stacks: { [place: string]: { own: string; resources: { [logicalId: string]: string[] } }[] } = {};
  const nested: { [place: string]: string[] } = {};
  for (const event of events) {
    const place = places.get(event.StackId)!;
    const text = show(event, place);
    const phases = stacks[place] ??= [{ own: 'the first events are missing', resources: {} }];
    if (isOwn(event)) phases.push({ own: text, resources: {} });
    else (phases.at(-1)!.resources[event.LogicalResourceId] ??= []).push(text);
    for (const [stackId, child] of places) {
      const isOfChild = event.PhysicalResourceId === stackId;
      const isOfParent = isOwn(event) && place === parentOf(child);
      if (child !== '' && (isOfChild || isOfParent)) (nested[child] ??= []).push(`${place || 'root'}: ${text}`);
    }
  }
  return { stacks, nested };
}

/** For each stack its place: the logical ids that lead to it. */
function placesOf(events: readonly AnyEvent[]): ReadonlyMap<string, string> {
  const places = new Map<string, string>();
  const place = (stackId: string): string => {
    const parent = events.find(event => event.PhysicalResourceId === stackId && !isOwn(event));
    return parent ? `${place(parent.StackId)}/${parent.LogicalResourceId}` : '';
  };
  for (const { StackId: id } of events) if (!places.has(id)) places.set(id, place(id));
  return places;
}

function parentOf(place: string): string {
  return place.slice(0, place.lastIndexOf('/'));
}

function isOwn({ PhysicalResourceId: physicalId, StackId: stackId }: AnyEvent): boolean {
  return physicalId === stackId;
}

/** Shows events, with numbers for the physical ids of each resource. */
function shower(hasForms: boolean): (event: AnyEvent, place: string) => string {
  const known = new Map<string, string[]>();
  return (event, place) => {
    const { PhysicalResourceId: physicalId } = event;
    const type = event.ResourceType.replace(ORDINARY_TYPE, 'ordinary').replace(TYPE_OF_ITS_OWN, 'custom');
    const hasProperties = event.HasResourceProperties ?? event.ResourceProperties !== undefined;
    const subject = isOwn(event) ? place : `${place} ${event.LogicalResourceId}`;
    const ids = known.get(subject) ?? known.set(subject, []).get(subject)!;
    if (physicalId !== '' && !ids.includes(physicalId)) ids.push(physicalId);
    const id = physicalId === '' ? 'no id' : `id ${ids.indexOf(physicalId) + 1}`;
    const words = [type, event.ResourceStatus, event.DetailedStatus, id];
    if (event.ResourceStatusReason) words.push('with reason');
    if (hasForms) words.push(formOf(event));
    if (hasForms && hasProperties) words.push('with properties');
    return words.filter(Boolean).join(', ');
  };
}

function formOf({ EventId: eventId = '', LogicalResourceId: logicalId, ResourceStatus: status }: AnyEvent): string {
  if (eventId.startsWith(`${logicalId}-${status}-20`)) return 'id with a time';
  return eventId.startsWith(`${logicalId}-`) ? 'id with a name' : 'id without a name';
}
