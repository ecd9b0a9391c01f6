// defines what the examples in the other languages define, as an ES module: compiled and run against the packed npm package.
import { App, Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as rekognition from 'aws-cdk-lib/aws-rekognition';
import {
  ProjectAutoTeardown, ProjectTeardown, ProjectVersionTeardown, TeardownMode, TeardownProvider, TeardownTrigger,
  TeardownWorkflow, TrainingBehavior,
} from 'cdk-rekognition-teardown';
import { Construct } from 'constructs';

class ScrewInspectionStack extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);

    const project = new rekognition.CfnProject(this, 'Project', { projectName: 'screw-inspection' });
    const contents = new ProjectTeardown(this, 'Teardown', { project, trainingBehavior: TrainingBehavior.FAIL });

    new rekognition.CfnProject(this, 'Trials', { projectName: 'screw-inspection-trials' }).with(new ProjectAutoTeardown());

    const model = new ProjectVersionTeardown(this, 'Model', {
      projectVersionArn: this.node.getContext('modelArn'),
      trigger: TeardownTrigger.RESOURCE_REMOVAL,
      mode: TeardownMode.STOP,
      provider: new TeardownProvider(this, 'Provider', { queryInterval: Duration.seconds(30), totalTimeout: Duration.minutes(50) }),
    });

    const pipeline = new iam.Role(this, 'Pipeline', { assumedBy: new iam.ServicePrincipal('states.amazonaws.com') });
    contents.grants.teardown(pipeline);
    model.grants.stop(pipeline);

    const nights = new TeardownWorkflow(this, 'Nights', { mode: TeardownMode.STOP, projects: [project] });
    nights.stateMachine.grantStartExecution(pipeline);
  }
}

const app = new App();
new ScrewInspectionStack(app, 'ScrewInspection');
app.synth();
