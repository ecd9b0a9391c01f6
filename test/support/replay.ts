import { GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import { PROJECT_ARN } from './arns';
import {
  awsError, cloudFormation, DescribeStackEventsCommand, DescribeStacksCommand, ListStackResourcesCommand,
  ListTagsForResourceCommand, page, rekognition, reset,
} from './aws';
import { RealEvent } from './real-records';
import { INITIATED, REPLACES } from './record';
import { STACK_TYPE } from '../../lambda/aws/cloudformation';
import type { Deletion } from '../../lambda/custody/operation';

/** In a cleanup, CloudFormation records this type for every custom resource. */
const GENERAL = 'AWS::CloudFormation::CustomResource';
const VERSION_TEARDOWN = 'Custom::RekognitionProjectVersionTeardown';
const PROJECT_TEARDOWN = 'Custom::RekognitionProjectTeardown';
const PROJECT = 'AWS::Rekognition::Project';
const OWNER_TAG = 'owner';
const SECOND = 1000;
const DAY = 86_400 * SECOND;

/** What a resource of a log is made into. */
export type Part = PartOfVersion | PartOfProject;

/** A teardown of a version. */
export interface PartOfVersion {
  readonly trigger: 'STACK_DELETION' | 'RESOURCE_REMOVAL';
  /** Another resource of the log, which is a teardown of the same version. */
  readonly successor?: string;
}

/** A teardown of a project of its stack. */
export interface PartOfProject {
  /** What the operation does with the project before its teardown is deleted. */
  readonly project: keyof typeof PROJECT_LINES;
  /** Whether the new template retains the old project, if the operation renames it. */
  readonly isRetained?: boolean;
}

/** Status, physical id and reason, in the words of CloudFormation. */
type ProjectLine = readonly [status: string, name: string, reason?: string];

const PROJECT_LINES = {
  'leaves it alone': [],
  'creates it': [['CREATE_IN_PROGRESS', ''], ['CREATE_IN_PROGRESS', 'parts', INITIATED], ['CREATE_COMPLETE', 'parts']],
  'imports it': [
    ['IMPORT_IN_PROGRESS', 'parts', 'Resource import started.'],
    ['IMPORT_IN_PROGRESS', 'parts'],
    ['IMPORT_COMPLETE', 'parts', 'Resource import completed.'],
    ['UPDATE_IN_PROGRESS', 'parts', 'Apply stack-level tags to imported resource if applicable.'],
    ['UPDATE_COMPLETE', 'parts'],
  ],
  'changes its tag': [['UPDATE_IN_PROGRESS', 'parts'], ['UPDATE_COMPLETE', 'parts']],
  'renames it': [
    ['UPDATE_IN_PROGRESS', 'parts', REPLACES], ['UPDATE_IN_PROGRESS', 'nuts', INITIATED], ['UPDATE_COMPLETE', 'nuts'],
  ],
} satisfies { [does: string]: readonly ProjectLine[] };

/** A log, oldest event first, in which a resource that is deleted is a teardown. */
export interface Replay {
  readonly events: readonly RealEvent[];
  /** The index of the event with which the deletion began. */
  readonly began: number;
  readonly deletion: Deletion;
  readonly part: Part;
}

/** Whether an event is one of the stack itself. */
export function isOwn(event: RealEvent): boolean {
  return event.PhysicalResourceId === event.StackId;
}

/** The parent of each nested stack. */
export function parentsIn(events: readonly RealEvent[]): Map<string, string> {
  const nested = events.filter(event => event.ResourceType === STACK_TYPE && !isOwn(event));
  return new Map(nested.map(event => [event.PhysicalResourceId, event.StackId]));
}

/** Makes the resource whose deletion begins at an index into a teardown, in all its events. */
export function replay(log: readonly RealEvent[], began: number, part: Part): Replay {
  const { StackId: stackId, LogicalResourceId: logicalResourceId, PhysicalResourceId: oldId, Timestamp } = log[began];
  const touched = firstTouch(log, began);
  const isOld = 'trigger' in part || part.project !== 'creates it';
  const projectArn = PROJECT_ARN.replace(/\d+$/, `${log[touched].Timestamp.getTime() - (isOld ? DAY : 0)}`);
  const versionArn = `${projectArn.replace(/\/\d+$/, '')}/version/parts.v1/1769817600000`;
  const [type, arn] = 'project' in part ? [PROJECT_TEARDOWN, projectArn] : [VERSION_TEARDOWN, versionArn];
  const successor = 'trigger' in part ? part.successor : undefined;

  const statusOf = new Map<string, string>();
  const events = log.map((event): RealEvent => {
    if (isOwn(event)) statusOf.set(event.StackId, event.ResourceStatus);
    const { LogicalResourceId: name, ResourceStatus: status } = event;
    if (isOwn(event) || event.StackId !== stackId || ![logicalResourceId, successor].includes(name)) return event;
    const isCleanUp = status.startsWith('DELETE_') && statusOf.get(stackId)?.includes('CLEANUP');
    const id = name === successor || event.PhysicalResourceId === oldId ? arn : arn.replaceAll('parts', 'nuts');
    return { ...event, ResourceType: isCleanUp ? GENERAL : type, PhysicalResourceId: event.PhysicalResourceId && id };
  });
  const lines = 'project' in part ? projectEvents(events[touched], PROJECT_LINES[part.project]) : [];
  return {
    events: [...events.slice(0, touched), ...lines, ...events.slice(touched)],
    began: began + lines.length,
    deletion: {
      stackId,
      resourceType: type,
      logicalResourceId,
      physicalResourceId: arn,
      requestedAt: Timestamp.getTime() + SECOND,
      trigger: 'trigger' in part ? part.trigger : 'STACK_DELETION',
      project: 'project' in part ? { arn, name: 'parts', ownerTag: OWNER_TAG, mode: 'DELETE' } : undefined,
    },
    part,
  };
}

/** The index before which a project is touched: of the first event of its teardown in the operation, or else of any. */
function firstTouch(log: readonly RealEvent[], began: number): number {
  const { StackId, LogicalResourceId } = log[began];
  const ofStack = [...log.slice(0, began).entries()].filter(([, event]) => event.StackId === StackId);
  const isBeginning = (event: RealEvent) => isOwn(event) && /^(CREATE|UPDATE)_IN_PROGRESS$/.test(event.ResourceStatus);
  const [operation] = ofStack.filter(([, event]) => isBeginning(event)).pop() ?? [-1];
  const later = ofStack.filter(([index]) => index > operation);
  return (later.find(([, event]) => event.LogicalResourceId === LogicalResourceId) ?? later[0] ?? [began])[0];
}

function projectEvents({ StackId, StackName, Timestamp }: RealEvent, lines: readonly ProjectLine[]): RealEvent[] {
  return lines.map(([ResourceStatus, PhysicalResourceId, ResourceStatusReason], index) => ({
    EventId: `Project-${index}`,
    StackId,
    StackName,
    LogicalResourceId: 'Project',
    PhysicalResourceId,
    ResourceType: PROJECT,
    ResourceStatus,
    ResourceStatusReason,
    Timestamp,
  }) as RealEvent);
}

/** A moment of a replay. */
export interface Moment {
  /** How many events had been recorded. */
  readonly recorded: number;
  /** How many of the newest events of each stack the answers do not show yet. */
  readonly missing: number;
  /** Whether the lists of resources are as old as the events. */
  readonly areListsStale: boolean;
}

/**
 * Answers the calls of the handler as the services would have done at a moment.
 *
 * @returns Sets the moment.
 */
export function answer({ events, part, deletion }: Replay): (moment: Moment) => void {
  reset();
  let moment: Moment;
  const parents = parentsIn(events);
  const rootOf = (stackId: string): string => parents.has(stackId) ? rootOf(parents.get(stackId)!) : stackId;
  const truth = (stackId: string) => events.slice(0, moment.recorded).filter(event => event.StackId === stackId);
  const shown = (stackId: string) => truth(stackId).slice(0, moment.missing === 0 ? undefined : -moment.missing);

  cloudFormation.on(DescribeStackEventsCommand).callsFake(({ StackName, NextToken = '0' }) => {
    const isKnown = events.some(event => event.StackId === StackName);
    if (!isKnown) throw awsError('ValidationError', `Stack [${StackName}] does not exist`);
    return page(shown(StackName).reverse(), Number(NextToken), 100);
  });
  cloudFormation.on(DescribeStacksCommand).callsFake(({ StackName: StackId }) => ({
    Stacks: [{
      StackId,
      ParentId: parents.get(StackId),
      RootId: parents.has(StackId) ? rootOf(StackId) : undefined,
      StackStatus: truth(StackId).filter(isOwn).at(-1)?.ResourceStatus,
    }],
  }));
  cloudFormation.on(ListStackResourcesCommand).callsFake(({ StackName }) => (
    { StackResourceSummaries: resourcesOf(moment.areListsStale ? shown(StackName) : truth(StackName)) }
  ));
  if ('project' in part) answerAboutProject(part, deletion);
  return next => {
    moment = next;
    cloudFormation.resetHistory();
    rekognition.resetHistory();
  };
}

function answerAboutProject({ project, isRetained }: PartOfProject, deletion: Deletion): void {
  const tags: Record<string, string> = project === 'changes its tag' ? {} : { [OWNER_TAG]: deletion.logicalResourceId };
  rekognition.on(ListTagsForResourceCommand, { ResourceArn: deletion.project!.arn }).resolves({ Tags: tags });
  const Project = {
    Type: PROJECT,
    Properties: { ProjectName: project === 'renames it' ? 'nuts' : 'parts' },
    ...isRetained && { UpdateReplacePolicy: 'Retain' },
  };
  cloudFormation.on(GetTemplateCommand).resolves({ TemplateBody: JSON.stringify({ Resources: { Project } }) });
}

/** A list of resources: the newest event of each, with the type in the template, but not the end of a replaced one. */
function resourcesOf(events: readonly RealEvent[]): object[] {
  const resources = new Map<string, RealEvent>();
  for (const event of events) {
    const { LogicalResourceId: name, PhysicalResourceId: id, ResourceStatus: status } = event;
    const before = resources.get(name);
    const isReplaced = status.startsWith('DELETE_') && before && before.PhysicalResourceId !== id;
    if (isOwn(event) || isReplaced) continue;
    resources.set(name, { ...event, ResourceType: before?.ResourceType ?? event.ResourceType });
  }
  return [...resources.values()];
}
