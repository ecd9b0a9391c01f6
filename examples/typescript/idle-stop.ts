import { App, Duration, Stack, StackProps } from 'aws-cdk-lib';
import { ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { EventPattern, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { Project, TeardownMode, TeardownWorkflow } from 'cdk-rekognition-teardown';

/**
 * Stops the models of a project when nothing in the region has been recognized for an hour. Not tried on AWS: neither
 * the metric, which counts the requests to all models of the region together, nor its delay. An alarm acts only when
 * its state changes, so a model that is started and never used keeps running. Use this in addition to a nightly stop,
 * not instead of one.
 */
class IdleStopStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const project = Project.fromProjectArn(
      this,
      'Project',
      StringParameter.valueForStringParameter(this, '/screw-inspection/project-arn'),
    );
    const { stateMachine } = new TeardownWorkflow(this, 'Workflow', { mode: TeardownMode.STOP, projects: [project] });

    const requests = new Metric({
      namespace: 'AWS/Rekognition',
      metricName: 'SuccessfulRequestCount',
      dimensionsMap: { Operation: 'DetectCustomLabels' },
      statistic: 'Sum',
      period: Duration.minutes(10),
    });
    const idle = requests.createAlarm(this, 'Idle', {
      alarmDescription: 'Nothing was recognized for an hour',
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      threshold: 1,
      evaluationPeriods: 6,
      // without requests, there is no data.
      treatMissingData: TreatMissingData.BREACHING,
    });
    const eventPattern: EventPattern = {
      source: ['aws.cloudwatch'],
      detailType: ['CloudWatch Alarm State Change'],
      resources: [idle.alarmArn],
      detail: { state: { value: ['ALARM'] } },
    };
    new Rule(this, 'WhenIdle', {
      eventPattern,
      targets: [new SfnStateMachine(stateMachine, { input: RuleTargetInput.fromObject({}) })],
    });
  }
}

const app = new App();
new IdleStopStack(app, 'IdleStop');
app.synth();
