import { App, Duration, Stack, StackProps, TimeZone } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { Universal } from 'aws-cdk-lib/aws-scheduler-targets';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { ProjectVersionTeardown, TeardownMode } from 'cdk-rekognition-teardown';

/** Runs a model in business hours only, and stops it when the stack is deleted. */
class BusinessHoursStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const projectVersionArn = StringParameter.valueForStringParameter(this, '/screw-inspection/model-arn');
    // this stack does not own the model: stop the billing, keep the model.
    const teardown = new ProjectVersionTeardown(this, 'Model', { projectVersionArn, mode: TeardownMode.STOP });

    const start = new Schedule(this, 'Start', {
      description: 'Starts the model in the morning',
      schedule: weekdaysAt('7'),
      target: new Universal({
        service: 'rekognition',
        action: 'startProjectVersion',
        input: ScheduleTargetInput.fromObject({ ProjectVersionArn: projectVersionArn, MinInferenceUnits: 1 }),
        // without these, the role may start every model.
        policyStatements: [
          new PolicyStatement({ actions: ['rekognition:StartProjectVersion'], resources: [projectVersionArn] }),
        ],
        // by default, the scheduler retries for 24 hours, so it might start the model at night.
        maxEventAge: Duration.hours(1),
      }),
    });
    new Schedule(this, 'Stop', {
      description: 'Stops the model in the evening',
      schedule: weekdaysAt('19'),
      target: new Universal({
        service: 'rekognition',
        action: 'stopProjectVersion',
        input: ScheduleTargetInput.fromObject({ ProjectVersionArn: projectVersionArn }),
        policyStatements: [
          new PolicyStatement({ actions: ['rekognition:StopProjectVersion'], resources: [projectVersionArn] }),
        ],
      }),
    });

    // CloudFormation deletes in reverse order: the schedule that starts the model is gone before the teardown begins.
    // Without this dependency, it might start the model again after the teardown has stopped it, and the model would be
    // billed with no stack left.
    start.node.addDependency(teardown);
  }
}

function weekdaysAt(hour: string): ScheduleExpression {
  return ScheduleExpression.cron({ minute: '0', hour, weekDay: 'MON-FRI', timeZone: TimeZone.EUROPE_BERLIN });
}

const app = new App();
new BusinessHoursStack(app, 'BusinessHours');
app.synth();
