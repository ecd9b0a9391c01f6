import { readFileSync } from 'fs';
import * as path from 'path';
import { Duration, Lazy, NestedStack, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import { Project, TeardownMode, TeardownWorkflow, TeardownWorkflowProps } from '../src';
import { ACCOUNT, PROJECT_ARN, REGION, VERSION_ARN } from './support/arns';
import { leanApp } from './support/lean-app';

const { DELETE, STOP } = TeardownMode;
const MAX_MINUTES = 7 * 24 * 60;
const PIPELINES = readFileSync(path.join(__dirname, '..', 'docs', 'pipelines.md'), 'utf8');

function stackOf(): Stack {
  return new Stack(leanApp(), 'Nights', { env: { account: ACCOUNT, region: REGION } });
}

function templateOf(props: Partial<TeardownWorkflowProps> = {}, stack = stackOf()): Template {
  new TeardownWorkflow(stack, 'Workflow', { mode: STOP, projectVersionArns: [VERSION_ARN], ...props });
  return Template.fromStack(stack);
}

function definitionIn(template: Template): any {
  const [{ Properties: { DefinitionString: definition } }] = Object.values(template.findResources('AWS::StepFunctions::StateMachine'));
  return JSON.parse(definition['Fn::Join'][1].map((part: unknown) => typeof part === 'string' ? part : 'arn:aws:lambda:us-east-1:111122223333:function:f').join(''));
}

describe('the definition', () => {
  test('fixes the targets, and passes on the input, the start and the last answer', () => {
    const stack = stackOf();
    const projects = [Project.fromProjectArn(stack, 'Project', PROJECT_ARN)];
    const { States: { Round: { Parameters } } } = definitionIn(templateOf({ mode: DELETE, projects, deleteProjects: true }, stack));
    expect(Parameters).toEqual({
      'mode': 'DELETE',
      'trainingBehavior': 'WAIT',
      'deleteProjects': true,
      'projectArns': [PROJECT_ARN],
      'projectVersionArns': [VERSION_ARN],
      'timeoutSeconds': 26 * 3600,
      'input.$': '$$.Execution.Input',
      'startedAt.$': '$$.Execution.StartTime',
      'previous.$': '$',
    });
  });

  test('retries a round with backoff and full jitter, whatever its error', () => {
    expect(definitionIn(templateOf()).States.Round.Retry).toEqual([
      { ErrorEquals: ['States.ALL'], IntervalSeconds: 2, MaxAttempts: 8, BackoffRate: 2, MaxDelaySeconds: 120, JitterStrategy: 'FULL' },
    ]);
  });

  test('has a timeout only after the last round may have used up all its retries', () => {
    const template = templateOf({ timeout: Duration.hours(3) });
    const { TimeoutSeconds: machine, States: states } = definitionIn(template);
    const [{ IntervalSeconds, BackoffRate, MaxDelaySeconds, MaxAttempts }] = states.Round.Retry;
    const [{ Properties: { Timeout: attempt } }] = Object.values(template.findResources('AWS::Lambda::Function'));
    const pauses = Array.from({ length: MaxAttempts }, (_, index) => Math.min(IntervalSeconds * BackoffRate ** index, MaxDelaySeconds));
    const longestRound = (MaxAttempts + 1) * attempt + pauses.reduce((sum, pause) => sum + pause, 0);
    expect(longestRound).toBe(9 * 300 + 366);
    expect(machine).toBeGreaterThan(3 * 3600 + longestRound);
  });

  /** [cited] Step Functions API, GetExecutionHistory: the events of each type of state, of a task with its three of Lambda. */
  const EVENTS: { [type: string]: number } = { Task: 5, Choice: 2, Wait: 2 };

  test.each([1, 60, 26 * 60, MAX_MINUTES])('keeps the history under 25,000 events with a timeout of %d minutes', minutes => {
    const { States: states, StartAt: start } = definitionIn(templateOf({ timeout: Duration.minutes(minutes) }));
    // one round: from the round through the choice and the wait to the next round.
    const loop = [start];
    for (let at = states[start].Next; at !== start; at = states[at].Choices?.[0].Next ?? states[at].Next) loop.push(at);
    const ofRound = loop.reduce((sum, name) => sum + EVENTS[states[name].Type], 0);
    expect(ofRound).toBe(9);
    // as test/lambda/workflow/handler.test.ts shows: 240 rounds are 15 seconds apart, all others 300; and one more at the end.
    const quick = Math.min(240, minutes * 4);
    const rounds = quick + Math.ceil((minutes * 60 - quick * 15) / 300) + 1;
    const longest = rounds * ofRound + 4;
    expect(longest).toBeLessThan(25_000);
    // the history has room for more than 1,500 failed attempts.
    expect(25_000 - longest).toBeGreaterThan(1_500 * 3 - 1);
    if (minutes === MAX_MINUTES) expect(PIPELINES).toContain(`${rounds.toLocaleString('en')} rounds or ${(rounds * ofRound).toLocaleString('en')} events`);
  });
});

describe('operations', () => {
  test('everything that happens is logged and traced', () => {
    const template = templateOf();
    template.hasResourceProperties('AWS::StepFunctions::StateMachine', {
      LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: true, Destinations: [Match.anyValue()] },
      TracingConfiguration: { Enabled: true },
    });
    template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 365 });
  });

  test('the log group has the prefix that keeps it out of the resource policy of CloudWatch Logs, and a name that no other one has', () => {
    const stack = stackOf();
    const template = templateOf({}, stack);
    const [[logicalId, { Properties: properties }]] = Object.entries(template.findResources('AWS::Logs::LogGroup'));
    expect(properties.LogGroupName).toEqual({
      'Fn::Join': ['', [
        '/aws/vendedlogs/states/', { Ref: 'AWS::StackName' }, `-${logicalId}-`, { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] },
      ]],
    });
  });

  test('the name of the log group follows its logical id', () => {
    const stack = stackOf();
    const workflow = new TeardownWorkflow(stack, 'Workflow', { mode: STOP, projectVersionArns: [VERSION_ARN] });
    const logGroup = workflow.node.findChild('LogGroup').node.defaultChild as CfnLogGroup;
    logGroup.overrideLogicalId('Renamed');
    expect(JSON.stringify(Template.fromStack(stack).findResources('AWS::Logs::LogGroup').Renamed.Properties)).toContain('-Renamed-');
  });

  test('there is one function, with its own bundle and role', () => {
    const template = templateOf();
    template.resourceCountIs('AWS::Lambda::Function', 1);
    template.hasResourceProperties('AWS::Lambda::Function', { Handler: 'index.round', Timeout: 300 });
    template.resourceCountIs('AWS::IAM::Role', 2);
  });
});

