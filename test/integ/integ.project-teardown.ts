/*
 * A project of the same stack. Needs nothing: the test puts a dataset into the project, without which CloudFormation
 * could delete the project itself. An empty dataset costs nothing.
 */
import { Stack } from 'aws-cdk-lib';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import { integApp, testOf } from './test-of';
import { ProjectTeardown } from '../../src';

const app = integApp();
const stack = new Stack(app, 'TeardownIntegProject');
const project = new CfnProject(stack, 'Project', { projectName: 'teardown-integ-project' });
new ProjectTeardown(stack, 'Teardown', { project });

testOf(stack).fill(project);
