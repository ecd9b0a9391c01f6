import type { Staleness } from '../staleness';

/** How CloudFormation behaves where its documentation leaves that open or allows several possibilities. */
export interface CloudFormationSettings {
  /**
   * How stale the answers of DescribeStacks are. Default 0. [cited] aws/aws-cdk-cli#1802, #1848: it shows the status
   * from before an operation.
   */
  staleStatus: Staleness;
  /** How stale the answers of DescribeStackEvents are: the newest events are missing. Default 0. [assumed] */
  staleEvents: Staleness;
  /** How stale the answers of ListStackResources are. Default 0. [assumed] */
  staleLists: Staleness;
  /**
   * When the events show that the deletion of a custom resource has begun: at each attempt in a cleanup, only at the
   * first one, or never (nor that it has ended). Default EVERY_TRY. [assumed] FIRST_TRY is possible, and NEVER must do
   * no harm.
   */
  deletionEntries: 'EVERY_TRY' | 'FIRST_TRY' | 'NEVER';
  /**
   * When a cleanup tries again to delete what it could not delete: at once, or after it has tried everything else.
   * Default AT_ONCE. [assumed] published event logs show only that other deletions may come between.
   */
  cleanupRetries: 'AT_ONCE' | 'AT_THE_END';
  /**
   * The type that the events of a cleanup give a custom resource: that of its template, or
   * AWS::CloudFormation::CustomResource. Default GENERAL. [cited] published event logs have the general one, also in
   * the cleanup of a nested stack, but not in deletions and in the rollbacks of creations.
   */
  cleanupTypes: 'GENERAL' | 'TEMPLATE';
  /**
   * Which events have the same OperationId, if any has one: those of a request until the stack is stable again, or not
   * those of its rollback, or neither those of its rollback nor those of its cleanup. Default NOT_ROLLBACK. [cited]
   * published event logs since the end of 2025: a rollback has an id of its own. [assumed] a cleanup has none.
   */
  operationIds: 'NONE' | 'WHOLE' | 'NOT_ROLLBACK' | 'NOT_CLEANUP';
  /**
   * The words of the reasons that CloudFormation itself writes: the usual ones, those with Hooks, others, or none at
   * all. Default USUAL. [cited] published event logs have "Hook invocations complete. Resource creation initiated".
   * [assumed] no wording is documented.
   */
  reasons: 'USUAL' | 'WITH_HOOKS' | 'OTHERS' | 'NONE';
  /**
   * Whether the reason of any other resource than a custom one that fails has a control character. Default false.
   * [cited] aws-cloudformation/cloudformation-coverage-roadmap#1601: then the events of the stack cannot be read.
   */
  controlCharacters: boolean;
  /**
   * Whether an event tells that the configuration of a resource is complete and its consistency is checked. Default
   * false. [cited] published event logs have it or not.
   */
  consistencyChecks: boolean;
  /** The RequestId of custom resources. Default UNIQUE. [cited] aws/aws-cdk#35957: a later deployment may repeat it. */
  requestIds: 'UNIQUE' | 'REPEATED';
}

export function effectiveSettings(given: Partial<CloudFormationSettings> = {}): CloudFormationSettings {
  return {
    staleStatus: 0,
    staleEvents: 0,
    staleLists: 0,
    deletionEntries: 'EVERY_TRY',
    cleanupRetries: 'AT_ONCE',
    cleanupTypes: 'GENERAL',
    operationIds: 'NOT_ROLLBACK',
    reasons: 'USUAL',
    controlCharacters: false,
    consistencyChecks: false,
    requestIds: 'UNIQUE',
    ...given,
  };
}
