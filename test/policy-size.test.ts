import { App, Aws, CfnParameter, Fn, NestedStack, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import { HandlerPolicy } from '../src/private/handler-policy';
import { Permission } from '../src/private/permissions';
import { inlinePolicySize } from '../src/private/policy-size';

const REGION = 'us-east-1';
const ACCOUNT = '111122223333';

let stack: Stack;
let role: iam.Role;

beforeEach(() => {
  stack = new Stack(new App(), 'Models', { env: { account: ACCOUNT, region: REGION } });
  role = new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() });
});

function policy(id: string, permissions: Permission[], replacedWith?: { arn: string; creationTime: number }, scope = stack): HandlerPolicy {
  return new HandlerPolicy(scope, id, { role, permissions: () => permissions, replacedWith });
}

function allowing(resource: string, scope = stack): HandlerPolicy {
  return policy('One', [{ actions: ['s3:GetObject'], resource }], undefined, scope);
}

/** The size that IAM counts for a policy that allows something on a resource. */
function characters(resource: string): number {
  return JSON.stringify({ Statement: [{ Action: 's3:GetObject', Effect: 'Allow', Resource: resource }], Version: '2012-10-17' }).length;
}

test('the size of values that are known at synthesis is exact', () => {
  const one = policy('One', [{ actions: ['s3:GetObject', 's3:PutObject'], resource: '*' }, { actions: ['s3:ListBucket'], resource: ['arn:a', 'arn:b', 'arn:c'] }]);
  const other = policy('Other', [{ actions: ['s3:GetObject'], resource: '*' }]);
  const sizes = [one, other].map(({ document }) => JSON.stringify(stack.resolve(document)).length);
  expect(inlinePolicySize(role, [one])).toBe(sizes[0]);
  expect(inlinePolicySize(role, [one, other])).toBe(sizes[0] + sizes[1]);
});

test('a policy that may have to coexist with its replacement counts twice', () => {
  const arn = 'arn:aws:rekognition:us-east-1:111122223333:project/parts/1769810000000';
  expect(inlinePolicySize(role, [policy('One', [{ actions: ['s3:GetObject'], resource: '*' }], { arn, creationTime: 2 })])).toBe(2 * characters('*'));
});

test('a policy that is not in the template does not count', () => {
  expect(inlinePolicySize(role, [policy('One', [])])).toBe(0);
});

const VALUE = 'x'.repeat(150);

test.each<[string, (scope: Stack) => string, string]>([
  ['a parameter', scope => new CfnParameter(scope, 'Arn').valueAsString, VALUE],
  ['an attribute', () => role.roleArn, VALUE],
  ['what another stack exports', () => Fn.importValue('name'), VALUE],
  ['a value in the middle of a text', scope => `${new CfnParameter(scope, 'Arn').valueAsString}/*`, `${VALUE}/*`],
  ['the project of a version', scope => Fn.select(1, Fn.split('/', new CfnParameter(scope, 'Arn').valueAsString)), 'x'.repeat(32)],
  ['the stack', () => Aws.STACK_ID, `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/Models/01234567-89ab-cdef-0123-456789abcdef`],
  ['pseudo parameters', () => `${Aws.PARTITION}${Aws.REGION}${Aws.ACCOUNT_ID}${Aws.STACK_NAME}`, `aws${REGION}${ACCOUNT}Models`],
  ['a project of the stack', scope => new CfnProject(scope, 'Project', { projectName: 'parts' }).attrArn, `arn:aws:rekognition:${REGION}:${ACCOUNT}:project/parts/1769810000000`],
  ['a log group', scope => new logs.CfnLogGroup(scope, 'Log', { logGroupName: '/log' }).attrArn, `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/log:*`],
  ['a log group without a name', scope => new logs.CfnLogGroup(scope, 'Log').attrArn, `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:Models-Log-123456789012:*`],
])('%s counts with the size that it may have at deploy time', (_, resource, deployed) => {
  expect(inlinePolicySize(role, [allowing(resource(stack))])).toBe(characters(deployed));
});

test('a project counts with its name in the template', () => {
  const project = new CfnProject(stack, 'Project', { projectName: 'parts' });
  project.addPropertyOverride('ProjectName', 'x'.repeat(100));
  expect(inlinePolicySize(role, [allowing(project.attrArn)])).toBe(characters(`arn:aws:rekognition:${REGION}:${ACCOUNT}:project/${'x'.repeat(100)}/1769810000000`));
});

test('unknown regions, partitions and nested stacks count with their longest names', () => {
  const anywhere = new NestedStack(new Stack(new App(), 'Anywhere'), 'Nested');
  expect(inlinePolicySize(role, [allowing(Aws.STACK_ID, anywhere)]))
    .toBe(characters(`arn:aws-us-gov:cloudformation:us-gov-west-1:${ACCOUNT}:stack/${'x'.repeat(128)}/01234567-89ab-cdef-0123-456789abcdef`));
});

test('a project of a stack in an unknown region counts with the longest name of the regions that support projects', () => {
  const anywhere = new Stack(new App(), 'Anywhere');
  const project = new CfnProject(anywhere, 'Project', { projectName: 'parts' });
  expect(inlinePolicySize(role, [allowing(project.attrArn, anywhere)]))
    .toBe(characters(`arn:aws:rekognition:ap-southeast-1:${ACCOUNT}:project/parts/1769810000000`));
});

test('the default policy of the role counts', () => {
  role.addToPolicy(new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: ['*'] }));
  expect(inlinePolicySize(role, [allowing('*')])).toBe(2 * characters('*'));
});
