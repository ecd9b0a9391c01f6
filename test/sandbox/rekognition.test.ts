import { birds } from './birds';
import { Clock } from '../../sandbox/clock';
import {
  DatasetStatus, GONE, Project, ProjectVersion, Rekognition, RekognitionSettings, VERSION_STATUSES, VersionStatus,
} from '../../sandbox/rekognition';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let clock: Clock;
let rekognition: Rekognition;
let project: Project;

const start = (settings?: Partial<RekognitionSettings>) => { ({ clock, rekognition, project } = birds(settings)); };

beforeEach(() => start());

/** The status after the request, or the name of its error. */
function ask(operation: string, input: object): string {
  try {
    return (rekognition.handle(operation, input) as any).Status;
  } catch (error) {
    return (error as Error).name;
  }
}

const stop = (version: ProjectVersion) => ask('StopProjectVersion', { ProjectVersionArn: version.arn });
const remove = (version: ProjectVersion) => ask('DeleteProjectVersion', { ProjectVersionArn: version.arn });
const run = (version: ProjectVersion) => ask('StartProjectVersion', { ProjectVersionArn: version.arn, MinInferenceUnits: 1 });
const version = (status: VersionStatus) => rekognition.addVersion(project, 'v1', { status });
const adapter = (status: VersionStatus = 'TRAINING_COMPLETED') =>
  rekognition.addVersion(rekognition.createProject('moderation', { feature: 'CONTENT_MODERATION' }), 'a1', { status });

function listed(...names: string[]): any[] {
  const input = { ProjectArn: project.arn, ...names.length > 0 && { VersionNames: names } };
  return (rekognition.handle('DescribeProjectVersions', input) as any).ProjectVersionDescriptions;
}

function train(): ProjectVersion {
  const { ProjectVersionArn } = rekognition.handle('CreateProjectVersion', {
    ProjectArn: project.arn, VersionName: 'v1', OutputConfig: { S3Bucket: 'bucket' },
  }) as any;
  return rekognition.version(ProjectVersionArn)!;
}

function copy(source: ProjectVersion, destination: Project): ProjectVersion {
  const { ProjectVersionArn } = rekognition.handle('CopyProjectVersion', {
    SourceProjectArn: source.project.arn,
    SourceProjectVersionArn: source.arn,
    DestinationProjectArn: destination.arn,
    VersionName: 'copy',
    OutputConfig: {},
  }) as any;
  return rekognition.version(ProjectVersionArn)!;
}

describe('training', () => {
  test('begins when the version is created, and completes after the training time', async () => {
    const trained = train();
    expect(trained.status).toBe('TRAINING_IN_PROGRESS');
    await clock.advance(59 * MINUTE);
    expect(trained.status).toBe('TRAINING_IN_PROGRESS');
    await clock.advance(MINUTE);
    expect(trained.status).toBe('TRAINING_COMPLETED');
    expect(listed()[0]).toMatchObject({ StatusMessage: 'The model is ready to run.', TrainingEndTimestamp: expect.any(Date) });
  });

  test('fails when configured to', async () => {
    const failing = rekognition.addVersion(project, 'v1', { status: 'TRAINING_IN_PROGRESS', endsAs: 'TRAINING_FAILED' });
    await clock.advance(HOUR);
    expect(failing.status).toBe('TRAINING_FAILED');
  });

  test('never ends when configured not to', async () => {
    const endless = rekognition.addVersion(project, 'v1', { status: 'TRAINING_IN_PROGRESS', endsIn: Infinity });
    await clock.advance(1000 * HOUR);
    expect(endless.status).toBe('TRAINING_IN_PROGRESS');
  });
});

describe('copying', () => {
  test('creates a version in the destination that completes after the copying time', async () => {
    const made = copy(version('TRAINING_COMPLETED'), rekognition.createProject('copies'));
    expect(made.project.name).toBe('copies');
    expect(made.status).toBe('COPYING_IN_PROGRESS');
    await clock.advance(20 * MINUTE);
    expect(made.status).toBe('COPYING_COMPLETED');
  });

  test('fails when configured to', async () => {
    const failing = rekognition.addVersion(project, 'v1', { status: 'COPYING_IN_PROGRESS', endsAs: 'COPYING_FAILED', endsIn: 1000 });
    await clock.advance(1000);
    expect(failing.status).toBe('COPYING_FAILED');
  });

  test.each(['TRAINING_IN_PROGRESS', 'TRAINING_FAILED', 'COPYING_IN_PROGRESS', 'COPYING_FAILED', 'DELETING', 'DEPRECATED', 'EXPIRED'])(
    'is refused while there is no model to copy: %s', status => {
      expect(() => copy(version(status), rekognition.createProject('copies'))).toThrow('Specified resource is in use.');
    });
});

