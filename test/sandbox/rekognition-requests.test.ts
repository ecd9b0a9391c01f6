import { birds } from './birds';
import { Clock } from '../../sandbox/clock';
import { Project, Rekognition, RekognitionSettings } from '../../sandbox/rekognition';

let clock: Clock;
let rekognition: Rekognition;
let project: Project;

const start = (settings?: Partial<RekognitionSettings>) => { ({ clock, rekognition, project } = birds(settings)); };

beforeEach(() => start());

const call = (operation: string, input: object): any => rekognition.handle(operation, input);

function errorOf(operation: string, input: object): Error {
  try {
    call(operation, input);
  } catch (error) {
    return error as Error;
  }
  throw new Error(`${operation} was accepted`);
}

describe('an input that violates the service model', () => {
  const ARN = 'arn:aws:rekognition:us-east-1:111122223333:project/birds/1690474772815';
  const version = (input: object) => ({ ProjectArn: ARN, VersionName: 'v1', OutputConfig: {}, ...input });
  const manifest = (s3Object: object) => ({ GroundTruthManifest: { S3Object: { Bucket: 'bucket', ...s3Object } } });

  test('is reported with every mistake', () => {
    expect(errorOf('CreateProjectVersion', { VersionName: 'a/b' }).message).toMatch(/^3 validation errors detected: .*projectArn.*; .*versionName.*; .*outputConfig/);
  });

  test.each<[string, string, object, string]>([
    ['a project ARN where a version ARN belongs', 'StopProjectVersion', { ProjectVersionArn: ARN }, 'regular expression pattern'],
    ['no ARN', 'DeleteProjectVersion', {}, "Value null at 'projectVersionArn' failed to satisfy constraint: Member must not be null"],
    ['no number at the end', 'DeleteProject', { ProjectArn: ARN.replace(/\d+$/, 'x') }, 'regular expression pattern'],
    ['a page of 101', 'DescribeProjects', { MaxResults: 101 }, 'less than or equal to 100'],
    ['a page of 101 versions', 'DescribeProjectVersions', { ProjectArn: ARN, MaxResults: 101 }, 'less than or equal to 100'],
    ['a page of 6 policies', 'ListProjectPolicies', { ProjectArn: ARN, MaxResults: 6 }, 'less than or equal to 5'],
    ['a page of nothing', 'DescribeProjects', { MaxResults: 0 }, 'greater than or equal to 1'],
    ['an empty list of names', 'DescribeProjectVersions', { ProjectArn: ARN, VersionNames: [] }, 'length greater than or equal to 1'],
    ['eleven names', 'DescribeProjects', { ProjectNames: Array(11).fill('a') }, 'length less than or equal to 10'],
    ['a slash in a name', 'CreateProject', { ProjectName: 'a/b' }, 'regular expression pattern'],
    ['a name of 256', 'CreateProject', { ProjectName: 'a'.repeat(256) }, 'length less than or equal to 255'],
    ['an unknown feature', 'DescribeProjects', { Features: ['FACES'] }, 'enum value set: [CONTENT_MODERATION, CUSTOM_LABELS]'],
    ["a tag that is AWS's own", 'TagResource', { ResourceArn: ARN, Tags: { 'aws:x': '1' } }, 'regular expression pattern'],
    ['a token of 1025', 'DescribeProjects', { NextToken: 'a'.repeat(1025) }, 'length less than or equal to 1024'],
    ['text for a number', 'DescribeProjects', { MaxResults: '5' }, 'be of type integer'],
    ['a list for an object', 'CreateProjectVersion', version({ OutputConfig: [] }), "'[]' at 'outputConfig' failed to satisfy constraint: Member must be of type structure"],
    ['a slash in a bucket', 'CreateProjectVersion', version({ OutputConfig: { S3Bucket: 'a/b' } }), "at 'outputConfig.s3Bucket' failed to satisfy constraint: Member must satisfy"],
    ['a manifest without a name', 'CreateProjectVersion', version({ TrainingData: { Assets: [manifest({ Name: '' })] } }),
      "at 'trainingData.assets.0.groundTruthManifest.s3Object.name' failed to satisfy constraint: Member must have length greater than or equal to 1"],
    ['nothing for an item', 'CreateProjectVersion', version({ TestingData: { Assets: [null] } }), "Value null at 'testingData.assets.0' failed"],
    ['text for a boolean', 'CreateProjectVersion', version({ TestingData: { AutoCreate: 'true' } }), "at 'testingData.autoCreate' failed to satisfy constraint: Member must be of type boolean"],
    ['more than all confidence', 'CreateProjectVersion', version({ FeatureConfig: { ContentModeration: { ConfidenceThreshold: 100.5 } } }),
      "'100.5' at 'featureConfig.contentModeration.confidenceThreshold' failed to satisfy constraint: Member must have value less than or equal to 100"],
    ['a key that begins with a slash', 'CreateProjectVersion', version({ KmsKeyId: '/key' }), "at 'kmsKeyId' failed to satisfy constraint: Member must satisfy regular"],
    ['a quotation mark in a description', 'CreateProjectVersion', version({ VersionDescription: 'the "best"' }), "at 'versionDescription' failed"],
    ['no dataset ARN as a source', 'CreateDataset', { ProjectArn: ARN, DatasetType: 'TRAIN', DatasetSource: { DatasetArn: ARN } }, "at 'datasetSource.datasetArn' failed"],
    ['a dataset neither for training nor for tests', 'CreateDataset', { ProjectArn: ARN, DatasetType: 'train' }, 'enum value set: [TRAIN, TEST]'],
    ['letters beyond Latin-1 in a policy', 'PutProjectPolicy', { ProjectArn: ARN, PolicyName: 'p', PolicyDocument: '{"Id": "Ω"}' }, "at 'policyDocument' failed"],
  ])('is a ValidationException: %s', (_what, operation, input, message) => {
    expect(errorOf(operation, input)).toMatchObject({ name: 'ValidationException', message: expect.stringContaining(message) });
  });

  test('is a bug if the operation or the member is unknown', () => {
    expect(errorOf('DetectLabels', {}).message).toBe("the sandbox does not know Rekognition's operation DetectLabels");
    expect(() => rekognition.permissions('DetectLabels', {})).toThrow('does not know');
    expect(errorOf('DescribeProjects', { Name: 'x' }).message).toContain('the member Name');
    expect(errorOf('CreateProjectVersion', version({ TrainingData: { Assets: [manifest({ Key: 'x' })] } })).message)
      .toContain('the member TrainingData.Assets.0.GroundTruthManifest.S3Object.Key of the input of CreateProjectVersion');
  });
});

