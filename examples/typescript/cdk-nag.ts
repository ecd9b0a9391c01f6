import { App, Aspects, Stack, StackProps } from 'aws-cdk-lib';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { AwsSolutionsChecks, NagSuppressions } from 'cdk-nag';
import { Construct } from 'constructs';
import { ProjectTeardown, ProjectVersionTeardown, TeardownProvider } from 'cdk-rekognition-teardown';

function suppressInProvider(provider: TeardownProvider): void {
  NagSuppressions.addResourceSuppressions(provider, [
    { id: 'AwsSolutions-IAM4', reason: 'the provider framework gives these policies to its functions' },
    {
      id: 'AwsSolutions-IAM5',
      reason: 'the provider framework may invoke its functions, and so their versions',
      appliesTo: [{ regex: '/^Resource::<.+Arn>:\\*$/' }],
    },
    { id: 'AwsSolutions-SF1', reason: 'each poll is in the log of the handler' },
    { id: 'AwsSolutions-SF2', reason: 'the provider framework has no option for it' },
    { id: 'AwsSolutions-L1', reason: 'the latest Node.js that every region has' },
  ], true);
}

/** Tears down a project and a model under the rules of cdk-nag. */
class CheckedStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const project = new CfnProject(this, 'Project', { projectName: 'checked-inspection' });
    const projectVersionArn = StringParameter.valueForStringParameter(this, '/screw-inspection/model-arn');
    new ProjectTeardown(this, 'Teardown', { project });
    new ProjectVersionTeardown(this, 'Model', { projectVersionArn });
    suppressInProvider(TeardownProvider.getOrCreate(this));
  }
}

const app = new App();
Aspects.of(app).add(new AwsSolutionsChecks());
new CheckedStack(app, 'Checked');
app.synth();
