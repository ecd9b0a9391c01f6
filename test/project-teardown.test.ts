import {
  Annotations as CoreAnnotations, App, CfnDeletionPolicy, CfnParameter, CfnResource, RemovalPolicy, Stack, Tags,
} from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import {
  Project, ProjectAutoTeardown, ProjectGrants, ProjectTeardown, ProjectTeardownProps, ProjectVersionGrants, ProjectVersionTeardown, TeardownMode,
  TrainingBehavior,
} from '../src';
import { ACCOUNT, PROJECT_ARN, REGION, VERSION_ARN } from './support/arns';
import { permissionsOf, permissionsOfRole } from './support/template';

const RESOURCE_TYPE = 'Custom::RekognitionProjectTeardown';
const OWNER_TAG = 'cdk-rekognition-teardown:owner';
const PREFIX = `arn:aws:rekognition:${REGION}:${ACCOUNT}:project/parts`;

let stack: Stack;
let project: CfnProject;

beforeEach(() => {
  stack = new Stack(new App(), 'Models');
  project = new CfnProject(stack, 'Project', { projectName: 'parts' });
});

function teardown(props: Partial<ProjectTeardownProps> = {}, id = 'Teardown'): ProjectTeardown {
  return new ProjectTeardown(stack, id, { project, ...props });
}

function imported(arn = PROJECT_ARN) {
  return Project.fromProjectArn(stack, 'Imported', arn);
}

describe('for a project of the same stack', () => {
  test('the project has a tag with the logical id of its teardown', () => {
    teardown();
    const template = Template.fromStack(stack);
    const [id] = Object.keys(template.findResources(RESOURCE_TYPE));
    template.hasResourceProperties('AWS::Rekognition::Project', { Tags: [{ Key: OWNER_TAG, Value: id }] });
    template.hasResourceProperties(RESOURCE_TYPE, {
      ProjectArn: { 'Fn::GetAtt': ['Project', 'Arn'] },
      OwnerTag: OWNER_TAG,
      DeleteProject: 'false',
      Mode: 'DELETE',
      TrainingBehavior: 'WAIT',
    });
  });

  test.each<[string, (resource: CfnResource) => void]>([
    ['overridden', resource => resource.overrideLogicalId('ScrewsTeardown')],
    ['renamed', resource => Stack.of(resource).renameLogicalId(Stack.of(resource).getLogicalId(resource), 'ScrewsTeardown')],
  ])('the tag is correct even if the logical id is %s later', (_, change) => {
    change(teardown().node.findChild('Resource').node.defaultChild as CfnResource);
    const template = Template.fromStack(stack);
    expect(Object.keys(template.findResources(RESOURCE_TYPE))).toEqual(['ScrewsTeardown']);
    template.hasResourceProperties('AWS::Rekognition::Project', { Tags: [{ Key: OWNER_TAG, Value: 'ScrewsTeardown' }] });
  });

  test('the tag does not remove those of the user', () => {
    Tags.of(stack).add('team', 'vision');
    teardown();
    Template.fromStack(stack).hasResourceProperties('AWS::Rekognition::Project', {
      Tags: Match.arrayWith([Match.objectLike({ Key: OWNER_TAG }), { Key: 'team', Value: 'vision' }]),
    });
  });

  test('the handler may do what the contents need, and nothing more', () => {
    teardown();
    const part = (index: number) => ({ 'Fn::Select': [index, { 'Fn::Split': ['/', { 'Fn::GetAtt': ['Project', 'Arn'] }] }] });
    const contents = { 'Fn::Join': ['', [part(0), '/', part(1), '/*']] };
    expect(permissionsOf(stack, 'Teardown')).toEqual({
      'cloudformation:DescribeStacks': { Ref: 'AWS::StackId' },
      'cloudformation:DescribeStackEvents': { Ref: 'AWS::StackId' },
      'cloudformation:GetTemplate': { Ref: 'AWS::StackId' },
      'rekognition:DescribeProjectVersions': contents,
      'rekognition:ListTagsForResource': contents,
      'rekognition:StopProjectVersion': contents,
      'rekognition:DeleteProjectVersion': contents,
      'rekognition:DeleteDataset': contents,
      'rekognition:DescribeProjects': '*',
    });
  });

  test('CloudFormation replaces the policy when it is for another project, wherever the name comes from', () => {
    teardown();
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::RolePolicy', {
      PolicyName: { 'Fn::Join': ['', [Match.stringLikeRegexp('^TeardownPolicy[0-9A-F]{8}[0-9a-f]{8}-$'), { 'Fn::Select': [2, { 'Fn::Split': ['/', { 'Fn::GetAtt': ['Project', 'Arn'] }] }] }]] },
    });
  });

  test('the teardown does not wait for dependencies of the user when the stack has datasets', () => {
    teardown();
    const dataset = new CfnResource(stack, 'Dataset', { type: 'AWS::Rekognition::Dataset', properties: { DatasetType: 'TRAIN', ProjectArn: project.attrArn } });
    Template.fromStack(stack).hasResource(RESOURCE_TYPE, { DependsOn: Match.arrayWith([dataset.logicalId].map(id => stack.resolve(id))) });
  });

  test('dependencies between datasets that the user has added are preserved', () => {
    const one = teardown();
    const dataset = new CfnResource(stack, 'Dataset', { type: 'AWS::Rekognition::Dataset', properties: { DatasetType: 'TRAIN', ProjectArn: project.attrArn } });
    dataset.node.addDependency(project, one);
    const template = Template.fromStack(stack);
    expect(JSON.stringify(Object.values(template.findResources(RESOURCE_TYPE))[0].DependsOn)).not.toContain('Dataset');
  });

  test('deleteProject is rejected, because the stack deletes the project', () => {
    expect(() => teardown({ deleteProject: true }))
      .toThrow('deleteProject must not be set for the project Models/Project: its own stack deletes it; leave deleteProject out');
  });

  test('a second teardown is rejected', () => {
    teardown();
    expect(() => teardown({}, 'Second')).toThrow('the project Models/Project already has a teardown; a project can have only one');
  });

  test.each([
    { deletionPolicy: CfnDeletionPolicy.RETAIN },
    { deletionPolicy: CfnDeletionPolicy.RETAIN_EXCEPT_ON_CREATE },
    { updateReplacePolicy: CfnDeletionPolicy.RETAIN },
  ])('synthesis fails when the project is retained by %j', policies => {
    teardown();
    Object.assign(project.cfnOptions, policies);
    expect(() => Template.fromStack(stack))
      .toThrow('the project Models/Project is retained, so its contents must not be deleted; use TeardownMode.STOP, or remove the teardown or the retention');
  });

  test.each([{ mode: TeardownMode.STOP }, { removalPolicy: RemovalPolicy.RETAIN }])('a retained project may have a teardown with %j', props => {
    teardown(props);
    project.applyRemovalPolicy(RemovalPolicy.RETAIN);
    expect(() => Template.fromStack(stack)).not.toThrow();
  });

  test('a project whose removal policy is to delete it may have a teardown', () => {
    teardown();
    project.applyRemovalPolicy(RemovalPolicy.DESTROY);
    expect(() => Template.fromStack(stack)).not.toThrow();
  });
});