describe('DescribeProjects', () => {
  test('shows only models, unless it is asked for adapters', () => {
    const moderation = rekognition.createProject('moderation', { feature: 'CONTENT_MODERATION', autoUpdate: true });
    const arns = (input: object) => call('DescribeProjects', input).ProjectDescriptions.map((item: any) => item.ProjectArn);
    expect(arns({})).toEqual([project.arn]);
    expect(arns({ ProjectNames: ['moderation'] })).toEqual([]);
    expect(arns({ Features: ['CONTENT_MODERATION'] })).toEqual([moderation.arn]);
    expect(arns({ Features: ['CUSTOM_LABELS', 'CONTENT_MODERATION'] })).toEqual([project.arn, moderation.arn]);
  });

  test('lists the datasets of each project', () => {
    const dataset = rekognition.addDataset(project, 'TRAIN');
    expect(call('DescribeProjects', {}).ProjectDescriptions[0].Datasets)
      .toMatchObject([{ CreationTimestamp: expect.any(Date), DatasetType: 'TRAIN', DatasetArn: dataset.arn, Status: 'CREATE_COMPLETE' }]);
  });
});

test('DescribeProjects answers a name that does not exist with an empty list or with an error, as configured', () => {
  expect(call('DescribeProjects', { ProjectNames: ['x'] }).ProjectDescriptions).toEqual([]);
  rekognition.settings.unknownProjectName = 'ResourceNotFoundException';
  expect(errorOf('DescribeProjects', { ProjectNames: ['x'] }).name).toBe('ResourceNotFoundException');
});

