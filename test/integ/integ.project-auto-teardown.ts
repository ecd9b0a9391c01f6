/*
 * All projects of an app, each with something in it. Needs nothing.
 */
import { Stack } from 'aws-cdk-lib';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import { integApp, testOf } from './test-of';
import { ProjectAutoTeardown } from '../../src';

const app = integApp();
const stack = new Stack(app, 'TeardownIntegAuto');
const screws = new CfnProject(stack, 'Screws', { projectName: 'teardown-integ-screws' });
const bolts = new CfnProject(stack, 'Bolts', { projectName: 'teardown-integ-bolts' });
stack.with(new ProjectAutoTeardown());

const test = testOf(stack);
test.fill(screws);
test.fill(bolts);
