/*
 * One model, whose ARN is a deploy-time value.
 *
 * Needs a model that may be deleted, its ARN in SSM: see README.md.
 */
import { Stack } from 'aws-cdk-lib';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { integApp, testOf } from './test-of';
import { ProjectVersionTeardown } from '../../src';

const app = integApp();
const stack = new Stack(app, 'TeardownIntegProjectVersion');
const projectVersionArn = StringParameter.valueForStringParameter(stack, '/cdk-rekognition-teardown/integ/model');
const teardown = new ProjectVersionTeardown(stack, 'Model', { projectVersionArn });

testOf(stack).expectStatus(teardown);