describe('DescribeProjectVersions', () => {
  const names = (input: object = {}) => call('DescribeProjectVersions', { ProjectArn: project.arn, ...input })
    .ProjectVersionDescriptions.map((item: any) => item.ProjectVersionArn.split('/')[3]);

  test('lists the newest version first', () => {
    for (const name of ['a', 'b', 'c']) rekognition.addVersion(project, name);
    expect(names()).toEqual(['c', 'b', 'a']);
    expect(names({ VersionNames: ['a', 'c'] })).toEqual(['c', 'a']);
  });

  test('answers a name that does not exist with an empty list or with an error, as configured', () => {
    expect(names({ VersionNames: ['x'] })).toEqual([]);
    rekognition.settings.unknownVersionName = 'ResourceNotFoundException';
    expect(errorOf('DescribeProjectVersions', { ProjectArn: project.arn, VersionNames: ['x'] }).name).toBe('ResourceNotFoundException');
  });

  test('names the feature or does not, as configured', () => {
    rekognition.addVersion(project, 'a');
    expect(call('DescribeProjectVersions', { ProjectArn: project.arn }).ProjectVersionDescriptions[0].Feature).toBe('CUSTOM_LABELS');
    rekognition.settings.omitFeature = true;
    expect(call('DescribeProjectVersions', { ProjectArn: project.arn }).ProjectVersionDescriptions[0].Feature).toBeUndefined();
    expect(call('DescribeProjects', {}).ProjectDescriptions[0].Feature).toBeUndefined();
  });

  test('may be stale', async () => {
    start({ staleReads: 60_000 });
    const version = rekognition.addVersion(project, 'a', { status: 'RUNNING' });
    const status = () => call('DescribeProjectVersions', { ProjectArn: project.arn }).ProjectVersionDescriptions[0]?.Status;
    expect(status()).toBe('RUNNING');
    call('StopProjectVersion', { ProjectVersionArn: version.arn });
    await clock.advance(30_000);
    expect([version.status, status()]).toEqual(['STOPPING', 'RUNNING']);
    await clock.advance(30_000);
    expect(status()).toBe('STOPPING');
    rekognition.remove(version);
    expect(status()).toBe('STOPPING');
    await clock.advance(60_000);
    expect(status()).toBeUndefined();
  });
});

