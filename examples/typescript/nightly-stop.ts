import { App, CfnOutput, Duration, Stack, StackProps, TimeZone } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { Project, TeardownMode, TeardownWorkflow } from 'cdk-rekognition-teardown';

/**
 * Stops whatever runs in a project every evening, and raises an alarm if that fails. The stack outlives those whose
 * models it stops.
 */
class NightlyStopStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    // the parameter is read when this stack is deployed. If the project is deleted and made again, it has a new ARN:
    // then the night fails and the alarm says so, until this stack is deployed again.
    const screws = Project.fromProjectArn(
      this,
      'Screws',
      StringParameter.valueForStringParameter(this, '/screw-inspection/project-arn'),
    );
    const { stateMachine } = new TeardownWorkflow(this, 'Workflow', {
      mode: TeardownMode.STOP,
      projects: [screws],
      // a stop takes minutes. If it takes hours, somebody has to look into it.
      timeout: Duration.hours(2),
    });

    new Schedule(this, 'Evening', {
      description: 'Stops what runs in the evening',
      schedule: ScheduleExpression.cron({ minute: '0', hour: '19', timeZone: TimeZone.EUROPE_BERLIN }),
      target: new StepFunctionsStartExecution(stateMachine, {
        // without an input, the scheduler would send an event of its own, which the workflow refuses.
        input: ScheduleTargetInput.fromObject({}),
        // by default, the scheduler retries for 24 hours, so it might stop what runs the next day.
        maxEventAge: Duration.hours(8),
      }),
    });

    const alarm = stateMachine.metricFailed({ period: Duration.hours(1) }).createAlarm(this, 'NightFailed', {
      alarmDescription: 'A model may run on, at 96 USD a day: see the cause of the last execution',
      threshold: 1,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    const operators = new Topic(this, 'Operators', { enforceSSL: true });
    // enforceSSL replaces the policy that lets alarms of the account publish.
    operators.grantPublish(new ServicePrincipal('cloudwatch.amazonaws.com'));
    alarm.addAlarmAction(new SnsAction(operators));

    new CfnOutput(this, 'DryRun', {
      description: 'Lists what a run would do',
      value: `aws stepfunctions start-execution --state-machine-arn ${stateMachine.stateMachineArn}`
        + ' --input \'{"dryRun": true}\'',
    });
  }
}

const app = new App();
new NightlyStopStack(app, 'NightlyStop');
app.synth();
