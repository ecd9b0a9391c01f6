import { App, RemovalPolicy, Stack, StackProps } from 'aws-cdk-lib';
import { Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { ProjectTeardown, TeardownProvider } from 'cdk-rekognition-teardown';

/** A project whose models are deleted with it. */
class InspectionStack extends Stack {
  readonly provider: TeardownProvider;

  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    this.provider = new TeardownProvider(this, 'Provider', {
      // an alarm says that something was kept or has failed, and the log says what.
      logGroup: new LogGroup(this, 'Log', { retention: RetentionDays.ONE_YEAR, removalPolicy: RemovalPolicy.RETAIN }),
    });
    const project = new CfnProject(this, 'Project', { projectName: 'watched-inspection' });
    new ProjectTeardown(this, 'Teardown', { project, provider: this.provider });
  }
}

interface OperationsStackProps extends StackProps {
  readonly provider: TeardownProvider;
}

/** Tells the operators when a model may be running that nobody knows of. It outlives the stack that it watches. */
class OperationsStack extends Stack {
  private readonly operators = new Topic(this, 'Operators', { enforceSSL: true });

  constructor(scope: Construct, id: string, props: OperationsStackProps) {
    super(scope, id, props);

    // the policy of the topic names those who may publish, and CDK adds EventBridge, but not alarms.
    this.operators.grantPublish(new ServicePrincipal('cloudwatch.amazonaws.com'));
    this.alarm('TeardownFailed', props.provider.metricFailed(), 'A teardown failed: a model may be billed');
    this.alarm('ModelKept', props.provider.metricKept(), 'A teardown kept something, which may be billed');

    // also without a line in the log, for example if the functions cannot run.
    new Rule(this, 'DeletionFailed', {
      description: 'A teardown of any stack failed',
      eventPattern: {
        source: ['aws.cloudformation'],
        detailType: ['CloudFormation Resource Status Change'],
        detail: {
          'resource-type': [
            'Custom::RekognitionProjectTeardown',
            'Custom::RekognitionProjectVersionTeardown',
            // the type of any custom resource in the cleanup after an update, which ends in UPDATE_COMPLETE.
            'AWS::CloudFormation::CustomResource',
          ],
          'status-details': { status: ['DELETE_FAILED'] },
        },
      },
      targets: [new SnsTopic(this.operators)],
    });
  }

  private alarm(id: string, metric: Metric, alarmDescription: string): void {
    const alarm = metric.createAlarm(this, id, {
      alarmDescription,
      threshold: 1,
      evaluationPeriods: 1,
      // the metric has no data as long as there is nothing to count.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(this.operators));
  }
}

const app = new App();
const { provider } = new InspectionStack(app, 'WatchedInspection');
new OperationsStack(app, 'Operations', { provider });
app.synth();
