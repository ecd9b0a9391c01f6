import * as fc from 'fast-check';
import * as handler from '../../lambda/custom-resource/handler';
import { ACCOUNT, OTHER_VERSION_ARN, PROJECT_ARN, REGION, STACK_ID, VERSION_ARN } from '../support/arns';
import { createEvent, deleteEvent, projectEvent, updateEvent } from '../support/events';

// the same every time, so that CI fails for a change only; SEED tries others.
fc.configureGlobal({ seed: Number(process.env.SEED ?? 20260101), endOnFailure: process.env.STRYKER_MUTATOR_WORKER !== undefined });

interface Request {
  readonly operation: string;
  readonly region: string;
  readonly input: any;
}

const mockRequests: Request[] = [];
/** The versions that any project of the account contains. */
let mockVersions: string[] = [];

jest.mock('timers/promises', () => ({ setTimeout: () => Promise.resolve() }));
jest.mock('../../lambda/aws/clients', () => ({
  ...jest.requireActual('../../lambda/aws/clients'),
  inRegion: (create: any) => (region: string) => {
    const client = create({ region: 'us-east-1' });
    client.send = async ({ constructor: { name }, input }: any) => {
      const operation = name.replace('Command', '');
      mockRequests.push({ operation, region, input });
      if (mockRequests.length > 100) throw new Error('endless');
      return {
        Stacks: [{ StackId: input.StackName, StackStatus: 'DELETE_IN_PROGRESS' }],
        ProjectDescriptions: [{ ProjectArn: `arn:aws:rekognition:us-east-1:111122223333:project/${input.ProjectNames}/1`, Datasets: [] }],
        ProjectVersionDescriptions: mockVersions.map((ProjectVersionArn, index) => ({ ProjectVersionArn, Status: ['RUNNING', 'STOPPED'][index % 2] })),
        Tags: { owner: 'TeardownResource' },
      };
    };
    return client;
  },
}));

/** The response that CloudFormation accepts, less what the framework puts around a message (see errors.test.ts). */
const MAX_MESSAGE_BYTES = 2048;

const CHANGE = /^(Stop|Delete|Start|Create|Update|Put|Copy|Tag|Untag)/;
const changes = () => mockRequests.filter(({ operation }) => CHANGE.test(operation));

beforeAll(() => {
  process.env.TOTAL_TIMEOUT_SECONDS = '3300';
  process.env.QUERY_INTERVAL_SECONDS = '15';
  for (const level of ['info', 'warn', 'error'] as const) jest.spyOn(console, level).mockImplementation();
});

afterAll(() => jest.restoreAllMocks());

const NAME_CHARACTERS = [...'abcXYZ0189_.-'];
const name = fc.oneof(
  { arbitrary: fc.constantFrom('version', 'dataset', 'project', 'parts', '-', '..', 'a'.repeat(255)), weight: 2 },
  { arbitrary: fc.string({ unit: fc.constantFrom(...NAME_CHARACTERS), minLength: 1, maxLength: 20 }), weight: 3 },
);
/** A name that contains an invalid character. */
const badName = fc.oneof(
  fc.constantFrom('', 'a'.repeat(256), '*', '?', 'a b', 'a/b', 'a:b', '../x', 'version/v/1', 'Ä', '模型', 'v\u0000', 'v\n', '${x}', '%2F', '🔥', '\uD800'),
  fc.string({ unit: 'grapheme', maxLength: 30 }).filter(text => !/^[a-zA-Z0-9_.-]{1,255}$/.test(text)),
);
const partition = fc.constantFrom('aws', 'aws-cn', 'aws-us-gov', 'aws-iso', 'aws-eusc');
const region = fc.constantFrom('us-east-1', 'eu-central-1', 'cn-north-1', 'us-gov-west-1');
const account = fc.stringMatching(/^[0-9]{12}$/);
const created = fc.oneof(fc.constantFrom('1', '1769817600000', '0'.repeat(30)), fc.nat().map(String));

function arnOf(...names: fc.Arbitrary<string>[]): fc.Arbitrary<string> {
  return fc.tuple(partition, region, account, created, ...names).map(([part, where, who, when, project, version]) =>
    `arn:${part}:rekognition:${where}:${who}:project/${project}/${version === undefined ? '' : `version/${version}/`}${when}`);
}

const versionArn = arnOf(name, name);
const projectArn = arnOf(name);

/** An ARN with one mistake. */
const badArn = fc.oneof(
  arnOf(badName, name), arnOf(name, badName), arnOf(badName),
  versionArn.map(arn => `${arn}/`), versionArn.map(arn => ` ${arn}`), versionArn.map(arn => `${arn}\n`), versionArn.map(arn => arn.toUpperCase()),
  versionArn.map(arn => arn.replace('/version/', '/dataset/train/')), versionArn.map(arn => arn.replace(':rekognition:', ':s3:')),
  versionArn.map(arn => `${arn},${VERSION_ARN}`), versionArn.map(arn => arn.padEnd(2049, '0')),
  versionArn.map(arn => arn.replace(/:\d{12}:/, '::')), versionArn.map(arn => arn.replace(/rekognition:[^:]+:/, 'rekognition:x.example/#:')),
);

