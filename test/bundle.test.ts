import { execFileSync } from 'child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { createServer, IncomingMessage, Server } from 'http';
import { isBuiltin } from 'module';
import { AddressInfo } from 'net';
import { tmpdir } from 'os';
import * as path from 'path';
import { PROJECT_ARN, VERSION_ARN } from './support/arns';
import type * as clients from './support/clients';

const ROOT = path.join(__dirname, '..');
const STACK_ID = 'arn:aws:cloudformation:us-east-1:111122223333:stack/Models/1';

const directory = mkdtempSync(path.join(tmpdir(), 'bundle-'));

afterAll(() => rmSync(directory, { recursive: true }));

/** Bundles a file like the functions. Throws what esbuild prints. */
function bundle(entry: string): string {
  const outfile = path.join(directory, 'bundled.js');
  execFileSync(
    'node',
    [
      '--input-type=module',
      '--eval',
      `
    import { build } from 'esbuild';
    import { options } from './scripts/esbuild.mjs';
    const { entryPoints, outdir, ...common } = options;
    // the tests' environment has no \`import()\`.
    const supported = { 'dynamic-import': false };
    await build({ ...common, supported, entryPoints: [${JSON.stringify(entry)}], outfile: ${JSON.stringify(outfile)} });
  `,
    ],
    { cwd: ROOT, encoding: 'utf8', stdio: 'pipe' },
  );
  return outfile;
}

test('bundling fails if a part that is left out of the SDK is not found', () => {
  const entry = path.join(directory, 'other.ts');
  writeFileSync(entry, 'export const other = 1;');
  expect(() => bundle(entry)).toThrow(
    /no file of the bundle is .*event-streams.*adapt scripts\/trim\.mjs to this release of the SDK/,
  );
});

// the runtime of AWS has an SDK too, but another one at any time.
test.each(['teardown', 'workflow'])('the bundle %s contains everything but the modules of Node.js', name => {
  const code = readFileSync(path.join(ROOT, 'assets', name, 'index.js'), 'utf8');
  const required = [...code.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, module]) => module);
  expect(required).not.toEqual([]);
  expect(required.filter(module => !isBuiltin(module))).toEqual([]);
});

