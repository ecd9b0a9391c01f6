import { CfnElement, CfnResource, IResolvable, Reference, Stage } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';

/*
 * What this library uses of aws-cdk-lib that is not part of its API. test/cdk-internals.test.ts shows each of these
 * functions with the oldest supported release and, in `npm run test:newest`, with the newest.
 */

/** What an element adds to its template, with tokens. */
export function definitionOf(element: CfnElement): object {
  return element._toCloudFormation();
}

/** What `addOverride` has changed; undefined if it cannot be read. */
export function overridesOf(resource: CfnResource): { readonly [key: string]: any } | undefined {
  return (resource as unknown as { rawOverrides?: object }).rawOverrides;
}

const CONSUMED_REFERENCE = Symbol.for('@aws-cdk/core.CustomCoupledReference');

/** The reference that a token is, also in `Stack.consumeReference`, which older releases do not have. */
export function referenceIn(token: IResolvable | undefined): Reference | undefined {
  const isConsumed = token !== undefined && CONSUMED_REFERENCE in token;
  const reference = isConsumed ? (token as { readonly reference?: unknown }).reference : token;
  return Reference.isReference(reference) ? reference : undefined;
}

/** Whether the app supplies a role (`iam.Role.customizeRoles`): then the template has neither it nor its policies. */
export function isSupplied({ node }: iam.Role): boolean {
  return node.tryFindChild('Resource') === undefined;
}

/** Whether the policy report of the CDK lists what a role needs (`iam.Role.customizeRoles`). */
export function isReported({ node }: iam.Role): boolean {
  return node.tryFindChild(`PrecreatedRole${node.id}`) !== undefined;
}

/** The policy that `addToPrincipalPolicy` adds statements to. */
export function defaultPolicyOf({ node }: iam.Role): iam.Policy | undefined {
  return node.tryFindChild('DefaultPolicy') as iam.Policy | undefined;
}

/** Whether a stage has been synthesized, so that nothing can be added to it any more. */
export function isSynthesized(stage: Stage): boolean {
  return (stage as unknown as { assembly?: object }).assembly !== undefined;
}
