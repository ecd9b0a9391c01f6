import { App, CfnOutput, Stack, StackProps } from 'aws-cdk-lib';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { Project, ProjectVersionTeardown } from 'cdk-rekognition-teardown';

/** Tears down a model that somebody else trained, and whose ARN they publish in Parameter Store. */
class ModelStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    // read at each deployment. After the value has changed, the teardown is for the new model, and the old model is
    // kept: that is the default trigger, STACK_DELETION. (valueFromLookup would read it at synthesis.)
    const projectVersionArn = StringParameter.valueForStringParameter(this, '/screw-inspection/model-arn');
    // optional, but without it the handler may describe all projects of the account, to find this one.
    const project = Project.fromProjectArn(
      this,
      'Project',
      StringParameter.valueForStringParameter(this, '/screw-inspection/project-arn'),
    );

    const model = new ProjectVersionTeardown(this, 'Model', { projectVersionArn, project });
    new CfnOutput(this, 'ModelStatus', {
      value: model.projectVersionStatus,
      description: 'The status of the model when it was deployed',
    });
  }
}

const app = new App();
new ModelStack(app, 'PublishedModel');
app.synth();
