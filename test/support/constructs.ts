import { CfnParameter, NestedStack, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import { PROJECT_ARN, VERSION_ARN } from './arns';
import {
  Project, ProjectAutoTeardown, ProjectGrants, ProjectTeardown, ProjectTeardownProps, ProjectVersionGrants, ProjectVersionTeardown,
  ProjectVersionTeardownProps, TeardownMode, TeardownProvider, TeardownTrigger, TeardownWorkflow, TeardownWorkflowProps, TrainingBehavior,
} from '../../src';

const { RESOURCE_REMOVAL } = TeardownTrigger;

/**
 * Every construct of this library, with each option that changes resources, properties or policies, by the name of a stack. Used to
 * check the templates with other tools.
 */
export const CONSTRUCTS: { readonly [stackName: string]: (stack: Stack) => void } = {
  'Version': stack => version(stack),
  'Version-of-project': stack => version(stack, { project: importedProject(stack) }),
  'Version-removal': stack => version(stack, { trigger: RESOURCE_REMOVAL }),
  'Version-removal-of-project': stack => version(stack, { trigger: RESOURCE_REMOVAL, project: importedProject(stack) }),
  'Version-by-token': stack => version(stack, { projectVersionArn: new CfnParameter(stack, 'ModelArn').valueAsString }),
  'Version-by-token-removal': stack => version(stack, { projectVersionArn: new CfnParameter(stack, 'ModelArn').valueAsString, trigger: RESOURCE_REMOVAL }),
  'Version-stop': stack => version(stack, { mode: TeardownMode.STOP, trainingBehavior: TrainingBehavior.FAIL }),
  'Version-retained': stack => version(stack, { removalPolicy: RemovalPolicy.RETAIN }),
  'Version-nested': stack => version(new NestedStack(stack, 'Nested'), { trigger: RESOURCE_REMOVAL }),
  'Project': stack => project(stack, ownProject(stack)),
  'Project-stop': stack => project(stack, ownProject(stack), { mode: TeardownMode.STOP }),
  'Project-imported': stack => project(stack, importedProject(stack), { deleteProject: true }),
  'Project-auto': stack => ownProject(stack).with(new ProjectAutoTeardown()),
  'Project-nested': stack => {
    const nested = new NestedStack(stack, 'Nested');
    project(nested, ownProject(nested));
  },
  'Provider-in-vpc': stack => version(stack, {
    provider: new TeardownProvider(stack, 'Provider', {
      vpc: ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-11112222', availabilityZones: ['us-east-1a'], privateSubnetIds: ['subnet-11112222'] }),
      logGroup: logs.LogGroup.fromLogGroupName(stack, 'Log', 'teardowns'),
      environmentEncryption: kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:us-east-1:111122223333:key/00000000-0000-4000-8000-000000000000'),
    }),
  }),
  'Workflow': stack => workflow(stack, { mode: TeardownMode.DELETE, deleteProjects: true }),
  'Workflow-stop': stack => workflow(stack, { mode: TeardownMode.STOP }),
  'Workflow-of-own-project': stack => workflow(stack, { mode: TeardownMode.DELETE, projects: [ownProject(stack)] }),
  'Workflow-of-version': stack => workflow(stack, { mode: TeardownMode.DELETE, projects: [], projectVersionArns: [VERSION_ARN] }),
  'Workflow-in-vpc': stack => workflow(stack, {
    mode: TeardownMode.STOP,
    vpc: ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-11112222', availabilityZones: ['us-east-1a'], privateSubnetIds: ['subnet-11112222'] }),
  }),
  'Grants': stack => {
    const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('codebuild.amazonaws.com') });
    ProjectGrants.fromProject(importedProject(stack)).teardown(role);
    ProjectVersionGrants.fromProjectVersionArn(stack, VERSION_ARN).teardown(role);
  },
};

function workflow(scope: Stack, props: Partial<TeardownWorkflowProps> & Pick<TeardownWorkflowProps, 'mode'>): void {
  new TeardownWorkflow(scope, 'Workflow', { ...props, projects: props.projects ?? [importedProject(scope)] });
}

function version(scope: Stack, props: Partial<ProjectVersionTeardownProps> = {}): void {
  new ProjectVersionTeardown(scope, 'Model', { projectVersionArn: VERSION_ARN, ...props });
}

function project(scope: Stack, of: ProjectTeardownProps['project'], props: Partial<ProjectTeardownProps> = {}): void {
  new ProjectTeardown(scope, 'Teardown', { project: of, ...props });
}

function ownProject(scope: Stack): CfnProject {
  return new CfnProject(scope, 'Project', { projectName: 'parts' });
}

function importedProject(scope: Stack): ProjectTeardownProps['project'] {
  return Project.fromProjectArn(scope, 'Project', PROJECT_ARN);
}
