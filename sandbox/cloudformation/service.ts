import { AssetBucket, StackArtifact } from '../assembly';
import type { Clock } from '../clock';
import type { Members } from '../members';
import { Caller, Permission, Service, ServiceError } from '../service';
import type { Uploads } from '../uploads';
import { ChangeSets } from './change-sets';
import { createStack, OnFailure, rollBackCreation } from './create';
import { deleteStack } from './delete';
import { Deployment } from './deployment';
import { permissions } from './describe';
import type { Engine } from './engine';
import { NotModeled } from './errors';
import { EventLog } from './events';
import { Exports } from './exports';
import { importResources, Imports } from './import';
import { MEMBERS } from './members';
import { OnlyRecorded } from './only-recorded';
import { ParameterValues, parameterValues } from './parameters';
import { Past } from './past';
import { handle } from './requests';
import type { ResourceType } from './resource-type';
import { isCustom } from './scope';
import { CloudFormationSettings, effectiveSettings } from './settings';
import { Environment, Stack, StackStatus } from './stack';
import { parseTemplate, Template } from './template';
import { rollBackUpdate, updateStack } from './update';

export interface DeployOptions {
  readonly parameters?: ParameterValues;
  /** For a stack creation. */
  readonly onFailure?: OnFailure;
  /** [cited] ExecuteChangeSet, DisableRollback: a failed stack stays in CREATE_FAILED or UPDATE_FAILED. */
  readonly disableRollback?: boolean;
  /** [cited] CreateStack, RetainExceptOnCreate: a rollback also deletes new resources with Retain. */
  readonly retainExceptOnCreate?: boolean;
  /** [cited] CreateChangeSet, ImportExistingResources: an existing resource with a name in the template becomes part of the stack. */
  readonly importExistingResources?: boolean;
  /** [cited] CreateChangeSet, ResourcesToImport: all that the operation does is to adopt these. */
  readonly imports?: Imports;
}

/** Resource types by name. All custom resources are listed as `Custom::*`. */
export type ResourceTypes = { readonly [type: string]: ResourceType };

export interface CloudFormationProps {
  readonly clock: Clock;
  readonly environment: Environment;
  readonly settings?: Partial<CloudFormationSettings>;
  /** The templates and code that clients have uploaded. */
  readonly uploads?: Uploads;
  resourceTypes(engine: Engine): ResourceTypes;
  /** The value of a parameter in SSM. Without it, there are none. */
  ssmValue?(name: string): string | undefined;
  /** Any other type, if it need not have an effect. */
  recordedType?(type: string): ResourceType | undefined;
  /** Called if the sandbox itself fails in an operation that a request has started. Without it, `stop` rejects. */
  onProblem?(problem: unknown): void;
}

/** Stacks, the operations on them, and the part of the API that reads them. */
export class CloudFormation implements Service, Engine {
  readonly clock: Clock;
  readonly log = new EventLog();
  readonly settings: CloudFormationSettings;
  readonly past: Past;
  readonly assets: AssetBucket;
  readonly changeSets = new ChangeSets(this);
  readonly onlyRecorded = new OnlyRecorded();
  readonly exports = new Exports(() => this.stacks);
  /** All stacks that ever existed, including deleted and nested ones, oldest first. */
  readonly stacks: Stack[] = [];
  private readonly types: ResourceTypes;
  private readonly recordedTypes = new Map<string, ResourceType>();
  private problem?: unknown;

  constructor(private readonly props: CloudFormationProps) {
    this.clock = props.clock;
    this.settings = effectiveSettings(props.settings);
    this.past = new Past(this.clock, this.log, this.settings);
    this.assets = new AssetBucket(props.uploads);
    this.types = props.resourceTypes(this);
  }

  /** Creates or updates a stack. Rejects if CloudFormation rejects the request. The status of the stack shows the result of the operation. */
  async deploy(artifact: StackArtifact, options: DeployOptions = {}): Promise<Stack> {
    const template = parseTemplate(artifact.template);
    this.assets.publish(artifact);
    const existing = this.find(artifact.stackName);
    if (existing && options.onFailure) throw new Error('OnFailure is for the creation of a stack; this one exists');
    const stack = existing ?? this.newStack(artifact.stackName);
    const { changes, run } = this.deployment(stack, template, options);
    // [cited] UpdateStack: "No updates are to be performed", which tools treat as success.
    if (changes) await this.clock.drive(run);
    return stack;
  }

