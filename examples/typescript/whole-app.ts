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

// a mixin applies to what is there at this moment, so it comes last. Somebody who develops does not wait for a training to end.
app.with(new ProjectAutoTeardown({ trainingBehavior: TrainingBehavior.FAIL }));
app.synth();
