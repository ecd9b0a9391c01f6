import { App, Lazy, Stack } from 'aws-cdk-lib';
import { CfnProject, IProjectRef } from 'aws-cdk-lib/aws-rekognition';
import {
  Project, ProjectTeardown, ProjectVersionTeardown, TeardownMode, TeardownProvider, TeardownWorkflow,
} from '../src';
import { ACCOUNT, PROJECT_ARN, REGION } from './support/arns';
import { leanApp } from './support/lean-app';

const OTHER_ACCOUNT = '444455556666';
const OTHER_ARN = PROJECT_ARN.replace(ACCOUNT, OTHER_ACCOUNT);

let app: App;
let stack: Stack;

beforeEach(() => {
  app = leanApp();
  stack = new Stack(app, 'Models', { env: { account: ACCOUNT, region: REGION }, crossRegionReferences: true });
});

const stackIn = (account: string, region = REGION) =>
  new Stack(app, 'Other', { env: { account, region }, crossRegionReferences: true });

const CONSTRUCTS: [string, (project: IProjectRef) => void][] = [
  ['ProjectTeardown', project => new ProjectTeardown(stack, 'Teardown', { project })],
  ['TeardownWorkflow', project =>
    new TeardownWorkflow(stack, 'Workflow', { projects: [project], mode: TeardownMode.STOP })],
  ['ProjectVersionTeardown', project => {
    const projectVersionArn = Lazy.string({ produce: () => PROJECT_ARN.replace(/\d+$/, 'version/v1/1769817600000') });
    new ProjectVersionTeardown(stack, 'Teardown', { project, projectVersionArn });
  }],
];

describe.each(CONSTRUCTS)('%s rejects a project of another account', (_, define) => {
  const refused = (given: string) => `project must be in the account of its stack, ${ACCOUNT}, got: ${given}; `
    + 'Rekognition does not support stopping or deleting versions cross-account';

  test('by its ARN', () => {
    const project = Project.fromProjectArn(stack, 'Reference', OTHER_ARN);
    expect(() => define(project)).toThrow(refused(JSON.stringify(OTHER_ARN)));
  });

  test.each<[string, (project: CfnProject) => IProjectRef]>([
    ['itself', project => project],
    ['by its ARN', ({ attrArn }) => Project.fromProjectArn(stack, 'Reference', attrArn)],
  ])('that a stack of the app defines, %s', (__, form) => {
    const project = new CfnProject(stackIn(OTHER_ACCOUNT), 'Project', { projectName: 'parts' });
    expect(() => define(form(project))).toThrow(refused('the project Other/Project'));
  });

  test('whose ARN is only known at synthesis', () => {
    define(Project.fromProjectArn(stack, 'Reference', Lazy.string({ produce: () => OTHER_ARN })));
    expect(() => app.synth()).toThrow(refused(JSON.stringify(OTHER_ARN)));
  });

  test('but not one of another region, as every call goes to the region of its ARN', () => {
    define(Project.fromProjectArn(stack, 'Reference', PROJECT_ARN.replace(REGION, 'eu-west-1')));
    expect(() => app.synth()).not.toThrow();
  });
});

test('a stack without a known account accepts a project of any account', () => {
  stack = new Stack(app, 'Anywhere');
  const projects = [Project.fromProjectArn(stack, 'Reference', OTHER_ARN)];
  new TeardownWorkflow(stack, 'Workflow', { projects, mode: TeardownMode.STOP });
  expect(() => app.synth()).not.toThrow();
});

test.each([
  ['account', OTHER_ACCOUNT, REGION],
  ['region', ACCOUNT, 'eu-west-1'],
])('a teardown rejects a provider of another %s', (what, account, region) => {
  const provider = new TeardownProvider(stackIn(account, region), 'Provider');
  const project = Project.fromProjectArn(stack, 'Reference', PROJECT_ARN);
  expect(() => {
    new ProjectTeardown(stack, 'Teardown', { project, provider });
    app.synth();
  }).toThrow(new RegExp(`provider must be in the ${what} of the stack Models, \\S+, got: Other/Provider`));
});
