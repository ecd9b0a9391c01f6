import { custom, thing, World } from './cloudformation-world';
import type { CloudFormationSettings } from '../../sandbox/cloudformation';

/*
 * What the events of a stack look like, and the settings for what real ones leave open.
 */

const GENERAL = 'AWS::CloudFormation::CustomResource';
const UUID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;
const NO_LUCK = { Status: 'FAILED', Reason: 'no luck' };

let world: World;
beforeEach(() => { world = new World(); });

const set = (settings: Partial<CloudFormationSettings>) => Object.assign(world.cloudFormation.settings, settings);
const call = (operation: string, input: object) => world.cloudFormation.handle(operation, input) as any;
/** The events that the API shows, oldest first. */
function events(): any[] {
  const { id } = world.cloudFormation.stacks[0];
  return call('DescribeStackEvents', { StackName: id }).StackEvents.reverse();
}

const of = (logicalId: string) => events().filter(({ LogicalResourceId }) => LogicalResourceId === logicalId);
const reasons = () => events().map(({ ResourceStatusReason: reason }) => reason).filter(Boolean);

/** Creates a stack, whose update then fails, is rolled back and cleaned up. */
async function rollBackAnUpdate(): Promise<void> {
  await world.deploy({ Resources: { A: thing() } });
  world.failing.add('create B-thing');
  await world.deploy({ Resources: { A: thing(), W: custom(), B: thing({}, { DependsOn: 'W' }) } });
}