describe('pages', () => {
  const pageOf = (token?: string, input: object = {}) =>
    call('DescribeProjectVersions', { ProjectArn: project.arn, MaxResults: 2, ...token && { NextToken: token }, ...input });

  test('contain every item once, and an empty token at the end', () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) rekognition.addVersion(project, name);
    const seen: string[] = [];
    let token: string | undefined;
    do {
      const answer = pageOf(token);
      seen.push(...answer.ProjectVersionDescriptions.map((item: any) => item.ProjectVersionArn.split('/')[3]));
      token = answer.NextToken;
    } while (token);
    expect(seen).toEqual(['e', 'd', 'c', 'b', 'a']);
    expect(token).toBe('');
  });

  test('of projects end without a token', () => {
    for (const name of ['fish', 'trees']) rekognition.createProject(name);
    const first = call('DescribeProjects', { MaxResults: 2 });
    expect(first.NextToken).toEqual(expect.any(String));
    expect(call('DescribeProjects', { MaxResults: 2, NextToken: first.NextToken }).NextToken).toBeUndefined();
  });

  test('may all end the other way round', () => {
    start({ lastPageToken: undefined, lastPageTokenOfProjects: '' });
    expect([pageOf(), call('ListProjectPolicies', { ProjectArn: project.arn }), call('DescribeProjects', {})].map(({ NextToken }) => NextToken))
      .toEqual([undefined, undefined, '']);
  });

  test('begin with the empty token', () => {
    for (const [operation, input] of [['DescribeProjects', {}], ['DescribeProjectVersions', { ProjectArn: project.arn }], ['ListProjectPolicies', { ProjectArn: project.arn }]] as const) {
      expect(call(operation, { ...input, NextToken: '' })).toEqual(call(operation, input));
    }
  });

  test('skip nothing when an item is deleted between two pages', () => {
    for (const name of ['a', 'b', 'c', 'd']) rekognition.addVersion(project, name);
    const first = pageOf();
    rekognition.remove(rekognition.version(first.ProjectVersionDescriptions[1].ProjectVersionArn)!);
    expect(pageOf(first.NextToken).ProjectVersionDescriptions).toHaveLength(2);
  });

  test('do not accept an invented token', () => {
    expect(errorOf('DescribeProjects', { NextToken: 'made-up' }).name).toBe('InvalidPaginationTokenException');
  });

  test('do not accept the token of another list', () => {
    for (const name of ['a', 'b', 'c']) rekognition.addVersion(project, name);
    expect(() => pageOf(pageOf().NextToken, { VersionNames: ['a'] })).toThrow('Invalid Pagination Token');
  });
});

test('requests of one operation beyond the limit per second are rejected', async () => {
  start({ requestsPerSecond: 2 });
  call('DescribeProjects', {});
  call('DescribeProjects', {});
  expect(errorOf('DescribeProjects', {}).name).toBe('ProvisionedThroughputExceededException');
  call('DescribeProjectVersions', { ProjectArn: project.arn });
  await clock.advance(1000);
  call('DescribeProjects', {});
});

describe('ARNs', () => {
  test('end in the creation time, and differ even within one millisecond', () => {
    const versions = ['a', 'b', 'c'].map(name => rekognition.addVersion(project, name));
    const descriptions = call('DescribeProjectVersions', { ProjectArn: project.arn }).ProjectVersionDescriptions;
    for (const { ProjectVersionArn, CreationTimestamp } of descriptions) {
      expect(Number(ProjectVersionArn.split('/').at(-1))).toBe(CreationTimestamp.getTime());
    }
    expect(new Set(versions.map(version => version.createdAt)).size).toBe(3);
  });
});

describe('CreateProject', () => {
  test('rejects a name that exists', () => {
    expect(errorOf('CreateProject', { ProjectName: 'birds' }).name).toBe('ResourceInUseException');
  });

  test('requires AutoUpdate for adapters, and accepts it only for them', () => {
    expect(errorOf('CreateProject', { ProjectName: 'a', Feature: 'CONTENT_MODERATION' }).name).toBe('InvalidParameterException');
    expect(errorOf('CreateProject', { ProjectName: 'a', AutoUpdate: 'ENABLED' }).name).toBe('InvalidParameterException');
    call('CreateProject', { ProjectName: 'a', Feature: 'CONTENT_MODERATION', AutoUpdate: 'ENABLED' });
    expect(call('DescribeProjects', { Features: ['CONTENT_MODERATION'] }).ProjectDescriptions).toMatchObject([{ AutoUpdate: 'ENABLED' }]);
  });
});

