import { App, CfnOutput, Duration, Stack, StackProps, Stage, StageProps } from 'aws-cdk-lib';
import { BuildSpec } from 'aws-cdk-lib/aws-codebuild';
import { PipelineType } from 'aws-cdk-lib/aws-codepipeline';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import { CodeBuildStep, CodePipeline, CodePipelineSource, ShellStep } from 'aws-cdk-lib/pipelines';
import { Construct } from 'constructs';
import { ProjectTeardown } from 'cdk-rekognition-teardown';

/** A project for one run of the tests, in the account and region of the pipeline. */
class TestStage extends Stage {
  readonly stackName: string;
  readonly stackId: CfnOutput;
  readonly projectArn: CfnOutput;

  constructor(scope: Construct, id: string, props?: StageProps) {
    super(scope, id, props);

    const stack = new Stack(this, 'Inspection');
    const project = new CfnProject(stack, 'Project', { projectName: 'inspection-test' });
    new ProjectTeardown(stack, 'Teardown', { project });

    this.stackName = stack.stackName;
    this.stackId = new CfnOutput(stack, 'StackId', { value: stack.stackId });
    this.projectArn = new CfnOutput(stack, 'ProjectArn', { value: project.attrArn });
  }
}

/** Deploys the test stage, tests in it, and deletes it: no model runs longer than the test. */
class PipelineStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const pipeline = new CodePipeline(this, 'Pipeline', {
      pipelineType: PipelineType.V2,
      synth: new ShellStep('Synth', {
        input: CodePipelineSource.connection('example/inspection', 'main', {
          connectionArn: this.formatArn({
            service: 'codeconnections',
            resource: 'connection',
            resourceName: '00000000-0000-0000-0000-000000000000',
          }),
        }),
        commands: ['npm ci', 'npx cdk synth'],
      }),
    });

    const test = new TestStage(this, 'Test');
    pipeline.addStage(test, {
      post: [
        new CodeBuildStep('TestAndDestroy', {
          // the id, not the name: a deleted stack can be described only by its id.
          envFromCfnOutputs: { STACK_ID: test.stackId, PROJECT_ARN: test.projectArn },
          commands: ['npm ci', 'npm run test:integ'],
          // one step, not two: post_build also runs after a failed test.
          partialBuildSpec: BuildSpec.fromObject({
            phases: {
              post_build: {
                commands: [
                  'aws cloudformation delete-stack --stack-name "$STACK_ID"',
                  'aws cloudformation wait stack-delete-complete --stack-name "$STACK_ID"',
                ],
              },
            },
          }),
          rolePolicyStatements: [
            new PolicyStatement({
              // CloudFormation deletes the stack with the role that deployed it, so nothing else is needed.
              actions: ['cloudformation:DeleteStack', 'cloudformation:DescribeStacks'],
              resources: [
                this.formatArn({ service: 'cloudformation', resource: 'stack', resourceName: `${test.stackName}/*` }),
              ],
            }),
          ],
          // time for the test, and up to an hour for the teardown: a build that times out destroys nothing.
          timeout: Duration.hours(3),
        }),
      ],
    });
  }
}

const app = new App();
new PipelineStack(app, 'InspectionPipeline');
app.synth();
