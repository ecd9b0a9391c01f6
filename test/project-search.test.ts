import { App, CfnOutput, CfnParameter, Fn, Lazy, NestedStack, RemovalPolicy, Stack, Stage } from 'aws-cdk-lib';
import { CfnProject, IProjectRef } from 'aws-cdk-lib/aws-rekognition';
import { Project, ProjectTeardown, ProjectVersionTeardown, TeardownMode, TeardownWorkflow } from '../src';
import { leanApp } from './support/lean-app';
import {
  FORMS_BETWEEN_STACKS, FORMS_FROM_NESTED_STACK, FORMS_IN_NESTED_STACK, FORMS_IN_STACK, literalArn, secondCdk,
} from './support/reference-forms';

const { RETAIN } = RemovalPolicy;
const ENV = { account: '111122223333', region: 'us-east-1' };
const OTHER_VERSION = 'arn:aws:rekognition:us-east-1:111122223333:project/nuts/version/v1/1769817600000';

/** What each construct says of a retained project, or of one that the version does not belong to. */
const CONSTRUCTS: [string, (stack: Stack, project: IProjectRef) => void, RegExp][] = [
  [
    'ProjectTeardown',
    (stack, project) => new ProjectTeardown(stack, 'Teardown', { project }),
    /the project Owner\S* is retained, so its contents/,
  ],
  [
    'ProjectVersionTeardown',
    (stack, project) => new ProjectVersionTeardown(stack, 'Teardown', { project, projectVersionArn: OTHER_VERSION }),
    /its name is "screws", but "nuts" in the version/,
  ],
  [
    'TeardownWorkflow',
    (stack, project) => new TeardownWorkflow(stack, 'Teardown', { mode: TeardownMode.DELETE, projects: [project] }),
    /the project Owner\S* is retained, so a workflow/,
  ],
];

let app: App;
let owner: Stack;

function retained(stack: Stack): CfnProject {
  const project = new CfnProject(stack, 'Project', { projectName: 'screws' });
  project.applyRemovalPolicy(RETAIN);
  return project;
}

describe.each(CONSTRUCTS)('%s recognizes', (_, define, message) => {
  const check = (stack: Stack, form: () => IProjectRef) => expect(() => {
    define(stack, form());
    app.synth();
  }).toThrow(message);

  describe.each([['with', ENV], ['without', undefined]])('%s a known environment,', (__, env) => {
    beforeEach(() => {
      app = leanApp();
      owner = new Stack(app, 'Owner', { env });
    });

    test.each(Object.entries(FORMS_IN_STACK))('a project of its stack behind %s', (___, form) => {
      check(owner, () => form(retained(owner), owner));
    });

    test.each(Object.entries(FORMS_BETWEEN_STACKS))('a project of another stack behind %s', (___, form) => {
      const stack = new Stack(app, 'Models', { env });
      check(stack, () => form(retained(owner), stack));
    });
  });

  test.each<[string, (project: CfnProject, stack: Stack) => IProjectRef]>([
    ['the object', project => project],
    ['its attribute', ({ attrArn }, stack) => Project.fromProjectArn(stack, 'Reference', attrArn)],
    ['a lazy value', ({ attrArn }, stack) =>
      Project.fromProjectArn(stack, 'Reference', Lazy.string({ produce: () => attrArn }))],
  ])('a project of another region behind %s', (___, form) => {
    app = leanApp();
    const [other, stack] = [['Owner', 'eu-west-1'], ['Models', 'us-east-1']].map(([id, region]) =>
      new Stack(app, id, { env: { ...ENV, region }, crossRegionReferences: true }));
    check(stack, () => form(retained(other), stack));
  });

  beforeEach(() => {
    app = leanApp();
    owner = new Stack(app, 'Owner');
  });

  test.each(Object.entries(FORMS_IN_NESTED_STACK))('a project of the stack around its own behind %s', (__, form) => {
    const nested = new NestedStack(owner, 'Nested');
    check(nested, () => form(retained(owner), nested));
  });

  test.each(Object.entries(FORMS_FROM_NESTED_STACK))('a project of a stack nested in its own behind %s', (__, form) => {
    check(owner, () => form(retained(new NestedStack(owner, 'Nested')), owner));
  });
});