describe('the clients, without the parts that are left out,', () => {
  const environment = { ...process.env };
  let server: Server;
  let bundled: typeof clients;
  let requests: { operation?: string; body: string }[];
  let answer: { status: number; body: string };

  const bodyOf = async (request: IncomingMessage) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    return body;
  };

  beforeAll(async () => {
    server = createServer(async (request, response) => {
      const body = await bodyOf(request);
      requests.push({
        operation:
          (request.headers['x-amz-target'] as string | undefined)?.split('.')[1] ?? /Action=(\w+)/.exec(body)?.[1],
        body,
      });
      response.writeHead(answer.status).end(answer.body);
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
    });
    bundled = jest.requireActual(bundle(path.join(__dirname, 'support', 'clients.ts')));
  });

  afterAll(() => {
    process.env = environment;
    server.close();
  });

  beforeEach(() => {
    requests = [];
    answer = { status: 200, body: '{}' };
  });

  test.each<[string, (arn: string) => Promise<void>, string, object]>([
    ['StopProjectVersion', arn => bundled.stopProjectVersion(arn), VERSION_ARN, { ProjectVersionArn: VERSION_ARN }],
    ['DeleteProjectVersion', arn => bundled.deleteProjectVersion(arn), VERSION_ARN, { ProjectVersionArn: VERSION_ARN }],
    [
      'DeleteDataset',
      arn => bundled.deleteDataset(arn),
      `${PROJECT_ARN}/dataset`,
      { DatasetArn: `${PROJECT_ARN}/dataset` },
    ],
    ['DeleteProject', arn => bundled.deleteProject(arn), PROJECT_ARN, { ProjectArn: PROJECT_ARN }],
  ])('call %s', async (operation, change, arn, input) => {
    await change(arn);
    expect(requests).toEqual([{ operation, body: JSON.stringify(input) }]);
  });

  test('describe versions', async () => {
    answer.body = JSON.stringify({
      ProjectVersionDescriptions: [
        { ProjectVersionArn: VERSION_ARN, Status: 'RUNNING', MinInferenceUnits: 2, CreationTimestamp: 1767225600 },
      ],
      NextToken: '',
    });
    expect(await bundled.describeProjectVersions(PROJECT_ARN, ['v1'])).toEqual([
      { arn: VERSION_ARN, status: 'RUNNING', isAdapter: false, inferenceUnits: 2, createdAt: new Date(1767225600_000) },
    ]);
    expect(requests.map(({ operation }) => operation)).toEqual(['DescribeProjectVersions']);
  });

  test('describe projects and their datasets', async () => {
    const datasets = [{ DatasetArn: `${PROJECT_ARN}/dataset`, Status: 'CREATE_COMPLETE' }];
    answer.body = JSON.stringify({ ProjectDescriptions: [{ ProjectArn: PROJECT_ARN, Datasets: datasets }] });
    const [, projectName] = PROJECT_ARN.split('/');
    expect(await bundled.describeProjects({ region: 'us-east-1', projectName })).toEqual([
      { ProjectArn: PROJECT_ARN, Datasets: datasets },
    ]);
  });

  test('list the tags of a resource', async () => {
    answer.body = JSON.stringify({ Tags: { owner: 'Teardown' } });
    expect(await bundled.listTags(PROJECT_ARN)).toEqual({ owner: 'Teardown' });
  });

  test('describe stacks, their events and their resources', async () => {
    const result = (operation: string, content: string) =>
      `<${operation}Response><${operation}Result>${content}</${operation}Result></${operation}Response>`;
    answer.body = result(
      'DescribeStacks',
      `<Stacks><member><StackId>${STACK_ID}</StackId><StackStatus>DELETE_IN_PROGRESS</StackStatus></member></Stacks>`,
    );
    expect(await bundled.describeStack(STACK_ID)).toEqual({ StackId: STACK_ID, StackStatus: 'DELETE_IN_PROGRESS' });

    answer.body = result(
      'DescribeStackEvents',
      '<StackEvents><member><EventId>e</EventId><Timestamp>2026-01-01T00:00:00.123Z</Timestamp></member></StackEvents>',
    );
    expect((await bundled.stackEvents(STACK_ID).next()).value).toEqual([
      { EventId: 'e', Timestamp: new Date('2026-01-01T00:00:00.123Z') },
    ]);

    answer.body = result(
      'ListStackResources',
      '<StackResourceSummaries><member><LogicalResourceId>Model</LogicalResourceId></member></StackResourceSummaries>',
    );
    expect(await bundled.stackResources(STACK_ID)).toEqual([{ LogicalResourceId: 'Model' }]);
    expect(requests.map(({ operation }) => operation)).toEqual([
      'DescribeStacks',
      'DescribeStackEvents',
      'ListStackResources',
    ]);
  });

  test.each([
    ['ResourceNotFoundException', 400, 'gone'],
    ['ResourceInUseException', 400, 'conflict'],
    ['AccessDeniedException', 400, 'denied'],
    ['ProvisionedThroughputExceededException', 400, 'transient'],
    ['ThrottlingException', 500, 'transient'],
    ['InternalServerError', 500, 'transient'],
    ['ErrorOfTomorrow', 400, 'fatal'],
  ])('recognize that Rekognition answers %s', async (name, status, kind) => {
    answer = { status, body: JSON.stringify({ __type: name, Code: name, Message: 'because of this' }) };
    await expect(bundled.stopProjectVersion(VERSION_ARN)).rejects.toMatchObject({
      kind,
      message: `rekognition:StopProjectVersion failed with ${name}: because of this`,
      isThrottled: /Throttling|Throughput/.test(name),
    });
  });

  test.each([
    ['ValidationError', `Stack with id ${STACK_ID} does not exist`, 'gone'],
    ['AccessDenied', 'not authorized', 'denied'],
    ['Throttling', 'Rate exceeded', 'transient'],
    ['ErrorOfTomorrow', 'because of this', 'fatal'],
  ])('recognize that CloudFormation answers %s', async (name, message, kind) => {
    answer = {
      status: 400,
      body: '<ErrorResponse><Error><Type>Sender</Type>'
        + `<Code>${name}</Code><Message>${message}</Message></Error></ErrorResponse>`,
    };
    await expect(bundled.describeStack(STACK_ID)).rejects.toMatchObject({
      kind,
      message: `cloudformation:DescribeStacks failed with ${name}: ${message}`,
      isThrottled: name === 'Throttling',
    });
  });
});
