import { readFileSync } from 'fs';
import * as path from 'path';
import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import { ProjectTeardown, ProjectVersionTeardown, TeardownTrigger } from '../src';
import { VERSION_ARN } from './support/arns';
import { leanApp } from './support/lean-app';

const PROVIDER = 'cdk-rekognition-teardown.TeardownProvider';
const ROLES = [
  'Role', 'Framework/framework-onEvent/ServiceRole', 'Framework/framework-isComplete/ServiceRole', 'Framework/framework-onTimeout/ServiceRole',
  'Framework/waiter-state-machine/Role',
];

interface Synthesized {
  readonly resources: [string, any][];
  readonly needed: { [role: string]: string[] };
}

/** Synthesizes an app with precreated roles, and reads the CDK's report on the permissions that they need. */
function synthesize(define: (stack: Stack) => void, options: iam.CustomizeRolesOptions = {}): Synthesized {
  const app = leanApp();
  const stack = new Stack(app, 'Models');
  iam.Role.customizeRoles(stack, {
    usePrecreatedRoles: Object.fromEntries(ROLES.map((role, index) => [`${PROVIDER}/${role}`, `role-${index}`])), ...options,
  });
  define(stack);
  const { directory } = app.synth();
  const { roles } = JSON.parse(readFileSync(path.join(directory, 'iam-policy-report.json'), 'utf8'));
  const { Resources: resources } = JSON.parse(readFileSync(path.join(directory, 'Models.template.json'), 'utf8'));
  const needed = roles.map(({ roleConstructPath, identityPolicyStatements }: any) =>
    [roleConstructPath, identityPolicyStatements.flatMap(({ Action }: any) => Action).sort()]);
  return { resources: Object.entries(resources), needed: Object.fromEntries(needed) };
}

const handler = ({ needed }: Synthesized) => needed[`Models/${PROVIDER}/Role`];
const policies = ({ resources }: Synthesized) => resources.filter(([, { Type }]) => Type.startsWith('AWS::IAM::'));

describe('with roles that the app supplies', () => {
  const both = (stack: Stack) => {
    new ProjectVersionTeardown(stack, 'Model', { projectVersionArn: VERSION_ARN, trigger: TeardownTrigger.RESOURCE_REMOVAL });
    new ProjectTeardown(stack, 'Teardown', { project: new CfnProject(stack, 'Project', { projectName: 'screws' }) });
  };

  test('the template contains nothing of IAM, and nothing depends on what is missing', () => {
    const synthesized = synthesize(both);
    expect(policies(synthesized)).toEqual([]);
    const ids = synthesized.resources.map(([id]) => id);
    for (const [, { DependsOn: needed = [] }] of synthesized.resources) expect(ids).toEqual(expect.arrayContaining([needed].flat()));
  });

  test('the report contains all permissions of the handler', () => {
    expect([...new Set(handler(synthesize(both)))]).toEqual([
      'cloudformation:DescribeStackEvents', 'cloudformation:DescribeStacks', 'cloudformation:GetTemplate', 'cloudformation:ListStackResources',
      'logs:CreateLogStream', 'logs:PutLogEvents', 'rekognition:DeleteDataset', 'rekognition:DeleteProjectVersion', 'rekognition:DescribeProjectVersions', 'rekognition:DescribeProjects',
      'rekognition:ListTagsForResource', 'rekognition:StopProjectVersion',
    ]);
  });

  test('the report contains only what is left when a teardown is retained', () => {
    const synthesized = synthesize(stack => {
      const teardown = new ProjectVersionTeardown(stack, 'Model', { projectVersionArn: VERSION_ARN });
      (teardown.node.findChild('Resource').node.defaultChild as CfnProject).applyRemovalPolicy(RemovalPolicy.RETAIN);
    });
    expect(handler(synthesized)).toEqual([
      'cloudformation:DescribeStackEvents', 'cloudformation:DescribeStacks', 'logs:CreateLogStream', 'logs:PutLogEvents',
      'rekognition:DescribeProjectVersions', 'rekognition:DescribeProjects',
    ]);
  });
});

test('the template contains the policies as always if the roles are only reported', () => {
  const define = (stack: Stack) => { new ProjectVersionTeardown(stack, 'Model', { projectVersionArn: VERSION_ARN }); };
  const synthesized = synthesize(define, { preventSynthesis: false, usePrecreatedRoles: undefined });
  expect(policies(synthesized).filter(([, { Type }]) => Type === 'AWS::IAM::RolePolicy')).toHaveLength(3);
  expect(handler(synthesized)).toEqual(expect.arrayContaining(['rekognition:DeleteProjectVersion', 'cloudformation:DescribeStackEvents']));
});
