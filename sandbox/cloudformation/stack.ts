import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock';
import type { EventLog, StackEvent } from './events';
import { INITIATED } from './reasons';
import type { CloudFormationSettings } from './settings';
import type { Properties, ResourceDefinition, Template } from './template';
import type { Transition } from './transition';

/** [cited] CloudFormation API reference, Stack.StackStatus. */
export type StackStatus =
  | 'REVIEW_IN_PROGRESS'
  | 'CREATE_IN_PROGRESS' | 'CREATE_FAILED' | 'CREATE_COMPLETE'
  | 'ROLLBACK_IN_PROGRESS' | 'ROLLBACK_FAILED' | 'ROLLBACK_COMPLETE'
  | 'DELETE_IN_PROGRESS' | 'DELETE_FAILED' | 'DELETE_COMPLETE'
  | 'UPDATE_IN_PROGRESS' | 'UPDATE_FAILED' | 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS' | 'UPDATE_COMPLETE'
  | 'IMPORT_IN_PROGRESS' | 'IMPORT_COMPLETE' | 'IMPORT_ROLLBACK_IN_PROGRESS' | 'IMPORT_ROLLBACK_COMPLETE'
  | 'UPDATE_ROLLBACK_IN_PROGRESS' | 'UPDATE_ROLLBACK_FAILED' | 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS' | 'UPDATE_ROLLBACK_COMPLETE';

/** [cited] CloudFormation API reference, StackResource.ResourceStatus. */
export type ResourceStatus =
  | 'CREATE_IN_PROGRESS' | 'CREATE_FAILED' | 'CREATE_COMPLETE'
  | 'UPDATE_IN_PROGRESS' | 'UPDATE_FAILED' | 'UPDATE_COMPLETE'
  | 'DELETE_IN_PROGRESS' | 'DELETE_FAILED' | 'DELETE_COMPLETE' | 'DELETE_SKIPPED'
  | 'IMPORT_IN_PROGRESS' | 'IMPORT_FAILED' | 'IMPORT_COMPLETE' | 'IMPORT_ROLLBACK_IN_PROGRESS' | 'IMPORT_ROLLBACK_COMPLETE';

/** The result of creating a resource. */
export interface ResourceState {
  readonly physicalId: string;
  readonly attributes: { readonly [name: string]: unknown };
  /** Why it exists only in CloudFormation, without an effect. */
  readonly whyRecorded?: string;
}

/** An account's region, as templates see it. */
export interface Environment {
  readonly account: string;
  readonly region: string;
}

export interface StackProps {
  readonly name: string;
  readonly parent?: Stack;
  readonly environment: Environment;
  readonly clock: Clock;
  readonly log: EventLog;
  readonly settings: CloudFormationSettings;
}

export class Stack {
  readonly name: string;
  readonly id: string;
  readonly parent?: Stack;
  readonly root: Stack;
  readonly environment: Environment;
  readonly creationTime: number;
  deletionTime?: number;
  status: StackStatus = 'CREATE_IN_PROGRESS';
  statusReason?: string;
  /** [cited] API reference, Stack: whether rollback was disabled for the last deployment. */
  disableRollback = false;
  /** Whether a rollback of the last deployment deletes what it has created, although the template retains it. */
  retainExceptOnCreate = false;
  /** The input of the last successful deployment. */
  template?: Template;
  parameters: { readonly [name: string]: string } = {};
  /** The values of the parameters that are stored in SSM. */
  fromSsm: { readonly [name: string]: string } = {};
  outputs: { readonly [name: string]: string } = {};
  tags: readonly { readonly Key: string; readonly Value: string }[] = [];
  /** Whom nobody notifies. */
  notificationArns: readonly string[] = [];
  terminationProtection = false;
  lastUpdated?: number;
  /** The names of other stacks' exports that this one uses. */
  imports: ReadonlySet<string> = new Set();
  readonly resources: { [logicalId: string]: Resource } = {};
  /** Set while deployments have changed the stack and it is neither cleaned up nor deleted. */
  transition?: Transition;

  private operationId?: string;
  private request = 0;

  constructor(private readonly props: StackProps) {
    this.name = props.name;
    this.environment = props.environment;
    this.id = `arn:aws:cloudformation:${this.environment.region}:${this.environment.account}:stack/${this.name}/${randomUUID()}`;
    this.parent = props.parent;
    this.root = props.parent?.root ?? this;
    this.creationTime = props.clock.now();
  }

