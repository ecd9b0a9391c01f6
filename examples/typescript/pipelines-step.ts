import { App, Stack, StackProps, Stage, StageProps } from 'aws-cdk-lib';
import { IStage, PipelineType } from 'aws-cdk-lib/aws-codepipeline';
import { StateMachineInput, StepFunctionInvokeAction } from 'aws-cdk-lib/aws-codepipeline-actions';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import {
  CodePipeline,
  CodePipelineActionFactoryResult,
  CodePipelineSource,
  ICodePipelineActionFactory,
  ProduceActionOptions,
  ShellStep,
  Step,
} from 'aws-cdk-lib/pipelines';
import { Construct } from 'constructs';
import { Project, TeardownMode, TeardownWorkflow } from 'cdk-rekognition-teardown';

/** Runs a workflow as a step of CDK Pipelines, and waits until it has finished. */
class WorkflowStep extends Step implements ICodePipelineActionFactory {
  constructor(id: string, private readonly stateMachine: IStateMachine) {
    super(id);
  }

  produceAction(stage: IStage, { actionName, runOrder }: ProduceActionOptions): CodePipelineActionFactoryResult {
    const { stateMachine } = this;
    stage.addAction(
      new StepFunctionInvokeAction({
        actionName,
        runOrder,
        stateMachine,
        stateMachineInput: StateMachineInput.literal({}),
      }),
    );
    return { runOrdersConsumed: 1 };
  }
}

/** The models of the last release. */
class InspectionStage extends Stage {
  constructor(scope: Construct, id: string, props?: StageProps) {
    super(scope, id, props);
    new CfnProject(new Stack(this, 'Inspection'), 'Project', { projectName: 'inspection' });
  }
}

/** Stops the candidates of a release once it is out. */
class ReleaseStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const candidates = Project.fromProjectArn(
      this,
      'Candidates',
      StringParameter.valueForStringParameter(this, '/inspection-candidates/project-arn'),
    );
    const { stateMachine } = new TeardownWorkflow(this, 'Workflow', {
      mode: TeardownMode.STOP,
      projects: [candidates],
    });

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
    pipeline.addStage(new InspectionStage(this, 'Release'), {
      post: [new WorkflowStep('StopCandidates', stateMachine)],
    });
  }
}

const app = new App();
new ReleaseStack(app, 'InspectionRelease');
app.synth();