describe('starting', () => {
  test.each(['TRAINING_COMPLETED', 'STOPPED', 'COPYING_COMPLETED', 'FAILED'])('a version that is %s succeeds, and it runs after the starting time', async status => {
    const started = version(status);
    expect(run(started)).toBe('STARTING');
    await clock.advance(10 * MINUTE);
    expect(started.status).toBe('RUNNING');
  });

  test.each(VERSION_STATUSES.filter(status => !['TRAINING_COMPLETED', 'STOPPED', 'COPYING_COMPLETED', 'FAILED'].includes(status)))(
    'a version that is %s is rejected', status => {
      const refused = version(status);
      expect(run(refused)).toBe('ResourceInUseException');
      expect(refused.status).toBe(status);
    });

  test('ends in FAILED when configured to', async () => {
    const failing = rekognition.addVersion(project, 'v1', { status: 'STARTING', endsAs: 'FAILED' });
    await clock.advance(10 * MINUTE);
    expect(failing.status).toBe('FAILED');
  });
});

describe('stopping', () => {
  test('a running version succeeds after the stopping time', async () => {
    const running = version('RUNNING');
    expect(stop(running)).toBe('STOPPING');
    await clock.advance(4 * MINUTE);
    expect(running.status).toBe('STOPPING');
    await clock.advance(MINUTE);
    expect(running.status).toBe('STOPPED');
  });

  test('ends in FAILED when configured to', async () => {
    const failing = rekognition.addVersion(project, 'v1', { status: 'STOPPING', endsAs: 'FAILED' });
    await clock.advance(5 * MINUTE);
    expect(failing.status).toBe('FAILED');
  });

  test('a starting version succeeds, and it never runs', async () => {
    const starting = version('STARTING');
    expect(stop(starting)).toBe('STOPPING');
    const seen: (string | undefined)[] = [];
    rekognition.onStatus(change => seen.push(change.to));
    await clock.advance(HOUR);
    expect(seen).toEqual(['STOPPED']);
  });

  test('a starting version is rejected in the stricter reading', async () => {
    start({ stopWhileStarting: 'REFUSED' });
    const starting = version('STARTING');
    expect(stop(starting)).toBe('ResourceInUseException');
    await clock.advance(10 * MINUTE);
    expect(starting.status).toBe('RUNNING');
  });

  const NOTHING_TO_STOP = VERSION_STATUSES.filter(status => status !== 'RUNNING' && status !== 'STARTING');

  test.each([...NOTHING_TO_STOP, 'HIBERNATING'])('is rejected when there is nothing to stop: %s', status => {
    const idle = version(status);
    expect(stop(idle)).toBe('ResourceInUseException');
    rekognition.settings.refusal = 'InvalidParameterException';
    expect(stop(idle)).toBe('InvalidParameterException');
    expect(idle.status).toBe(status);
  });

  test.each(NOTHING_TO_STOP)('leaves the status unchanged in the lenient reading: %s', status => {
    start({ stopWhenStopped: 'ACCEPTED' });
    const idle = version(status);
    expect(stop(idle)).toBe(status);
    expect(idle.status).toBe(status);
  });
});

