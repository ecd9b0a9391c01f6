/*
 * A project for adapters, which CloudFormation cannot create: no stack owns it, and the teardown deletes it. Needs
 * nothing.
 */
import { Stack } from 'aws-cdk-lib';
import { AwsCustomResource, AwsCustomResourcePolicy, PhysicalResourceId } from 'aws-cdk-lib/custom-resources';
import { integApp, testOf } from './test-of';
import { Project, ProjectTeardown } from '../../src';

const PROJECT_NAME = 'teardown-integ-adapters';

const app = integApp();
const stack = new Stack(app, 'TeardownIntegImportedProject');
// acts like a user of the AWS CLI: it creates the project, and never deletes it.
const created = new AwsCustomResource(stack, 'Created', {
  onCreate: {
    service: 'Rekognition',
    action: 'CreateProject',
    parameters: { ProjectName: PROJECT_NAME, Feature: 'CONTENT_MODERATION' },
    physicalResourceId: PhysicalResourceId.fromResponse('ProjectArn'),
  },
  policy: AwsCustomResourcePolicy.fromSdkCalls({ resources: AwsCustomResourcePolicy.ANY_RESOURCE }),
  installLatestAwsSdk: false,
});
const projectArn = created.getResponseField('ProjectArn');
new ProjectTeardown(stack, 'Teardown', {
  project: Project.fromProjectArn(stack, 'Project', projectArn),
  deleteProject: true,
});

testOf(stack).expect('DescribeProjects', { ProjectNames: [PROJECT_NAME], Features: ['CONTENT_MODERATION'] },
  'ProjectDescriptions.0.ProjectArn', `^${projectArn}$`);