describe('CreateProjectVersion', () => {
  const create = (input: object) => ({ ProjectArn: project.arn, VersionName: 'v1', OutputConfig: {}, ...input });

  test('accepts training and testing data only together, and only in a project without datasets', () => {
    expect(errorOf('CreateProjectVersion', create({ TrainingData: {} })).name).toBe('InvalidParameterException');
    rekognition.addDataset(project, 'TRAIN');
    expect(errorOf('CreateProjectVersion', create({ TrainingData: {}, TestingData: {} })).name).toBe('InvalidParameterException');
    expect(call('CreateProjectVersion', create({}))).toMatchObject({ ProjectVersionArn: expect.stringMatching(/\/version\/v1\/\d+$/) });
  });

  test('accepts a FeatureConfig for adapters only', () => {
    expect(errorOf('CreateProjectVersion', create({ FeatureConfig: {} })).name).toBe('InvalidParameterException');
    const moderation = rekognition.createProject('moderation', { feature: 'CONTENT_MODERATION' });
    call('CreateProjectVersion', create({ ProjectArn: moderation.arn, FeatureConfig: {}, TrainingData: {} }));
    expect(moderation.versions).toMatchObject([{ name: 'v1', status: 'TRAINING_IN_PROGRESS' }]);
  });
});

describe('CopyProjectVersion', () => {
  const copy = (source: Project, versionArn: string, destination: Project) => ({
    SourceProjectArn: source.arn, SourceProjectVersionArn: versionArn, DestinationProjectArn: destination.arn, VersionName: 'copy', OutputConfig: {},
  });

  test('requires the project of the version, and a destination for models', () => {
    const { arn } = rekognition.addVersion(project, 'v1');
    const other = rekognition.createProject('other');
    const moderation = rekognition.createProject('moderation', { feature: 'CONTENT_MODERATION' });
    expect(errorOf('CopyProjectVersion', copy(other, arn, other)).name).toBe('InvalidParameterException');
    expect(errorOf('CopyProjectVersion', copy(project, arn, moderation)).name).toBe('InvalidParameterException');
    call('CopyProjectVersion', copy(project, arn, other));
    expect(call('DescribeProjectVersions', { ProjectArn: other.arn }).ProjectVersionDescriptions).toMatchObject([{ SourceProjectVersionArn: arn }]);
  });
});

describe('quotas', () => {
  const create = (name: string) => ({ ProjectArn: project.arn, VersionName: name, OutputConfig: {} });

  test('two versions can be trained at a time', () => {
    call('CreateProjectVersion', create('a'));
    call('CreateProjectVersion', create('b'));
    expect(errorOf('CreateProjectVersion', create('c')).name).toBe('LimitExceededException');
  });

  test('two versions can run at a time, with five units each', () => {
    const [a, b, c] = ['a', 'b', 'c'].map(name => rekognition.addVersion(project, name).arn);
    expect(errorOf('StartProjectVersion', { ProjectVersionArn: a, MinInferenceUnits: 6 }).name).toBe('LimitExceededException');
    call('StartProjectVersion', { ProjectVersionArn: a, MinInferenceUnits: 1, MaxInferenceUnits: 5 });
    call('StartProjectVersion', { ProjectVersionArn: b, MinInferenceUnits: 1 });
    expect(errorOf('StartProjectVersion', { ProjectVersionArn: c, MinInferenceUnits: 1 }).name).toBe('LimitExceededException');
    expect(rekognition.version(c)!.status).toBe('TRAINING_COMPLETED');
  });

  test('a version name can be taken only once', () => {
    call('CreateProjectVersion', create('a'));
    expect(errorOf('CreateProjectVersion', create('a')).name).toBe('ResourceInUseException');
  });
});

