import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';

export type Permissions = { [action: string]: unknown };

/** The actions that a teardown's policies allow, each with its resource: those of its own policy, and those that it shares with other teardowns. */
export function permissionsOf(stack: Stack, constructId: string): Permissions {
  const { Resources: resources } = Template.fromStack(stack).toJSON();
  const [{ DependsOn: needed }] = Object.entries<any>(resources)
    .filter(([id, { Type }]) => id.startsWith(constructId) && Type.startsWith('Custom::Rekognition')).map(([, resource]) => resource);
  return allowedBy([needed].flat().map((id: string) => resources[id]).filter(({ Type }: any) => Type === 'AWS::IAM::RolePolicy'));
}

/** The actions that the policy of a role allows, each with its resource. */
export function permissionsOfRole(stack: Stack, constructId: string): Permissions {
  const policies = Template.fromStack(stack).findResources('AWS::IAM::Policy');
  return allowedBy(Object.entries(policies).filter(([id]) => id.startsWith(`${constructId}DefaultPolicy`)).map(([, policy]) => policy));
}

function allowedBy(policies: any[]): Permissions {
  const statements: { Action: string | string[]; Resource: unknown }[] = policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
  return Object.fromEntries(statements.flatMap(({ Action, Resource }) => [Action].flat().map(action => [action, Resource])));
}
