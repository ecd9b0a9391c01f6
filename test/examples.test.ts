import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { Sandbox } from '../sandbox';
import { EXAMPLES, exampleFiles, synthesizeExample } from './support/examples';

const TEARDOWN = /^Custom::Rekognition(Project|ProjectVersion)Teardown$/;

interface Resource {
  readonly id: string;
  readonly Type: string;
  readonly DependsOn?: string[];
  readonly DeletionPolicy?: string;
  readonly Properties: any;
}

const workspace = mkdtempSync(path.join(tmpdir(), 'teardown-examples-'));
const assemblies: { [file: string]: CloudAssembly } = {};

beforeAll(() => {
  for (const file of exampleFiles()) assemblies[file] = synthesizeExample(file, path.join(workspace, file));
});

afterAll(() => rmSync(workspace, { recursive: true }));

/** All resources of a template, in order. */
function resourcesOf(from: any, type: string | RegExp = /./): Resource[] {
  const resources = Object.entries<any>(from.Resources).map(([id, resource]) => ({ id, ...resource }));
  return resources.filter(({ Type }) => typeof type === 'string' ? Type === type : type.test(Type));
}

/** The template of a stack, by name. */
function template(file: string, stackName: string): any {
  return assemblies[file].stacksRecursively.find(stack => stack.stackName === stackName)!.template;
}

/** The templates of an example's nested stacks. */
function nestedTemplates(file: string): any[] {
  const { directory } = assemblies[file];
  return readdirSync(directory)
    .filter(name => name.endsWith('.nested.template.json'))
    .map(name => JSON.parse(readFileSync(path.join(directory, name), 'utf8')));
}

/** The statements of all policies of a role. */
function statements(from: any, isRole: (id: string) => boolean): any[] {
  return resourcesOf(from, /^AWS::IAM::(Role)?Policy$/)
    .filter(({ Properties }) => (Properties.Roles ?? [Properties.RoleName]).some((role: any) => isRole(role.Ref)))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
}

function actionsOf(from: any, isRole: (id: string) => boolean): string[] {
  return statements(from, isRole).flatMap(({ Action }) => Action).sort();
}

/** Whether one resource is deleted before another. */
function goesBefore(from: any, first: string, second: string): boolean {
  const all = Object.fromEntries(resourcesOf(from).map(resource => [resource.id, resource]));
  const needs = (id: string): string[] => [all[id].DependsOn ?? []].flat();
  const reached = new Set<string>();
  const visit = (id: string): void => { if (!reached.has(id)) { reached.add(id); needs(id).forEach(visit); } };
  needs(first).forEach(visit);
  return reached.has(second);
}

describe.each(exampleFiles())('examples/typescript/%s', file => {
  test('has a teardown whose policy is deleted after it, or a workflow', () => {
    const templates = [...assemblies[file].stacksRecursively.map(stack => stack.template), ...nestedTemplates(file)];
    const teardowns = templates.flatMap(from => resourcesOf(from, TEARDOWN).map(({ id }) => ({ from, id })));
    const workflows = templates.flatMap(from =>
      resourcesOf(from, 'AWS::StepFunctions::StateMachine').filter(({ id }) => id.startsWith('Workflow')),
    );
    expect([...teardowns, ...workflows]).not.toEqual([]);
    for (const { from, id } of teardowns) {
      const policy = resourcesOf(from, 'AWS::IAM::RolePolicy').find(candidate =>
        candidate.id.startsWith(id.replace(/[0-9A-F]{8}$/, 'Policy')),
      )!;
      expect(goesBefore(from, id, policy.id)).toBe(true);
    }
  });

  test('synthesizes without a warning', () => {
    expect(assemblies[file].stacksRecursively.flatMap(stack => stack.messages.map(({ entry }) => entry.data))).toEqual(
      [],
    );
  });

  test('is in the README', () => {
    expect(readFileSync(path.join(EXAMPLES, 'README.md'), 'utf8')).toContain(`| [${file}](${file}) |`);
  });
});