describe('project policies', () => {
  const statement = {
    Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::111122223333:root' }, Action: 'rekognition:CopyProjectVersion', Resource: '*',
  };
  const DOCUMENT = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  const OTHER = JSON.stringify({ Version: '2012-10-17', Statement: { ...statement, Sid: 'other' } });
  const put = (input: object = {}) => call('PutProjectPolicy', { ProjectArn: project.arn, PolicyName: 'share', PolicyDocument: DOCUMENT, ...input });

  test('are updated by naming the revision that they replace', () => {
    const { PolicyRevisionId } = put();
    expect(() => put()).toThrow('has a policy share');
    expect(() => put({ PolicyRevisionId: 'abc' })).toThrow('revision id');
    expect(put({ PolicyRevisionId, PolicyDocument: OTHER }).PolicyRevisionId).not.toBe(PolicyRevisionId);
    expect(call('ListProjectPolicies', { ProjectArn: project.arn })).toMatchObject({ ProjectPolicies: [{ PolicyDocument: OTHER }], NextToken: '' });
  });

  test('are listed in pages of five', () => {
    for (const name of 'abcdef') put({ PolicyName: name });
    const first = call('ListProjectPolicies', { ProjectArn: project.arn });
    expect(first.ProjectPolicies).toHaveLength(5);
    expect(call('ListProjectPolicies', { ProjectArn: project.arn, NextToken: first.NextToken }).ProjectPolicies).toMatchObject([{ PolicyName: 'f' }]);
  });

  test('are deleted by name', () => {
    put();
    call('DeleteProjectPolicy', { ProjectArn: project.arn, PolicyName: 'share' });
    expect(errorOf('DeleteProjectPolicy', { ProjectArn: project.arn, PolicyName: 'share' }).name).toBe('ResourceNotFoundException');
  });

  const policy = (changes: object) => JSON.stringify({ Version: '2012-10-17', Statement: [{ ...statement, ...changes }] });

  test.each([
    ['no JSON', 'x'],
    ['no object', '[]'],
    ['null', 'null'],
    ['without a statement', '{}'],
    ['without any statement in a list', JSON.stringify({ Statement: [] })],
    ['with a text for a statement', JSON.stringify({ Statement: 'x' })],
    ['with a field that policies do not have', JSON.stringify({ Statement: statement, Statements: [] })],
    ['for nobody', policy({ Principal: undefined })],
    ['for all but somebody', policy({ Principal: undefined, NotPrincipal: '*' })],
    ['that neither allows nor denies', policy({ Effect: 'allow' })],
    ['about no action', policy({ Action: [] })],
    ['about another action', policy({ Action: ['rekognition:CopyProjectVersion', 'rekognition:DeleteProject'] })],
    ['about nothing', policy({ Resource: undefined })],
    ['about a number', policy({ Resource: 1 })],
  ])('are refused when malformed: %s', (_what, PolicyDocument) => {
    expect(() => put({ PolicyDocument })).toThrow('format of the policy document');
    expect(project.policies).toEqual([]);
  });
});

test('tags given at creation are stored', () => {
  const { ProjectArn } = call('CreateProject', { ProjectName: 'fish', Tags: { team: 'a' } });
  const { DatasetArn } = call('CreateDataset', { ProjectArn, DatasetType: 'TRAIN', Tags: { team: 'b' } });
  const { ProjectVersionArn } = call('CreateProjectVersion', { ProjectArn, VersionName: 'v', OutputConfig: {}, Tags: { team: 'c' } });
  const teams = [ProjectArn, DatasetArn, ProjectVersionArn].map(ResourceArn => call('ListTagsForResource', { ResourceArn }).Tags.team);
  expect(teams).toEqual(['a', 'b', 'c']);
});

test('a resource can have 50 tags, no matter when it gets them', () => {
  const tags = (count: number, prefix = 'tag') => Object.fromEntries(Array.from({ length: count }, (_, i) => [`${prefix}${i}`, 'x']));
  const create = (Tags: object) => call('CreateProject', { ProjectName: 'fish', Tags });
  expect(() => create(tags(51))).toThrow('50 tags');
  const { ProjectArn } = create(tags(50));
  expect(errorOf('CreateDataset', { ProjectArn, DatasetType: 'TRAIN', Tags: tags(51) }).name).toBe('LimitExceededException');
  expect(errorOf('CreateProjectVersion', { ProjectArn, VersionName: 'v', OutputConfig: {}, Tags: tags(51) }).name).toBe('LimitExceededException');
  expect(errorOf('TagResource', { ResourceArn: ProjectArn, Tags: tags(1, 'other') }).name).toBe('ServiceQuotaExceededException');
  call('TagResource', { ResourceArn: ProjectArn, Tags: { tag7: 'y' } });
  expect(Object.keys(call('ListTagsForResource', { ResourceArn: ProjectArn }).Tags)).toHaveLength(50);
});

