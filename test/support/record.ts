import type { StackEvent } from '@aws-sdk/client-cloudformation';
import { STACK_ID } from './arns';

/** Logical id (or `stack` for the stack itself), status, physical id, reason, type, seconds since the previous event. */
export type Line = readonly [logicalId: string, status: string, physicalId?: string, reason?: string, seconds?: number];

const TYPES: { readonly [logicalId: string]: string } = {
  Project: 'AWS::Rekognition::Project',
  Nested: 'AWS::CloudFormation::Stack',
  Teardown: 'Custom::RekognitionProjectTeardown',
  TeardownResource: 'Custom::RekognitionProjectTeardown',
};

export const INITIATED = 'Resource creation Initiated';
export const REPLACES = 'Requested update requires the creation of a new physical resource; hence creating one.';

/** Events of a stack, oldest first: one per second, the last one now. Ids that are not in `TYPES` are teardowns of versions. */
export function entries(lines: readonly Line[], { stackId = STACK_ID, end = Date.now() }: { stackId?: string; end?: number } = {}): StackEvent[] {
  let time = end - 1000 * lines.reduce((sum, [, , , , seconds = 1]) => sum + seconds, 0);
  return lines.map(([logicalId, status, physicalId, reason, seconds = 1], index) => {
    const isOwn = logicalId === 'stack';
    const name = stackId.split('/')[1];
    time += 1000 * seconds;
    return {
      EventId: `${logicalId}-${index}`,
      StackId: stackId,
      StackName: name,
      LogicalResourceId: isOwn ? name : logicalId,
      PhysicalResourceId: isOwn ? stackId : physicalId ?? '',
      ResourceType: isOwn ? 'AWS::CloudFormation::Stack' : TYPES[logicalId.replace(/\d+$/, '')] ?? 'Custom::RekognitionProjectVersionTeardown',
      ResourceStatus: status as never,
      ResourceStatusReason: reason,
      Timestamp: new Date(time),
    };
  });
}
