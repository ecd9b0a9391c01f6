import { App, Aws, CfnParameter, CustomResource, NestedStack, RemovalPolicy, Stack, Stage } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import { ProjectVersionTeardown, ProjectVersionTeardownProps, TeardownMode, TeardownProvider, TeardownTrigger, TrainingBehavior } from '../src';
import { ACCOUNT, REGION, VERSION_ARN } from './support/arns';
import { permissionsOf } from './support/template';

const RESOURCE_TYPE = 'Custom::RekognitionProjectVersionTeardown';
const PREFIX = `arn:aws:rekognition:${REGION}:${ACCOUNT}:project/parts`;

function stackWith(props: Partial<ProjectVersionTeardownProps> = {}, stack = new Stack(new App(), 'Models')): Stack {
  new ProjectVersionTeardown(stack, 'Model', { projectVersionArn: VERSION_ARN, ...props });
  return stack;
}

const permissions = (stack: Stack, id = 'Model') => permissionsOf(stack, id);

describe('the custom resource', () => {
  test('has the target and the defaults that lose nothing', () => {
    Template.fromStack(stackWith()).hasResource(RESOURCE_TYPE, {
      Properties: {
        ProjectVersionArn: VERSION_ARN,
        ProjectArn: Match.absent(),
        Trigger: 'STACK_DELETION',
        Mode: 'DELETE',
        TrainingBehavior: 'WAIT',
        RootStackId: { Ref: 'AWS::StackId' },
        ServiceTimeout: '3600',
      },
      DeletionPolicy: 'Delete',
      UpdateReplacePolicy: 'Delete',
    });
  });

  test('has the options that were given', () => {
    Template.fromStack(stackWith({
      trigger: TeardownTrigger.RESOURCE_REMOVAL,
      mode: TeardownMode.STOP,
      trainingBehavior: TrainingBehavior.FAIL,
    })).hasResourceProperties(RESOURCE_TYPE, { Trigger: 'RESOURCE_REMOVAL', Mode: 'STOP', TrainingBehavior: 'FAIL' });
  });

  test('refers to the project, so that it is deleted before it', () => {
    const stack = new Stack(new App(), 'Models');
    stackWith({ project: new CfnProject(stack, 'Project', { projectName: 'parts' }) }, stack);
    Template.fromStack(stack).hasResourceProperties(RESOURCE_TYPE, { ProjectArn: { 'Fn::GetAtt': ['Project', 'Arn'] } });
  });

  test('depends on its policy, so that the handler keeps it until the deletion is over', () => {
    const template = Template.fromStack(stackWith());
    const [policy] = Object.keys(template.findResources('AWS::IAM::RolePolicy')).filter(id => id.startsWith('ModelPolicy'));
    template.hasResource(RESOURCE_TYPE, { DependsOn: Match.arrayWith([policy]) });
  });

  test('keeps its place in the construct tree, because CloudFormation would treat another logical id as another resource', () => {
    const stack = stackWith();
    expect(stack.node.tryFindChild('Model')?.node.tryFindChild('Resource')).toBeInstanceOf(CustomResource);
    expect(Object.keys(Template.fromStack(stack).findResources(RESOURCE_TYPE))).toEqual(['Model0301700E']);
  });

  test('returns the project and the status that the handler found', () => {
    const stack = new Stack(new App(), 'Models');
    const teardown = new ProjectVersionTeardown(stack, 'Model', { projectVersionArn: VERSION_ARN });
    expect(stack.resolve(teardown.projectArn)).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^Model/), 'ProjectArn'] });
    expect(stack.resolve(teardown.projectVersionStatus)).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^Model/), 'Status'] });
    expect(teardown.projectVersionArn).toBe(VERSION_ARN);
  });

  test('in nested stacks names the outermost stack, and may read the records of all of them', () => {
    const outermost = new Stack(new App(), 'Models');
    const middle = new NestedStack(outermost, 'Middle');
    const inner = new NestedStack(middle, 'Inner');
    stackWith({}, inner);
    const template = Template.fromStack(inner);
    const [root] = Object.keys(template.findParameters('*')).filter(name => name.endsWith('AWSStackId'));
    const [around] = Object.keys(template.findParameters('*')).filter(name => name.includes('StackAround'));
    template.hasResourceProperties(RESOURCE_TYPE, { RootStackId: { Ref: root } });
    const stacks = [{ Ref: 'AWS::StackId' }, { Ref: around }, { Ref: root }];
    expect(permissions(inner)).toMatchObject({ 'cloudformation:DescribeStackEvents': stacks, 'cloudformation:DescribeStacks': stacks });
    Template.fromStack(middle).hasResourceProperties('AWS::CloudFormation::Stack', { Parameters: { [around]: { Ref: 'AWS::StackId' } } });
    Template.fromStack(outermost).hasResourceProperties('AWS::CloudFormation::Stack', { Parameters: { [around]: Match.absent() } });
  });

  test.each([RemovalPolicy.RETAIN, RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE])('with %s is never deleted, and the handler could not delete the version', removalPolicy => {
    const stack = stackWith({ removalPolicy, trigger: TeardownTrigger.RESOURCE_REMOVAL });
    Template.fromStack(stack).hasResource(RESOURCE_TYPE, { DeletionPolicy: Match.stringLikeRegexp('^Retain') });
    expect(Object.keys(permissions(stack)).sort()).toEqual([
      'cloudformation:DescribeStackEvents', 'cloudformation:DescribeStacks', 'rekognition:DescribeProjectVersions', 'rekognition:DescribeProjects',
    ]);
  });
});