describe('in an app with a second copy of aws-cdk-lib,', () => {
  const copy = secondCdk();
  const CONTEXT = { 'aws:cdk:disable-asset-staging': true };
  let other: any;
  let stacks: any[];
  let project: any;

  beforeEach(() => {
    other = new copy.App({ context: CONTEXT });
    stacks = ['Owner', 'Models'].map(id => new copy.Stack(other, id));
    project = new copy.CfnProject(stacks[0], 'Project', { projectName: 'screws' });
    project.applyRemovalPolicy(RETAIN);
  });

  const byArn = (arn: string) => Project.fromProjectArn(stacks[1], 'Reference', arn);

  test('its classes are others', () => {
    expect(copy.Stack).not.toBe(Stack);
    expect(other).not.toBeInstanceOf(App);
  });

  describe.each(CONSTRUCTS)('%s', (_, define, message) => {
    test.each<[string, () => IProjectRef]>([
      ['the object', () => project],
      ['its attribute', () => byArn(project.attrArn)],
      ['an export', () => {
        const output = new copy.CfnOutput(stacks[0], 'Output', { value: project.attrArn, exportName: 'ScrewsArn' });
        return byArn(output.importValue);
      }],
      ['a lazy value', () => byArn(copy.Lazy.string({ produce: () => project.attrArn }))],
    ])('recognizes a project behind %s', (__, form) => {
      expect(() => {
        define(stacks[1], form());
        other.synth();
      }).toThrow(message);
    });
  });
});

describe('another project', () => {
  const stackIn = (scope: App | Stage, id: string, region: string) => new Stack(scope, id, { env: { ...ENV, region } });
  const teardown = (stack: Stack, arn: string) =>
    new ProjectTeardown(stack, 'Teardown', { project: Project.fromProjectArn(stack, 'Reference', arn) });

  beforeEach(() => { app = leanApp(); });

  test('that exports the same name in another region is not meant', () => {
    const other = stackIn(app, 'Other', 'eu-west-1');
    new CfnOutput(other, 'Output', { value: retained(other).attrArn, exportName: 'ScrewsArn' });
    teardown(stackIn(app, 'Models', 'us-east-1'), Fn.importValue('ScrewsArn'));
    expect(() => app.synth()).not.toThrow();
  });

  test('with the same name in another region is not meant by a literal', () => {
    retained(stackIn(app, 'Other', 'eu-west-1'));
    teardown(stackIn(app, 'Models', 'us-east-1'), literalArn('screws'));
    expect(() => app.synth()).not.toThrow();
  });

  test('of another stage is not meant if the stage has one with the same export', () => {
    for (const [name, policy] of [['Dev', RemovalPolicy.DESTROY], ['Prod', RETAIN]] as const) {
      const stage = new Stage(app, name);
      const stack = new Stack(stage, 'Owner');
      const project = new CfnProject(stack, 'Project', { projectName: 'screws' });
      project.applyRemovalPolicy(policy);
      new CfnOutput(stack, 'Output', { value: project.attrArn, exportName: 'ScrewsArn' });
      if (name === 'Dev') teardown(new Stack(stage, 'Models'), Fn.importValue('ScrewsArn'));
    }
    expect(() => app.synth()).not.toThrow();
  });
});

describe('an ARN that only CloudFormation knows', () => {
  test.each<[string, (stack: Stack) => string]>([
    ['a parameter', stack => new CfnParameter(stack, 'Arn').valueAsString],
    ['an export of another app', () => Fn.importValue('ScrewsArn')],
    ['an export that imports itself', stack => {
      new CfnOutput(stack, 'Output', { value: Fn.importValue('ScrewsArn'), exportName: 'ScrewsArn' });
      return Fn.importValue('ScrewsArn');
    }],
    ['an item', stack => Fn.select(3, new CfnParameter(stack, 'Arns', { type: 'CommaDelimitedList' }).valueAsList)],
    ['a value of a mapping', () => Fn.findInMap('Map', 'screws', 'Arn')],
  ])('may be that of any project: %s', (_, arnOf) => {
    app = leanApp();
    retained(new Stack(app, 'Owner'));
    const stack = new Stack(app, 'Models');
    new ProjectTeardown(stack, 'Teardown', { project: Project.fromProjectArn(stack, 'Reference', arnOf(stack)) });
    expect(() => app.synth()).not.toThrow();
  });
});
