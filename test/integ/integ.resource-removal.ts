/*
 * A model that also goes when only its teardown is removed, and a provider with settings of its own.
 *
 * Needs a model that may be deleted, its ARN in SSM: see README.md.
 */
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { integApp, testOf } from './test-of';
import { ProjectVersionTeardown, TeardownProvider, TeardownTrigger, TrainingBehavior } from '../../src';

const app = integApp();
const stack = new Stack(app, 'TeardownIntegResourceRemoval');
const provider = new TeardownProvider(stack, 'Provider', {
  queryInterval: Duration.seconds(30),
  totalTimeout: Duration.minutes(50),
  logGroup: new LogGroup(stack, 'Log', { retention: RetentionDays.ONE_DAY, removalPolicy: RemovalPolicy.DESTROY }),
});
const projectVersionArn = StringParameter.valueForStringParameter(
  stack,
  '/cdk-rekognition-teardown/integ/removable-model',
);
const teardown = new ProjectVersionTeardown(stack, 'Model', {
  projectVersionArn,
  trigger: TeardownTrigger.RESOURCE_REMOVAL,
  trainingBehavior: TrainingBehavior.FAIL,
  provider,
});

testOf(stack).expectStatus(teardown);
