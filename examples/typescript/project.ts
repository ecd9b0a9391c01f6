import { App, Stack, StackProps } from 'aws-cdk-lib';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import { Construct } from 'constructs';
import { ProjectTeardown } from 'cdk-rekognition-teardown';

/** A Custom Labels project that can be deleted with its stack, no matter what has been trained in it. */
class InspectionStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const project = new CfnProject(this, 'Project', { projectName: 'screw-inspection' });
    new ProjectTeardown(this, 'Teardown', { project });
  }
}

const app = new App();
new InspectionStack(app, 'Inspection');
app.synth();
