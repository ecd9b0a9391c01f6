import type { Staleness } from '../staleness';

/** How CloudFormation behaves where its documents leave it open, or allow more than one thing. */
export interface CloudFormationSettings {
  /** By how much DescribeStacks is out of date. Default 0. [cited] aws/aws-cdk-cli#1802, #1848: it shows the status from before an operation. */
  staleStatus: Staleness;
  /** By how much DescribeStackEvents is out of date: the newest entries are missing. Default 0. [assumed] */
  staleEvents: Staleness;
  /** By how much ListStackResources is out of date. Default 0. [assumed] */
  staleLists: Staleness;
  /**
   * Where the record shows that the deletion of a custom resource began: at every try of a cleanup, at the first one only, or nowhere,
   * its end included. Default EVERY_TRY. [assumed] FIRST_TRY; NEVER is what must do no harm.
   */
  deletionEntries: 'EVERY_TRY' | 'FIRST_TRY' | 'NEVER';
  /** Whether entries have an OperationId. Default true. [cited] API reference, StackEvent, and logs since the end of 2025. */
  operationIds: boolean;
}

export function effectiveSettings(given: Partial<CloudFormationSettings> = {}): CloudFormationSettings {
  return { staleStatus: 0, staleEvents: 0, staleLists: 0, deletionEntries: 'EVERY_TRY', operationIds: true, ...given };
}
