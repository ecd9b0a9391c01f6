import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock';
import type { EventLog } from './events';
import type { Properties, ResourceDefinition, Template } from './template';
import type { Transition } from './transition';

/** [cited] CloudFormation API reference, Stack.StackStatus, without those of import operations. */
export type StackStatus =
  | 'REVIEW_IN_PROGRESS'
  | 'CREATE_IN_PROGRESS' | 'CREATE_FAILED' | 'CREATE_COMPLETE'
  | 'ROLLBACK_IN_PROGRESS' | 'ROLLBACK_FAILED' | 'ROLLBACK_COMPLETE'
  | 'DELETE_IN_PROGRESS' | 'DELETE_FAILED' | 'DELETE_COMPLETE'
  | 'UPDATE_IN_PROGRESS' | 'UPDATE_FAILED' | 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS' | 'UPDATE_COMPLETE'
  | 'UPDATE_ROLLBACK_IN_PROGRESS' | 'UPDATE_ROLLBACK_FAILED' | 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS' | 'UPDATE_ROLLBACK_COMPLETE';

/** [cited] CloudFormation API reference, StackResource.ResourceStatus. */
export type ResourceStatus =
  | 'CREATE_IN_PROGRESS' | 'CREATE_FAILED' | 'CREATE_COMPLETE'
  | 'UPDATE_IN_PROGRESS' | 'UPDATE_FAILED' | 'UPDATE_COMPLETE'
  | 'DELETE_IN_PROGRESS' | 'DELETE_FAILED' | 'DELETE_COMPLETE' | 'DELETE_SKIPPED'
  | 'IMPORT_IN_PROGRESS' | 'IMPORT_FAILED' | 'IMPORT_COMPLETE' | 'IMPORT_ROLLBACK_IN_PROGRESS' | 'IMPORT_ROLLBACK_COMPLETE';

/** [cited] published event logs: the second event of a creation, with the physical id. */
const INITIATED = 'Resource creation Initiated';

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
  /** The input of the last successful deployment. */
  template?: Template;
  parameters: { readonly [name: string]: string } = {};
  /** The values of the parameters that are stored in SSM. */
  fromSsm: { readonly [name: string]: string } = {};
  outputs: { readonly [name: string]: string } = {};
  tags: readonly { readonly Key: string; readonly Value: string }[] = [];
  terminationProtection = false;
  lastUpdated?: number;
  /** The names of other stacks' exports that this one uses. */
  imports: ReadonlySet<string> = new Set();
  readonly resources: { [logicalId: string]: Resource } = {};
  /** Set while deployments have changed the stack and it is neither cleaned up nor deleted. */
  transition?: Transition;

  private operationId = randomUUID();

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

  report(status: StackStatus, reason?: string): void {
    if (!this.busy) this.operationId = randomUUID();
    this.status = status;
    this.statusReason = reason;
    if (status === 'UPDATE_IN_PROGRESS') this.lastUpdated = this.props.clock.now();
    if (status === 'DELETE_COMPLETE') this.deletionTime = this.props.clock.now();
    // [cited] a stack's own events carry its name as logical id and the type AWS::CloudFormation::Stack.
    this.log({ logicalId: this.name, physicalId: this.id, type: 'AWS::CloudFormation::Stack' }, status, reason);
  }

  log(subject: { logicalId: string; physicalId: string; type: string }, status: string, reason?: string): void {
    this.props.log.add({
      time: this.props.clock.now(),
      stackId: this.id,
      stackName: this.name,
      logicalId: subject.logicalId,
      physicalId: subject.physicalId,
      resourceType: subject.type,
      status,
      reason,
      operationId: this.operationId,
    });
  }
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
  private recordedType: string;

  constructor(
    readonly stack: Stack,
    readonly logicalId: string,
    readonly definition: ResourceDefinition,
    /** The properties in the template, with all intrinsic functions evaluated. */
    readonly properties: Properties,
    /** The logical ids of the resources that it needs. */
    readonly dependencies: readonly string[],
  ) {
    this.type = this.recordedType = definition.type;
  }

  /** Called when a cleanup begins to delete the resource. From now on, its events have the given type. */
  leave(recordedType: string): void {
    this.recordedType = recordedType;
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

  report(status: ResourceStatus, reason?: string): void {
    this.status = status;
    this.statusReason = reason;
    const { logicalId, physicalId, recordedType: type } = this;
    this.stack.log({ logicalId, physicalId, type }, status, reason);
  }
}
