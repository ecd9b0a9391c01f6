import { birds } from './birds';
import { Clock } from '../../sandbox/clock';
import { DATASET_STATUSES, Project, Rekognition, RekognitionSettings, VERSION_STATUSES } from '../../sandbox/rekognition';

const MINUTE = 60_000;
const OUTPUT = { S3Bucket: 'results', S3KeyPrefix: 'birds' };

let clock: Clock;
let rekognition: Rekognition;
let project: Project;

const start = (settings?: Partial<RekognitionSettings>) => { ({ clock, rekognition, project } = birds(settings)); };

beforeEach(() => start());

const call = (operation: string, input: object): any => rekognition.handle(operation, input);
const train = (input: object = {}) => call('CreateProjectVersion', { ProjectArn: project.arn, VersionName: 'v1', OutputConfig: OUTPUT, ...input });
const described = ({ arn }: { arn: string } = project) => call('DescribeProjectVersions', { ProjectArn: arn }).ProjectVersionDescriptions[0];
const object = (Name: string) => ({ S3Object: { Bucket: 'results', Name } });
const assets = (name: string) => ({ Assets: [{ GroundTruthManifest: object(name) }] });
const manifest = (name: string) => ({ GroundTruthManifest: { S3Object: { Bucket: 'images', Name: name } } });

const RESULTS = ['BillableTrainingTimeInSeconds', 'EvaluationResult', 'ManifestSummary', 'TrainingDataResult', 'TestingDataResult'];
const resultsIn = (description: object) => RESULTS.filter(member => member in description);

describe('a version', () => {
  test.each([...VERSION_STATUSES, 'HIBERNATING'])('has a message when it is %s', status => {
    rekognition.addVersion(project, 'v1', { status });
    expect(described()).toMatchObject({ Status: status, StatusMessage: expect.stringMatching(/^[A-Z].*\.$/) });
  });

  test("has AWS's own message where that is known", async () => {
    train();
    const messages = [described().StatusMessage];
    await clock.advance(60 * MINUTE);
    messages.push(described().StatusMessage);
    call('StartProjectVersion', { ProjectVersionArn: described().ProjectVersionArn, MinInferenceUnits: 1 });
    await clock.advance(10 * MINUTE);
    expect([...messages, described().StatusMessage]).toEqual(['The model is being trained.', 'The model is ready to run.', 'The model is running.']);
  });

  test('has no results before its training ends', () => {
    train();
    expect(resultsIn(described())).toEqual([]);
    expect(described()).toMatchObject({ OutputConfig: OUTPUT, TrainingEndTimestamp: undefined });
  });

  test('has training results from then on', async () => {
    train();
    await clock.advance(60 * MINUTE);
    const results = {
      BillableTrainingTimeInSeconds: 3600,
      TrainingEndTimestamp: new Date(clock.now()),
      EvaluationResult: { F1Score: 1, Summary: object('birds/EvaluationResultSummary-birds-v1.json') },
      ManifestSummary: object('birds/ManifestSummary-birds-v1.json'),
      TrainingDataResult: {
        Input: {}, Output: assets('birds/TrainingGroundTruth-birds-v1.json'), Validation: assets('birds/TrainingManifestWithValidation-birds-v1.json'),
      },
      TestingDataResult: {
        Input: { AutoCreate: false },
        Output: { ...assets('birds/TestingGroundTruth-birds-v1.json'), AutoCreate: false },
        Validation: assets('birds/TestingManifestWithValidation-birds-v1.json'),
      },
    };
    expect(described()).toMatchObject(results);
    call('DeleteProjectVersion', { ProjectVersionArn: described().ProjectVersionArn });
    expect(described()).toMatchObject({ Status: 'DELETING', ...results });
  });

  test('shows what it was trained with', async () => {
    const TrainingData = { Assets: [manifest('train.manifest')] };
    train({ TrainingData, TestingData: { AutoCreate: true }, VersionDescription: 'the first', KmsKeyId: 'alias/images', OutputConfig: { S3Bucket: 'results' } });
    await clock.advance(60 * MINUTE);
    expect(described()).toMatchObject({
      VersionDescription: 'the first',
      KmsKeyId: 'alias/images',
      ManifestSummary: object('ManifestSummary-birds-v1.json'),
      TrainingDataResult: { Input: TrainingData },
      TestingDataResult: { Input: { AutoCreate: true }, Output: { AutoCreate: true } },
    });
  });

  test('shows how an adapter was configured', () => {
    const moderation = rekognition.createProject('moderation', { feature: 'CONTENT_MODERATION' });
    const FeatureConfig = { ContentModeration: { ConfidenceThreshold: 80 } };
    train({ ProjectArn: moderation.arn, FeatureConfig });
    expect(described(moderation)).toMatchObject({ FeatureConfig, Feature: 'CONTENT_MODERATION' });
  });

  test('has no results when its training fails, and gives the reason', async () => {
    rekognition.addVersion(project, 'v1', { status: 'TRAINING_IN_PROGRESS', endsAs: 'TRAINING_FAILED' });
    await clock.advance(60 * MINUTE);
    expect(resultsIn(described())).toEqual([]);
    expect(described()).toMatchObject({ StatusMessage: 'The manifest file is empty.', TrainingEndTimestamp: expect.any(Date) });
  });

  test('shows no results in a stale answer', async () => {
    start({ staleReads: MINUTE });
    train();
    await clock.advance(60 * MINUTE);
    expect([described().Status, ...resultsIn(described())]).toEqual(['TRAINING_IN_PROGRESS']);
    await clock.advance(MINUTE);
    expect(resultsIn(described())).toEqual(RESULTS);
  });

  test('has results in the bucket of the copy if it is a copy, but no billable training time', async () => {
    const other = rekognition.createProject('copies');
    call('CopyProjectVersion', {
      SourceProjectArn: project.arn,
      SourceProjectVersionArn: rekognition.addVersion(project, 'v1').arn,
      DestinationProjectArn: other.arn,
      VersionName: 'copy',
      OutputConfig: OUTPUT,
    });
    expect(resultsIn(described(other))).toEqual([]);
    await clock.advance(20 * MINUTE);
    expect(described(other)).toMatchObject({
      BillableTrainingTimeInSeconds: undefined, TrainingEndTimestamp: undefined, ManifestSummary: object('birds/ManifestSummary-copies-copy.json'),
    });
  });

  test.each(['RUNNING', 'STOPPED', 'TRAINING_COMPLETED', 'EXPIRED'])('that is added as %s counts as trained', status => {
    rekognition.addVersion(project, 'v1', { status });
    expect(described()).toMatchObject({
      BillableTrainingTimeInSeconds: 3600,
      OutputConfig: { S3Bucket: expect.stringMatching(/^custom-labels-console-us-east-1-/), S3KeyPrefix: 'output' },
      EvaluationResult: { Summary: { S3Object: { Name: 'output/EvaluationResultSummary-birds-v1.json' } } },
    });
  });

  test.each(['TRAINING_IN_PROGRESS', 'TRAINING_FAILED', 'COPYING_IN_PROGRESS', 'COPYING_FAILED'])('that is added as %s does not', status => {
    rekognition.addVersion(project, 'v1', { status });
    expect(resultsIn(described())).toEqual([]);
  });
});

