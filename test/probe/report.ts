import type { StackEvent } from '@aws-sdk/client-cloudformation';

/** What the function saw of a deletion: when the request came, the time of its event, and when that was shown. */
export interface Sight {
  readonly Id: string;
  readonly ResourceType: string;
  readonly at: number;
  readonly began?: string;
  readonly shown: number;
  readonly template: string;
}

/** What the account showed, what the library assumes, and whether that covers it (by default, if both are equal). */
type Row = readonly [question: string, here: string, assumed: string, holds?: boolean];

const GENERAL = 'AWS::CloudFormation::CustomResource';
const list = (values: readonly (string | undefined)[]) => [...new Set(values)].sort().join(', ') || 'nothing';

/** Compares what CloudFormation did with what the library assumes. Takes the events of all stacks, oldest first. */
export function report(events: readonly StackEvent[], sights: readonly Sight[]): Row[] {
  const isOwn = (event: StackEvent) => event.PhysicalResourceId === event.StackId;
  const own = (status: string) => events.filter(event => isOwn(event) && event.ResourceStatus === status);
  const begun = events.filter(event => event.ResourceStatus === 'DELETE_IN_PROGRESS');
  const begins = (id?: string) => begun.filter(event => event.PhysicalResourceId === id);
  const types = (...ids: string[]) => list(ids.flatMap(begins).map(event => event.ResourceType));
  const seen = (...ids: string[]) => sights.filter(({ Id }) => ids.includes(Id));
  const cleanedUp = ['removed', 'replaced-1', 'stubborn', 'undone', 'broken'];
  const slowest = (time: (sight: Sight, began: number) => number) => sights.length === 0 ? Infinity
    : Math.max(...sights.map(sight => sight.began ? time(sight, Date.parse(sight.began)) / 1000 : Infinity));
  const lag = slowest(({ at }, began) => began - at);
  const delay = slowest(({ shown }, began) => shown - began);
  const tries = seen('stubborn').map(({ at }) => at);
  const gaps = tries.slice(1).map((at, index) => `${Math.round((at - tries[index]) / 1000)} s`);
  const operationIds = (status: string) => list(own(status).map(({ StackId, OperationId, Timestamp }) => {
    const updates = own('UPDATE_IN_PROGRESS').filter(one => one.StackId === StackId && one.Timestamp! < Timestamp!);
    return OperationId === undefined ? 'none' : OperationId === updates.at(-1)?.OperationId ? 'the same' : 'another';
  }));
  const templates = (...ids: string[]) => list(seen(...ids).map(({ template }) => template));
  const inNested = ['removed-with-nested', 'last-in-nested'];
  const nested = inNested.every(id => begins(begins(id)[0]?.StackId).map(isOwn).join() === 'false,true');
  return [
    ['type of a custom resource in the events of a cleanup', types(...cleanedUp), `${GENERAL} or Custom::Probe`,
      cleanedUp.every(id => [GENERAL, 'Custom::Probe'].includes(types(id)))],
    ['its type in the deletion of a stack', types('last', ...inNested), 'Custom::Probe'],
    ['its type in the requests', list(sights.map(sight => sight.ResourceType)), 'Custom::Probe'],
    ['time from a request to its event, at most (negative: the event is first)', `${lag} s`, 'up to 15 s', lag <= 15],
    ['time until the events show it, at most', `${delay} s`, 'up to 90 s', delay <= 90],
    ['tries of a failed cleanup that have an event', `${begins('stubborn').length} of ${tries.length}`,
      'the first at least', begins('stubborn').length > 0],
    ['time between the tries', list(gaps), 'any', true],
    ['OperationId of a cleanup and its update', operationIds('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'), 'any', true],
    ['OperationId of a rollback and its update', operationIds('UPDATE_ROLLBACK_IN_PROGRESS'), 'any', true],
    ['template in the cleanup of an update', templates('removed', 'replaced-1'), 'without it'],
    ['template in the cleanup of a rollback', templates('undone'), 'any', true],
    ['the deletion of a nested stack begins in the events of its parent', `${nested}`, 'true'],
  ];
}
