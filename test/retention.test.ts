import { App, Aspects, CfnDeletionPolicy, CfnOutput, CfnResource, Fn, Lazy, NestedStack, RemovalPolicies, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CfnProject, IProjectRef } from 'aws-cdk-lib/aws-rekognition';
import { Project, ProjectTeardown, ProjectTeardownProps, ProjectVersionTeardown, TeardownMode, TeardownTrigger } from '../src';
import { VERSION_ARN } from './support/arns';
import { leanApp } from './support/lean-app';
import { permissionsOf } from './support/template';

const { DESTROY, RETAIN, RETAIN_ON_UPDATE_OR_DELETE } = RemovalPolicy;
const RETAINED = /the project .* is retained, so its contents must not be deleted; use TeardownMode.STOP, or remove the teardown or the retention/;

let app: App;
let stack: Stack;

beforeEach(() => {
  app = leanApp();
  stack = new Stack(app, 'Models');
});

function owned(props: Partial<ProjectTeardownProps> = {}): CfnProject {
  const project = new CfnProject(stack, 'Project', { projectName: 'screws' });
  new ProjectTeardown(stack, 'Teardown', { project, ...props });
  return project;
}

const resourceOf = (teardown: string) => stack.node.findChild(teardown).node.findChild('Resource').node.defaultChild as CfnResource;
const changes = (teardown: string) => Object.keys(permissionsOf(stack, teardown)).filter(action => /:(Stop|Delete)/.test(action));

/** Every way to retain a resource, before or after other constructs use it. */
const WAYS: [string, (resource: CfnResource) => void][] = [
  ['applyRemovalPolicy', resource => resource.applyRemovalPolicy(RETAIN)],
  ['cfnOptions', resource => { resource.cfnOptions.deletionPolicy = CfnDeletionPolicy.RETAIN; }],
  ['an override of DeletionPolicy', resource => resource.addOverride('DeletionPolicy', 'Retain')],
  ['an override of UpdateReplacePolicy', resource => resource.addOverride('UpdateReplacePolicy', 'Retain')],
  ['RemovalPolicies', resource => RemovalPolicies.of(resource).retain()],
  ['an aspect', resource => Aspects.of(resource).add({ visit: node => (node as CfnResource).applyRemovalPolicy?.(RETAIN) })],
];

describe.each(WAYS)('a project that %s retains', (_, retain) => {
  test('cannot have a teardown that deletes its contents', () => {
    retain(owned());
    expect(() => app.synth()).toThrow(RETAINED);
  });

  test('may have one that only stops, or that is retained too', () => {
    retain(owned({ mode: TeardownMode.STOP }));
    const other = new Stack(app, 'Other');
    const project = new CfnProject(other, 'Project', { projectName: 'screws' });
    retain(project);
    new ProjectTeardown(other, 'Teardown', { project, removalPolicy: RETAIN });
    expect(() => app.synth()).not.toThrow();
  });
});

describe('a retained project that is not of the same stack', () => {
  const define = (scope: Stack) => {
    const project = new CfnProject(scope, 'Project', { projectName: 'screws' });
    project.applyRemovalPolicy(RETAIN);
    return project;
  };

  test.each<[string, () => IProjectRef]>([
    ['in another stack', () => define(new Stack(app, 'Owner'))],
    ['in a nested stack', () => define(new NestedStack(stack, 'Nested'))],
    ['by its ARN', () => Project.fromProjectArn(stack, 'Reference', define(stack).attrArn)],
    ['by its ARN, in another stack', () => Project.fromProjectArn(stack, 'Reference', define(new Stack(app, 'Owner')).attrArn)],
    ['by its ARN, in a lazy value', () => {
      const project = define(stack);
      return Project.fromProjectArn(stack, 'Reference', Lazy.string({ produce: () => project.attrArn }));
    }],
    ['by its ARN, with Fn.getAtt', () => Project.fromProjectArn(stack, 'Reference', Fn.getAtt(stack.getLogicalId(define(stack)), 'Arn').toString())],
    ['by its ARN, which another stack exports', () => {
      const owner = new Stack(app, 'Owner');
      new CfnOutput(owner, 'Output', { value: define(owner).attrArn, exportName: 'ScrewsArn' });
      return Project.fromProjectArn(stack, 'Reference', Fn.importValue('ScrewsArn'));
    }],
    ['in a nested stack that is retained', () => {
      const nested = new NestedStack(stack, 'Nested', { removalPolicy: RETAIN });
      return new CfnProject(nested, 'Project', { projectName: 'screws' });
    }],
  ])('keeps its contents: %s', (_, project) => {
    new ProjectTeardown(stack, 'Teardown', { project: project() });
    expect(() => app.synth()).toThrow(RETAINED);
  });

  test('keeps its contents when the teardown is in a nested stack', () => {
    new ProjectTeardown(new NestedStack(stack, 'Nested'), 'Teardown', { project: define(stack) });
    expect(() => app.synth()).toThrow(RETAINED);
  });
});

