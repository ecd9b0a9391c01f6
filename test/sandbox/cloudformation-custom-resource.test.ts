import { Answer, custom, thing, World } from './cloudformation-world';

let world: World;
beforeEach(() => { world = new World(); });

test('the function gets the request as CloudFormation sends it, with all scalars as strings', async () => {
  const { id } = await world.deploy({ Resources: { W: custom({ Number: 1, Flag: true, List: [2, { Deep: false }] }) } });
  expect(world.events).toEqual([{
    RequestType: 'Create',
    ServiceToken: 'function',
    ResponseURL: expect.stringMatching(/^https:/),
    StackId: id,
    RequestId: expect.any(String),
    LogicalResourceId: 'W',
    ResourceType: 'Custom::Widget',
    ResourceProperties: { ServiceToken: 'function', Number: '1', Flag: 'true', List: ['2', { Deep: 'false' }] },
  }]);
});

test('the data of a response become the attributes of the resource', async () => {
  world.answer = () => ({ PhysicalResourceId: 'w-1', Data: { Colour: 'red' } });
  const stack = await world.deploy({
    Resources: { W: custom() },
    Outputs: { Colour: { Value: { 'Fn::GetAtt': ['W', 'Colour'] } }, Id: { Value: { Ref: 'W' } } },
  });
  expect(stack.outputs).toEqual({ Colour: 'red', Id: 'w-1' });
});

