import { App, Aws, Fn, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { inlinePolicySize } from '../src/private/policy-size';

let stack: Stack;
let role: iam.Role;

beforeEach(() => {
  stack = new Stack(new App(), 'Models');
  role = new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() });
});

function policy(id: string, ...statements: iam.PolicyStatementProps[]): iam.Policy {
  return new iam.Policy(stack, id, { statements: statements.map(statement => new iam.PolicyStatement(statement)) });
}

/** What IAM counts once the policies are deployed, if each value that is not known yet turns out to have 150 characters. */
function deployedSize(...policies: iam.Policy[]): number {
  const value = (part: any): any => {
    if (typeof part !== 'object') return part;
    if (Array.isArray(part)) return part.map(value);
    const [[name, argument]] = Object.entries<any>(part);
    if (name === 'Fn::Join') return argument[1].map(value).join(argument[0]);
    if (name === 'Ref' || name.startsWith('Fn::')) return 'x'.repeat(150);
    return Object.fromEntries(Object.entries(part).map(([key, item]) => [key, value(item)]));
  };
  return policies.map(({ document }) => JSON.stringify(value(stack.resolve(document))).length).reduce((sum, size) => sum + size);
}

test('counts what is known at synthesis as it is', () => {
  const one = policy('One', { actions: ['s3:GetObject', 's3:PutObject'], resources: ['*'] }, { actions: ['s3:ListBucket'], resources: ['arn:a', 'arn:b', 'arn:c'] });
  const other = policy('Other', { actions: ['s3:GetObject'], resources: ['*'], conditions: { Bool: { 'aws:SecureTransport': true } } });
  expect(inlinePolicySize(role, [one])).toBe(deployedSize(one));
  expect(inlinePolicySize(role, [one, other])).toBe(deployedSize(one, other));
});

test.each<[string, () => string]>([
  ['a reference', () => Aws.STACK_ID],
  ['an attribute', () => role.roleArn],
  ['a part of a value', () => Fn.select(1, Fn.split('/', Aws.STACK_ID))],
  ['a value in the middle of a text', () => `arn:${Aws.PARTITION}:s3:::bucket`],
  ['values with something between them', () => Fn.join('/version/', [Aws.STACK_ID, Aws.STACK_NAME, Aws.REGION])],
])('counts %s as it may be once it is known', (_, resource) => {
  const one = policy('One', { actions: ['s3:GetObject'], resources: [resource()] });
  expect(inlinePolicySize(role, [one])).toBe(deployedSize(one));
});

test('counts the default policy of the role', () => {
  const one = policy('One', { actions: ['s3:GetObject'], resources: ['*'] });
  role.addToPolicy(new iam.PolicyStatement({ actions: ['s3:ListBucket'], resources: ['*'] }));
  expect(inlinePolicySize(role, [one])).toBe(deployedSize(one, role.node.findChild('DefaultPolicy') as iam.Policy));
});