  /** What a deployment does when `run` is called. Throws if CloudFormation or the sandbox rejects it. */
  deployment(stack: Stack, template: Template, options: DeployOptions): PreparedDeployment {
    const { parameters = {}, retainExceptOnCreate = false, importExistingResources, imports } = options;
    // [cited] API reference, CreateChangeSet, OnStackFailure: DO_NOTHING is equivalent to DisableRollback.
    const { disableRollback = options.onFailure === 'DO_NOTHING' } = options;
    const { onFailure = disableRollback ? 'DO_NOTHING' : 'ROLLBACK' } = options;
    const isNew = isUnborn(this, stack);
    if (!isNew) refuseUpdate(stack, disableRollback);
    const values = parameterValues(template, parameters, stack.parameters);
    const deployment = new Deployment(this, stack, template, values, { importExistingResources, imports });
    const run = async () => {
      Object.assign(stack, { disableRollback, retainExceptOnCreate });
      if (imports) await importResources(stack, deployment, imports);
      else await (isNew ? createStack(this, stack, deployment, onFailure) : updateStack(stack, deployment));
      this.onlyRecorded.announce(this.stacks.filter(({ root }) => root === stack));
    };
    return { changes: isNew || deployment.changes, values: { ...values, ...deployment.fromSsm }, run };
  }

  /** Starts an operation on a stack without waiting for it. */
  begin(stack: Stack, run: () => Promise<void>): void {
    void this.clock.drive(run).catch((problem: unknown) => {
      if (this.props.onProblem) this.props.onProblem(problem);
      else this.problem ??= problem;
      // otherwise the caller would wait forever.
      const failed = stack.status.replace(/(_COMPLETE_CLEANUP)?_IN_PROGRESS$/, '_FAILED') as StackStatus;
      stack.report(failed, problem instanceof Error ? problem.message : String(problem));
    });
  }

  /** Rejects if an operation failed because of a bug in the sandbox. */
  async stop(): Promise<void> {
    this.props.uploads?.stop();
    if (this.problem) throw this.problem;
  }

  async rollBack(stackName: string): Promise<Stack> {
    const stack = this.stack(stackName);
    await this.clock.drive(this.rollbackOf(stack));
    return stack;
  }

  /**
   * [cited] RollbackStack: rolls back deployments that failed with rollback disabled. [assumed] a failed creation ends
   * in ROLLBACK_COMPLETE, which the CDK CLI treats as success (if the stack were gone, it would report a failure).
   * Throws if CloudFormation rejects the request.
   */
  rollbackOf(stack: Stack): () => Promise<void> {
    if (!stack.isPaused) throw cannot('rolled back', stack);
    // without a template, no deployment has ever succeeded.
    return () => stack.template ? rollBackUpdate(stack) : rollBackCreation(this, stack, 'User Initiated');
  }

  async continueUpdateRollback(stackName: string, resourcesToSkip: readonly string[] = []): Promise<Stack> {
    const stack = this.stack(stackName);
    await this.clock.drive(this.continuedRollbackOf(stack, resourcesToSkip));
    return stack;
  }

  /** [cited] ContinueUpdateRollback: continues a failed rollback without the resources to be skipped. */
  continuedRollbackOf(stack: Stack, resourcesToSkip: readonly string[]): () => Promise<void> {
    if (stack.status !== 'UPDATE_ROLLBACK_FAILED') throw cannot('rolled back', stack);
    for (const path of resourcesToSkip) refuseSkipping(this, stack, path);
    return () => rollBackUpdate(stack, resourcesToSkip);
  }

  /**
   * Deletes a stack, which may be a nested one, except the resources with the given logical ids. Resolves in any case:
   * the status of the stack shows whether it is gone.
   */
  async destroy(stackName: string, retainResources: readonly string[] = []): Promise<Stack> {
    const stack = this.stack(stackName);
    const run = this.deletion(stack, retainResources);
    if (run) await this.clock.drive(run);
    return stack;
  }

  /**
   * How to delete a stack; undefined if it is gone. Throws if CloudFormation rejects the request.
   * [cited] User Guide, "Nested stacks": to be done "starting from the root stack". [assumed] deleting a nested stack on its own is not rejected.
   */
  deletion(stack: Stack, retained: readonly string[] = []): (() => Promise<void>) | undefined {
    if (stack.status === 'DELETE_COMPLETE') return undefined;
    // [cited] User Guide, "Protect CloudFormation stacks from being deleted": the text that the CLI shows.
    if (stack.terminationProtection) throw new ServiceError('ValidationError', `Stack [${stack.name}] cannot be deleted while TerminationProtection is enabled`);
    if (stack.busy) throw new ServiceError('ValidationError', `Stack [${stack.name}] cannot be deleted while in status ${stack.status}`);
    if (retained.length > 0) refuseRetaining(stack, retained);
    return () => deleteStack(this, stack, 'User Initiated', new Set(retained));
  }