describe('for a project that is not of the same stack', () => {
  test('only the deletion of the stack counts', () => {
    teardown({ project: imported(), trainingBehavior: TrainingBehavior.FAIL });
    Template.fromStack(stack).hasResourceProperties(RESOURCE_TYPE, {
      ProjectArn: PROJECT_ARN, OwnerTag: Match.absent(), DeleteProject: 'false', TrainingBehavior: 'FAIL', RootStackId: { Ref: 'AWS::StackId' },
    });
  });

  test('in another stack of the app, the teardown is not its owner', () => {
    const other = new Stack(stack.node.root as App, 'Other');
    new ProjectTeardown(other, 'Teardown', { project });
    Template.fromStack(other).hasResourceProperties(RESOURCE_TYPE, { OwnerTag: Match.absent() });
    Template.fromStack(stack).hasResourceProperties('AWS::Rekognition::Project', { Tags: Match.absent() });
  });

  test('the teardown can delete the project too', () => {
    teardown({ project: imported(), deleteProject: true });
    Template.fromStack(stack).hasResourceProperties(RESOURCE_TYPE, { DeleteProject: 'true' });
    expect(permissionsOf(stack, 'Teardown')).toEqual({
      'cloudformation:DescribeStacks': { Ref: 'AWS::StackId' },
      'cloudformation:DescribeStackEvents': { Ref: 'AWS::StackId' },
      'rekognition:DescribeProjectVersions': PROJECT_ARN,
      'rekognition:StopProjectVersion': `${PREFIX}/version/*`,
      'rekognition:DeleteProjectVersion': `${PREFIX}/version/*`,
      'rekognition:DeleteDataset': `${PREFIX}/dataset/*`,
      'rekognition:DeleteProject': PROJECT_ARN,
      'rekognition:DescribeProjects': '*',
    });
  });

  test('when its versions are only stopped, no permission is on * but the one to list projects', () => {
    teardown({ project: imported(), mode: TeardownMode.STOP });
    expect(permissionsOf(stack, 'Teardown')).toEqual({
      'cloudformation:DescribeStacks': { Ref: 'AWS::StackId' },
      'cloudformation:DescribeStackEvents': { Ref: 'AWS::StackId' },
      'rekognition:DescribeProjectVersions': PROJECT_ARN,
      'rekognition:DescribeProjects': '*',
      'rekognition:StopProjectVersion': `${PREFIX}/version/*`,
    });
  });
});

