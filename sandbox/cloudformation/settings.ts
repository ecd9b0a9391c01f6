import type { Staleness } from '../staleness';

/** How CloudFormation behaves where its documentation leaves that open or allows several possibilities. */
export interface CloudFormationSettings {
  /** How stale the answers of DescribeStacks are. Default 0. [cited] aws/aws-cdk-cli#1802, #1848: it shows the status from before an operation. */
  staleStatus: Staleness;
  /** How stale the answers of DescribeStackEvents are: the newest events are missing. Default 0. [assumed] */
  staleEvents: Staleness;
  /** How stale the answers of ListStackResources are. Default 0. [assumed] */
  staleLists: Staleness;
  /**
   * When the events show that the deletion of a custom resource has begun: at each attempt in a cleanup, only at the first one, or never (nor
   * that it has ended). Default EVERY_TRY. [assumed] FIRST_TRY is possible, and NEVER must do no harm.
   */
  deletionEntries: 'EVERY_TRY' | 'FIRST_TRY' | 'NEVER';
  /**
   * The type that the events of a cleanup give a custom resource: that of its template, or AWS::CloudFormation::CustomResource. Default
   * TEMPLATE. [cited] published event logs have the general one, also in the cleanup of a nested stack, but not in deletions and in the
   * rollbacks of creations.
   */
  cleanupTypes: 'GENERAL' | 'TEMPLATE';
  /** Whether events have an OperationId. Default true. [cited] API reference, StackEvent, and logs since the end of 2025. */
  operationIds: boolean;
}

export function effectiveSettings(given: Partial<CloudFormationSettings> = {}): CloudFormationSettings {
  return {
    staleStatus: 0, staleEvents: 0, staleLists: 0, deletionEntries: 'EVERY_TRY', cleanupTypes: 'TEMPLATE', operationIds: true, ...given,
  };
}