test('mode STOP has no permission to delete', () => {
  const stack = stackOf();
  const policies = JSON.stringify(templateOf({ projects: [Project.fromProjectArn(stack, 'Project', PROJECT_ARN)], deleteProjects: true }, stack).findResources('AWS::IAM::Policy'));
  expect(policies).toContain('rekognition:StopProjectVersion');
  expect(policies).not.toContain('rekognition:Delete');
});

describe('the construct rejects', () => {
  test.each([
    ['no target', { projectVersionArns: [] }, 'projects or projectVersionArns must name at least one target, got none'],
    ['something else than an ARN', { projectVersionArns: ['parts.v1'] }, 'projectVersionArn must be the ARN of a Rekognition project version'],
    ['a version of another account', { projectVersionArns: [VERSION_ARN.replace(ACCOUNT, '999999999999')] }, 'projectVersionArn must be in the account of its stack'],
    ['59 seconds', { timeout: Duration.seconds(59) }, 'timeout must be 1 minute to 7 days in whole seconds, got: 59 seconds'],
    ['more than a week', { timeout: Duration.seconds(7 * 24 * 3600 + 1) }, 'timeout must be 1 minute to 7 days'],
    ['half a second', { timeout: Duration.millis(90_500) }, 'timeout must be 1 minute to 7 days in whole seconds'],
  ])('%s', (_, props, message) => {
    expect(() => templateOf(props)).toThrow(message);
  });

  test('deleting a project that a stack deletes', () => {
    const stack = stackOf();
    const projects = [new CfnProject(stack, 'Project', { projectName: 'parts' })];
    expect(() => templateOf({ mode: DELETE, projects, deleteProjects: true }, stack)).toThrow('deleteProjects must not be set for the project Nights/Project');
  });

  test.each([
    ['itself', (project: CfnProject) => project],
    ['by its ARN', (project: CfnProject) => Project.fromProjectArn(project.stack, 'Reference', project.attrArn)],
    ['by its ARN in a lazy value', (project: CfnProject) => Project.fromProjectArn(project.stack, 'Reference', Lazy.string({ produce: () => project.attrArn }))],
  ])('deleting the contents of a project that is retained, given %s', (_, reference) => {
    const stack = stackOf();
    const project = new CfnProject(stack, 'Project', { projectName: 'parts' });
    project.applyRemovalPolicy(RemovalPolicy.RETAIN);
    expect(() => templateOf({ mode: DELETE, projects: [reference(project)] }, stack)).toThrow('the project Nights/Project is retained, so a workflow must not delete its contents');
  });

  test('deleting the contents of a project whose whole nested stack is retained, with the workflow in it', () => {
    const stack = stackOf();
    const nested = new NestedStack(stack, 'Nested', { removalPolicy: RemovalPolicy.RETAIN });
    new TeardownWorkflow(nested, 'Workflow', { mode: DELETE, projects: [new CfnProject(nested, 'Project', { projectName: 'parts' })] });
    expect(() => Template.fromStack(stack)).toThrow('the project Nights/Nested/Project is retained, so a workflow must not delete its contents');
  });

  test('but not stopping its models', () => {
    const stack = stackOf();
    const project = new CfnProject(stack, 'Project', { projectName: 'parts' });
    project.applyRemovalPolicy(RemovalPolicy.RETAIN);
    expect(() => templateOf({ projects: [project] }, stack)).not.toThrow();
  });
});