const junk = fc.oneof(fc.jsonValue(), fc.string({ unit: 'grapheme' }), fc.constantFrom(undefined, null, '', 'x'.repeat(100_000), '€'.repeat(50_000), [], {}, [VERSION_ARN]));
const anyArn = fc.oneof(versionArn, projectArn, badArn, junk);

/** Whether it is an ARN, judged by its parts and not by the patterns of the handler. */
function partsOf(arn: unknown): { region: string; segments: string[] } | undefined {
  if (typeof arn !== 'string' || arn.length > 2048) return undefined;
  const [scheme, part, service, where, who, resource, ...others] = arn.split(':');
  const segments = (resource ?? '').split('/');
  const names = [segments[1], ...segments.length === 5 ? [segments[3]] : []];
  const isRight = scheme === 'arn' && service === 'rekognition' && others.length === 0 && segments[0] === 'project' && (segments.length === 3 || segments[2] === 'version')
    && names.every(text => text.length > 0 && text.length <= 255 && [...text].every(character => /[a-zA-Z0-9_.-]/.test(character)))
    && [part, where].every(text => text.length > 0 && [...text].every(character => /[a-z0-9-]/.test(character)))
    && who.length === 12 && [who, segments.at(-1)!].every(digits => digits !== '' && [...digits].every(character => character >= '0' && character <= '9'));
  return isRight && [3, 5].includes(segments.length) ? { region: where, segments } : undefined;
}

const isVersionArn = (arn: unknown) => partsOf(arn)?.segments.length === 5;
const isProjectArn = (arn: unknown) => partsOf(arn)?.segments.length === 3;

/** How the handler responds to an event: an answer, or an error that is readable among CloudFormation's events. */
async function handle(call: () => Promise<any>): Promise<any> {
  mockRequests.length = 0;
  try {
    return await call();
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
    const { message, stack, name: kind } = error as Error;
    expect(['TeardownError', 'Error']).toContain(kind);
    expect(message).not.toBe('');
    expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThan(MAX_MESSAGE_BYTES);
    expect(Buffer.byteLength(stack!)).toBeLessThan(2 * MAX_MESSAGE_BYTES);
    return error;
  }
}

const onEvent = (event: any) => handle(() => handler.onEvent(event));
const isComplete = (event: any) => handle(() => handler.isComplete(event, { getRemainingTimeInMillis: () => 120_000 }));

/** Checks many inputs; the message of a failure contains the seed. */
function forAll<T extends [unknown, ...unknown[]]>(
  arbitraries: { [K in keyof T]: fc.Arbitrary<T[K]> }, check: (...values: T) => Promise<void>,
): Promise<void> {
  return fc.assert(fc.asyncProperty(...arbitraries, check as any), { numRuns: 500 }) as Promise<void>;
}

const decoys = (arn: string) => [`${arn}0`, OTHER_VERSION_ARN, arn.replace('/version/', '/version/x'), VERSION_ARN.replace('/parts/', '/version/')];

describe('an ARN', () => {
  test('of a version is accepted unchanged if it is one, and rejected otherwise', () => forAll([anyArn], async arn => {
    const answer = await onEvent(createEvent({ ProjectVersionArn: arn, ProjectArn: undefined }));
    if (isVersionArn(arn)) expect(answer.PhysicalResourceId).toBe(arn);
    else expect(answer.message).toMatch(/^This is not the ARN of a Rekognition project version: /);
  }));

  test('of a project is accepted unchanged if it is one, and rejected otherwise', () => forAll([anyArn], async arn => {
    const answer = await onEvent(projectEvent('Create', { ProjectArn: arn }));
    if (isProjectArn(arn)) expect(answer.PhysicalResourceId).toBe(arn);
    else expect(answer.message).toMatch(/^This is not the ARN of a Rekognition project: /);
  }));

  test('of a running version stops exactly that version, in its own region', () => forAll([versionArn], async arn => {
    mockVersions = [arn, ...decoys(arn)];
    expect(await isComplete(deleteEvent({ ProjectVersionArn: arn, ProjectArn: undefined }))).toEqual({ IsComplete: false });
    expect(changes()).toEqual([{ operation: 'StopProjectVersion', region: arn.split(':')[3], input: { ProjectVersionArn: arn } }]);
  }));

  test('of a version that is not listed deletes nothing but that version', () => forAll([versionArn], async arn => {
    mockVersions = decoys(arn);
    await isComplete(deleteEvent({ ProjectVersionArn: arn, ProjectArn: undefined }));
    expect(changes()).toEqual([{ operation: 'DeleteProjectVersion', region: arn.split(':')[3], input: { ProjectVersionArn: arn } }]);
  }));
});

