import { App, AspectPriority, Aspects, CfnCondition, CfnParameter, CfnResource, Fn, IResolvable, Lazy, NestedStack, Stack, Tags } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { IConstruct } from 'constructs';
import { Project, ProjectAutoTeardown, ProjectGrants, ProjectTeardown, ProjectVersionTeardown, TeardownTrigger } from '../src';
import { PROJECT_ARN, VERSION_ARN } from './support/arns';
import { leanApp } from './support/lean-app';
import { consumeReference } from './support/reference-forms';

const { RESOURCE_REMOVAL } = TeardownTrigger;
const OWNER_TAG = 'cdk-rekognition-teardown:owner';
const TEARDOWN = 'Custom::RekognitionProjectTeardown';
const DATASET = 'AWS::Rekognition::Dataset';

let app: App;
let stack: Stack;
let project: CfnProject;

beforeEach(() => {
  app = leanApp({ '@aws-cdk/core:aspectStabilization': true });
  stack = new Stack(app, 'Models');
  project = new CfnProject(stack, 'Project', { projectName: 'screws' });
});

const teardown = () => new ProjectTeardown(stack, 'Teardown', { project });
const version = (projectVersionArn: string, trigger?: TeardownTrigger) => new ProjectVersionTeardown(stack, 'Model', { projectVersionArn, trigger });
const dependencies = (template = Template.fromStack(stack)) => [Object.values(template.findResources(TEARDOWN))[0].DependsOn].flat();

describe('the owner tag', () => {
  test('contains the logical id that an aspect gives to the teardown', () => {
    teardown();
    Aspects.of(app).add({
      visit: node => { if (CfnResource.isCfnResource(node)) node.overrideLogicalId(`Team${node.node.addr.slice(0, 12)}`); },
    });
    const template = Template.fromStack(stack);
    const [id] = Object.keys(template.findResources(TEARDOWN));
    expect(id).toMatch(/^Team/);
    template.hasResourceProperties('AWS::Rekognition::Project', { Tags: [{ Key: OWNER_TAG, Value: id }] });
    expect(Object.keys(template.toJSON().Resources)).toEqual(expect.arrayContaining(dependencies(template)));
  });

  test.each<[string, () => void]>([
    ['an override of all tags', () => project.addPropertyOverride('Tags', [{ Key: 'team', Value: 'vision' }])],
    ['a deletion of the property', () => project.addPropertyDeletionOverride('Tags')],
    ['the removal of the tag', () => Tags.of(project).remove(OWNER_TAG)],
    ['another value', () => Tags.of(project).add(OWNER_TAG, 'mine', { priority: 1000 })],
  ])('that is lost by %s fails synthesis', (_, lose) => {
    teardown();
    lose();
    expect(() => app.synth()).toThrow(/the project Models\/Project has lost the tag cdk-rekognition-teardown:owner, which must be Teardown\w+, the logical id of its teardown; add other tags with/);
  });
});

