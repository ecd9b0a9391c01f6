import { readdirSync } from 'fs';
import { App, CfnParameter, Duration, Lazy, NestedStack, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import { ProjectTeardown, ProjectVersionTeardown, TeardownProvider, TeardownProviderProps } from '../src';
import { VERSION_ARN } from './support/arns';

function stackWith(props?: TeardownProviderProps, stack = new Stack(new App(), 'Models')): Stack {
  new TeardownProvider(stack, 'Provider', props);
  return stack;
}

function waiter(stack: Stack): string {
  const [machine] = Object.values(Template.fromStack(stack).findResources('AWS::StepFunctions::StateMachine'));
  return JSON.stringify(machine.Properties.DefinitionString);
}

describe('times', () => {
  test('are 10 seconds and 55 minutes by default', () => {
    expect(waiter(stackWith())).toMatch(/IntervalSeconds\\*":10,\\*"MaxAttempts\\*":330/);
  });

  test('are passed to the waiter and the handler', () => {
    const stack = stackWith({ queryInterval: Duration.seconds(30), totalTimeout: Duration.minutes(20) });
    expect(waiter(stack)).toMatch(/IntervalSeconds\\*":30,\\*"MaxAttempts\\*":40/);
    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', {
      Handler: 'index.isComplete',
      Environment: { Variables: { TOTAL_TIMEOUT_SECONDS: '1200', QUERY_INTERVAL_SECONDS: '30' } },
    });
  });

  test.each([
    ['more than an hour', 61 * 60, 60, 'totalTimeout must be at most 1 hour, as CloudFormation waits no longer, got: queryInterval 1 minute, totalTimeout 1 hour 1 minute'],
    ['not a multiple', 60, 7, 'totalTimeout must be a whole multiple of queryInterval, and at least twice as long, got: queryInterval 7 seconds, totalTimeout 1 minute'],
    ['a single interval', 60, 60, 'at least twice as long, got: queryInterval 1 minute, totalTimeout 1 minute'],
    ['no interval', 60, 0, 'totalTimeout must be a whole multiple of queryInterval'],
  ])('are rejected when they are %s', (_, total, interval, message) => {
    expect(() => stackWith({ totalTimeout: Duration.seconds(total), queryInterval: Duration.seconds(interval) })).toThrow(message);
  });

  test('may use the whole hour', () => {
    expect(() => stackWith({ totalTimeout: Duration.hours(1) })).not.toThrow();
  });

  test('may be as short as two polls, one second apart', () => {
    expect(waiter(stackWith({ queryInterval: Duration.seconds(1), totalTimeout: Duration.seconds(2) }))).toMatch(/IntervalSeconds\\*":1,\\*"MaxAttempts\\*":2/);
  });

  test.each(['queryInterval', 'totalTimeout'])('are rejected when %s is not known at synthesis', name => {
    expect(() => stackWith({ [name]: Duration.seconds(Lazy.number({ produce: () => 30 })) })).toThrow('queryInterval and totalTimeout must be known at synthesis');
  });
});

describe('the handler', () => {
  test('is a prebuilt asset with two entry points and one role', () => {
    const functions = Object.values(Template.fromStack(stackWith()).findResources('AWS::Lambda::Function', {
      Properties: { Handler: Match.stringLikeRegexp('^index\\.') },
    })).map(resource => resource.Properties);
    expect(functions.map(properties => properties.Handler).sort()).toEqual(['index.isComplete', 'index.onEvent']);
    expect(functions[0].Role).toEqual(functions[1].Role);
    expect(functions[0].Code).toEqual(functions[1].Code);
  });

  test('is in the directory that is uploaded', () => {
    const app = new App({ context: { 'aws:cdk:enable-asset-metadata': true, 'aws:cdk:disable-asset-staging': true } });
    const handlers = Template.fromStack(stackWith({}, new Stack(app, 'Models'))).findResources('AWS::Lambda::Function', {
      Properties: { Handler: Match.stringLikeRegexp('^index\\.') },
    });
    for (const { Metadata } of Object.values(handlers)) expect(readdirSync(Metadata['aws:asset:path'])).toContain('index.js');
    expect(Object.keys(handlers)).toHaveLength(2);
  });

  test('may write to its log group, and nothing more', () => {
    const template = Template.fromStack(stackWith());
    const roles = template.findResources('AWS::IAM::Role', { Properties: { Description: Match.stringLikeRegexp('Rekognition') } });
    expect(Object.values(roles)).toHaveLength(1);
    expect(Object.values(roles)[0].Properties.AssumeRolePolicyDocument.Statement).toEqual([
      { Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' } },
    ]);
    expect(Object.values(roles)[0].Properties).not.toHaveProperty('ManagedPolicyArns');
    expect(Object.values(roles)[0].Properties).not.toHaveProperty('Policies');
    const [role] = Object.keys(roles);
    const policies = template.findResources('AWS::IAM::Policy', { Properties: { Roles: [{ Ref: role }] } });
    expect(Object.values(policies).map(policy => policy.Properties.PolicyDocument.Statement)).toEqual([[{
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Effect: 'Allow',
      Resource: { 'Fn::GetAtt': [expect.stringMatching(/^ProviderLogGroup/), 'Arn'] },
    }]]);
  });

  test('and the framework write to a log group that is deleted with the stack', () => {
    const template = Template.fromStack(stackWith());
    template.hasResource('AWS::Logs::LogGroup', { DeletionPolicy: 'Delete' });
    const [logGroup] = Object.keys(template.findResources('AWS::Logs::LogGroup'));
    template.allResourcesProperties('AWS::Lambda::Function', { LoggingConfig: Match.objectLike({ LogGroup: { Ref: logGroup } }) });
  });

  test('can write to a log group that outlives the stack', () => {
    const stack = new Stack(new App(), 'Models');
    stackWith({ logGroup: logs.LogGroup.fromLogGroupName(stack, 'Kept', '/teardowns') }, stack);
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::Logs::LogGroup', 0);
    template.allResourcesProperties('AWS::Lambda::Function', { LoggingConfig: Match.objectLike({ LogGroup: '/teardowns' }) });
  });

  test('can run in a VPC, with the permission for network interfaces', () => {
    const stack = new Stack(new App(), 'Models');
    const vpc = new ec2.Vpc(stack, 'Vpc');
    stackWith({ vpc, securityGroups: [new ec2.SecurityGroup(stack, 'Group', { vpc })] }, stack);
    const template = Template.fromStack(stack);
    template.resourcePropertiesCountIs('AWS::Lambda::Function', { VpcConfig: Match.objectLike({ SecurityGroupIds: [Match.anyValue()] }) }, 5);
    // the permissions that https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html asks for.
    template.hasResourceProperties('AWS::IAM::RolePolicy', {
      PolicyDocument: {
        Statement: [{
          Action: [
            'ec2:AssignPrivateIpAddresses', 'ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface', 'ec2:DescribeNetworkInterfaces',
            'ec2:DescribeSubnets', 'ec2:UnassignPrivateIpAddresses',
          ],
          Effect: 'Allow',
          Resource: '*',
        }],
      },
    });
  });

  test('outlives a teardown, together with its network', () => {
    const stack = new Stack(new App(), 'Models');
    const vpc = new ec2.Vpc(stack, 'Vpc', { natGateways: 1 });
    const provider = new TeardownProvider(stack, 'Provider', { vpc });
    new ProjectVersionTeardown(stack, 'Model', { projectVersionArn: VERSION_ARN, provider });
    vpc.addInterfaceEndpoint('Rekognition', { service: ec2.InterfaceVpcEndpointAwsService.REKOGNITION });
    const template = Template.fromStack(stack);
    const way = ['VPCEndpoint', 'Route', 'NatGateway', 'InternetGateway', 'SubnetRouteTableAssociation']
      .flatMap(type => Object.keys(template.findResources(`AWS::EC2::${type}`)));
    expect(way.length).toBeGreaterThan(5);
    for (const id of way) template.hasResource('Custom::RekognitionProjectVersionTeardown', { DependsOn: Match.arrayWith([id]) });
  });

  test('can encrypt its environment with a customer managed key', () => {
    const stack = new Stack(new App(), 'Models');
    stackWith({ environmentEncryption: new kms.Key(stack, 'Key') }, stack);
    Template.fromStack(stack).resourcePropertiesCountIs('AWS::Lambda::Function', { KmsKeyArn: Match.anyValue() }, 5);
  });
});

describe('the role', () => {
  const teardowns = (count: number, arn: (index: number, stack: Stack) => string): Annotations => {
    const stack = new Stack(new App(), 'Models');
    for (let index = 0; index < count; index++) new ProjectVersionTeardown(stack, `Model${index}`, { projectVersionArn: arn(index, stack) });
    return Annotations.fromStack(stack);
  };

  const projects = (count: number): void => {
    const stack = new Stack(new App(), 'Models');
    for (let index = 0; index < count; index++) {
      new ProjectTeardown(stack, `Teardown${index}`, { project: new CfnProject(stack, `Project${index}`, { projectName: `parts${index}` }) });
    }
    Template.fromStack(stack);
  };

  test('holds the policies of 25 version teardowns', () => {
    expect(() => teardowns(25, index => `${VERSION_ARN}${index}`)).not.toThrow();
  });

  test('holds the policies of teardowns of 14 projects of the stack, even if an update replaces all of them', () => {
    expect(() => projects(14)).not.toThrow();
    expect(() => projects(20)).toThrow(/the policies of 20 teardowns need about \d+ characters while an update replaces them, but a role holds 10240/);
  });

  test('fails synthesis when its policies would exceed the limit of IAM, and says what to do', () => {
    expect(() => teardowns(30, index => `${VERSION_ARN}${index}`))
      .toThrow(/the policies of 30 teardowns need about \d+ characters, but a role holds 10240; .*more than one TeardownProvider .*or use ProjectTeardown/);
  });

  test('may reach the limit of IAM exactly', () => {
    // the name of the last version fills the policies up to the limit.
    const refusal = (characters: number): string => {
      try {
        teardowns(18, index => VERSION_ARN.replace('/parts.v1/', `/${'v'.repeat(index < 17 ? 170 : characters)}/`));
        return '';
      } catch (error) {
        return (error as Error).message;
      }
    };
    const [, size] = /need about (\d+) characters/.exec(refusal(255))!;
    const fitting = 255 - (Number(size) - 10_240);
    expect(fitting).toBeGreaterThan(0);
    expect(refusal(fitting)).toBe('');
    expect(refusal(fitting + 1)).toContain('the policies of 18 teardowns need about 10241 characters');
  });

  test('counts deploy-time ARNs', () => {
    expect(() => teardowns(25, (index, stack) => new CfnParameter(stack, `Arn${index}`).valueAsString)).toThrow('a role holds 10240');
  });
});

test('the singleton has a fixed id in the construct tree', () => {
  const stack = new Stack(new App(), 'Models');
  const provider = TeardownProvider.getOrCreate(stack);
  expect(TeardownProvider.getOrCreate(stack)).toBe(provider);
  expect(provider.node.path).toBe('Models/cdk-rekognition-teardown.TeardownProvider');
});

describe('metrics', () => {
  const alarmOn = (metric: Metric, stack: Stack) =>
    metric.createAlarm(stack, 'Alarm', { threshold: 1, evaluationPeriods: 1 });
  const name = ({ metricName }: Metric) => metricName;

  test('need metric filters on the log group, which exist only if asked for, one however often', () => {
    const stack = new Stack(new App(), 'Models');
    const provider = new TeardownProvider(stack, 'Provider');
    Template.fromStack(stack).resourceCountIs('AWS::Logs::MetricFilter', 0);

    const asked = new Stack(new App(), 'Models');
    const { logGroup, ...metrics } = askTwice(new TeardownProvider(asked, 'Provider'));
    const template = Template.fromStack(asked);
    template.resourceCountIs('AWS::Logs::MetricFilter', 2);
    template.hasResourceProperties('AWS::Logs::MetricFilter', {
      LogGroupName: asked.resolve(logGroup.logGroupRef.logGroupName),
      FilterPattern: '{ ($.message.message = "failed") && ($.message.requestType = "Delete") }',
      MetricTransformations: [{
        MetricNamespace: 'CdkRekognitionTeardown',
        MetricName: 'Models/Provider/Failed',
        MetricValue: '1',
        Unit: 'Count',
      }],
    });
    template.hasResourceProperties('AWS::Logs::MetricFilter', {
      FilterPattern: '{ $.message.message = "kept" }',
      MetricTransformations: [Match.objectLike({ MetricName: 'Models/Provider/Kept' })],
    });
    expect(metrics).toEqual({ failed: ['Models/Provider/Failed'], kept: ['Models/Provider/Kept'] });
    expect(provider.metricFailed()).toMatchObject({ statistic: 'Sum', period: Duration.minutes(5) });
  });

  const askTwice = (provider: TeardownProvider) => ({
    logGroup: provider.logGroup,
    failed: [...new Set([provider.metricFailed(), provider.metricFailed({ period: Duration.hours(1) })].map(name))],
    kept: [...new Set([provider.metricKept(), provider.metricKept()].map(name))],
  });

  test('have the options that are passed', () => {
    const provider = new TeardownProvider(new Stack(new App(), 'Models'), 'Provider');
    expect(provider.metricKept({ period: Duration.hours(1), statistic: 'Maximum', label: 'Keeps' }))
      .toMatchObject({ period: Duration.hours(1), statistic: 'Maximum', label: 'Keeps' });
  });

  test('are on the log group that was passed', () => {
    const stack = new Stack(new App(), 'Models');
    const logGroup = logs.LogGroup.fromLogGroupName(stack, 'Kept', '/teardowns');
    const provider = new TeardownProvider(stack, 'Provider', { logGroup });
    expect(provider.logGroup).toBe(logGroup);
    provider.metricFailed();
    Template.fromStack(stack).hasResourceProperties('AWS::Logs::MetricFilter', { LogGroupName: '/teardowns' });
  });

  test('are counted until the teardowns are over, wherever they are', () => {
    const stack = new Stack(new App(), 'Models');
    const provider = new TeardownProvider(stack, 'Provider');
    new ProjectVersionTeardown(stack, 'Model', { projectVersionArn: VERSION_ARN, provider });
    const nested = new NestedStack(stack, 'Nested');
    new ProjectVersionTeardown(nested, 'Model', { projectVersionArn: `${VERSION_ARN}1`, provider });
    provider.metricFailed();
    provider.metricKept();
    const template = Template.fromStack(stack);
    const filters = Object.keys(template.findResources('AWS::Logs::MetricFilter'));
    expect(filters).toHaveLength(2);
    for (const type of ['Custom::RekognitionProjectVersionTeardown', 'AWS::CloudFormation::Stack']) {
      for (const id of filters) template.hasResource(type, { DependsOn: Match.arrayWith([id]) });
    }
  });

  test.each<[string, (stack: Stack) => Stack]>([
    ['in a stack', stack => stack],
    ['in a nested stack', stack => new NestedStack(stack, 'Nested')],
  ])('of a provider %s do not tie an alarm in another stack to it', (_, scopeOf) => {
    const app = new App();
    const models = new Stack(app, 'Models', { stackName: 'plant-models' });
    const operations = new Stack(app, 'Operations');
    const provider = new TeardownProvider(scopeOf(models), 'Provider');
    alarmOn(provider.metricFailed(), operations);
    const dependencies = app.synth().stacks.flatMap(artifact => artifact.dependencies.map(({ id }) => id));
    expect(dependencies.filter(id => !id.endsWith('.assets'))).toEqual([]);
    expect(Template.fromStack(models).toJSON()).not.toHaveProperty('Outputs');
    Template.fromStack(operations).hasResourceProperties('AWS::CloudWatch::Alarm', {
      Namespace: 'CdkRekognitionTeardown',
      MetricName: Match.stringLikeRegexp('^plant-models/(Nested/)?Provider/Failed$'),
    });
  });

  test('of each provider have a name of their own, which CloudWatch accepts', () => {
    const stack = new Stack(new App(), 'Models');
    const long = 'x'.repeat(200);
    const names = ['Provider', 'My:*$Provider', `${long}1`, `${long}2`]
      .map(id => name(new TeardownProvider(stack, id).metricKept()));
    expect(new Set(names).size).toBe(4);
    for (const each of names) expect(each).toMatch(/^Models\/[^:*$]{1,240}\/Kept$/);
    expect(name(TeardownProvider.getOrCreate(stack).metricKept()))
      .toBe('Models/cdk-rekognition-teardown.TeardownProvider/Kept');
  });
});