  stack(nameOrId: string): Stack {
    const stack = this.find(nameOrId);
    // [cited] API reference, DescribeStacks: a deleted stack is found by its id only.
    if (!stack) throw new ServiceError('ValidationError', `Stack with id ${nameOrId} does not exist`);
    return stack;
  }

  newStack(name: string, parent?: Stack): Stack {
    const { environment, clock } = this.props;
    return new Stack({ name, parent, environment, clock, log: this.log, settings: this.settings });
  }

  ssmValue(name: string): string | undefined {
    return this.props.ssmValue?.(name);
  }

  resourceType(type: string): ResourceType {
    const found = this.types[isCustom(type) ? 'Custom::*' : type] ?? this.recordedType(type);
    if (!found) throw new NotModeled(`the resource type ${type} is not modeled`);
    return found;
  }

  /** Whether the sandbox can find a resource that exists before the stack does. */
  canImport(type: string): boolean {
    return (this.types[type] ?? this.recordedType(type))?.find !== undefined;
  }

  members(operation: string): Members | undefined {
    return MEMBERS[operation];
  }

  permissions(operation: string, input: { readonly StackName?: string }): Permission[] {
    return permissions(this, operation, input);
  }

  handle(operation: string, input: object, caller?: Caller): object {
    return handle(this, operation, input, caller);
  }

  /** A stack by name, unless it is deleted, or by id. */
  find(nameOrId: string): Stack | undefined {
    return this.stacks.find(stack => stack.id === nameOrId || (stack.name === nameOrId && stack.status !== 'DELETE_COMPLETE'));
  }

  private recordedType(type: string): ResourceType | undefined {
    const found = this.recordedTypes.get(type) ?? this.props.recordedType?.(type);
    if (found) this.recordedTypes.set(type, found);
    return found;
  }
}

/** A deployment that has been accepted. */
export interface PreparedDeployment {
  readonly changes: boolean;
  /** The values of the parameters, also of those that are stored in SSM. */
  readonly values: ParameterValues;
  run(): Promise<void>;
}

/** A stack that does not exist yet, or only for a change set. */
function isUnborn({ stacks }: Engine, stack: Stack): boolean {
  return !stacks.includes(stack) || stack.status === 'REVIEW_IN_PROGRESS';
}

/** [cited] UpdateStack: the error for a stack that cannot be updated now, or at all. */
function refuseUpdate(stack: Stack, disableRollback: boolean): void {
  const updatable = [
    'CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'IMPORT_COMPLETE', 'IMPORT_ROLLBACK_COMPLETE',
  ];
  if (stack.parent) throw new ServiceError('ValidationError', `Nested stack ${stack.name} is updated with the stack around it`);
  if (!updatable.includes(stack.status) && !stack.isPaused) throw cannot('updated', stack);
  if (stack.isPaused && !disableRollback) {
    // [cited] aws/aws-cdk#30546: the text.
    throw new ServiceError('ValidationError', `This stack is currently in a non-terminal [${stack.status}] state. To `
      + 'update the stack from this state, please use the disable-rollback parameter with update-stack API. To '
      + 'rollback to the last known good state, use the rollback-stack API');
  }
}

/** [cited] the errors of UpdateStack, RollbackStack and ContinueUpdateRollback. */
function cannot(be: string, { id, status }: Stack): ServiceError {
  return new ServiceError('ValidationError', `Stack:${id} is in ${status} state and can not be ${be}.`);
}

/** [cited] ContinueUpdateRollback: only resources in UPDATE_FAILED, those in a nested stack as NestedStackName.ResourceLogicalID. The text is [assumed]. */
function refuseSkipping(engine: Engine, stack: Stack, path: string): void {
  const [logicalId, ...inside] = path.split('.');
  const { status, physicalId } = stack.resources[logicalId] ?? {};
  if (inside.length > 0) return refuseSkipping(engine, engine.stack(physicalId), inside.join('.'));
  if (status !== 'UPDATE_FAILED') throw new ServiceError('ValidationError', `Only resources that failed to roll back can be skipped, not ${logicalId} in ${status}`);
}

/**
 * [cited] DeleteStack, RetainResources: only "for stacks in the DELETE_FAILED state"; published error messages have the
 * text. [assumed] the second one.
 */
function refuseRetaining({ id, status, resources }: Stack, logicalIds: readonly string[]): void {
  if (status !== 'DELETE_FAILED') {
    throw new ServiceError('ValidationError', `Invalid operation on stack [${id}]. When you delete a stack, specify `
      + 'which resources to retain only when the stack is in the DELETE_FAILED state.');
  }
  const unknown = logicalIds.filter(logicalId => !(logicalId in resources));
  if (unknown.length > 0) {
    throw new ServiceError('ValidationError', `The stack has no resources [${unknown.join(', ')}] to retain`);
  }
}