describe('Project.fromProjectArn', () => {
  test('knows name, account and region of a literal ARN', () => {
    const { projectRef, env } = imported();
    expect(projectRef).toEqual({ projectArn: PROJECT_ARN, projectName: 'parts' });
    expect(env).toEqual({ account: ACCOUNT, region: REGION });
  });

  test('accepts a deploy-time ARN', () => {
    const reference = imported(new CfnParameter(stack, 'Arn').valueAsString);
    expect(stack.resolve(reference.projectRef.projectName)).toEqual({ 'Fn::Select': [1, { 'Fn::Split': ['/', { Ref: 'Arn' }] }] });
    teardown({ project: reference });
    expect(() => Template.fromStack(stack)).not.toThrow();
  });

  test('accepts an ARN as long as Rekognition allows, but none that is longer', () => {
    const longest = PROJECT_ARN.padEnd(2048, '0');
    expect(imported(longest).projectRef.projectArn).toBe(longest);
    expect(() => Project.fromProjectArn(stack, 'Longer', `${longest}0`)).toThrow('of 20 to 2048 characters');
  });

  test.each(['', 'parts', VERSION_ARN, `${PROJECT_ARN}/`, `${PROJECT_ARN}${'0'.repeat(2048)}`])('rejects %j', arn => {
    expect(() => imported(arn)).toThrow(`project of 20 to 2048 characters, arn:PARTITION:rekognition:REGION:ACCOUNT:project/PROJECT/CREATED, got: ${JSON.stringify(arn)}`);
  });

  test('can be the project of a version', () => {
    expect(() => new ProjectVersionTeardown(stack, 'Model', { projectVersionArn: VERSION_ARN, project: imported() })).not.toThrow();
    expect(() => new ProjectVersionTeardown(stack, 'Other', {
      projectVersionArn: VERSION_ARN, project: Project.fromProjectArn(stack, 'Screws', PROJECT_ARN.replace('parts', 'screws')),
    })).toThrow('its name is "screws", but "parts" in the version');
  });
});

describe('ProjectAutoTeardown', () => {
  test('gives a project a teardown', () => {
    project.with(new ProjectAutoTeardown({ mode: TeardownMode.STOP }));
    Template.fromStack(stack).hasResourceProperties(RESOURCE_TYPE, { Mode: 'STOP', ProjectArn: { 'Fn::GetAtt': ['Project', 'Arn'] } });
  });

  test('gives every project of an app exactly one teardown', () => {
    const app = stack.node.root as App;
    const other = new Stack(app, 'Other');
    new CfnProject(other, 'First', { projectName: 'first' });
    new CfnProject(other, 'Second', { projectName: 'second' });
    project.with(new ProjectAutoTeardown());
    app.with(new ProjectAutoTeardown());
    app.with(new ProjectAutoTeardown());
    Template.fromStack(stack).resourceCountIs(RESOURCE_TYPE, 1);
    Template.fromStack(other).resourceCountIs(RESOURCE_TYPE, 2);
    Template.fromStack(other).resourceCountIs('AWS::StepFunctions::StateMachine', 1);
  });

  test('leaves a project alone that already has a teardown', () => {
    teardown({ mode: TeardownMode.STOP });
    stack.with(new ProjectAutoTeardown());
    const template = Template.fromStack(stack);
    template.resourceCountIs(RESOURCE_TYPE, 1);
    template.hasResourceProperties(RESOURCE_TYPE, { Mode: 'STOP' });
  });

  test('rejects a project that is a generic resource', () => {
    new CfnResource(stack, 'Generic', { type: 'AWS::Rekognition::Project', properties: { ProjectName: 'nuts' } });
    expect(() => stack.with(new ProjectAutoTeardown())).toThrow('the project Models/Generic is a generic CfnResource, to which no owner tag can be added; define it as a CfnProject');
  });

  test('skips a project that is retained, with a warning', () => {
    new CfnProject(stack, 'Kept', { projectName: 'kept' }).applyRemovalPolicy(RemovalPolicy.RETAIN);
    stack.with(new ProjectAutoTeardown());
    Template.fromStack(stack).resourceCountIs(RESOURCE_TYPE, 1);
    Annotations.fromStack(stack).hasWarning('/Models/Kept', Match.stringLikeRegexp(
      '^the project Models/Kept is retained, so ProjectAutoTeardown does not add .* cdk-rekognition-teardown:retainedProject'));
  });

  test.each(['before', 'after'])('gives no warning that is acknowledged %s it is applied', when => {
    new CfnProject(stack, 'Kept', { projectName: 'kept' }).applyRemovalPolicy(RemovalPolicy.RETAIN);
    const acknowledge = () => CoreAnnotations.of(stack).acknowledgeWarning('cdk-rekognition-teardown:retainedProject');
    if (when === 'before') acknowledge();
    stack.with(new ProjectAutoTeardown());
    if (when === 'after') acknowledge();
    expect(Annotations.fromStack(stack).findWarning('*', Match.anyValue())).toEqual([]);
  });

  test.each([{ mode: TeardownMode.STOP }, { removalPolicy: RemovalPolicy.RETAIN }])('skips no project with %j', props => {
    project.applyRemovalPolicy(RemovalPolicy.RETAIN);
    stack.with(new ProjectAutoTeardown(props));
    Template.fromStack(stack).resourceCountIs(RESOURCE_TYPE, 1);
  });

  test('leaves everything else alone', () => {
    const mixin = new ProjectAutoTeardown();
    expect(mixin.supports(stack)).toBe(false);
    mixin.applyTo(stack);
    Template.fromStack(stack).resourceCountIs(RESOURCE_TYPE, 0);
  });
});

