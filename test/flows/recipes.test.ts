import { mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { DescribeExecutionCommand, StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { Sandbox } from '../../sandbox';
import { Recipe, Starter } from '../support/recipe';

const HOUR = 3_600_000;

const scheduled = (recipe: Recipe): Starter => {
  const { Target: { Arn: machine, RoleArn: role, Input: input } } = recipe.only('AWS::Scheduler::Schedule');
  return { machine, role, input };
};
const ruled = (recipe: Recipe): Starter => {
  const { Targets: [{ Arn: machine, RoleArn: role, Input: input }] } = recipe.only('AWS::Events::Rule');
  return { machine, role, input };
};
const invoked = ({ invocation }: Recipe): Starter => {
  const { RoleArn: role, Configuration: { StateMachineArn: machine, Input: input } } = invocation;
  return { machine, role, input };
};

/** For GitHub, the template has only the role and the command; test/clients runs the job. */
const printed = ({ template }: Recipe): Starter => {
  const { TeardownWorkflow: { Value: machine }, TeardownRole: { Value: role }, Command: { Value: { 'Fn::Join': [, parts] } } } = template.Outputs;
  return { machine, role, input: parts.at(-1).match(/ --input '(.*)'$/)[1] };
};

const START = [['states:StartExecution', ':stateMachine:']];
const START_AND_WATCH = [['states:DescribeExecution', ':execution:'], ...START];
const OF_PIPELINE = [['states:DescribeExecution', ':execution:'], ['states:DescribeStateMachine', ':stateMachine:'], ...START];

let workspace: string;
let sandbox: Sandbox;

beforeEach(async () => {
  workspace = mkdtempSync(path.join(tmpdir(), 'teardown-recipe-'));
  sandbox = await Sandbox.start({ rekognition: { durations: { stopping: 60_000 } } });
});

afterEach(async () => {
  await sandbox.stop();
  rmSync(workspace, { recursive: true });
});

test.each([
  ['nightly-stop.ts', 'NightlyStop', scheduled, START, 'STOP'],
  ['idle-stop.ts', 'IdleStop', ruled, START, 'STOP'],
  ['teardown-pipeline.ts', 'TeardownPipeline', invoked, OF_PIPELINE, 'DELETE'],
  ['pipelines-step.ts', 'InspectionRelease', invoked, OF_PIPELINE, 'STOP'],
  ['github-actions.ts', 'GitHubActions', printed, START_AND_WATCH, 'DELETE'],
])('what starts the workflow of %s may do that and nothing else, with an input that the workflow accepts', async (file, stackName, starterOf, rights, mode) => {
  const { rekognition } = sandbox;
  const project = rekognition.createProject('parts');
  for (const status of ['RUNNING', 'STOPPED'] as const) rekognition.addVersion(project, status.toLowerCase(), { status });
  const recipe = new Recipe(file, stackName, workspace);
  const starter = starterOf(recipe);
  await recipe.deploy(sandbox, project.arn);

  const stateMachineArn = recipe.machineArn(sandbox, starter);
  expect(recipe.rights(sandbox, starter).sort()).toEqual(rights.map(([action, kind]) => [
    action, `${stateMachineArn.replace(':stateMachine:', kind)}${kind === ':execution:' ? ':*' : ''}`,
  ]));

  const client = recipe.clientOf(sandbox, starter);
  const { executionArn } = await client.send(new StartExecutionCommand({ stateMachineArn, input: starter.input }));
  await sandbox.advance(HOUR);
  expect(sandbox.stepFunctions.executions).toMatchObject([{ arn: executionArn, status: 'SUCCEEDED', output: { mode, targets: 1, reached: 1 } }]);
  expect(rekognition.versions.map(({ status }) => status)).toEqual(mode === 'STOP' ? ['STOPPED', 'STOPPED'] : []);

  await expect(client.send(new StopExecutionCommand({ executionArn }))).rejects.toThrow('is not authorized to perform: states:StopExecution');
  const look = client.send(new DescribeExecutionCommand({ executionArn }));
  await (rights === START ? expect(look).rejects.toThrow('is not authorized') : expect(look).resolves.toMatchObject({ status: 'SUCCEEDED' }));
});