test('whole-app.ts gives each project of each stack a teardown of its own', () => {
  const owners = ['Fasteners', 'Bearings'].flatMap(name =>
    resourcesOf(template('whole-app.ts', name), 'AWS::Rekognition::Project').map(({ Properties }) => {
      const [{ Value: owner }] = Properties.Tags;
      const teardown = resourcesOf(template('whole-app.ts', name), TEARDOWN).find(({ id }) => id === owner);
      return [Properties.ProjectName, teardown?.Properties.TrainingBehavior];
    }),
  );
  expect(owners).toEqual([['fasteners-screws', 'FAIL'], ['fasteners-nuts', 'FAIL'], ['bearings', 'FAIL']]);
});

test('model-from-ssm.ts reads the ARNs at deploy time, and describes no other project', () => {
  const model = template('model-from-ssm.ts', 'PublishedModel');
  const [{ Properties }] = resourcesOf(model, TEARDOWN);
  const parameterOf = ({ Ref: id }: { Ref: string }) => [model.Parameters[id].Type, model.Parameters[id].Default];
  expect(parameterOf(Properties.ProjectVersionArn)).toEqual([
    'AWS::SSM::Parameter::Value<String>',
    '/screw-inspection/model-arn',
  ]);
  expect(parameterOf(Properties.ProjectArn)).toEqual([
    'AWS::SSM::Parameter::Value<String>',
    '/screw-inspection/project-arn',
  ]);
  expect(JSON.stringify(model)).not.toContain('rekognition:DescribeProjects"');
});

describe('business-hours.ts', () => {
  const schedule = (action: string) =>
    resourcesOf(template('business-hours.ts', 'BusinessHours'), 'AWS::Scheduler::Schedule').find(({ Properties }) =>
      JSON.stringify(Properties.Target.Arn).includes(`:aws-sdk:rekognition:${action}"`),
    )!;
  const teardown = () => resourcesOf(template('business-hours.ts', 'BusinessHours'), TEARDOWN)[0];

  test('deletes what starts the model before the teardown runs', () => {
    const from = template('business-hours.ts', 'BusinessHours');
    expect(goesBefore(from, schedule('startProjectVersion').id, teardown().id)).toBe(true);
    expect(goesBefore(from, teardown().id, schedule('startProjectVersion').id)).toBe(false);
  });

  test('starts and stops only the model that is torn down', () => {
    for (const action of ['startProjectVersion', 'stopProjectVersion']) {
      const { Target: { Input: input, RoleArn: { 'Fn::GetAtt': [role] } } } = schedule(action).Properties;
      const model = teardown().Properties.ProjectVersionArn;
      expect(input['Fn::Join'][1]).toContainEqual(model);
      const [statement, ...others] = statements(template('business-hours.ts', 'BusinessHours'), id => id === role);
      expect(statement).toEqual({ Effect: 'Allow', Action: `rekognition:S${action.slice(1)}`, Resource: model });
      expect(others).toEqual([]);
    }
  });

  test('keeps the model', () => {
    expect(teardown().Properties.Mode).toBe('STOP');
    expect(JSON.stringify(template('business-hours.ts', 'BusinessHours'))).not.toContain('rekognition:Delete');
  });
});

test('nested-stack.ts asks the outermost stack why the nested one is deleted', () => {
  const plant = template('nested-stack.ts', 'Plant');
  const [nested] = resourcesOf(plant, 'AWS::CloudFormation::Stack');
  const [models] = nestedTemplates('nested-stack.ts');
  const [{ Properties }] = resourcesOf(models, TEARDOWN);
  // a parameter whose value is the id of the parent stack.
  expect(nested.Properties.Parameters[Properties.RootStackId.Ref]).toEqual({ Ref: 'AWS::StackId' });
  expect(resourcesOf(plant).map(({ Type }) => Type)).toEqual(['AWS::CloudFormation::Stack']);
});

