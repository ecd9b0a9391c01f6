import { App, Stack, StackProps } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { ProjectGrants, ProjectTeardown, ProjectVersionGrants } from 'cdk-rekognition-teardown';

/** A pipeline that cleans up between deployments: it deletes candidates, and can stop the released model. */
class TrainingStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const candidates = new CfnProject(this, 'Candidates', { projectName: 'inspection-candidates' });
    new ProjectTeardown(this, 'Teardown', { project: candidates });

    const pipeline = new Role(this, 'PipelineRole', { assumedBy: new ServicePrincipal('codebuild.amazonaws.com') });
    // stop and delete everything in this project, and see how far that is.
    ProjectGrants.fromProject(candidates).teardown(pipeline);
    // stop one model, wherever it is, but neither delete it nor touch the others in its project.
    const released = StringParameter.valueForStringParameter(this, '/screw-inspection/model-arn');
    ProjectVersionGrants.fromProjectVersionArn(this, released).stop(pipeline);
  }
}

const app = new App();
new TrainingStack(app, 'Training');
app.synth();
