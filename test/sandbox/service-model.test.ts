import * as sdk from '@aws-sdk/client-rekognition';
import { Clock } from '../../sandbox/clock';
import { DATASET_STATUSES, Rekognition, VERSION_STATUSES } from '../../sandbox/rekognition';
import { problemsOf, unknownMember } from '../../sandbox/rekognition/service-model';
import model from '../../sandbox/rekognition/service-model.json';

/** A structure as the AWS SDK for JavaScript stores it: kind, namespace, name, traits, names of members, their types, and how many of the first are required. */
type Schema = [number, string, string, object | number, string[], unknown[], number?];

const schemas = new Map(Object.entries(sdk).flatMap(([name, value]) => name.endsWith('$') && (value as Schema)[0] === 3 ? [[name, value as Schema]] : []));
const structures = Object.entries(model.shapes).filter(([, { type }]) => type === 'structure') as [string, { members: object; required?: string[] }][];

test.each(structures)('the AWS SDK for JavaScript has the same members of %s', (name, { members, required = [] }) => {
  const [, , , , names, , needed = 0] = schemas.get(`${name}$`)!;
  expect([...names].sort()).toEqual(Object.keys(members).sort());
  expect(names.slice(0, needed).sort()).toEqual([...required].sort());
});

test.each(['CustomizationFeature', 'DatasetStatus', 'DatasetStatusMessageCode', 'DatasetType', 'ProjectAutoUpdate', 'ProjectStatus', 'ProjectVersionStatus'] as const)(
  'the AWS SDK for JavaScript has the same values of %s', name => {
    expect([...model.shapes[name].enum].sort()).toEqual(Object.values(sdk[name]).sort());
  });

test('the sandbox knows all statuses', () => {
  expect(model.shapes.ProjectVersionStatus.enum).toEqual(VERSION_STATUSES);
  expect(model.shapes.DatasetStatus.enum).toEqual(DATASET_STATUSES);
});

const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: 'rekognition:CopyProjectVersion', Resource: '*' }],
});

describe('answers', () => {
  /** The answers of all operations, in an account that contains something of everything. */
  function everyAnswer(): [string, object][] {
    const rekognition = new Rekognition({ clock: new Clock(0), account: '111122223333', region: 'us-east-1' });
    const answers: [string, object][] = [];
    const call = (operation: string, input: object): any => {
      const answer = rekognition.handle(operation, input);
      answers.push([operation, answer]);
      return answer;
    };

    const { ProjectArn } = call('CreateProject', { ProjectName: 'birds' });
    for (const DatasetType of ['TRAIN', 'TEST']) call('CreateDataset', { ProjectArn, DatasetType });
    const [{ Datasets: [{ DatasetArn }] }] = call('DescribeProjects', {}).ProjectDescriptions;
    call('DescribeDataset', { DatasetArn });

    const OutputConfig = { S3Bucket: 'bucket' };
    const project = rekognition.projects[0];
    call('CreateProjectVersion', { ProjectArn, VersionName: 'training', OutputConfig });
    const running = rekognition.addVersion(project, 'running', { status: 'RUNNING' }).arn;
    const trained = rekognition.addVersion(project, 'trained').arn;
    call('CopyProjectVersion', { SourceProjectArn: ProjectArn, SourceProjectVersionArn: running, DestinationProjectArn: ProjectArn, VersionName: 'copy', OutputConfig });
    call('StartProjectVersion', { ProjectVersionArn: trained, MinInferenceUnits: 1, MaxInferenceUnits: 2 });
    call('StopProjectVersion', { ProjectVersionArn: running });
    rekognition.addVersion(rekognition.createProject('moderation', { feature: 'CONTENT_MODERATION' }), 'adapter');
    for (const { arn } of rekognition.projects) call('DescribeProjectVersions', { ProjectArn: arn });
    call('DescribeProjects', { Features: ['CONTENT_MODERATION', 'CUSTOM_LABELS'] });

    call('PutProjectPolicy', { ProjectArn, PolicyName: 'share', PolicyDocument: POLICY });
    call('ListProjectPolicies', { ProjectArn });
    call('DeleteProjectPolicy', { ProjectArn, PolicyName: 'share' });
    call('TagResource', { ResourceArn: ProjectArn, Tags: { team: 'a' } });
    call('ListTagsForResource', { ResourceArn: ProjectArn });
    call('UntagResource', { ResourceArn: ProjectArn, TagKeys: ['team'] });

    call('DeleteProjectVersion', { ProjectVersionArn: rekognition.addVersion(project, 'old').arn });
    call('DeleteDataset', { DatasetArn });
    call('DeleteProject', { ProjectArn: call('CreateProject', { ProjectName: 'empty' }).ProjectArn });
    return answers;
  }

  test('of every operation conform to the service model', () => {
    const answers = everyAnswer();
    expect([...new Set(answers.map(([operation]) => operation))].sort()).toEqual(Object.keys(model.operations).sort());
    for (const [operation, answer] of answers) {
      const { output } = model.operations[operation as keyof typeof model.operations];
      expect([operation, ...problemsOf(answer, output), unknownMember(answer, output)]).toEqual([operation, undefined]);
    }
  });
});