test('an attribute that is missing from the response fails the resource that needs it', async () => {
  const stack = await world.deploy({ Resources: { W: custom(), A: thing({ Value: { 'Fn::GetAtt': ['W', 'Colour'] } }) } });
  expect(stack.status).toBe('ROLLBACK_COMPLETE');
  expect(world.history('A')[0]).toMatch(/^CREATE_FAILED CustomResource attribute error: Vendor response doesn't contain Colour attribute/);
});

test('a failure shows its reason, and the rollback deletes the physical id in the response', async () => {
  world.answer = ({ RequestType }) => RequestType === 'Create' ? { Status: 'FAILED', Reason: 'no luck', PhysicalResourceId: 'half' } : {};
  const stack = await world.deploy({ Resources: { W: custom() } });
  expect(stack.status).toBe('ROLLBACK_COMPLETE');
  expect(world.history('W')[2]).toBe('CREATE_FAILED Received response status [FAILED] from custom resource. '
    + `Message returned: no luck (RequestId: ${world.events[0].RequestId})`);
  expect(world.actions).toEqual(['Create W', 'Delete half']);
});

test.each<[string, Answer, string]>([
  ['is too long', { PhysicalResourceId: 'w', Data: { Long: 'x'.repeat(4096) } }, 'Response object is too long.'],
  ['has no physical id', { PhysicalResourceId: undefined }, 'Invalid PhysicalResourceId'],
  ['has an unknown status', { Status: 'DONE', PhysicalResourceId: 'w' }, 'Value of property Status must be either SUCCESS or FAILED'],
  ['is no JSON', '<xml>', 'Response is not valid JSON'],
])('a response that %s fails the resource', async (_, answer, reason) => {
  world.answer = ({ RequestType }) => RequestType === 'Create' ? answer : {};
  await world.deploy({ Resources: { W: custom() } });
  expect(world.history('W')[1]).toMatch('CREATE_FAILED');
  expect(world.history('W')[1]).toMatch(reason);
});

test.each(['RequestId', 'StackId', 'LogicalResourceId'])('a response with another %s is ignored', async field => {
  world.answer = ({ RequestType }) => RequestType === 'Create' ? { PhysicalResourceId: 'w', [field]: 'other' } : {};
  await world.deploy({ Resources: { W: custom() } });
  expect(world.history('W')[1]).toMatch(/^CREATE_FAILED CloudFormation did not receive a response/);
});

test('only the first response counts', async () => {
  world.answer = event => {
    const { RequestId, StackId, LogicalResourceId } = event;
    const body = { Status: 'SUCCESS', RequestId, StackId, LogicalResourceId };
    world.put(event, JSON.stringify({ ...body, PhysicalResourceId: 'first' }));
    return { PhysicalResourceId: 'second' };
  };
  const stack = await world.deploy({ Resources: { W: custom() } });
  expect(stack.resources.W.physicalId).toBe('first');
});

test('a request without a response fails after its timeout, and not before', async () => {
  world.answer = ({ RequestType }) => RequestType === 'Create' ? undefined : {};
  const start = world.clock.now();
  await world.deploy({ Resources: { W: custom({ ServiceTimeout: '600' }) } });
  const failed = world.cloudFormation.log.events.find(({ status }) => status === 'CREATE_FAILED')!;
  expect(failed.time - start).toBeGreaterThanOrEqual(600_000);
  expect(failed.time - start).toBeLessThan(605_000);
  expect(failed.reason).toContain(`Please check your logs for requestId [${world.events[0].RequestId}]`);
  expect(world.put(world.events[0], '{}')).toBe(false);
});

test('a failed invocation is not a response: Lambda retries after one minute and after two more', async () => {
  const times: number[] = [];
  world.answer = () => {
    times.push(world.clock.now());
    if (times.length < 3) throw new Error('crash');
    return { PhysicalResourceId: 'w' };
  };
  expect((await world.deploy({ Resources: { W: custom() } })).status).toBe('CREATE_COMPLETE');
  expect(times.map(time => Math.round((time - times[0]) / 10_000))).toEqual([0, 6, 18]);
});

test('a deleted function fails the resource at once', async () => {
  await world.deploy({ Resources: { W: custom() } });
  world.gone.add('function');
  const stack = await world.destroy();
  expect(stack.status).toBe('DELETE_FAILED');
  expect(world.history('W').pop()).toBe('DELETE_FAILED Failed to invoke function: Function not found');
});

test('a creation that is interrupted is deleted under a generated id, while the function may still be running', async () => {
  world.failing.add('create A-thing');
  world.answer = ({ RequestType }) => RequestType === 'Create' ? undefined : {};
  const stack = await world.deploy({ Resources: { W: custom(), First: custom({ Id: 'x' }, { DependsOn: 'A' }), A: thing() } });
  expect(stack.status).toBe('ROLLBACK_COMPLETE');
  expect(world.history('W')[1]).toBe('CREATE_FAILED Resource creation cancelled');
  expect(world.actions).toEqual(['Create W', 'create A-thing', expect.stringMatching(/^Delete Shop-W-[0-9A-Z]{12}$/)]);
});

describe('updates', () => {
  test('send the old properties and the physical id', async () => {
    await world.deploy({ Resources: { W: custom({ Id: 'w', Size: 1 }) } });
    await world.deploy({ Resources: { W: custom({ Id: 'w', Size: 2 }) } });
    expect(world.events[1]).toMatchObject({
      RequestType: 'Update', PhysicalResourceId: 'w', ResourceProperties: { Size: '2' }, OldResourceProperties: { Size: '1' },
    });
  });

  test('that return another physical id replace the resource: the cleanup deletes the old one, with its old properties', async () => {
    await world.deploy({ Resources: { W: custom({ Id: 'one' }) } });
    const statuses: string[] = [];
    const answer = world.answer;
    world.answer = event => {
      statuses.push(`${event.RequestType} in ${world.cloudFormation.stack('Shop').status}`);
      return answer(event);
    };
    const stack = await world.deploy({ Resources: { W: custom({ Id: 'two' }) } });
    expect(stack.status).toBe('UPDATE_COMPLETE');
    expect(stack.resources.W.physicalId).toBe('two');
    expect(statuses).toEqual(['Update in UPDATE_IN_PROGRESS', 'Delete in UPDATE_COMPLETE_CLEANUP_IN_PROGRESS']);
    expect(world.events[2]).toMatchObject({ PhysicalResourceId: 'one', ResourceProperties: { Id: 'one' } });
    expect(world.history('W')).toContain('UPDATE_IN_PROGRESS Requested update required the provider to create a new physical resource');
  });

  test('may not change the service token', async () => {
    await world.deploy({ Resources: { W: custom() } });
    const stack = await world.deploy({ Resources: { W: custom({ ServiceToken: 'other' }) } });
    expect(world.history('W')).toContain('UPDATE_FAILED Modifying service token is not allowed.');
    expect([stack.status, world.actions]).toEqual(['UPDATE_ROLLBACK_COMPLETE', []]);
  });

  test('that fail are rolled back by an update with old and new properties swapped', async () => {
    await world.deploy({ Resources: { W: custom({ Id: 'w', Size: 1 }) } });
    world.answer = ({ ResourceProperties: { Id, Size } }) => ({ PhysicalResourceId: Id, Status: Size === '2' ? 'FAILED' : 'SUCCESS', Reason: 'too big' });
    const stack = await world.deploy({ Resources: { W: custom({ Id: 'w', Size: 2 }) } });
    expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(world.events[2]).toMatchObject({ RequestType: 'Update', ResourceProperties: { Size: '1' }, OldResourceProperties: { Size: '2' } });
    expect(world.events).toHaveLength(3);
  });

  test('that replaced the resource are rolled back too: the cleanup deletes the new id, not the old one', async () => {
    await world.deploy({ Resources: { W: custom({ Id: 'one' }) } });
    world.failing.add('create A-thing');
    const stack = await world.deploy({ Resources: { W: custom({ Id: 'two' }), A: thing({}, { DependsOn: 'W' }) } });
    expect(stack.resources.W.physicalId).toBe('one');
    expect(world.actions).toEqual(['Update one', 'create A-thing', 'Update two', 'Delete two']);
    expect(world.events[3]).toMatchObject({ RequestType: 'Delete', ResourceProperties: { Id: 'two' } });
  });

  test('that are interrupted are rolled back', async () => {
    await world.deploy({ Resources: { W: custom({ Id: 'w', Size: 1 }) } });
    world.failing.add('create A-thing');
    world.answer = ({ ResourceProperties: { Size } }) => Size === '2' ? undefined : {};
    const stack = await world.deploy({ Resources: { W: custom({ Id: 'w', Size: 2 }), A: thing() } });
    expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(world.history('W')).toContain('UPDATE_FAILED Resource update cancelled');
  });
});
