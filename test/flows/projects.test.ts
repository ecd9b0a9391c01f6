import { Aws, CfnResource, Fn, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnWaitConditionHandle } from 'aws-cdk-lib/aws-cloudformation';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import { DATASET_STATUSES, VERSION_STATUSES } from '../../sandbox/rekognition';
import { Project, ProjectAutoTeardown, ProjectTeardown, ProjectTeardownProps, TeardownMode } from '../../src';
import { failing, Flow, HOUR, MINUTE, patientProvider } from '../support/flow';

const RESOURCE_TYPE = 'Custom::RekognitionProjectTeardown';
const SETTINGS = { requestsPerSecond: 5 };

let flow: Flow;

afterEach(() => flow.stop());

/** A stack with a project and its teardown. */
function owning(projectName = 'screws', props: Partial<ProjectTeardownProps> = {}, id = 'Teardown'): (stack: Stack) => void {
  return stack => {
    const project = new CfnProject(stack, 'Project', { projectName });
    new ProjectTeardown(stack, id, { project, ...props });
  };
}

/** A stack with the teardown of a project that no stack owns. */
function tearingDown(props: Partial<ProjectTeardownProps> = {}): (stack: Stack) => void {
  return stack => { new ProjectTeardown(stack, 'Teardown', { project: Project.fromProjectArn(stack, 'Project', flow.project.arn), ...props }); };
}

function empty(stack: Stack): void {
  new CfnWaitConditionHandle(stack, 'Nothing');
}

function projectNamed(name: string) {
  return flow.sandbox.rekognition.projects.find(project => project.name === name)!;
}

function fill(project = flow.project, statuses: readonly string[] = VERSION_STATUSES): void {
  statuses.forEach((status, index) => flow.sandbox.rekognition.addVersion(project, `v${index}`, { status }));
}

async function destroyed(): Promise<void> {
  expect((await flow.destroy()).status).toBe('DELETE_COMPLETE');
}