test('events of the stack, of resources and of a cleanup have different forms of ids, and all ids differ', async () => {
  await rollBackAnUpdate();
  const [began, created] = of('W');
  expect(began.EventId).toMatch(/^W-CREATE_IN_PROGRESS-\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(created.EventId).not.toBe(began.EventId);
  expect(of('W').at(-1).EventId.slice(2)).toMatch(UUID);
  for (const { EventId: id } of of('Shop')) expect(id).toMatch(UUID);
  expect(new Set(events().map(({ EventId: id }) => id)).size).toBe(events().length);
});

test('only events of resources outside cleanups have properties', async () => {
  await rollBackAnUpdate();
  expect(of('W').map(({ ResourceProperties: properties }) => properties && JSON.parse(properties))).toEqual([
    { ServiceToken: 'function' }, { ServiceToken: 'function' }, { ServiceToken: 'function' }, undefined, undefined,
  ]);
  expect(of('Shop').every(({ ResourceProperties: properties }) => properties === undefined)).toBe(true);
});

test('the physical id is empty, not absent, while there is none', async () => {
  await world.deploy({ Resources: { A: thing() } });
  expect(of('A')[0].PhysicalResourceId).toBe('');
});

describe('operation ids', () => {
  /** The operation of each event of the stack itself, numbered. */
  async function operations(operationIds: CloudFormationSettings['operationIds']): Promise<number[]> {
    set({ operationIds });
    await rollBackAnUpdate();
    await world.destroy();
    const ids = of('Shop').map(({ OperationId: id }) => id);
    return ids.map(id => id === undefined ? 0 : [...new Set(ids)].indexOf(id) + 1);
  }

  test.each([
    ['WHOLE', [1, 1, 2, 2, 2, 2, 3, 3]],
    ['NOT_ROLLBACK', [1, 1, 2, 3, 3, 3, 4, 4]],
    ['NOT_CLEANUP', [1, 1, 2, 3, 4, 4, 5, 5]],
    ['NONE', [0, 0, 0, 0, 0, 0, 0, 0]],
  ] as const)('%s', async (setting, expected) => {
    expect(await operations(setting)).toEqual(expected);
  });

  test('the review of a change set has none', async () => {
    const TemplateBody = JSON.stringify({ Resources: { A: thing() } });
    call('CreateChangeSet', { StackName: 'Shop', ChangeSetName: 'first', ChangeSetType: 'CREATE', TemplateBody });
    expect(of('Shop')).toMatchObject([{ ResourceStatus: 'REVIEW_IN_PROGRESS', OperationId: undefined }]);
  });
});

describe('a custom resource has the general type in a cleanup', () => {
  const typesOf = (logicalId: string) => of(logicalId)
    .filter(({ ResourceStatus }) => ResourceStatus.startsWith('DELETE_')).map(({ ResourceType }) => ResourceType);

  beforeEach(() => set({ cleanupTypes: 'GENERAL' }));

  test('but the request has the type of the template', async () => {
    await world.deploy({ Resources: { W: custom(), A: thing() } });
    await world.deploy({ Resources: { A: thing() } });
    expect(typesOf('W')).toEqual([GENERAL, GENERAL]);
    expect(world.events.map(({ ResourceType }) => ResourceType)).toEqual(['Custom::Widget', 'Custom::Widget']);
  });

  test('also after a rollback, and as the old resource of a replacement', async () => {
    await rollBackAnUpdate();
    expect(typesOf('W')).toEqual([GENERAL, GENERAL]);
    await world.deploy({ Resources: { A: thing(), V: custom({ Id: 'one' }) } });
    await world.deploy({ Resources: { A: thing(), V: custom({ Id: 'two' }) } });
    expect(world.record('V').slice(-2)).toEqual(['DELETE_IN_PROGRESS [one]', 'DELETE_COMPLETE [one]']);
    expect(typesOf('V')).toEqual([GENERAL, GENERAL]);
  });

  test('but not in the deletion of a stack or in the rollback of its creation', async () => {
    await world.deploy({ Resources: { W: custom() } });
    await world.destroy();
    expect(typesOf('W')).toEqual(['Custom::Widget', 'Custom::Widget']);
    world.failing.add('create A-thing');
    await world.deploy({ Resources: { W: custom(), A: thing({}, { DependsOn: 'W' }) } });
    const own = world.cloudFormation.log.events.filter(({ logicalId }) => logicalId === 'W');
    expect(own.every(({ resourceType }) => resourceType === 'Custom::Widget')).toBe(true);
  });

  test('and not if the setting says so', async () => {
    set({ cleanupTypes: 'TEMPLATE' });
    await rollBackAnUpdate();
    expect(typesOf('W')).toEqual(['Custom::Widget', 'Custom::Widget']);
  });
});

describe('a cleanup that fails', () => {
  const TRY = ['DELETE_IN_PROGRESS', 'DELETE_FAILED'];

  beforeEach(() => {
    world.answer = ({ RequestType }) => RequestType === 'Delete' ? NO_LUCK : { PhysicalResourceId: 'w' };
  });

  test.each([
    ['EVERY_TRY', [...TRY, ...TRY, ...TRY]],
    ['FIRST_TRY', [...TRY, 'DELETE_FAILED', 'DELETE_FAILED']],
    ['NEVER', []],
  ] as const)('shows its attempts as the setting says: %s', async (deletionEntries, statuses) => {
    set({ deletionEntries });
    await world.deploy({ Resources: { W: custom(), A: thing() } });
    await world.deploy({ Resources: { A: thing() } });
    const shown = of('W').map(({ ResourceStatus: status }) => status).filter(status => status.startsWith('DELETE_'));
    expect(shown).toEqual(statuses);
    const ending = 'UPDATE_COMPLETE Update successful. One or more resources could not be deleted.';
    expect(world.history('Shop').at(-1)).toBe(ending);
    const { StackResourceSummaries: listed } = call('ListStackResources', { StackName: 'Shop' });
    expect(listed).toMatchObject([{ LogicalResourceId: 'A' }]);
  });

  test.each([
    ['AT_ONCE', ['Delete w', 'Delete w', 'Delete w', 'delete B-thing']],
    ['AT_THE_END', ['Delete w', 'delete B-thing', 'Delete w', 'Delete w']],
  ] as const)('tries again when the setting says: %s', async (cleanupRetries, actions) => {
    set({ cleanupRetries });
    await world.deploy({ Resources: { A: thing(), B: thing(), W: custom({}, { DependsOn: 'B' }) } });
    const stack = await world.deploy({ Resources: { A: thing() } });
    expect(world.actions).toEqual(actions);
    expect(stack.statusReason).toMatch('could not be deleted');
    expect(Object.keys(stack.resources)).toEqual(['A']);
  });
});

test.each([
  ['USUAL', ['User Initiated', 'Resource creation Initiated']],
  ['WITH_HOOKS', [
    'Hook invocations complete.  User Initiated', 'Hook invocations complete.  Resource creation initiated',
  ]],
  ['OTHERS', ['Notice 14', 'Notice 27']],
  ['NONE', []],
] as const)('the words of the reasons are as the setting says: %s', async (setting, expected) => {
  set({ reasons: setting });
  await world.deploy({ Resources: { A: thing() } });
  expect(reasons()).toEqual(expected);
});

test('the reason of a failure is not CloudFormation\'s, so no setting changes its words', async () => {
  set({ reasons: 'NONE' });
  world.failing.add('create B-thing');
  await world.deploy({ Resources: { A: thing(), B: thing() } });
  expect(reasons()).toEqual(['cannot create B-thing']);
});

describe('a control character in the reason of a failure', () => {
  const UNREADABLE = 'The response contains control characters or otherwise invalid characters';

  test('makes the events of the stack unreadable, whoever it is from', async () => {
    world.answer = () => ({ ...NO_LUCK, Reason: '\x1b[31mno luck' });
    await world.deploy({ Resources: { W: custom() } });
    expect(events).toThrow(UNREADABLE);
  });

  test('is in the reason of every resource but custom ones if the setting says so', async () => {
    set({ controlCharacters: true });
    await world.deploy({ Resources: { A: thing() } });
    expect(events()).toHaveLength(5);
    world.answer = () => NO_LUCK;
    await world.deploy({ Resources: { A: thing(), W: custom() } });
    expect(events().length).toBeGreaterThan(5);
    world.failing.add('create B-thing');
    await world.deploy({ Resources: { A: thing(), B: thing() } });
    expect(events).toThrow(UNREADABLE);
  });

  test('does so until newer events have filled a page', async () => {
    set({ controlCharacters: true });
    await rollBackAnUpdate();
    expect(events).toThrow(UNREADABLE);
    for (let update = 0; update < 25; update++) await world.deploy({ Resources: { A: thing({ Value: update }) } });
    expect(events()).toHaveLength(100);
  });
});

test('an event tells that a consistency check has begun if the setting says so, also one of the stack', async () => {
  set({ consistencyChecks: true });
  world.isEventuallyConsistent = true;
  const resources = { A: thing(), W: custom({}, { DependsOn: 'A' }), B: thing({}, { DependsOn: 'W' }) };
  await world.deploy({ Resources: resources });
  const check = { ResourceStatus: 'CREATE_IN_PROGRESS', ResourceStatusReason: 'Eventual consistency check initiated' };
  const checks = events().filter(({ DetailedStatus: detailed }) => detailed === 'CONFIGURATION_COMPLETE');
  expect(checks).toMatchObject(['A', 'B', 'Shop'].map(LogicalResourceId => ({ ...check, LogicalResourceId })));
  expect(of('W')).toHaveLength(3);
});

test.each([
  ['UNIQUE', 4],
  ['REPEATED', 3],
] as const)('the ids of requests are as the setting says: %s', async (requestIds, different) => {
  set({ requestIds });
  await world.deploy({ Resources: { W: custom({ Size: 1 }) } });
  await world.deploy({ Resources: { W: custom({ Size: 2 }) } });
  await world.deploy({ Resources: { W: custom({ Size: 3 }) } });
  expect((await world.destroy()).status).toBe('DELETE_COMPLETE');
  expect(new Set(world.events.map(({ RequestId: id }) => id)).size).toBe(different);
});