describe('a dataset', () => {
  const NOTHING = { LabeledEntries: 0, TotalEntries: 0, TotalLabels: 0, ErrorEntries: 0 };
  const SOMETHING = { LabeledEntries: 15, TotalEntries: 15, TotalLabels: 9, ErrorEntries: 0 };
  const create = (input: object = {}): string => call('CreateDataset', { ProjectArn: project.arn, DatasetType: 'TRAIN', ...input }).DatasetArn;
  const describeDataset = (arn: string) => call('DescribeDataset', { DatasetArn: arn }).DatasetDescription;

  test.each(DATASET_STATUSES)('has a message, a code and statistics when it is %s, and its project shows the first two', status => {
    const { arn } = rekognition.addDataset(project, 'TRAIN', { status });
    const { StatusMessage, StatusMessageCode, DatasetStats, Status } = describeDataset(arn);
    expect([Status, StatusMessage, StatusMessageCode, DatasetStats]).toEqual([
      status, expect.stringMatching(/^The .*\.$/), status.endsWith('FAILED') ? 'CLIENT_ERROR' : 'SUCCESS', expect.objectContaining({ ErrorEntries: 0 }),
    ]);
    const [{ Datasets }] = call('DescribeProjects', {}).ProjectDescriptions;
    expect(Datasets).toMatchObject([{ Status, StatusMessage, StatusMessageCode }]);
  });

  test('has images when it is created from a manifest', async () => {
    const arn = create({ DatasetSource: manifest('train.manifest') });
    expect(describeDataset(arn)).toMatchObject({ Status: 'CREATE_IN_PROGRESS', DatasetStats: NOTHING });
    await clock.advance(MINUTE);
    expect(describeDataset(arn)).toMatchObject({
      StatusMessage: 'The dataset was successfully created from the manifest file.', StatusMessageCode: 'SUCCESS', DatasetStats: SOMETHING,
    });
  });

  test('has no images when it is created empty', () => {
    expect(describeDataset(create())).toMatchObject({ Status: 'CREATE_COMPLETE', DatasetStats: NOTHING });
    expect(describeDataset(create({ DatasetType: 'TEST' })).StatusMessage).not.toContain('manifest');
  });

  test('has as many images as the dataset that it was copied from', async () => {
    const other = rekognition.createProject('other').arn;
    const copies = [create(), rekognition.addDataset(project, 'TEST').arn]
      .map((DatasetArn, i) => create({ ProjectArn: other, DatasetType: ['TRAIN', 'TEST'][i], DatasetSource: { DatasetArn } }));
    await clock.advance(MINUTE);
    expect(copies.map(arn => describeDataset(arn).DatasetStats)).toEqual([NOTHING, SOMETHING]);
  });

  test('is created from one source only', () => {
    const both = { ...manifest('train.manifest'), DatasetArn: rekognition.addDataset(project, 'TEST').arn };
    expect(() => create({ DatasetSource: both })).toThrow('either GroundTruthManifest or DatasetArn');
    expect(() => create({ DatasetSource: {} })).toThrow('either GroundTruthManifest or DatasetArn');
    expect(() => create({ DatasetSource: { DatasetArn: `${both.DatasetArn}0` } })).toThrow('does not exist');
  });
});