test('projects, versions and datasets can have tags', () => {
  const resources = [project, rekognition.addVersion(project, 'v'), rekognition.addDataset(project, 'TRAIN')];
  for (const { arn } of resources) {
    call('TagResource', { ResourceArn: arn, Tags: { team: 'a', stage: 'test' } });
    call('UntagResource', { ResourceArn: arn, TagKeys: ['stage', 'never-there'] });
    expect(call('ListTagsForResource', { ResourceArn: arn })).toEqual({ Tags: { team: 'a' } });
  }
  expect(errorOf('ListTagsForResource', { ResourceArn: `${project.arn}0` }).name).toBe('ResourceNotFoundException');
});

test.each<[string, object, object[]]>([
  ['DescribeProjects', {}, [{ action: 'rekognition:DescribeProjects', resource: '*' }]],
  ['DescribeProjectVersions', { ProjectArn: 'p' }, [{ action: 'rekognition:DescribeProjectVersions', resource: 'p' }]],
  ['StopProjectVersion', { ProjectVersionArn: 'v' }, [{ action: 'rekognition:StopProjectVersion', resource: 'v' }]],
  ['DeleteProjectVersion', { ProjectVersionArn: 'v' }, [{ action: 'rekognition:DeleteProjectVersion', resource: 'v' }]],
  ['DeleteDataset', { DatasetArn: 'd' }, [{ action: 'rekognition:DeleteDataset', resource: 'd' }]],
  ['ListTagsForResource', { ResourceArn: 'r' }, [{ action: 'rekognition:ListTagsForResource', resource: 'r' }]],
])('%s needs the permission on the resource that it names', (operation, input, permissions) => {
  expect(rekognition.permissions(operation, input)).toEqual(permissions);
});

test('the account may not have adapters: with an error that has a text, or none', () => {
  const ask = (...Features: string[]) => () => call('DescribeProjects', { Features });
  expect(ask('CUSTOM_LABELS', 'CONTENT_MODERATION')().ProjectDescriptions).toHaveLength(1);
  for (const contentModeration of ['AccessDeniedException', 'InvalidParameterException'] as const) {
    rekognition.settings.contentModeration = contentModeration;
    expect(ask('CUSTOM_LABELS')().ProjectDescriptions).toHaveLength(1);
    const error = errorOf('DescribeProjects', { Features: ['CUSTOM_LABELS', 'CONTENT_MODERATION'] });
    expect(error.name).toBe(contentModeration);
    expect(error.message === '').toBe(contentModeration === 'AccessDeniedException');
    const create = { ProjectName: 'fish', Feature: 'CONTENT_MODERATION', AutoUpdate: 'DISABLED' };
    expect(errorOf('CreateProject', create).name).toBe(contentModeration);
  }
});

test('some requests of one operation may deny that something exists', () => {
  rekognition.settings.falseNotFound = { operation: 'DescribeProjectVersions', from: 1, requests: 2 };
  const ask = (operation: string) => {
    try {
      call(operation, { ProjectArn: project.arn });
      return 'found';
    } catch (error) {
      return (error as Error).message;
    }
  };
  const missing = `The resource ${project.arn} does not exist.`;
  const answers = Array.from({ length: 4 }, () => ask('DescribeProjectVersions'));
  expect(answers).toEqual(['found', missing, missing, 'found']);
  expect(ask('ListProjectPolicies')).toBe('found');
});