const STACK_ID_PARTS = { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] };

describe('the policy', () => {
  test('allows exactly what one version needs', () => {
    expect(permissions(stackWith())).toEqual({
      'cloudformation:DescribeStacks': { Ref: 'AWS::StackId' },
      'cloudformation:DescribeStackEvents': { Ref: 'AWS::StackId' },
      'rekognition:DeleteProjectVersion': VERSION_ARN,
      'rekognition:StopProjectVersion': VERSION_ARN,
      'rekognition:DescribeProjectVersions': `${PREFIX}/*`,
      'rekognition:DescribeProjects': '*',
    });
  });

  test('allows each action on its own resource, and nothing on *, if the project is given', () => {
    const stack = new Stack(new App(), 'Models');
    stackWith({ project: new CfnProject(stack, 'Project', { projectName: 'parts' }) }, stack);
    expect(permissions(stack)).toEqual({
      'cloudformation:DescribeStacks': { Ref: 'AWS::StackId' },
      'cloudformation:DescribeStackEvents': { Ref: 'AWS::StackId' },
      'rekognition:DeleteProjectVersion': VERSION_ARN,
      'rekognition:StopProjectVersion': VERSION_ARN,
      'rekognition:DescribeProjectVersions': { 'Fn::GetAtt': ['Project', 'Arn'] },
    });
  });

  test('does not allow deleting when the version is only stopped', () => {
    expect(permissions(stackWith({ mode: TeardownMode.STOP }))).not.toHaveProperty(['rekognition:DeleteProjectVersion']);
  });

  test('covers the version that a removed or changed construct leaves behind', () => {
    expect(permissions(stackWith({ trigger: TeardownTrigger.RESOURCE_REMOVAL }))).toMatchObject({
      'cloudformation:ListStackResources': [
        { Ref: 'AWS::StackId' },
        { 'Fn::Join': ['', [{ 'Fn::Select': [0, STACK_ID_PARTS] }, '/', { 'Fn::Select': [1, STACK_ID_PARTS] }, '-*']] },
      ],
      'rekognition:DeleteProjectVersion': VERSION_ARN,
      'rekognition:StopProjectVersion': VERSION_ARN,
    });
  });

  test('with RESOURCE_REMOVAL covers nested stacks, however CloudFormation truncates their names', () => {
    const nested = (stackName: string) => {
      const stack = stackWith({ trigger: TeardownTrigger.RESOURCE_REMOVAL }, new Stack(new App(), 'Models', { stackName }));
      return (permissions(stack)['cloudformation:ListStackResources'] as any[])[1]['Fn::Join'][1].slice(1);
    };
    expect(nested('a'.repeat(24))).toEqual(['/', { 'Fn::Select': [1, STACK_ID_PARTS] }, '-*']);
    expect(nested('a'.repeat(25))).toEqual([`/${'a'.repeat(24)}*`]);
  });

  const nameOf = (props: Partial<ProjectVersionTeardownProps>, stack?: Stack) => {
    const policies = Template.fromStack(stackWith(props, stack)).findResources('AWS::IAM::RolePolicy');
    return policies[Object.keys(policies).find(id => id.startsWith('ModelPolicy'))!].Properties.PolicyName;
  };

  test('with RESOURCE_REMOVAL is replaced by CloudFormation when the version is another one, so that the old policy lives until the cleanup', () => {
    const trigger = TeardownTrigger.RESOURCE_REMOVAL;
    expect(nameOf({ trigger })).toMatch(/^ModelPolicy[0-9A-F]{8}[0-9a-f]{8}-1769817600000$/);
    expect(nameOf({ trigger, mode: TeardownMode.STOP })).toEqual(nameOf({ trigger }));
    const stack = new Stack(new App(), 'Models');
    const projectVersionArn = new CfnParameter(stack, 'ModelArn').valueAsString;
    expect(nameOf({ trigger, projectVersionArn }, stack)).toEqual({
      'Fn::Join': ['', [expect.stringMatching(/^ModelPolicy\w{16}-$/), { 'Fn::Select': [4, { 'Fn::Split': ['/', { Ref: 'ModelArn' }] }] }]],
    });
  });

  test('of any other teardown is updated in place', () => {
    expect(nameOf({})).toMatch(/^ModelPolicy[0-9A-F]{8}[0-9a-f]{8}$/);
  });

  test('has a name that IAM accepts and that no other policy of the role has, however long the ids are', () => {
    const stack = new Stack(new App(), 'Models');
    const provider = new TeardownProvider(stack, 'Provider');
    const names = [new NestedStack(stack, 'One'), new NestedStack(stack, 'Two')].map(nested => {
      new ProjectVersionTeardown(nested, 'x'.repeat(255), { projectVersionArn: VERSION_ARN, trigger: TeardownTrigger.RESOURCE_REMOVAL, provider });
      return nested;
    }).map(nested => Object.values(Template.fromStack(nested).findResources('AWS::IAM::RolePolicy'))[0].Properties.PolicyName);
    for (const name of names) expect(name).toMatch(/^[\w+=,.@-]{1,128}$/);
    expect(names[0]).not.toBe(names[1]);
  });

  test('is scoped even to a deploy-time ARN', () => {
    const stack = new Stack(new App(), 'Models');
    const parameter = new CfnParameter(stack, 'ModelArn');
    stackWith({ projectVersionArn: parameter.valueAsString, trigger: TeardownTrigger.RESOURCE_REMOVAL }, stack);
    const part = (index: number) => ({ 'Fn::Select': [index, { 'Fn::Split': ['/', { Ref: 'ModelArn' }] }] });
    expect(permissions(stack)).toMatchObject({
      'rekognition:DeleteProjectVersion': { Ref: 'ModelArn' },
      'rekognition:DescribeProjectVersions': { 'Fn::Join': ['', [part(0), '/', part(1), '/*']] },
    });
  });
});

