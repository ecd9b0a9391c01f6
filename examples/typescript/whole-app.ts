import { App, Stack, StackProps } from 'aws-cdk-lib';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import { Construct } from 'constructs';
import { ProjectAutoTeardown, TrainingBehavior } from 'cdk-rekognition-teardown';

interface InspectionStackProps extends StackProps {
  readonly projectNames: string[];
}

/** Says nothing about teardowns: whether its projects may be deleted is for the app to decide. */
class InspectionStack extends Stack {
  constructor(scope: Construct, id: string, props: InspectionStackProps) {
    super(scope, id, props);

    for (const projectName of props.projectNames) new CfnProject(this, projectName, { projectName });
  }
}

const app = new App();
new InspectionStack(app, 'Fasteners', { projectNames: ['fasteners-screws', 'fasteners-nuts'] });
new InspectionStack(app, 'Bearings', { projectNames: ['bearings'] });

// a mixin applies to the constructs that exist at this point, so it comes last. In development, nobody wants to wait
// for training to finish.
app.with(new ProjectAutoTeardown({ trainingBehavior: TrainingBehavior.FAIL }));
app.synth();