describe('grants', () => {
  const role = () => new iam.Role(stack, 'Pipeline', { assumedBy: new iam.AccountRootPrincipal() });

  test.each([
    ['stop', { 'rekognition:StopProjectVersion': VERSION_ARN }],
    ['delete', { 'rekognition:DeleteProjectVersion': VERSION_ARN }],
    ['teardown', {
      'rekognition:StopProjectVersion': VERSION_ARN,
      'rekognition:DeleteProjectVersion': VERSION_ARN,
      'rekognition:DescribeProjectVersions': `${PREFIX}/*`,
      'rekognition:DescribeProjects': '*',
    }],
  ] as const)('%s on one version', (method, expected) => {
    const grantee = role();
    expect(ProjectVersionGrants.fromProjectVersionArn(stack, VERSION_ARN)[method](grantee).success).toBe(true);
    expect(permissionsOfRole(stack, 'Pipeline')).toEqual(expected);
  });

  test('to tear down one version need nothing on * if its project is given', () => {
    ProjectVersionGrants.fromProjectVersionArn(stack, VERSION_ARN, { project: imported() }).teardown(role());
    expect(permissionsOfRole(stack, 'Pipeline')).toMatchObject({ 'rekognition:DescribeProjectVersions': PROJECT_ARN });
    expect(permissionsOfRole(stack, 'Pipeline')).not.toHaveProperty(['rekognition:DescribeProjects']);
  });

  test.each([
    ['stop', { 'rekognition:StopProjectVersion': `${PREFIX}/version/*` }],
    ['delete', { 'rekognition:DeleteProjectVersion': `${PREFIX}/version/*`, 'rekognition:DeleteDataset': `${PREFIX}/dataset/*` }],
    ['teardown', {
      'rekognition:StopProjectVersion': `${PREFIX}/version/*`,
      'rekognition:DeleteProjectVersion': `${PREFIX}/version/*`,
      'rekognition:DeleteDataset': `${PREFIX}/dataset/*`,
      'rekognition:DescribeProjectVersions': PROJECT_ARN,
      'rekognition:DescribeProjects': '*',
    }],
  ] as const)('%s on a project', (method, expected) => {
    ProjectGrants.fromProject(imported())[method](role());
    expect(permissionsOfRole(stack, 'Pipeline')).toEqual(expected);
  });

  test('are offered by the teardowns', () => {
    const grantee = role();
    new ProjectVersionTeardown(stack, 'Model', { projectVersionArn: VERSION_ARN }).grants.stop(grantee);
    teardown({ project: imported() }).grants.delete(grantee);
    expect(permissionsOfRole(stack, 'Pipeline')).toEqual({
      'rekognition:StopProjectVersion': VERSION_ARN,
      'rekognition:DeleteProjectVersion': `${PREFIX}/version/*`,
      'rekognition:DeleteDataset': `${PREFIX}/dataset/*`,
    });
  });

  test('fail on an ARN that is none', () => {
    expect(() => ProjectVersionGrants.fromProjectVersionArn(stack, 'parts.v1')).toThrow('projectVersionArn must be the ARN of a Rekognition project version');
  });
});