describe('deleting a version', () => {
  const DELETABLE = [
    'TRAINING_COMPLETED', 'STOPPED', 'TRAINING_FAILED', 'FAILED', 'COPYING_COMPLETED', 'COPYING_FAILED', 'DEPRECATED', 'EXPIRED', 'HIBERNATING',
  ];

  test.each(DELETABLE)('that is %s succeeds after the deletion time, when it is no longer listed', async status => {
    const leaving = version(status);
    expect(remove(leaving)).toBe('DELETING');
    expect(listed('v1')).toMatchObject([{ ProjectVersionArn: leaving.arn, Status: 'DELETING' }]);
    await clock.advance(MINUTE);
    expect(listed('v1')).toEqual([]);
    expect(rekognition.version(leaving.arn)).toBeUndefined();
    expect(leaving.status).toBe(GONE);
  });

  test.each(['RUNNING', 'TRAINING_IN_PROGRESS', 'STARTING', 'STOPPING', 'COPYING_IN_PROGRESS'])('that is %s is rejected and changes nothing', status => {
    const busy = version(status);
    expect(remove(busy)).toBe('ResourceInUseException');
    rekognition.settings.refusal = 'InvalidParameterException';
    expect(remove(busy)).toBe('InvalidParameterException');
    expect(busy.status).toBe(status);
  });

  test.each([
    ['ACCEPTED', 'DELETING'],
    ['ResourceInUseException', 'ResourceInUseException'],
    ['ResourceNotFoundException', 'ResourceNotFoundException'],
  ] as const)('a second time can be %s', (deleteWhileDeleting, answer) => {
    start({ deleteWhileDeleting });
    const leaving = version('STOPPED');
    remove(leaving);
    expect(remove(leaving)).toBe(answer);
  });

  test('a second time does not restart the deletion', async () => {
    const leaving = version('STOPPED');
    remove(leaving);
    await clock.advance(MINUTE / 2);
    remove(leaving);
    await clock.advance(MINUTE / 2);
    expect(rekognition.versions).toEqual([]);
  });

  test('frees its name for a version with another ARN', () => {
    const first = version('STOPPED');
    rekognition.remove(first);
    const second = version('STOPPED');
    expect(second.arn).not.toBe(first.arn);
    expect(listed('v1').map(item => item.ProjectVersionArn)).toEqual([second.arn]);
  });
});

test('a version that is gone is not found by any request', () => {
  const gone = version('RUNNING');
  rekognition.remove(gone);
  expect([stop(gone), remove(gone), run(gone)]).toEqual(Array(3).fill('ResourceNotFoundException'));
});

describe('adapters', () => {
  test.each(VERSION_STATUSES)('can be neither started nor stopped nor copied: %s', status => {
    const idle = adapter(status);
    expect([run(idle), stop(idle)]).toEqual(['InvalidParameterException', 'InvalidParameterException']);
    expect(() => copy(idle, project)).toThrow('Adapters');
    expect(idle.status).toBe(status);
  });

  test('are deleted like models', async () => {
    const leaving = adapter();
    expect(remove(leaving)).toBe('DELETING');
    await clock.advance(MINUTE);
    expect(rekognition.version(leaving.arn)).toBeUndefined();
  });

  test('become DEPRECATED with a new base model, and later EXPIRED', async () => {
    const old = adapter();
    const model = version('TRAINING_COMPLETED');
    rekognition.releaseBaseModel();
    expect([old.status, model.status]).toEqual(['DEPRECATED', 'TRAINING_COMPLETED']);
    await clock.advance(60 * 24 * HOUR);
    expect(old.status).toBe('EXPIRED');
    expect(old.project.versions).toEqual([old]);
  });

  test('are retrained on a new base model if the project says so', async () => {
    const moderation = rekognition.createProject('moderation', { feature: 'CONTENT_MODERATION', autoUpdate: true });
    const old = rekognition.addVersion(moderation, 'a1');
    const leaving = rekognition.addVersion(moderation, 'a2', { status: 'DELETING' });
    rekognition.releaseBaseModel();
    const [, , retrained, ...others] = moderation.versions;
    expect([old, leaving, retrained, ...others].map(({ status }) => status)).toEqual(['DEPRECATED', 'DELETING', 'TRAINING_IN_PROGRESS']);
    expect(retrained.name).toMatch(/^a1-\d+$/);
    expect(ask('DeleteProject', { ProjectArn: moderation.arn })).toBe('ResourceInUseException');
    await clock.advance(HOUR);
    expect(retrained.status).toBe('TRAINING_COMPLETED');
  });

  test('are not retrained in a project that is full', () => {
    const moderation = rekognition.createProject('moderation', { feature: 'CONTENT_MODERATION', autoUpdate: true });
    for (let i = 0; i < 100; i++) rekognition.addVersion(moderation, `a${i}`);
    rekognition.releaseBaseModel();
    expect(moderation.versions).toHaveLength(100);
  });
});

