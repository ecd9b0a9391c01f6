import { Clock } from '../../sandbox/clock';
import { Project, Rekognition } from '../../sandbox/rekognition';
import { ApiServer } from '../../sandbox/server';

let rekognition: Rekognition;
let project: Project;
let server: ApiServer;
let problems: unknown[];

beforeEach(async () => {
  const clock = new Clock(0);
  rekognition = new Rekognition({ clock, account: '111122223333', region: 'us-east-1' });
  project = rekognition.createProject('birds');
  problems = [];
  server = await ApiServer.start({
    clock, services: { rekognition }, callerOf: arn => ({ arn }), authorize: () => true, onProblem: problem => problems.push(problem),
  });
});

afterEach(() => server.stop());

/** A request as it is sent. */
async function send(operation: string, body: unknown, { method = 'POST', path = '/' } = {}): Promise<{ status: number; answer: any }> {
  const response = await fetch(server.url + path, {
    method,
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `RekognitionService.${operation}`,
      'authorization': 'AWS4-HMAC-SHA256 Credential=sandbox/20260131/us-east-1/rekognition/aws4_request, SignedHeaders=host, Signature=none',
    },
    body: method === 'POST' ? typeof body === 'string' ? body : JSON.stringify(body) : undefined,
  });
  return { status: response.status, answer: JSON.parse(await response.text()) };
}

test.each(['[]', '[{}]', '"text"', '1', 'true', 'null', '{', '{}{}'])('a body that is not a JSON object is rejected: %s', async body => {
  expect(await send('DescribeProjects', body)).toMatchObject({ status: 400, answer: { __type: 'SerializationException' } });
  expect(problems).toEqual([]);
});

test.each([['GET', '/'], ['PUT', '/'], ['DELETE', '/'], ['POST', '/projects'], ['GET', '/projects']])('there is nothing at %s %s', async (method, path) => {
  expect(await send('DescribeProjects', {}, { method, path })).toMatchObject({ status: 404, answer: { __type: 'UnknownOperationException' } });
  expect(problems).toEqual([]);
});

test.each([
  ['an operation', 'DetectLabels', { Image: {} }, 'DetectLabels'],
  ['a member', 'DescribeProjects', { SortBy: 'NAME' }, 'SortBy of the operation DescribeProjects'],
])('%s that is not modeled is rejected at once, by its name', async (_what, operation, input, name) => {
  const { status, answer } = await send(operation, input);
  expect(status).toBe(400);
  expect(answer.Message).toContain(name);
});

describe('a null member', () => {
  test('counts as missing', async () => {
    const optional = { NextToken: null, MaxResults: null, ProjectNames: null, Features: null };
    expect(await send('DescribeProjects', optional)).toMatchObject({ status: 200, answer: { ProjectDescriptions: [{ ProjectArn: project.arn }] } });

    const input = { ProjectArn: project.arn, VersionName: 'v1', OutputConfig: { S3Bucket: 'results', S3KeyPrefix: null }, TrainingData: null, TestingData: null, Tags: null };
    expect((await send('CreateProjectVersion', input)).status).toBe(200);
    expect(project.versions[0].details.outputConfig).toEqual({ S3Bucket: 'results' });
  });

  test('is rejected if it is required', async () => {
    const { status, answer } = await send('DescribeProjectVersions', { ProjectArn: null });
    expect([status, answer.__type]).toEqual([400, 'ValidationException']);
    expect(answer.Message).toContain("Value null at 'projectArn' failed to satisfy constraint: Member must not be null");
  });

  test('is rejected as an item of a list', async () => {
    expect(await send('DescribeProjects', { ProjectNames: [null] })).toMatchObject({ status: 400, answer: { __type: 'ValidationException' } });
  });
});