describe('provider-in-vpc.ts', () => {
  const isolated = () => template('provider-in-vpc.ts', 'Isolated');

  test('keeps the endpoints until the teardown is over', () => {
    const endpoints = resourcesOf(isolated(), 'AWS::EC2::VPCEndpoint');
    expect(
      endpoints
        .map(({ Properties }) => JSON.stringify(Properties.ServiceName).match(/([a-z0-9]+)"?[\]}]*$/)![1])
        .sort(),
    ).toEqual(['cloudformation', 'lambda', 'rekognition', 's3', 'states']);
    const [teardown] = resourcesOf(isolated(), TEARDOWN);
    for (const { id } of endpoints) expect([id, goesBefore(isolated(), teardown.id, id)]).toEqual([id, true]);
  });

  test('runs every function in the VPC, and writes to a log group that is retained', () => {
    const [log, ...others] = resourcesOf(isolated(), 'AWS::Logs::LogGroup');
    expect([log.DeletionPolicy, others]).toEqual(['Retain', []]);
    const functions = resourcesOf(isolated(), 'AWS::Lambda::Function');
    expect(functions).toHaveLength(5);
    for (const { Properties } of functions) {
      expect(Properties.VpcConfig.SubnetIds).toHaveLength(2);
      expect(Properties.LoggingConfig.LogGroup).toEqual({ Ref: log.id });
    }
  });
});

test('pipeline-role.ts allows the pipeline exactly what it says', () => {
  const training = template('pipeline-role.ts', 'Training');
  const isPipeline = (id: string) => id.startsWith('PipelineRole');
  const released = { Ref: expect.stringMatching(/^SsmParameterValuescrewinspectionmodelarn/) };
  const within = (suffix: string) => ({ 'Fn::Join': ['', expect.arrayContaining([suffix])] });
  const grants = statements(training, isPipeline).flatMap(({ Action, Resource }) =>
    [Action].flat().map(action => [action, Resource]),
  );
  expect(grants).toEqual([
    ['rekognition:DeleteProjectVersion', within('/version/*')],
    ['rekognition:StopProjectVersion', within('/version/*')],
    ['rekognition:DeleteDataset', within('/dataset/*')],
    ['rekognition:DescribeProjectVersions', { 'Fn::GetAtt': ['Candidates', 'Arn'] }],
    ['rekognition:DescribeProjects', '*'],
    ['rekognition:StopProjectVersion', released],
  ]);
});

describe('ephemeral-stage.ts', () => {
  const pipeline = () => template('ephemeral-stage.ts', 'InspectionPipeline');
  const project = () =>
    resourcesOf(pipeline(), 'AWS::CodeBuild::Project').find(({ id }) => id.includes('TestAndDestroy'))!;
  const stage = () =>
    resourcesOf(pipeline(), 'AWS::CodePipeline::Pipeline')[0].Properties.Stages.find(
      ({ Name: name }: any) => name === 'Test',
    );

  test('destroys the stack that it has deployed, even after a failed test', () => {
    const { phases } = JSON.parse(project().Properties.Source.BuildSpec);
    expect(phases.build.commands).toEqual(['npm ci', 'npm run test:integ']);
    expect(phases.post_build.commands).toEqual([
      expect.stringMatching(/^aws cloudformation delete-stack --stack-name "\$STACK_ID"$/),
      expect.stringMatching(/^aws cloudformation wait stack-delete-complete --stack-name "\$STACK_ID"$/),
    ]);
    const actions: any[] = stage().Actions;
    const deploy = actions.find(({ Configuration }) => Configuration.ActionMode === 'CHANGE_SET_EXECUTE');
    const step = actions.find(({ Configuration }) => Configuration.ProjectName?.Ref === project().id);
    expect(step.RunOrder).toBeGreaterThan(deploy.RunOrder);
    const variables: any[] = JSON.parse(step.Configuration.EnvironmentVariables);
    const { value } = variables.find(({ name }) => name === 'STACK_ID');
    expect(value).toBe(`#{${deploy.Namespace}.StackId}`);
    expect(template('ephemeral-stage.ts', deploy.Configuration.StackName).Outputs.StackId.Value).toEqual({
      Ref: 'AWS::StackId',
    });
  });

  test('may delete the stack of the stage, and no other', () => {
    const { 'Fn::GetAtt': [role] } = project().Properties.ServiceRole;
    const cloudFormation = statements(pipeline(), id => id === role).filter(({ Action }) =>
      [Action].flat().some(action => action.startsWith('cloudformation:')),
    );
    expect(cloudFormation).toEqual([
      {
        Effect: 'Allow',
        Action: ['cloudformation:DeleteStack', 'cloudformation:DescribeStacks'],
        Resource: { 'Fn::Join': ['', expect.arrayContaining([':stack/Test-Inspection/*'])] },
      },
    ]);
    // what every CodeBuild project may do.
    expect(actionsOf(pipeline(), id => id === role).filter(action => !/^(logs|codebuild|s3):/.test(action))).toEqual([
      'cloudformation:DeleteStack',
      'cloudformation:DescribeStacks',
    ]);
  });

  test('allows enough time for the whole teardown', () => {
    expect(project().Properties.TimeoutInMinutes).toBeGreaterThan(60);
  });
});

describe('alarms.ts', () => {
  const operations = () => template('alarms.ts', 'Operations');
  const topic = () => resourcesOf(operations(), 'AWS::SNS::Topic')[0].id;

  test('outlives the stack that it watches', () => {
    expect(template('alarms.ts', 'WatchedInspection')).not.toHaveProperty('Outputs');
    expect(JSON.stringify(operations())).not.toContain('Fn::ImportValue');
  });

  test('has an alarm on each metric of the provider', () => {
    const names = resourcesOf(template('alarms.ts', 'WatchedInspection'), 'AWS::Logs::MetricFilter')
      .flatMap(({ Properties: { MetricTransformations: [to] } }) => [[to.MetricNamespace, to.MetricName]]);
    const alarms = resourcesOf(operations(), 'AWS::CloudWatch::Alarm').map(({ Properties }) => Properties);
    expect(alarms.map(({ Namespace, MetricName }) => [Namespace, MetricName])).toEqual(names);
    for (const { AlarmActions, Threshold, ComparisonOperator, Statistic } of alarms) {
      expect([AlarmActions, Statistic, ComparisonOperator, Threshold])
        .toEqual([[{ Ref: topic() }], 'Sum', 'GreaterThanOrEqualToThreshold', 1]);
    }
  });

  // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/event-detail-resource-status-change.html
  const event = (resourceType: string, status: string) => ({
    'source': 'aws.cloudformation',
    'detail-type': 'CloudFormation Resource Status Change',
    'detail': {
      'stack-id': 'arn:aws:cloudformation:us-west-1:111122223333:stack/teststack',
      'logical-resource-id': 'my-s3-bucket',
      'physical-resource-id': 'arn:aws:s3:us-east-1:111122223333:my-s3-bucket',
      'status-details': { 'status': status, 'status-reason': '' },
      'resource-type': resourceType,
      'client-request-token': '',
    },
  });
  /** [cited] EventBridge User Guide: each field of a pattern must be there, with one of the values. */
  const isMatched = (value: any, pattern: any): boolean => Array.isArray(pattern) ? pattern.includes(value)
    : Object.entries(pattern).every(([key, inner]) => value !== undefined && isMatched(value[key], inner));

  test.each([
    ['Custom::RekognitionProjectTeardown', 'DELETE_FAILED', true],
    ['Custom::RekognitionProjectVersionTeardown', 'DELETE_FAILED', true],
    ['AWS::CloudFormation::CustomResource', 'DELETE_FAILED', true],
    ['Custom::RekognitionProjectTeardown', 'DELETE_COMPLETE', false],
    ['AWS::S3::Bucket', 'DELETE_FAILED', false],
  ])('has a rule for the documented event of %s in %s: %s', (resourceType, status, expected) => {
    const [{ Properties: { EventPattern, Targets } }] = resourcesOf(operations(), 'AWS::Events::Rule');
    expect(isMatched(event(resourceType, status), EventPattern)).toBe(expected);
    expect(Targets).toEqual([expect.objectContaining({ Arn: { Ref: topic() } })]);
  });
});

test.each([
  ['alarms.ts', 'Operations', ['cloudwatch.amazonaws.com', 'events.amazonaws.com']],
  ['nightly-stop.ts', 'NightlyStop', ['cloudwatch.amazonaws.com']],
])(
  'the topic of %s lets all publish that have to, as the default policy no longer does',
  (file, stackName, expected) => {
    const [
      {
        Properties: { PolicyDocument: policy },
      },
    ] = resourcesOf(template(file, stackName), 'AWS::SNS::TopicPolicy');
    const allowed = policy.Statement.filter(
      ({ Effect, Action }: any) => Effect === 'Allow' && Action === 'sns:Publish',
    );
    expect(allowed.map(({ Principal }: any) => Principal.Service).sort()).toEqual(expected);
  },
);

describe('the workflow is started in', () => {
  const machineIn = (from: any) => resourcesOf(from, 'AWS::StepFunctions::StateMachine')[0].id;
  /** The configuration of the action that invokes the workflow in a pipeline. */
  const invocation = (from: any) =>
    resourcesOf(from, 'AWS::CodePipeline::Pipeline')[0]
      .Properties.Stages.flatMap((stage: any) => stage.Actions)
      .find(({ ActionTypeId }: any) => ActionTypeId.Provider === 'StepFunctions');

  test('nightly-stop.ts by a schedule, and an alarm reports a failure', () => {
    const from = template('nightly-stop.ts', 'NightlyStop');
    const [{ Properties: { MetricName, Dimensions, Threshold } }] = resourcesOf(from, 'AWS::CloudWatch::Alarm');
    expect([MetricName, Dimensions[0].Value, Threshold]).toEqual(['ExecutionsFailed', { Ref: machineIn(from) }, 1]);
    expect(JSON.stringify(resourcesOf(from, 'AWS::IAM::Policy'))).not.toContain('rekognition:Delete');
  });

  test('teardown-pipeline.ts by an action before the stack is destroyed', () => {
    const from = template('teardown-pipeline.ts', 'TeardownPipeline');
    const { StateMachineArn, Input } = invocation(from).Configuration;
    expect([StateMachineArn, Input]).toEqual([{ Ref: machineIn(from) }, '{}']);
    const [{ Properties: { Stages: stages } }] = resourcesOf(from, 'AWS::CodePipeline::Pipeline');
    expect(stages.map(({ Name: name }: any) => name)).toEqual(['Source', 'Empty', 'Destroy']);
  });

  test('pipelines-step.ts by an action after the release', () => {
    const from = template('pipelines-step.ts', 'InspectionRelease');
    const { Configuration: { StateMachineArn, Input }, RunOrder } = invocation(from);
    expect([StateMachineArn, Input]).toEqual([{ Ref: machineIn(from) }, '{}']);
    expect(RunOrder).toBeGreaterThan(1);
  });

  test('idle-stop.ts by a rule with an empty input', () => {
    const from = template('idle-stop.ts', 'IdleStop');
    const [{ Properties: { Targets: [{ Arn, Input }] } }] = resourcesOf(from, 'AWS::Events::Rule');
    expect([Arn, Input]).toEqual([{ Ref: machineIn(from) }, '{}']);
  });
});

describe('in the sandbox', () => {
  let sandbox: Sandbox;

  beforeEach(async () => { sandbox = await Sandbox.start(); });

  afterEach(() => sandbox.stop());

  test('the stacks of alarms.ts are deployed, and the one that is watched is deleted first', async () => {
    for (const stackName of ['WatchedInspection', 'Operations']) {
      expect((await sandbox.deploy(assemblies['alarms.ts'].directory, stackName)).status).toBe('CREATE_COMPLETE');
    }
    expect((await sandbox.destroy('WatchedInspection')).status).toBe('DELETE_COMPLETE');
    expect(sandbox.stack('Operations').status).toBe('CREATE_COMPLETE');
  });

  test.each([
    ['project.ts', 'Inspection'],
    ['nested-stack.ts', 'Plant'],
  ])('the project of %s is deleted with everything in it', async (file, stackName) => {
    const { rekognition } = sandbox;
    expect((await sandbox.deploy(assemblies[file].directory, stackName)).status).toBe('CREATE_COMPLETE');
    const [project] = rekognition.projects;
    rekognition.addVersion(project, 'v1', { status: 'RUNNING' });
    rekognition.addVersion(project, 'v2', { status: 'TRAINING_COMPLETED' });
    rekognition.addDataset(project, 'TRAIN');

    expect((await sandbox.destroy(stackName)).status).toBe('DELETE_COMPLETE');
    // CloudFormation does not wait until the project is gone.
    await sandbox.advance(60_000);
    expect([rekognition.versions, rekognition.projects]).toEqual([[], []]);
  });
});