describe('deleting a project', () => {
  const removeProject = () => ask('DeleteProject', { ProjectArn: project.arn });

  test.each(['TRAINING_COMPLETED', 'RUNNING', 'DELETING'])('is rejected while it has a version, even one that is %s', status => {
    version(status);
    expect(removeProject()).toBe('ResourceInUseException');
    expect(project.status).toBe('CREATED');
  });

  test('is rejected while it has datasets', () => {
    rekognition.addDataset(project, 'TRAIN');
    expect(removeProject()).toBe('ResourceInUseException');
  });

  test('deletes its datasets with it in the lenient reading', async () => {
    start({ datasetsBlockDeleteProject: false });
    const dataset = rekognition.addDataset(project, 'TRAIN');
    expect(removeProject()).toBe('DELETING');
    await clock.advance(MINUTE);
    expect(dataset.status).toBe(GONE);
  });

  test('takes some time when it is empty, and deletes its policies with it', async () => {
    const Statement = { Effect: 'Deny', Principal: '*', Action: 'rekognition:CopyProjectVersion', Resource: '*' };
    rekognition.handle('PutProjectPolicy', { ProjectArn: project.arn, PolicyName: 'share', PolicyDocument: JSON.stringify({ Statement }) });
    expect(removeProject()).toBe('DELETING');
    expect(rekognition.handle('DescribeProjects', {})).toMatchObject({ ProjectDescriptions: [{ Status: 'DELETING' }] });
    await clock.advance(10_000);
    expect(rekognition.handle('DescribeProjects', {})).toMatchObject({ ProjectDescriptions: [] });
    expect(project.policies).toEqual([]);
    expect(removeProject()).toBe('ResourceNotFoundException');
  });

  test.each([
    ['ACCEPTED', 'DELETING', undefined],
    ['ResourceInUseException', 'ResourceInUseException', 'ResourceInUseException'],
    ['ResourceNotFoundException', 'ResourceNotFoundException', 'ResourceNotFoundException'],
  ] as const)('or a dataset a second time can be %s', (deleteWhileDeleting, ofProject, ofDataset) => {
    start({ deleteWhileDeleting, datasetsBlockDeleteProject: false });
    const { arn } = rekognition.addDataset(project, 'TRAIN', { status: 'DELETE_IN_PROGRESS' });
    expect(ask('DeleteDataset', { DatasetArn: arn })).toBe(ofDataset);
    removeProject();
    expect(removeProject()).toBe(ofProject);
  });

  test('makes it impossible to describe its versions', async () => {
    removeProject();
    await clock.advance(MINUTE);
    expect(() => listed()).toThrow('does not exist');
  });

  test('leaves nothing for DescribeProjects to find by name, which is not an error', () => {
    expect(rekognition.handle('DescribeProjects', { ProjectNames: ['fish'] })).toMatchObject({ ProjectDescriptions: [] });
  });

  test('keeps its name reserved until it is gone', async () => {
    removeProject();
    expect(ask('CreateProject', { ProjectName: 'birds' })).toBe('ResourceInUseException');
    await clock.advance(MINUTE);
    expect(rekognition.handle('CreateProject', { ProjectName: 'birds' })).toMatchObject({ ProjectArn: expect.not.stringMatching(project.arn) });
  });
});

