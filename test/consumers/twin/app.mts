// defines what the examples in the other languages define, as an ES module: compiled and run against the packed npm
// package.
import { App, Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as rekognition from 'aws-cdk-lib/aws-rekognition';
import * as sns from 'aws-cdk-lib/aws-sns';
import {
  ProjectAutoTeardown, ProjectTeardown, ProjectVersionTeardown, TeardownMode, TeardownProvider, TeardownTrigger,
  TeardownWorkflow, TrainingBehavior,
} from 'cdk-rekognition-teardown';
import { Construct } from 'constructs';

class ScrewInspectionStack extends Stack {
  readonly provider: TeardownProvider;

  constructor(scope: Construct, id: string) {
    super(scope, id);

    const provider = new TeardownProvider(this, 'Provider', {
      queryInterval: Duration.seconds(30),
      totalTimeout: Duration.minutes(50),
    });
    this.provider = provider;

    const project = new rekognition.CfnProject(this, 'Project', { projectName: 'screw-inspection' });
    const contents = new ProjectTeardown(this, 'Teardown', {
      project,
      trainingBehavior: TrainingBehavior.FAIL,
      provider,
    });

    new rekognition.CfnProject(this, 'Trials', { projectName: 'screw-inspection-trials' })
      .with(new ProjectAutoTeardown({ provider }));

    const model = new ProjectVersionTeardown(this, 'Model', {
      projectVersionArn: this.node.getContext('modelArn'),
      trigger: TeardownTrigger.RESOURCE_REMOVAL,
      mode: TeardownMode.STOP,
      provider,
    });

    const pipeline = new iam.Role(this, 'Pipeline', { assumedBy: new iam.ServicePrincipal('states.amazonaws.com') });
    contents.grants.teardown(pipeline);
    model.grants.stop(pipeline);

    const nights = new TeardownWorkflow(this, 'Nights', { mode: TeardownMode.STOP, projects: [project] });
    nights.stateMachine.grantStartExecution(pipeline);
  }
}

class AlarmsStack extends Stack {
  constructor(scope: Construct, id: string, provider: TeardownProvider) {
    super(scope, id);

    const operators = new sns.Topic(this, 'Operators');
    operators.grantPublish(new iam.ServicePrincipal('cloudwatch.amazonaws.com'));

    const alarm = (alarmId: string, metric: cloudwatch.Metric, alarmDescription: string) =>
      metric
        .createAlarm(this, alarmId, {
          alarmDescription,
          threshold: 1,
          evaluationPeriods: 1,
          treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
        })
        .addAlarmAction(new actions.SnsAction(operators));
    alarm('TeardownFailed', provider.metricFailed(), 'A teardown failed: a model may be billed');
    alarm('ModelKept', provider.metricKept(), 'A teardown kept something, which may be billed');

    new events.Rule(this, 'DeletionFailed', {
      // in alphabetical order, as jsii passes it from other languages: it is the order in the template.
      eventPattern: {
        detail: {
          'resource-type': [
            'Custom::RekognitionProjectTeardown',
            'Custom::RekognitionProjectVersionTeardown',
            'AWS::CloudFormation::CustomResource',
          ],
          'status-details': { status: ['DELETE_FAILED'] },
        },
        detailType: ['CloudFormation Resource Status Change'],
        source: ['aws.cloudformation'],
      },
      targets: [new targets.SnsTopic(operators)],
    });
  }
}

const app = new App();
const { provider } = new ScrewInspectionStack(app, 'ScrewInspection');
new AlarmsStack(app, 'ScrewInspectionAlarms', provider);
app.synth();
