import { DescribeExecutionCommand, DescribeExecutionCommandOutput, SFNClient, StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { Stack } from 'aws-cdk-lib';
import { Flow, HOUR } from './flow';
import type { Project as SandboxProject } from '../../sandbox/rekognition';
import { Project, TeardownMode, TeardownWorkflow, TeardownWorkflowProps } from '../../src';

/** Deploys a workflow into a flow's sandbox, and starts it as an SDK client does. */
export class WorkflowFlow {
  static async deploy(
    flow: Flow, props: Partial<TeardownWorkflowProps>, projects: SandboxProject[] = [], more: (stack: Stack) => void = () => {},
  ): Promise<WorkflowFlow> {
    const { status } = await flow.deploy(stack => {
      new TeardownWorkflow(stack, 'Workflow', {
        mode: TeardownMode.STOP,
        projects: projects.map(({ arn, name }) => Project.fromProjectArn(stack, name, arn)),
        ...props,
      });
      more(stack);
    });
    expect(status).toBe('CREATE_COMPLETE');
    return new WorkflowFlow(flow);
  }

  /** The duration of an execution, in hours. */
  static hours({ startDate, stopDate }: DescribeExecutionCommandOutput): number {
    return (stopDate!.getTime() - startDate!.getTime()) / HOUR;
  }

  private readonly client: SFNClient;
  readonly machineArn: string;

  private constructor(private readonly flow: Flow) {
    const { sandbox } = flow;
    this.client = new SFNClient({ endpoint: sandbox.url, region: 'us-east-1', credentials: { accessKeyId: 'operator', secretAccessKey: 'not checked' } });
    const resources = Object.values(sandbox.stack('Models').resources);
    this.machineArn = resources.find(({ logicalId }) => logicalId.startsWith('WorkflowStateMachine') && !logicalId.includes('Role'))!.physicalId;
  }

  async start(input: string | undefined = '{}', name?: string): Promise<string> {
    return (await this.client.send(new StartExecutionCommand({ stateMachineArn: this.machineArn, input, name }))).executionArn!;
  }

  describe(executionArn: string): Promise<DescribeExecutionCommandOutput> {
    return this.client.send(new DescribeExecutionCommand({ executionArn }));
  }

  stop(executionArn: string): Promise<unknown> {
    return this.client.send(new StopExecutionCommand({ executionArn }));
  }

  /** The number of events in an execution's history. */
  historyOf(executionArn: string): number {
    return this.flow.sandbox.stepFunctions.executions.find(({ arn }) => arn === executionArn)!.historyEvents;
  }

  /** Lets this much time pass, or less if the execution ends earlier. */
  async end(executionArn: string, hours = 30): Promise<DescribeExecutionCommandOutput> {
    for (let passed = 0; passed < hours; passed++) {
      const description = await this.describe(executionArn);
      if (description.status !== 'RUNNING') return description;
      await this.flow.sandbox.advance(HOUR);
    }
    return this.describe(executionArn);
  }

  async run(input?: string, hours?: number): Promise<DescribeExecutionCommandOutput> {
    return this.end(await this.start(input), hours);
  }
}