describe('synthesis fails', () => {
  test.each([
    ['an empty text', ''],
    ['a model name', 'parts.v1'],
    ['the ARN of a project', `${PREFIX}/1769810000000`],
    ['the ARN of a dataset', `${PREFIX}/dataset/train/1769817600000`],
    ['an ARN without creation time', `${PREFIX}/version/v1`],
    ['an ARN with something behind it', `${VERSION_ARN}/x`],
    ['an ARN with a line break', `${VERSION_ARN}\n`],
    ['an account of 11 digits', VERSION_ARN.replace(ACCOUNT, ACCOUNT.slice(1))],
    ['a name with a space', VERSION_ARN.replace('parts.v1', 'parts v1')],
    ['a name of 256 characters', VERSION_ARN.replace('parts.v1', 'v'.repeat(256))],
    ['another service', VERSION_ARN.replace(':rekognition:', ':sagemaker:')],
    ['more than 2,048 characters', `${VERSION_ARN}${'0'.repeat(2048)}`],
  ])('when the ARN is %s', (_, projectVersionArn) => {
    expect(() => stackWith({ projectVersionArn })).toThrow('projectVersionArn must be the ARN of a Rekognition project version of 20 to 2048 characters, '
      + `arn:PARTITION:rekognition:REGION:ACCOUNT:project/PROJECT/version/VERSION/CREATED, got: ${JSON.stringify(projectVersionArn)}`);
  });

  test('but not for an ARN as long as Rekognition allows', () => {
    expect(() => stackWith({ projectVersionArn: VERSION_ARN.padEnd(2048, '0') })).not.toThrow();
    expect(() => stackWith({ projectVersionArn: VERSION_ARN.padEnd(2049, '0') })).toThrow('of 20 to 2048 characters');
  });

  test.each(['project/version/version/version/1', 'project/dataset/version/a_-./1'])('but not for the valid name in %s', resource => {
    expect(() => stackWith({ projectVersionArn: `arn:aws-cn:rekognition:cn-north-1:${ACCOUNT}:${resource}` })).not.toThrow();
  });

  test('but not for an ARN that is only partly known', () => {
    const projectVersionArn = `arn:${Aws.PARTITION}:rekognition:${Aws.REGION}:${Aws.ACCOUNT_ID}:project/parts/version/v1/1`;
    expect(() => Template.fromStack(stackWith({ projectVersionArn }))).not.toThrow();
  });

  test('when the project has another name', () => {
    const stack = new Stack(new App(), 'Models');
    expect(() => stackWith({ project: new CfnProject(stack, 'Project', { projectName: 'screws' }) }, stack))
      .toThrow('project must be the one that the version belongs to: its name is "screws", but "parts" in the version '
        + `"${VERSION_ARN}"; pass the project of the version, or leave project out`);
  });

  test.each([
    ['account', { account: '444455556666', region: REGION }],
    ['region', { account: ACCOUNT, region: 'eu-west-1' }],
  ])('when the project is in another %s', (what, env) => {
    const app = new App();
    const project = new CfnProject(new Stack(app, 'Projects', { env }), 'Project', { projectName: 'parts' });
    expect(() => stackWith({ project }, new Stack(app, 'Models'))).toThrow(`its ${what} is "${env[what as 'account' | 'region']}"`);
  });

  test('when the version is in another account than the stack', () => {
    const stack = new Stack(new App(), 'Models', { env: { account: '444455556666', region: REGION } });
    expect(() => stackWith({}, stack)).toThrow(`projectVersionArn must be in the account of its stack, 444455556666, got: "${VERSION_ARN}"`);
  });

  test('but not when the version is in another region than the stack', () => {
    const stack = new Stack(new App(), 'Models', { env: { account: ACCOUNT, region: 'eu-west-1' } });
    expect(() => stackWith({}, stack)).not.toThrow();
  });

  test('but not when the ARN is a deploy-time value, whatever the account and the project are', () => {
    const stack = new Stack(new App(), 'Models', { env: { account: ACCOUNT, region: REGION } });
    const projectVersionArn = new CfnParameter(stack, 'ModelArn').valueAsString;
    expect(() => stackWith({ projectVersionArn, project: new CfnProject(stack, 'Project', { projectName: 'parts' }) }, stack)).not.toThrow();
  });

  test('when the removal policy is SNAPSHOT', () => {
    expect(() => stackWith({ removalPolicy: RemovalPolicy.SNAPSHOT })).toThrow(/^removalPolicy must not be SNAPSHOT: .*use DESTROY or RETAIN$/);
  });
});