describe('a value that is only known at synthesis', () => {
  /** Fails if it is resolved too early. */
  function lazily(value: string): { token: string; settle(): void } {
    let isSettled = false;
    const token = Lazy.string({
      produce: () => {
        if (!isSettled) throw new Error('asked before synthesis');
        return value;
      },
    });
    return { token, settle: () => { isSettled = true; } };
  }

  test.each<[string, string, (token: string) => void]>([
    ['a version', VERSION_ARN, token => version(token)],
    ['a version on removal', VERSION_ARN, token => version(token, RESOURCE_REMOVAL)],
    ['the ARN of a project', PROJECT_ARN, token => new ProjectTeardown(stack, 'Parts', { project: Project.fromProjectArn(stack, 'Reference', token), deleteProject: true })],
    ['the name of a project', 'parts', token => new ProjectTeardown(stack, 'Parts', { project: new CfnProject(stack, 'Named', { projectName: token }) })],
  ])('is not resolved earlier: %s', (_, value, define) => {
    const { token, settle } = lazily(value);
    define(token);
    settle();
    const { Resources: resources } = Template.fromStack(stack).toJSON();
    // it is parsed like a literal.
    expect(JSON.stringify(resources)).not.toMatch(/"Fn::Split":\["\/","arn:/);
  });
});

describe('a dynamic reference', () => {
  const pinned = (name: string) => ssm.StringParameter.valueForStringParameter(stack, name, 3);

  test('to a version is used unchanged, together with the project', () => {
    new ProjectVersionTeardown(stack, 'Model', { projectVersionArn: pinned('/model'), project });
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::IAM::RolePolicy', {
      PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Resource: '{{resolve:ssm:/model:3}}' })]) },
    });
    expect(JSON.stringify(template.toJSON())).not.toMatch(/Fn::Split[^\]]*\{\{resolve/);
  });

  test.each<[string, () => unknown, string]>([
    ['a version without its project', () => version(pinned('/model')), ', or pass the project of the version'],
    ['a version on removal', () => version(pinned('/model'), RESOURCE_REMOVAL), ', or TeardownTrigger.STACK_DELETION with the project of the version'],
    ['a version in a text', () => version(`arn:aws:rekognition:us-east-1:111122223333:project/${pinned('/model')}`), ', or pass the project of the version'],
    ['a project', () => new ProjectTeardown(stack, 'Teardown', { project: Project.fromProjectArn(stack, 'Reference', pinned('/model')) }), ''],
  ])('is rejected where CloudFormation would have to parse it: %s', (_, define, remedy) => {
    define();
    expect(() => app.synth()).toThrow('CloudFormation cannot split an ARN that is the dynamic reference {{resolve:ssm:/model:3}}; '
      + `use a parameter instead, such as StringParameter.valueForStringParameter without a version${remedy}`);
  });

  test('is rejected by grants too', () => {
    ProjectGrants.fromProject(Project.fromProjectArn(stack, 'Reference', pinned('/project'))).stop(new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() }));
    expect(() => app.synth()).toThrow('CloudFormation cannot split an ARN that is the dynamic reference {{resolve:ssm:/project:3}}');
  });

  test('is not used for the latest version of a parameter', () => {
    version(ssm.StringParameter.valueForStringParameter(stack, '/model'), RESOURCE_REMOVAL);
    expect(() => app.synth()).not.toThrow();
  });
});

describe('a condition', () => {
  const condition = () => new CfnCondition(stack, 'IsWanted', { expression: Fn.conditionEquals(new CfnParameter(stack, 'Wanted').valueAsString, 'yes') });
  const conditions = () => Object.fromEntries(Object.entries(Template.fromStack(stack).toJSON().Resources as { [id: string]: any })
    .filter(([, { Condition }]) => Condition !== undefined).map(([, { Type, Condition }]) => [Type, Condition]));
  const all = { 'AWS::Rekognition::Project': 'IsWanted', [TEARDOWN]: 'IsWanted', 'AWS::IAM::RolePolicy': 'IsWanted' };

  test.each<[string, () => void]>([
    ['before', () => { project.cfnOptions.condition = condition(); teardown(); }],
    ['after', () => { teardown(); project.cfnOptions.condition = condition(); }],
    ['by an override', () => { teardown(); condition(); project.addOverride('Condition', 'IsWanted'); }],
  ])('of a project that is set %s also applies to its teardown and the policy', (_, define) => {
    define();
    expect(conditions()).toEqual(all);
  });

  test('of the project of a version also applies to its teardown, as the project may not exist', () => {
    new ProjectVersionTeardown(stack, 'Model', { projectVersionArn: VERSION_ARN.replace('parts/', 'screws/'), project });
    project.cfnOptions.condition = condition();
    expect(conditions()).toMatchObject({ 'Custom::RekognitionProjectVersionTeardown': 'IsWanted', 'AWS::IAM::RolePolicy': 'IsWanted' });
  });

  test('of the teardown itself also applies to its policy', () => {
    (teardown().node.findChild('Resource').node.defaultChild as CfnResource).cfnOptions.condition = condition();
    expect(conditions()).toEqual({ [TEARDOWN]: 'IsWanted', 'AWS::IAM::RolePolicy': 'IsWanted' });
  });

  test('of the teardown alone is in the tag too, so that the project is updated when the condition changes', () => {
    const resource = teardown().node.findChild('Resource').node.defaultChild as CfnResource;
    resource.cfnOptions.condition = condition();
    Template.fromStack(stack).hasResourceProperties('AWS::Rekognition::Project', {
      Tags: [{ Key: OWNER_TAG, Value: { 'Fn::If': ['IsWanted', stack.resolve(resource.logicalId), '-'] } }],
    });
  });

  test('of both is not in the tag, because one is never created or deleted without the other', () => {
    const resource = teardown().node.findChild('Resource').node.defaultChild as CfnResource;
    project.cfnOptions.condition = resource.cfnOptions.condition = condition();
    Template.fromStack(stack).hasResourceProperties('AWS::Rekognition::Project', { Tags: [{ Key: OWNER_TAG, Value: stack.resolve(resource.logicalId) }] });
  });

  test('is not added where there is none', () => {
    teardown();
    expect(conditions()).toEqual({});
  });
});

