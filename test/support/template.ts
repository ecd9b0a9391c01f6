import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';

/** The actions that a construct's policy allows, each with its resource. */
export function permissionsOf(stack: Stack, constructId: string, policyId = 'Policy'): { [action: string]: unknown } {
  const policies = Template.fromStack(stack).findResources('AWS::IAM::Policy');
  const [logicalId] = Object.keys(policies).filter(id => id.startsWith(`${constructId}${policyId}`));
  const statements: { Action: string | string[]; Resource: unknown }[] = policies[logicalId].Properties.PolicyDocument.Statement;
  return Object.fromEntries(statements.flatMap(({ Action, Resource }) => [Action].flat().map(action => [action, Resource])));
}
