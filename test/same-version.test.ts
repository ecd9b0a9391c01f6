import { App, CfnParameter, CfnResource, Lazy, NestedStack, RemovalPolicy, Stack, Stage } from 'aws-cdk-lib';
import { ProjectVersionTeardown, ProjectVersionTeardownProps, TeardownMode } from '../src';
import { VERSION_ARN } from './support/arns';
import { leanApp } from './support/lean-app';

let app: App;

beforeEach(() => { app = leanApp(); });

function teardown(scope: Stack, props: Partial<ProjectVersionTeardownProps> = {}, id = 'Model'): ProjectVersionTeardown {
  return new ProjectVersionTeardown(scope, id, { projectVersionArn: VERSION_ARN, ...props });
}

function stage(name: string): Stack {
  return new Stack(new Stage(app, name), 'Models');
}

/** What `cdk synth` prints, by stack. */
function warnings(): { [stack: string]: string[] } {
  const messages = app.synth().stacksRecursively.map(({ hierarchicalId, messages: all }) => [hierarchicalId, all.map(({ entry }) => `${entry.data}`)] as const);
  return Object.fromEntries(messages.filter(([, all]) => all.length > 0));
}

test('two stages that delete the same version get a warning', () => {
  teardown(stage('Dev'));
  teardown(stage('Prod'));
  const warning = (other: string) => [`the stack ${other}/Models also deletes the project version ${VERSION_ARN}, so whichever of the two stacks is deleted first deletes it for both; `
    + 'give each stack its own version, or use TeardownMode.STOP or RemovalPolicy.RETAIN in one of them [ack: cdk-rekognition-teardown:sameVersion]'];
  expect(warnings()).toEqual({ 'Dev/Models': warning('Prod'), 'Prod/Models': warning('Dev') });
});

test('two stacks of one stage get a warning too, as do stacks that name the version late', () => {
  teardown(new Stack(app, 'One'));
  teardown(new NestedStack(new Stack(app, 'Two'), 'Nested'), { projectVersionArn: Lazy.string({ produce: () => VERSION_ARN }) });
  expect(Object.keys(warnings())).toEqual(['One', 'Two']);
});

test.each<[string, () => void]>([
  ['another version', () => teardown(stage('Prod'), { projectVersionArn: VERSION_ARN.replace('v1', 'v2') })],
  ['only a stop', () => teardown(stage('Prod'), { mode: TeardownMode.STOP })],
  ['nothing, as it is retained', () => teardown(stage('Prod'), { removalPolicy: RemovalPolicy.RETAIN })],
  ['nothing, as it is retained later', () => (teardown(stage('Prod')).node.findChild('Resource').node.defaultChild as CfnResource).addOverride('DeletionPolicy', 'Retain')],
  ['a deploy-time value', () => { const prod = stage('Prod'); teardown(prod, { projectVersionArn: new CfnParameter(prod, 'Arn').valueAsString }); }],
])('no stage gets a warning when the other one deletes %s', (_, define) => {
  teardown(stage('Dev'));
  define();
  expect(warnings()).toEqual({});
});

test('two teardowns in one stack, or in separate apps, get no warning', () => {
  const stack = stage('Dev');
  teardown(stack);
  teardown(new NestedStack(stack, 'Nested'));
  teardown(new Stack(new App(), 'Models'));
  expect(warnings()).toEqual({});
});