describe('the provider', () => {
  test('is shared by all teardowns of a stack', () => {
    const stack = stackWith();
    new ProjectVersionTeardown(stack, 'Other', { projectVersionArn: VERSION_ARN.replace('v1', 'v2') });
    const template = Template.fromStack(stack);
    template.resourceCountIs(RESOURCE_TYPE, 2);
    template.resourceCountIs('AWS::StepFunctions::StateMachine', 1);
    expect(Object.keys(permissions(stack, 'Other'))).toContain('rekognition:DeleteProjectVersion');
  });

  test('keeps the policy of a teardown when another one is removed', () => {
    const both = stackWith();
    new ProjectVersionTeardown(both, 'Other', { projectVersionArn: VERSION_ARN.replace('v1', 'v2') });
    const { Resources: before } = Template.fromStack(both).toJSON();
    const { Resources: after } = Template.fromStack(stackWith()).toJSON();
    const removed = Object.keys(before).filter(id => !(id in after));
    expect(removed).toHaveLength(2);
    for (const id of Object.keys(after)) expect(after[id]).toEqual(before[id]);
  });

  test('can be separate, with other settings', () => {
    const stack = new Stack(new App(), 'Models');
    const provider = new TeardownProvider(stack, 'Mine');
    stackWith({ provider }, stack);
    Template.fromStack(stack).resourceCountIs('AWS::StepFunctions::StateMachine', 1);
    expect(stack.node.tryFindChild('cdk-rekognition-teardown.TeardownProvider')).toBeUndefined();
  });

  test('is separate for each stack, and no stage depends on another', () => {
    const app = new App();
    for (const name of ['Test', 'Production']) {
      const stage = new Stage(app, name);
      stackWith({}, new Stack(stage, 'Api'));
      stackWith({}, new Stack(stage, 'Batch'));
    }
    const assembly = app.synth();
    for (const name of ['Test', 'Production']) {
      const stacks = assembly.getNestedAssembly(`assembly-${name}`).stacks;
      expect(stacks).toHaveLength(2);
      for (const { template, dependencies } of stacks) {
        Template.fromJSON(template).resourceCountIs('AWS::StepFunctions::StateMachine', 1);
        expect(dependencies.filter(dependency => !dependency.id.endsWith('.assets'))).toEqual([]);
      }
    }
  });
});
