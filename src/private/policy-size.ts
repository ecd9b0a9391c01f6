import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';

/**
 * The characters of inline policy that a role holds in all, white space not counted.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export const MAX_INLINE_POLICY_SIZE = 10_240;

/** How long a value that is known at deployment only may turn out: about the length of a project version's ARN. */
const UNKNOWN_VALUE_SIZE = 150;

/** About how many characters the role's default policy and these policies need once they are deployed. */
export function inlinePolicySize(role: iam.Role, policies: iam.Policy[]): number {
  const defaultPolicy = role.node.tryFindChild('DefaultPolicy') as iam.Policy | undefined;
  return [...policies, ...defaultPolicy ? [defaultPolicy] : []]
    .map(policy => size(Stack.of(policy).resolve(policy.document)))
    .reduce((sum, characters) => sum + characters, 0);
}

function size(value: unknown): number {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value).length;
  const entries = Object.entries(value);
  if (Array.isArray(value)) return value.reduce((sum, item) => sum + size(item) + 1, 1);
  if (entries.length === 1 && isIntrinsic(entries[0][0])) return intrinsicSize(entries[0][0], entries[0][1]) + 2;
  return entries.reduce((sum, [key, item]) => sum + key.length + 4 + size(item), 1);
}

function isIntrinsic(key: string): boolean {
  return key === 'Ref' || key.startsWith('Fn::');
}

function intrinsicSize(name: string, argument: unknown): number {
  if (name !== 'Fn::Join') return UNKNOWN_VALUE_SIZE;
  const [delimiter, parts] = argument as [string, unknown[]];
  // each part was counted with quotes, and the last has no delimiter behind it.
  return parts.reduce((sum: number, part) => sum + size(part) - 2 + delimiter.length, -delimiter.length);
}
