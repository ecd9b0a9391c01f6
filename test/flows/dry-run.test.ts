import { main } from '../../examples/workflow/dry-run';
import { clientEnvironment } from '../../sandbox/client-environment';
import { ServiceError } from '../../sandbox/service';
import { TeardownMode, TrainingBehavior } from '../../src';
import { Flow, HOUR } from '../support/flow';
import { WorkflowFlow } from '../support/workflow';

// between two polls, the example sleeps in real time.
const mockSleep = jest.fn((milliseconds: number) => flow.sandbox.advance(milliseconds));
jest.mock('timers/promises', () => ({ ...jest.requireActual('timers/promises'), setTimeout: (milliseconds: number) => mockSleep(milliseconds) }));

const { env } = process;
let flow: Flow;
let printed: jest.SpyInstance;

beforeEach(async () => {
  flow = await Flow.start();
  process.env = { ...env, ...clientEnvironment(flow.sandbox.url) };
  printed = jest.spyOn(console, 'log').mockImplementation();
});

afterEach(async () => {
  printed.mockRestore();
  process.env = env;
  await flow.stop();
});

/** The output of the example, without the times in ARNs, which differ from run to run, and the room they take in the first column. */
async function lines(workflow: WorkflowFlow): Promise<string[]> {
  await main([workflow.machineArn]);
  return printed.mock.calls.map(([line]) => line.replaceAll(/\/\d{13}/g, '').replace(/^what {15}/, 'what '));
}

test('examples/workflow/dry-run.ts prints a table of what a run would do, in order, and what it would refuse', async () => {
  const { rekognition } = flow.sandbox;
  const screws = rekognition.createProject('screws');
  rekognition.addVersion(screws, 'v1', { status: 'RUNNING' });
  rekognition.addDataset(screws, 'TRAIN');
  const gone = rekognition.addVersion(rekognition.createProject('gone'), 'v1', { status: 'STOPPED' });
  flow.version('TRAINING_IN_PROGRESS', { endsIn: 24 * HOUR }, 'v3');
  flow.version('STOPPED', {}, 'v4');
  const workflow = await WorkflowFlow.deploy(flow, {
    mode: TeardownMode.DELETE, trainingBehavior: TrainingBehavior.FAIL, deleteProjects: true, projectVersionArns: [gone.arn],
  }, [screws, flow.project]);
  rekognition.handle('DeleteProjectVersion', { ProjectVersionArn: gone.arn });
  await flow.sandbox.advance(3 * HOUR);

  expect(await lines(workflow)).toEqual([
    'what                          status                units  age  what a run would do',
    'project/screws/version/v1     RUNNING               1      3 h  StopProjectVersion, then DeleteProjectVersion',
    'project/parts/version/v4      STOPPED                      3 h  nothing',
    'project/parts/version/v3      TRAINING_IN_PROGRESS         3 h  refused: it is in training, and trainingBehavior is FAIL',
    'project/screws/dataset/train  CREATE_COMPLETE                   DeleteDataset',
    'project/screws                CREATED                           DeleteProject',
    expect.stringMatching(/^not found: arn:aws:rekognition:us-east-1:\d+:project\/gone\/version\/v1$/),
  ]);
  expect(mockSleep).toHaveBeenCalledWith(1000);
});

test('examples/workflow/dry-run.ts says why a dry run fails', async () => {
  const workflow = await WorkflowFlow.deploy(flow, {}, [flow.project]);
  flow.sandbox.intercept(({ operation }, next) => {
    if (operation === 'DescribeProjectVersions') throw new ServiceError('AccessDeniedException', 'No.');
    return next();
  });
  await expect(main([workflow.machineArn])).rejects.toThrow(/^DryRunFailed: rekognition:DescribeProjectVersions on .* has been denied .* Nothing was changed\. .* \[denied\] Log group: /);
  await expect(main(['screws'])).rejects.toThrow('the ARN of a state machine is needed, got: screws');
  expect(printed).not.toHaveBeenCalled();
});
