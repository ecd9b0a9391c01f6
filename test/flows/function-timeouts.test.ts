import { Aspects, CfnResource, Stack } from 'aws-cdk-lib';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import type { Lambda } from '../../sandbox/lambda';
import { ProjectTeardown, TeardownMode } from '../../src';
import { Flow } from '../support/flow';
import { WorkflowFlow } from '../support/workflow';

let flow: Flow;
let invocations: jest.SpyInstance<ReturnType<Lambda['invoke']>>;

beforeEach(async () => {
  flow = await Flow.start({ requestsPerSecond: 5 });
  invocations = jest.spyOn(flow.sandbox.lambda, 'invoke');
});
afterEach(() => flow.stop());

/** Gives all functions of a stack another timeout, as the aspects of organizations do. */
function limitFunctions(stack: Stack, seconds: number): void {
  Aspects.of(stack).add({
    visit: node => {
      if (CfnResource.isCfnResource(node) && node.cfnResourceType === 'AWS::Lambda::Function') {
        node.addPropertyOverride('Timeout', seconds);
      }
    },
  });
}

/** More models than one poll has time for. */
function runModels(projectName: string): void {
  const { rekognition } = flow.sandbox;
  const project = rekognition.projects.find(({ name }) => name === projectName)!;
  for (let index = 0; index < 40; index++) rekognition.addVersion(project, `v${index}`, { status: 'RUNNING' });
}

/** How many functions were killed. */
async function timedOut(): Promise<number> {
  const results = await Promise.all(invocations.mock.results.map(({ value }) => value));
  expect(results.length).toBeGreaterThan(1);
  return results.filter(({ payload }) => payload.includes('Task timed out')).length;
}

describe.each([10, 30])('with a timeout of %d s for all functions,', seconds => {
  test('a stack is deployed, and destroyed over 40 running models', async () => {
    const { status } = await flow.deploy(stack => {
      const project = new CfnProject(stack, 'Project', { projectName: 'screws' });
      new ProjectTeardown(stack, 'Teardown', { project });
      limitFunctions(stack, seconds);
    });
    expect(status).toBe('CREATE_COMPLETE');
    runModels('screws');
    expect((await flow.destroy()).status).toBe('DELETE_COMPLETE');
    expect([flow.left, await timedOut()]).toEqual([{}, 0]);
  });

  test('a workflow stops 40 models', async () => {
    runModels('parts');
    const limit = (stack: Stack) => limitFunctions(stack, seconds);
    const workflow = await WorkflowFlow.deploy(flow, { mode: TeardownMode.STOP }, [flow.project], limit);
    expect((await workflow.run()).status).toBe('SUCCEEDED');
    expect([new Set(Object.values(flow.left)), await timedOut()]).toEqual([new Set(['STOPPED']), 0]);
  });
});