describe('a deletion', () => {
  test('whose physical id differs from its target changes nothing', () => forAll([anyArn, anyArn], async (id, arn) => {
    fc.pre(id !== arn);
    mockVersions = [id, arn].filter(value => typeof value === 'string');
    const answer = await isComplete(deleteEvent({ ProjectVersionArn: arn, ProjectArn: undefined }, { PhysicalResourceId: id as any }));
    expect(changes()).toEqual([]);
    if (!isVersionArn(id) && !isProjectArn(id)) expect(answer).toEqual({ IsComplete: true });
    else expect(answer).toBeInstanceOf(Error);
  }));

  test('of something without an ARN changes nothing, whatever the resource type', () => forAll([anyArn, fc.boolean()], async (arn, ofProject) => {
    fc.pre(ofProject ? !isProjectArn(arn) : !isVersionArn(arn));
    await isComplete(ofProject ? projectEvent('Delete', { ProjectArn: arn }, { PhysicalResourceId: arn })
      : deleteEvent({ ProjectVersionArn: arn }, { PhysicalResourceId: arn as any }));
    expect(mockRequests).toEqual([]);
  }));
});

describe('properties', () => {
  const property = fc.constantFrom('ProjectVersionArn', 'ProjectArn', 'Trigger', 'Mode', 'TrainingBehavior', 'RootStackId', 'DeleteProject', 'OwnerTag', 'ServiceToken', 'Model', '__proto__');
  const value = fc.oneof(junk, anyArn, fc.constantFrom('DELETE', 'STOP', 'delete', 'true', true, 1, 'owner', 'constructor', STACK_ID));
  const odd = fc.dictionary(property, value, { maxKeys: 4 });
  const left = fc.subarray(['ProjectArn', 'Trigger', 'Mode', 'TrainingBehavior', 'RootStackId']);

  test.each([
    ['a version', (request: string, properties: object) => request === 'Delete' ? deleteEvent(properties) : request === 'Create' ? createEvent(properties) : updateEvent(properties)],
    ['a project', (request: any, properties: object) => projectEvent(request, { OwnerTag: 'owner', ...properties })],
  ])('that are odd end in a clear error, in keeping the target, or in a call on %s and nothing else', (kind, eventOf) =>
    forAll([fc.constantFrom('Create', 'Update', 'Delete'), odd], async (request, properties) => {
      const event = eventOf(request, properties);
      const { ProjectVersionArn: version, ProjectArn: project } = event.ResourceProperties;
      mockVersions = [VERSION_ARN, OTHER_VERSION_ARN];
      await onEvent(event);
      expect(changes()).toEqual([]);
      await isComplete(event);
      const allowed = kind === 'a version' ? [version] : [...mockVersions, project];
      expect(changes().filter(({ input }) => request !== 'Delete' || !allowed.includes(Object.values(input)[0]))).toEqual([]);
      if (kind === 'a project' && project !== PROJECT_ARN) expect(changes()).toEqual([]);
    }));

  test('of an older release, without the later ones, mean the same', () => forAll([left], async names => {
    mockVersions = [VERSION_ARN];
    const properties = Object.fromEntries(names.map(missing => [missing, undefined]));
    expect(await isComplete(deleteEvent(properties))).toEqual({ IsComplete: false });
    expect(changes().map(({ input }) => input)).toEqual([{ ProjectVersionArn: VERSION_ARN }]);
  }));
});

describe('an event', () => {
  const value = fc.oneof(junk, anyArn, fc.constantFrom('Delete', 'delete'));
  const fields = fc.record({
    RequestType: value,
    // CloudFormation accepts no other type names than these.
    ResourceType: fc.oneof(fc.constantFrom('Custom::RekognitionProjectTeardown', 'Custom::constructor'), fc.stringMatching(/^Custom::[\w@-]{1,52}$/)),
    StackId: value,
    RequestId: value,
    LogicalResourceId: value,
    PhysicalResourceId: value,
    StartedAt: value,
    Operation: fc.constantFrom(null, undefined),
    OldResourceProperties: value,
  }, { requiredKeys: [] });

  test('with odd fields ends in a clear error, in keeping the target, or in a call on exactly what the properties name', () =>
    forAll([fc.constantFrom('Create', 'Update', 'Delete'), fields], async (request, odd) => {
      const event = { ...request === 'Delete' ? deleteEvent() : request === 'Create' ? createEvent() : updateEvent(), ...odd };
      mockVersions = [VERSION_ARN, OTHER_VERSION_ARN];
      await onEvent(event);
      await isComplete(event);
      expect(changes().filter(({ input }) => Object.values(input)[0] !== VERSION_ARN)).toEqual([]);
      if (event.RequestType !== 'Delete') expect(changes()).toEqual([]);
    }));
});

test('the fixtures of these tests are valid', () => {
  expect([VERSION_ARN, OTHER_VERSION_ARN].every(isVersionArn)).toBe(true);
  expect(isProjectArn(PROJECT_ARN)).toBe(true);
  expect(VERSION_ARN).toContain(`:${REGION}:${ACCOUNT}:`);
});