describe('datasets', () => {
  const dataset = (scope: IConstruct, projectArn: string | IResolvable, id = 'Dataset') =>
    new CfnResource(scope as Stack, id, { type: DATASET, properties: { ProjectArn: projectArn, DatasetType: 'TRAIN' } });
  const cycles = () => expect(() => app.synth()).not.toThrow();

  test('of the project are deleted after its teardown, even those in a nested stack', () => {
    teardown();
    dataset(stack, project.attrArn);
    dataset(new NestedStack(stack, 'Nested'), project.attrArn);
    expect(dependencies()).toEqual(expect.arrayContaining(['Dataset', expect.stringMatching(/^Nested.*NestedStackResource/)]));
  });

  test('of an imported project are deleted after its teardown', () => {
    new ProjectTeardown(stack, 'Parts', { project: Project.fromProjectArn(stack, 'Reference', PROJECT_ARN) });
    dataset(stack, PROJECT_ARN);
    dataset(stack, PROJECT_ARN.replace('parts', 'nuts'), 'Other');
    expect(dependencies()).toEqual(expect.arrayContaining(['Dataset']));
    expect(dependencies()).not.toContain('Other');
  });

  test('of another project are not ordered', () => {
    teardown();
    dataset(stack, new CfnProject(stack, 'Nuts', { projectName: 'nuts' }).attrArn);
    expect(dependencies()).not.toContain('Dataset');
  });

  test.each([false, true])('of a stack that is only defined inside the stack of the teardown are not ordered (its own project: %s)', own => {
    teardown();
    const inner = new Stack(stack, 'Inner');
    dataset(inner, own ? new CfnProject(inner, 'Nuts', { projectName: 'nuts' }).attrArn : project.attrArn);
    cycles();
    expect(dependencies()).not.toContain('Dataset');
  });

  test.each<[string, (one: ProjectTeardown, other: CfnResource) => void]>([
    ['directly', (one, other) => other.node.addDependency(one)],
    ['through something else', (one, other) => {
      const between = new CfnResource(stack, 'Between', { type: 'AWS::SNS::Topic' });
      between.node.addDependency(one);
      other.addDependency(between);
    }],
    ['by a reference', (one, other) => other.addPropertyOverride('DatasetSource', (one.node.findChild('Resource').node.defaultChild as CfnResource).ref)],
  ])('that depend on the teardown %s keep that order', (_, order) => {
    order(teardown(), dataset(stack, project.attrArn));
    cycles();
    expect(dependencies()).not.toContain('Dataset');
  });

  test('of a nested stack that depends on the teardown keep that order', () => {
    const one = teardown();
    const nested = new NestedStack(stack, 'Nested');
    dataset(nested, project.attrArn);
    nested.node.addDependency(one);
    cycles();
    expect(dependencies().filter(id => id.startsWith('Nested'))).toEqual([]);
  });
});

test.each([AspectPriority.MUTATING, AspectPriority.DEFAULT, AspectPriority.DEFAULT + 100])('an aspect with priority %d may add the teardowns', priority => {
  new CfnResource(stack, 'Dataset', { type: DATASET, properties: { ProjectArn: project.attrArn, DatasetType: 'TRAIN' } });
  Aspects.of(app).add({ visit: node => new ProjectAutoTeardown().applyTo(node) }, { priority });
  expect(dependencies()).toContain('Dataset');
});

describe('a project that is imported by the ARN of a project of the stack', () => {
  const reference = () => Project.fromProjectArn(stack, 'Reference', project.attrArn);

  test.each([
    ['the ARN', reference],
    ['the ARN in consumeReference', () => Project.fromProjectArn(stack, 'Reference', consumeReference(project.attrArn))],
  ])('is treated as that project, given %s', (_, imported) => {
    new ProjectTeardown(stack, 'Teardown', { project: imported() });
    const template = Template.fromStack(stack);
    template.hasResourceProperties(TEARDOWN, { OwnerTag: OWNER_TAG });
    template.hasResourceProperties('AWS::Rekognition::Project', { Tags: [{ Key: OWNER_TAG, Value: Match.anyValue() }] });
  });

  test('can have only one teardown, and is deleted by its stack', () => {
    expect(() => new ProjectTeardown(stack, 'Early', { project: reference(), deleteProject: true })).toThrow('deleteProject must not be set for the project Models/Project');
    teardown();
    expect(() => new ProjectTeardown(stack, 'Second', { project: Project.fromProjectArn(stack, 'Again', project.attrArn) })).toThrow('already has a teardown');
  });
});