describe('datasets', () => {
  const removeDataset = (arn: string) => ask('DeleteDataset', { DatasetArn: arn });

  test.each<[DatasetStatus, DatasetStatus]>([['CREATE_IN_PROGRESS', 'CREATE_COMPLETE'], ['UPDATE_IN_PROGRESS', 'UPDATE_COMPLETE']])(
    'cannot be deleted while %s, only afterwards', async (status, after) => {
      const dataset = rekognition.addDataset(project, 'TRAIN', { status });
      expect(removeDataset(dataset.arn)).toBe('ResourceInUseException');
      await clock.advance(MINUTE);
      expect(dataset.status).toBe(after);
      removeDataset(dataset.arn);
      expect(dataset.status).toBe('DELETE_IN_PROGRESS');
    });

  test('can be described until they are gone', async () => {
    const { DatasetArn } = rekognition.handle('CreateDataset', { ProjectArn: project.arn, DatasetType: 'TEST' }) as any;
    expect(DatasetArn).toMatch(/:project\/birds\/dataset\/test\/\d+$/);
    removeDataset(DatasetArn);
    expect(rekognition.handle('DescribeDataset', { DatasetArn })).toMatchObject({ DatasetDescription: { Status: 'DELETE_IN_PROGRESS' } });
    await clock.advance(30_000);
    expect(() => rekognition.handle('DescribeDataset', { DatasetArn })).toThrow('does not exist');
    expect(removeDataset(DatasetArn)).toBe('ResourceNotFoundException');
  });

  test('are listed with their project until they are gone, even while they are deleted', async () => {
    const datasets = () => (rekognition.handle('DescribeProjects', {}) as any).ProjectDescriptions[0].Datasets;
    const { arn } = rekognition.addDataset(project, 'TEST');
    removeDataset(arn);
    expect(datasets()).toMatchObject([{ DatasetArn: arn, DatasetType: 'TEST', Status: 'DELETE_IN_PROGRESS' }]);
    expect(ask('DeleteProject', { ProjectArn: project.arn })).toBe('ResourceInUseException');
    await clock.advance(30_000);
    expect(datasets()).toEqual([]);
    expect(ask('DeleteProject', { ProjectArn: project.arn })).toBe('DELETING');
  });

  test('of each type can exist once in a project', () => {
    rekognition.addDataset(project, 'TRAIN');
    expect(ask('CreateDataset', { ProjectArn: project.arn, DatasetType: 'TRAIN' })).toBe('ResourceAlreadyExistsException');
  });
});

describe('changes made by the owner of the sandbox', () => {
  test('are reported with their time', async () => {
    const changes: object[] = [];
    rekognition.onStatus(change => changes.push(change));
    const running = version('RUNNING');
    rekognition.setStatus(running, 'STOPPED');
    remove(running);
    await clock.advance(MINUTE);
    expect(changes).toEqual([[undefined, 'RUNNING'], ['RUNNING', 'STOPPED'], ['STOPPED', 'DELETING'], ['DELETING', undefined]]
      .map(([from, to]) => ({ time: expect.any(Number), arn: running.arn, from, to })));
  });

  test('may set an unknown status that ends as configured', async () => {
    const odd = rekognition.addVersion(project.arn, 'v1', { status: 'HIBERNATING', endsAs: 'STOPPED', endsIn: MINUTE });
    await clock.advance(MINUTE);
    expect(odd.status).toBe('STOPPED');
  });

  test('are rejected if a status does not end by itself and its end lacks a time', () => {
    expect(() => rekognition.addVersion(project, 'v1', { status: 'RUNNING', endsAs: 'FAILED' })).toThrow('say both endsAs and endsIn');
  });

  test('that delete a version cancel its pending change of status', async () => {
    rekognition.remove(version('STARTING'));
    await clock.advance(HOUR);
    expect(rekognition.versions).toEqual([]);
  });

  test('cannot bring back a version that is gone', () => {
    const gone = version('STOPPED');
    rekognition.remove(gone);
    expect(() => rekognition.setStatus(gone, 'RUNNING')).toThrow('there is no version');
    expect(() => rekognition.remove(gone)).toThrow('there is no version');
  });
});

test('stale tags are those of an earlier time', async () => {
  const list = () => (rekognition.handle('ListTagsForResource', { ResourceArn: project.arn }) as any).Tags;
  ask('TagResource', { ResourceArn: project.arn, Tags: { owner: 'a' } });
  await clock.advance(MINUTE);
  ask('TagResource', { ResourceArn: project.arn, Tags: { owner: 'b' } });
  await clock.advance(MINUTE);
  ask('UntagResource', { ResourceArn: project.arn, TagKeys: ['owner'] });
  expect(list()).toEqual({});
  rekognition.settings.staleTags = MINUTE / 2;
  expect(list()).toEqual({ owner: 'b' });
  rekognition.settings.staleTags = read => read === 3 ? 1.5 * MINUTE : 0;
  expect([list(), list()]).toEqual([{}, { owner: 'a' }]);
});
