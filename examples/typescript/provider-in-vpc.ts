import { App, RemovalPolicy, Stack, StackProps } from 'aws-cdk-lib';
import { GatewayVpcEndpointAwsService, InterfaceVpcEndpointAwsService, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import { Construct } from 'constructs';
import { ProjectTeardown, TeardownProvider } from 'cdk-rekognition-teardown';

/** Tears down from a VPC without internet access, and keeps the log. */
class IsolatedStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const vpc = new Vpc(this, 'Vpc', {
      maxAzs: 2,
      natGateways: 0,
      subnetConfiguration: [{ name: 'Isolated', subnetType: SubnetType.PRIVATE_ISOLATED }],
      // CloudFormation receives the responses of custom resources in a bucket.
      gatewayEndpoints: { S3: { service: GatewayVpcEndpointAwsService.S3 } },
    });
    vpc.addInterfaceEndpoint('Rekognition', { service: InterfaceVpcEndpointAwsService.REKOGNITION });
    vpc.addInterfaceEndpoint('CloudFormation', { service: InterfaceVpcEndpointAwsService.CLOUDFORMATION });
    // the provider framework calls the handler, and starts the state machine that polls.
    vpc.addInterfaceEndpoint('Lambda', { service: InterfaceVpcEndpointAwsService.LAMBDA });
    vpc.addInterfaceEndpoint('StepFunctions', { service: InterfaceVpcEndpointAwsService.STEP_FUNCTIONS });

    const provider = new TeardownProvider(this, 'Provider', {
      vpc,
      vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
      // what was deleted, and what was kept and why, can still be read when the stack is gone.
      logGroup: new LogGroup(this, 'Log', { retention: RetentionDays.TEN_YEARS, removalPolicy: RemovalPolicy.RETAIN }),
    });

    const project = new CfnProject(this, 'Project', { projectName: 'isolated-inspection' });
    new ProjectTeardown(this, 'Teardown', { project, provider });
  }
}

const app = new App();
new IsolatedStack(app, 'Isolated');
app.synth();
