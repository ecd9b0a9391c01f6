import { App, CfnOutput, Stack, StackProps } from 'aws-cdk-lib';
import { BuildSpec, PipelineProject } from 'aws-cdk-lib/aws-codebuild';
import { Artifact, Pipeline, PipelineType } from 'aws-cdk-lib/aws-codepipeline';
import {
  CodeBuildAction,
  CodeStarConnectionsSourceAction,
  StateMachineInput,
  StepFunctionInvokeAction,
} from 'aws-cdk-lib/aws-codepipeline-actions';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { Project, TeardownMode, TeardownWorkflow } from 'cdk-rekognition-teardown';

/**
 * Destroys a test environment, however long the training in it still takes: CloudFormation itself would wait for one
 * hour at most.
 */
class TeardownPipelineStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const project = Project.fromProjectArn(
      this,
      'Project',
      StringParameter.valueForStringParameter(this, '/inspection-test/project-arn'),
    );
    const { stateMachine } = new TeardownWorkflow(this, 'Workflow', { mode: TeardownMode.DELETE, projects: [project] });

    const source = new Artifact();
    const destroy = new PipelineProject(this, 'Destroy', {
      buildSpec: BuildSpec.fromObject({
        version: '0.2',
        phases: { build: { commands: ['npm ci', 'npx cdk destroy --force InspectionTest'] } },
      }),
    });
    // the CLI assumes the roles of the bootstrap stack.
    destroy.addToRolePolicy(
      new PolicyStatement({
        actions: ['sts:AssumeRole'],
        resources: [
          this.formatArn({
            service: 'iam',
            region: '',
            resource: 'role',
            resourceName: `cdk-*-${this.account}-${this.region}`,
          }),
        ],
      }),
    );

    new Pipeline(this, 'Pipeline', {
      pipelineType: PipelineType.V2,
      stages: [
        {
          stageName: 'Source',
          actions: [
            new CodeStarConnectionsSourceAction({
              actionName: 'Source',
              owner: 'example',
              repo: 'inspection',
              branch: 'main',
              output: source,
              triggerOnPush: false,
              connectionArn: this.formatArn({
                service: 'codeconnections',
                resource: 'connection',
                resourceName: '00000000-0000-0000-0000-000000000000',
              }),
            }),
          ],
        },
        {
          stageName: 'Empty',
          actions: [
            new StepFunctionInvokeAction({
              actionName: 'Empty',
              stateMachine,
              stateMachineInput: StateMachineInput.literal({}),
            }),
          ],
        },
        {
          stageName: 'Destroy',
          actions: [new CodeBuildAction({ actionName: 'Destroy', project: destroy, input: source })],
        },
      ],
    });
    new CfnOutput(this, 'StateMachine', {
      value: stateMachine.stateMachineArn,
      description: 'For other pipelines: --state-machine-arn of aws stepfunctions start-execution',
    });
  }
}

const app = new App();
new TeardownPipelineStack(app, 'TeardownPipeline');
app.synth();
