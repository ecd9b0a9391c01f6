import { parseProjectArn, parseProjectVersionArn } from '../../../lambda/arn';
import { RateLimiter } from '../../../lambda/aws/rate-limiter';
import { Reads } from '../../../lambda/steps/reads';
import { dryRun } from '../../../lambda/workflow/dry-run';
import { OTHER_VERSION_ARN, PROJECT_ARN, VERSION_ARN } from '../../support/arns';
import { awsError, DescribeProjectsCommand, DescribeProjectVersionsCommand, rekognition, reset } from '../../support/aws';
import { KNOWN_STATUSES } from '../../support/tables';

const OTHER_ARN = PROJECT_ARN.replace('parts', 'screws');
const OPTIONS = { mode: 'DELETE', trainingBehavior: 'WAIT' } as const;

beforeEach(reset);

const project = (arn: string, more: object = {}) => ({ arn, project: parseProjectArn(arn)!, deletesProject: true, ...OPTIONS, ...more });
const version = (arn: string, more: object = {}) => ({ arn, version: parseProjectVersionArn(arn)!, ...OPTIONS, ...more });

function plan(projects: ReturnType<typeof project>[], projectVersions: ReturnType<typeof version>[] = []): Promise<any> {
  return dryRun({ isDryRun: true, projects, projectVersions }, new Reads(new RateLimiter(Date.now() + 60_000), true));
}

function versionsAre(projectArn: string, ...versions: [arn: string, status: string][]): void {
  rekognition.on(DescribeProjectVersionsCommand, { ProjectArn: projectArn })
    .resolves({ ProjectVersionDescriptions: versions.map(([ProjectVersionArn, Status]) => ({ ProjectVersionArn, Status: Status as never })) });
}

test('a dry run says that it is one', async () => {
  expect(await plan([])).toEqual({ dryRun: true, notFound: [], versions: [], datasets: [], projects: [], more: 0 });
});

test('a dry run names what does not exist: projects, and versions that no project lists', async () => {
  versionsAre(PROJECT_ARN, [VERSION_ARN, 'STOPPED']);
  rekognition.on(DescribeProjectVersionsCommand, { ProjectArn: OTHER_ARN }).rejects(awsError('ResourceNotFoundException'));
  expect(await plan([project(PROJECT_ARN), project(OTHER_ARN)], [version(VERSION_ARN), version(OTHER_VERSION_ARN)]))
    .toMatchObject({ notFound: [OTHER_ARN, OTHER_VERSION_ARN], versions: [{ arn: VERSION_ARN }] });
});

test('a dry run lists a version once if it is named and its project is a target too, with the options of the project', async () => {
  versionsAre(PROJECT_ARN, [VERSION_ARN, 'RUNNING'], [OTHER_VERSION_ARN, 'STOPPED']);
  expect((await plan([project(PROJECT_ARN)], [version(VERSION_ARN, { mode: 'STOP' })])).versions).toMatchObject([
    { arn: VERSION_ARN, would: ['StopProjectVersion', 'DeleteProjectVersion'] }, { arn: OTHER_VERSION_ARN, would: ['DeleteProjectVersion'] },
  ]);
  expect((await plan([], [version(OTHER_VERSION_ARN)])).versions).toMatchObject([{ arn: OTHER_VERSION_ARN }]);
});

test.each([
  ['RUNNING', 'STOP', ['StopProjectVersion']], ['RUNNING', 'DELETE', ['StopProjectVersion', 'DeleteProjectVersion']], ['STOPPING', 'STOP', ['wait while STOPPING']],
  ['TRAINING_IN_PROGRESS', 'DELETE', ['wait while TRAINING_IN_PROGRESS', 'DeleteProjectVersion']],
] as const)('a dry run says how a version that is %s reaches its end in mode %s', async (status, mode, would) => {
  versionsAre(PROJECT_ARN, [VERSION_ARN, status]);
  expect((await plan([project(PROJECT_ARN, { mode })])).versions).toMatchObject([{ would }]);
});

test.each(KNOWN_STATUSES.filter(status => status !== 'DELETING'))(
  'a dry run in mode DELETE of a version that is %s ends with its deletion', async status => {
    versionsAre(PROJECT_ARN, [VERSION_ARN, status]);
    const [{ would }] = (await plan([project(PROJECT_ARN)])).versions;
    expect(would.at(-1)).toBe('DeleteProjectVersion');
  },
);

test('a dry run deletes nothing in a project with a version in training that is not waited for', async () => {
  rekognition.on(DescribeProjectsCommand).callsFake(({ ProjectNames: [name] }) => ({
    ProjectDescriptions: [{ ProjectArn: PROJECT_ARN.replace('parts', name), Datasets: [{ DatasetArn: `dataset of ${name}`, Status: 'CREATE_COMPLETE' }] }],
  }));
  versionsAre(PROJECT_ARN, [VERSION_ARN, 'TRAINING_IN_PROGRESS'], [OTHER_VERSION_ARN, 'RUNNING']);
  versionsAre(OTHER_ARN, [VERSION_ARN.replace('parts', 'screws'), 'STOPPED']);
  const more = { trainingBehavior: 'FAIL' };
  expect(await plan([project(PROJECT_ARN, more), project(OTHER_ARN, more)])).toMatchObject({
    versions: [{ would: [] }, { would: ['StopProjectVersion'] }, { would: ['DeleteProjectVersion'] }],
    datasets: [{ arn: 'dataset of screws' }],
    projects: [{ arn: OTHER_ARN }],
  });
});

describe('after the versions, a dry run shows', () => {
  const projectIs = (more: object) => rekognition.on(DescribeProjectsCommand).resolves({ ProjectDescriptions: [{ ProjectArn: PROJECT_ARN.replace(/\d+$/, '1'), Status: 'CREATED' }, { ProjectArn: PROJECT_ARN, ...more }] });
  const after = async (more: object = {}) => {
    const { datasets, projects } = await plan([project(PROJECT_ARN, more)]);
    return { datasets, projects };
  };

  test('the datasets and status of exactly this project', async () => {
    projectIs({ Status: 'CREATED', Datasets: [{ DatasetArn: 'dataset', Status: 'CREATE_COMPLETE' }] });
    expect(await after()).toEqual({
      datasets: [{ arn: 'dataset', status: 'CREATE_COMPLETE', would: ['DeleteDataset'] }], projects: [{ arn: PROJECT_ARN, status: 'CREATED', would: ['DeleteProject'] }],
    });
    expect(await after({ deletesProject: false })).toMatchObject({ datasets: [{}], projects: [] });
    expect(await after({ mode: 'STOP' })).toEqual({ datasets: [], projects: [] });
  });

  test('even a description with hardly any members', async () => {
    projectIs({ Datasets: [{}] });
    expect(await after()).toEqual({ datasets: [{ arn: '', status: 'UNKNOWN', would: ['DeleteDataset'] }], projects: [{ arn: PROJECT_ARN, status: 'UNKNOWN', would: ['DeleteProject'] }] });
    projectIs({});
    expect(await after()).toMatchObject({ datasets: [] });
  });

  test('nothing of a project that is gone by then', async () => {
    rekognition.on(DescribeProjectsCommand).resolves({ ProjectDescriptions: [] });
    expect(await after()).toEqual({ datasets: [], projects: [] });
  });
});