describe('a project of the same stack', () => {
  beforeEach(async () => {
    flow = await Flow.start(SETTINGS);
    await flow.deploy(owning());
  });

  const projects = () => flow.sandbox.rekognition.projects.map(({ name }) => name);

  test('is deleted with everything in it', async () => {
    fill(projectNamed('screws'), VERSION_STATUSES.filter(status => status !== 'TRAINING_IN_PROGRESS'));
    flow.sandbox.rekognition.addDataset(projectNamed('screws'), 'TRAIN');
    flow.sandbox.rekognition.addDataset(projectNamed('screws'), 'TEST');
    await destroyed();
    await flow.sandbox.advance(MINUTE);
    expect(projects()).toEqual(['parts']);
    expect(flow.left).toEqual({});
    // a teardown reads tags only in a cleanup.
    expect(flow.sandbox.iam.unusedPermissions().filter(({ policy, action }) => policy.startsWith('TeardownPolicy') && !action.endsWith('ListTagsForResource'))).toEqual([]);
  });

  test('keeps its contents when only the teardown is removed', async () => {
    fill(projectNamed('screws'), ['RUNNING']);
    expect((await flow.deploy(stack => { new CfnProject(stack, 'Project', { projectName: 'screws' }); })).status).toBe('UPDATE_COMPLETE');
    expect(flow.left).toEqual({ v0: 'RUNNING' });
    expect(flow.changes).toEqual([]);
    expect(flow.kept).toEqual([expect.stringMatching(/and the same update kept the project$/)]);
  });

  test('keeps its contents when only the teardown is renamed, and loses them with the stack', async () => {
    fill(projectNamed('screws'), ['RUNNING']);
    expect((await flow.deploy(owning('screws', {}, 'Renamed'))).status).toBe('UPDATE_COMPLETE');
    expect(flow.left).toEqual({ v0: 'RUNNING' });
    expect(flow.kept).toEqual([expect.stringMatching(/and the same update kept the project$/)]);
    await destroyed();
    expect(flow.left).toEqual({});
  });

  test('loses its contents when it is removed from the stack', async () => {
    fill(projectNamed('screws'), ['RUNNING']);
    expect((await flow.deploy(empty)).status).toBe('UPDATE_COMPLETE');
    await flow.sandbox.advance(MINUTE);
    expect(projects()).toEqual(['parts']);
    expect(flow.left).toEqual({});
  });

  test('that is renamed loses its old contents after the update has succeeded', async () => {
    fill(projectNamed('screws'), ['RUNNING']);
    expect((await flow.deploy(owning('nuts'))).status).toBe('UPDATE_COMPLETE');
    await flow.sandbox.advance(MINUTE);
    expect(projects()).toEqual(['parts', 'nuts']);
    expect(flow.left).toEqual({});
    expect(flow.failure('DELETE_FAILED', RESOURCE_TYPE)).toMatch(/^no /);
  });

  describe('that is renamed', () => {
    const renamed = (more: (project: CfnProject, stack: Stack) => void, retains: boolean, projectName = 'nuts') => (stack: Stack) => {
      const project = new CfnProject(stack, 'Project', { projectName });
      if (retains) project.applyRemovalPolicy(RemovalPolicy.RETAIN);
      more(project, stack);
    };
    const stops = (id: string) => (project: CfnProject, stack: Stack) => { new ProjectTeardown(stack, id, { project, mode: TeardownMode.STOP }); };
    const none = () => {};

    test.each<[string, string, (stack: Stack) => void]>([
      ['keeps', 'retains it and sets the teardown to STOP', renamed(stops('Teardown'), true)],
      ['keeps', 'retains it and renames the teardown', renamed(stops('Renamed'), true)],
      ['keeps', 'retains it and removes the teardown', renamed(none, true)],
      ['loses', 'sets the teardown to STOP', renamed(stops('Teardown'), false)],
      ['loses', 'renames the teardown', renamed(stops('Renamed'), false)],
      ['loses', 'removes the teardown', renamed(none, false)],
    ])('%s its old contents if the same update %s, without a failure', async (what, _, update) => {
      fill(projectNamed('screws'), ['RUNNING']);
      expect((await flow.deploy(update)).status).toBe('UPDATE_COMPLETE');
      await flow.sandbox.advance(MINUTE);
      expect(projects()).toEqual(['parts', ...what === 'keeps' ? ['screws'] : [], 'nuts']);
      expect(flow.left).toEqual(what === 'keeps' ? { v0: 'RUNNING' } : {});
      expect(flow.failure('DELETE_FAILED', RESOURCE_TYPE)).toMatch(/^no /);
    });

    test('to a deploy-time value, without its teardown, keeps its old contents, and the failure says so', async () => {
      fill(projectNamed('screws'), ['RUNNING']);
      expect((await flow.deploy(renamed(none, true, Fn.join('-', [Aws.STACK_NAME, 'nuts'])))).status).toBe('UPDATE_COMPLETE');
      expect(flow.left).toEqual({ v0: 'RUNNING' });
      expect(flow.changes).toEqual([]);
      expect(flow.failure('DELETE_FAILED', RESOURCE_TYPE)).toMatch('the update renamed the project and also removed or renamed its teardown');
    });
  });

  test('that is renamed keeps its old contents when the update is rolled back', async () => {
    fill(projectNamed('screws'), ['RUNNING']);
    expect((await flow.deploy(stack => { owning('nuts')(stack); failing(stack, flow); })).status).toBe('UPDATE_ROLLBACK_COMPLETE');
    await flow.sandbox.advance(MINUTE);
    expect(projects()).toEqual(['parts', 'screws']);
    expect(flow.left).toEqual({ v0: 'RUNNING' });
    await destroyed();
    expect(flow.left).toEqual({});
  });

  test('keeps its contents when an update that adds the teardown is rolled back', async () => {
    fill(projectNamed('screws'), ['RUNNING']);
    const alone = (stack: Stack) => { new CfnProject(stack, 'Project', { projectName: 'screws' }); };
    await flow.deploy(alone);
    expect((await flow.deploy(stack => { owning()(stack); failing(stack, flow); })).status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(flow.left).toEqual({ v0: 'RUNNING' });
    expect(flow.changes).toEqual([]);
  });
});

test('a project whose creation is rolled back is deleted, with everything that was trained in it meanwhile', async () => {
  flow = await Flow.start();
  flow.sandbox.rekognition.onStatus(({ arn, from }) => {
    if (from === undefined && arn.split('/').length === 3 && arn.includes('/screws/')) flow.sandbox.rekognition.addVersion(arn, 'v0', { status: 'RUNNING' });
  });
  expect((await flow.deploy(stack => { owning()(stack); failing(stack, flow); })).status).toBe('ROLLBACK_COMPLETE');
  await flow.sandbox.advance(MINUTE);
  expect(flow.sandbox.rekognition.projects.map(({ name }) => name)).toEqual(['parts']);
});

describe('a project that lives elsewhere', () => {
  test('is emptied when the stack is deleted, and stays', async () => {
    flow = await Flow.start(SETTINGS);
    await flow.deploy(tearingDown());
    fill(flow.project, VERSION_STATUSES.filter(status => status !== 'TRAINING_IN_PROGRESS'));
    for (const status of DATASET_STATUSES.slice(0, 2)) flow.sandbox.rekognition.addDataset(flow.project, status === DATASET_STATUSES[0] ? 'TRAIN' : 'TEST', { status });
    await destroyed();
    expect(flow.left).toEqual({});
    expect(flow.project.datasets).toEqual([]);
    expect(flow.sandbox.rekognition.projects).toEqual([flow.project]);
    // a teardown reads tags only in a cleanup.
    expect(flow.sandbox.iam.unusedPermissions().filter(({ policy, action }) => policy.startsWith('TeardownPolicy') && !action.endsWith('ListTagsForResource'))).toEqual([]);
  });

  test.each(['update', 'rollback'])('keeps its contents when an %s removes the teardown', async why => {
    flow = await Flow.start();
    fill(flow.project, ['RUNNING']);
    if (why === 'update') {
      await flow.deploy(tearingDown());
      expect((await flow.deploy(empty)).status).toBe('UPDATE_COMPLETE');
    } else {
      expect((await flow.deploy(stack => { tearingDown()(stack); failing(stack, flow); })).status).toBe('ROLLBACK_COMPLETE');
    }
    expect(flow.left).toEqual({ v0: 'RUNNING' });
    expect(flow.changes).toEqual([]);
  });

  test.each([true, false])('is deleted too on request (DeleteProject is blocked by datasets: %s)', async datasetsBlockDeleteProject => {
    flow = await Flow.start({ ...SETTINGS, datasetsBlockDeleteProject });
    await flow.deploy(tearingDown({ deleteProject: true }));
    fill(flow.project, ['RUNNING', 'STOPPED']);
    flow.sandbox.rekognition.addDataset(flow.project, 'TRAIN');
    await destroyed();
    expect(flow.sandbox.rekognition.projects).toEqual([]);
    // a teardown reads tags only in a cleanup.
    expect(flow.sandbox.iam.unusedPermissions().filter(({ policy, action }) => policy.startsWith('TeardownPolicy') && !action.endsWith('ListTagsForResource'))).toEqual([]);
  });

  test.each(DATASET_STATUSES)('loses a dataset that is %s', async status => {
    flow = await Flow.start();
    await flow.deploy(tearingDown());
    flow.sandbox.rekognition.addDataset(flow.project, 'TRAIN', { status });
    await destroyed();
    expect(flow.project.datasets).toEqual([]);
  });

  test('only has its models stopped in mode STOP', async () => {
    flow = await Flow.start();
    await flow.deploy(tearingDown({ mode: TeardownMode.STOP }));
    fill(flow.project, ['RUNNING', 'STARTING', 'TRAINING_IN_PROGRESS', 'STOPPED']);
    await destroyed();
    expect(flow.left).toEqual({ v0: 'STOPPED', v1: 'STOPPED', v2: 'TRAINING_IN_PROGRESS', v3: 'STOPPED' });
  });

  test('with adapters that are retrained automatically is emptied', async () => {
    flow = await Flow.start({ durations: { training: MINUTE } });
    const adapters = flow.sandbox.rekognition.createProject('moderation', { feature: 'CONTENT_MODERATION', autoUpdate: true });
    fill(adapters, ['TRAINING_COMPLETED', 'EXPIRED']);
    await flow.deploy(stack => {
      new ProjectTeardown(stack, 'Teardown', { project: Project.fromProjectArn(stack, 'Project', adapters.arn), deleteProject: true });
    });
    flow.sandbox.rekognition.releaseBaseModel();
    expect(Object.values(flow.left)).toContain('TRAINING_IN_PROGRESS');
    await destroyed();
    expect(flow.left).toEqual({});
    expect(flow.sandbox.rekognition.projects).toEqual([flow.project]);
    expect(flow.sandbox.calls.filter(({ operation }) => operation === 'StopProjectVersion')).toEqual([]);
  });
});

describe('a project with many versions', () => {
  test.each([0, 1, 3, 100, 250])('(%d) is emptied at five requests a second', async count => {
    flow = await Flow.start(SETTINGS);
    await flow.deploy(tearingDown());
    const statuses = ['RUNNING', 'STOPPED', 'TRAINING_COMPLETED', 'FAILED', 'STOPPING'];
    fill(flow.project, Array.from({ length: count }, (_, index) => statuses[index % statuses.length]));
    const before = flow.sandbox.clock.now();
    await destroyed();
    expect(flow.left).toEqual({});
    expect(flow.sandbox.clock.now() - before).toBeLessThan(15 * MINUTE);
    expect(flow.sandbox.calls.filter(({ error }) => error === 'ProvisionedThroughputExceededException')).toEqual([]);
    const described = flow.sandbox.calls.filter(({ operation, caller }) => operation === 'DescribeProjectVersions' && caller.functionName);
    expect(new Set(described.map(({ input }) => input.MaxResults))).toEqual(new Set([100]));
  });

  test('is torn down in parallel, not one version after the other', async () => {
    flow = await Flow.start();
    await flow.deploy(tearingDown());
    fill(flow.project, Array.from({ length: 20 }, () => 'RUNNING'));
    const before = flow.sandbox.clock.now();
    await destroyed();
    expect(flow.sandbox.clock.now() - before).toBeLessThan(8 * MINUTE);
  });

  test('reports how many versions are left when it cannot be torn down in time', async () => {
    flow = await Flow.start();
    await flow.deploy(stack => tearingDown({ provider: patientProvider(stack) })(stack));
    for (let index = 0; index < 30; index++) {
      flow.sandbox.rekognition.addVersion(flow.project, `a-rather-long-name-for-a-version-${index}`, { status: 'TRAINING_IN_PROGRESS', endsIn: 3 * HOUR });
    }
    fill(flow.project, ['RUNNING']);
    expect((await flow.destroy()).status).toBe('DELETE_FAILED');
    expect(flow.failure('DELETE_FAILED', RESOURCE_TYPE)).toMatch(/30 models of project \S+ are left after 5\d min: .* and 10 more TRAINING_IN_PROGRESS\. Training cannot be canceled/);
    expect(Object.values(flow.left)).not.toContain('RUNNING');
  });
});

test('a version that appears while the others are deleted is torn down too', async () => {
  flow = await Flow.start();
  await flow.deploy(tearingDown());
  fill(flow.project, ['RUNNING', 'STOPPED']);
  let appeared = false;
  flow.sandbox.rekognition.onStatus(({ to }) => {
    if (to !== 'DELETING' || appeared) return;
    appeared = true;
    flow.version('STARTING', {}, 'late');
  });
  await destroyed();
  expect(appeared).toBe(true);
  expect(flow.left).toEqual({});
});

describe('datasets of the same stack', () => {
  function withDataset(dependsOn?: 'teardown'): (stack: Stack) => void {
    return stack => {
      const project = new CfnProject(stack, 'Project', { projectName: 'screws' });
      const teardown = new ProjectTeardown(stack, 'Teardown', { project });
      const dataset = new CfnResource(stack, 'Dataset', {
        type: 'AWS::Rekognition::Dataset', properties: { DatasetType: 'TRAIN', ProjectArn: project.attrArn },
      });
      if (dependsOn) dataset.node.addDependency(teardown);
    };
  }

  test.each([undefined, 'teardown'] as const)('are deleted without a conflict, in any order (the dataset depends on: %s)', async dependsOn => {
    flow = await Flow.start({ deleteWhileDeleting: 'ResourceInUseException' });
    expect((await flow.deploy(withDataset(dependsOn))).status).toBe('CREATE_COMPLETE');
    fill(projectNamed('screws'), ['RUNNING']);
    await destroyed();
    await flow.sandbox.advance(MINUTE);
    expect(flow.sandbox.rekognition.projects).toEqual([flow.project]);
    expect(flow.sandbox.events.filter(({ status }) => status.endsWith('_FAILED'))).toEqual([]);
  });
});

test('the mixin gives each project of an app a teardown', async () => {
  flow = await Flow.start();
  await flow.deploy(stack => {
    for (const name of ['screws', 'nuts', 'bolts']) new CfnProject(stack, name, { projectName: name });
    stack.with(new ProjectAutoTeardown());
  });
  for (const name of ['screws', 'nuts', 'bolts']) fill(projectNamed(name), ['RUNNING', 'STOPPED']);
  await destroyed();
  await flow.sandbox.advance(MINUTE);
  expect(flow.sandbox.rekognition.projects).toEqual([flow.project]);
  expect(flow.left).toEqual({});
});