  /** Whether an operation is in progress. */
  get busy(): boolean {
    return this.status.endsWith('_IN_PROGRESS') && this.status !== 'REVIEW_IN_PROGRESS';
  }

  /** Whether a deployment has failed with rollback disabled: it can be continued, rolled back, or the stack deleted. */
  get isPaused(): boolean {
    return this.status === 'CREATE_FAILED' || this.status === 'UPDATE_FAILED';
  }

  report(status: StackStatus, reason?: string, detailedStatus?: StackEvent['detailedStatus']): void {
    const { clock, settings } = this.props;
    const isRequested = !this.busy || this.request === 0;
    if (isRequested) this.request++;
    if (isRequested || isApart(status, this.status, settings.operationIds)) this.operationId = randomUUID();
    this.status = status;
    this.statusReason = reason;
    if (status === 'UPDATE_IN_PROGRESS') this.lastUpdated = clock.now();
    if (status === 'DELETE_COMPLETE') this.deletionTime = clock.now();
    // [cited] a stack's own events carry its name as logical id and the type AWS::CloudFormation::Stack.
    const { name: logicalId, id: physicalId } = this;
    this.log({ logicalId, physicalId, resourceType: 'AWS::CloudFormation::Stack', status, reason, detailedStatus });
  }

  log(event: Omit<StackEvent, 'id' | 'time' | 'stackId' | 'stackName' | 'operationId' | 'request'>): void {
    const { status, id: stackId, name: stackName, operationId, request } = this;
    const time = this.props.clock.now();
    // [cited] published event logs.
    const shown = status === 'REVIEW_IN_PROGRESS' ? undefined : operationId;
    this.props.log.add({ ...event, time, stackId, stackName, operationId: shown, request });
  }
}

/** Whether a phase of an operation has an OperationId of its own. [assumed] also a deletion after a failed creation. */
function isApart(status: StackStatus, before: StackStatus, setting: CloudFormationSettings['operationIds']): boolean {
  if (setting === 'WHOLE' || status === before) return false;
  if (status.endsWith('_CLEANUP_IN_PROGRESS')) return setting === 'NOT_CLEANUP';
  return ['ROLLBACK_IN_PROGRESS', 'UPDATE_ROLLBACK_IN_PROGRESS', 'DELETE_IN_PROGRESS'].includes(status);
}

/** One version of a resource: an update or a replacement creates a new object, so that a rollback still has the old one. */
export class Resource {
  readonly type: string;
  physicalId = '';
  attributes: ResourceState['attributes'] = {};
  whyRecorded?: string;
  status: ResourceStatus = 'CREATE_IN_PROGRESS';
  statusReason?: string;
  private isInitiated = false;
  /** Set as soon as a cleanup begins to delete the resource. */
  private leavingType?: string;

  constructor(
    readonly stack: Stack,
    readonly logicalId: string,
    readonly definition: ResourceDefinition,
    /** The properties in the template, with all intrinsic functions evaluated. */
    readonly properties: Properties,
    /** The logical ids of the resources that it needs. */
    readonly dependencies: readonly string[],
  ) {
    this.type = definition.type;
  }

  /** Called when a cleanup begins to delete the resource. From now on, its events have the given type. */
  leave(recordedType: string): void {
    this.leavingType = recordedType;
  }

  /** Records that the resource exists now. */
  become(state: ResourceState): void {
    this.physicalId = state.physicalId;
    this.attributes = state.attributes;
    this.whyRecorded = state.whyRecorded;
  }

  /** Records that the resource has a physical id now. Nested stacks call this themselves, early; for all others it is called when they exist. */
  initiated(physicalId: string): void {
    if (this.isInitiated) return;
    this.isInitiated = true;
    this.physicalId = physicalId;
    this.report(this.status, INITIATED);
  }

  report(status: ResourceStatus, reason?: string, detailedStatus?: StackEvent['detailedStatus']): void {
    this.status = status;
    this.statusReason = reason;
    const { logicalId, physicalId, type, leavingType } = this;
    // [cited] published event logs: what a cleanup deletes has no properties.
    const properties = leavingType === undefined ? this.properties : undefined;
    const resourceType = leavingType ?? type;
    this.stack.log({ logicalId, physicalId, resourceType, properties, status, reason, detailedStatus });
  }
}