test('the contents of a project are as safe as its nested stack when that is retained as a whole, with the teardown', () => {
  const nested = new NestedStack(stack, 'Nested', { removalPolicy: RETAIN });
  new ProjectTeardown(nested, 'Teardown', { project: new CfnProject(nested, 'Project', { projectName: 'screws' }) });
  expect(() => app.synth()).not.toThrow();
});

test('a stack in which everything is retained, including the teardown, can be synthesized', () => {
  owned();
  RemovalPolicies.of(stack).retain();
  expect(() => app.synth()).not.toThrow();
  expect(changes('Teardown')).toEqual([]);
});

describe('between a teardown and its project', () => {
  /** Which of the two stay, by their policies: in a rollback of the creation, when they are deleted, when they are replaced. */
  test.each([
    [DESTROY, DESTROY, true],
    [DESTROY, RETAIN, false],
    [DESTROY, RETAIN_ON_UPDATE_OR_DELETE, false],
    [RETAIN, DESTROY, true],
    [RETAIN, RETAIN, true],
    [RETAIN, RETAIN_ON_UPDATE_OR_DELETE, true],
    [RETAIN_ON_UPDATE_OR_DELETE, DESTROY, true],
    [RETAIN_ON_UPDATE_OR_DELETE, RETAIN, false],
    [RETAIN_ON_UPDATE_OR_DELETE, RETAIN_ON_UPDATE_OR_DELETE, true],
  ])('a teardown with %s and a project with %s are allowed together: %s', (teardown, project, allowed) => {
    owned({ removalPolicy: teardown }).applyRemovalPolicy(project);
    if (allowed) expect(() => app.synth()).not.toThrow();
    else expect(() => app.synth()).toThrow(RETAINED);
  });
});

describe('a teardown that is retained later has no permission to change anything', () => {
  test.each(WAYS.filter(([way]) => way !== 'an override of UpdateReplacePolicy'))('if it is retained by %s', (_, retain) => {
    new ProjectVersionTeardown(stack, 'Model', { projectVersionArn: VERSION_ARN });
    retain(resourceOf('Model'));
    expect(changes('Model')).toEqual([]);
  });

  test('unless a replacement deletes the old version', () => {
    new ProjectVersionTeardown(stack, 'Model', { projectVersionArn: VERSION_ARN, trigger: TeardownTrigger.RESOURCE_REMOVAL });
    resourceOf('Model').addOverride('DeletionPolicy', 'Retain');
    expect(changes('Model')).toEqual(['rekognition:DeleteProjectVersion', 'rekognition:StopProjectVersion']);
  });
});

test('a teardown that is no longer retained in the end does what the template says', () => {
  new ProjectVersionTeardown(stack, 'Model', { projectVersionArn: VERSION_ARN, removalPolicy: RETAIN });
  RemovalPolicies.of(stack).destroy();
  Template.fromStack(stack).hasResource('Custom::RekognitionProjectVersionTeardown', { DeletionPolicy: 'Delete' });
  expect(changes('Model')).toEqual(['rekognition:DeleteProjectVersion', 'rekognition:StopProjectVersion']);
});

test('permissions that all teardowns share are granted only while one of them needs them', () => {
  const project = Project.fromProjectArn(stack, 'Reference', VERSION_ARN.replace(/version.*$/, '1769810000000'));
  new ProjectTeardown(stack, 'Teardown', { project });
  const projects = () => JSON.stringify(Template.fromStack(stack).toJSON()).includes('rekognition:DescribeProjects"');
  expect(projects()).toBe(true);
});

test('permissions that all teardowns share are removed when all that need them are retained', () => {
  const project = Project.fromProjectArn(stack, 'Reference', VERSION_ARN.replace(/version.*$/, '1769810000000'));
  new ProjectTeardown(stack, 'Teardown', { project });
  RemovalPolicies.of(stack.node.findChild('Teardown')).retain();
  const { Resources: resources } = Template.fromStack(stack).toJSON();
  expect(JSON.stringify(resources)).not.toContain('rekognition:DescribeProjects"');
  const ids = Object.keys(resources);
  for (const { DependsOn: needed = [] } of Object.values<any>(resources)) expect(ids).toEqual(expect.arrayContaining([needed].flat()));
});

test.each<[string, RemovalPolicy, string | undefined]>([
  ['a retained one', RETAIN, 'true'],
  ['one that a rollback deletes', RETAIN_ON_UPDATE_OR_DELETE, undefined],
  ['one that is not retained', DESTROY, undefined],
])('the handler is told that it may change nothing: %s', (_, removalPolicy, expected) => {
  const project = new CfnProject(stack, 'Owned', { projectName: 'screws' });
  project.applyRemovalPolicy(removalPolicy);
  const teardown = new ProjectTeardown(stack, 'Teardown', { project });
  Aspects.of(teardown).add({ visit: node => (node as CfnResource).applyRemovalPolicy?.(removalPolicy) });
  const [{ Properties }] = Object.values(Template.fromStack(stack).findResources('Custom::RekognitionProjectTeardown'));
  expect(Properties.Retained).toBe(expected);
});
