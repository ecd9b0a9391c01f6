import { custom, thing, World } from './cloudformation-world';

let world: World;
beforeEach(() => { world = new World(); });

const call = (operation: string, input: object) => world.cloudFormation.handle(operation, input) as any;
const REPLACES = 'Requested update requires the creation of a new physical resource; hence creating one.';
const INITIATED = 'Resource creation Initiated';

describe('the record of a resource', () => {
  test('has its physical id as soon as it has one', async () => {
    await world.deploy({ Resources: { A: thing() } });
    expect(world.record('A')).toEqual(['CREATE_IN_PROGRESS []', `CREATE_IN_PROGRESS [A-thing] ${INITIATED}`, 'CREATE_COMPLETE [A-thing]']);
  });

  test('has, for a failed custom resource, the id in its response', async () => {
    world.answer = ({ RequestType }) => RequestType === 'Create' ? { Status: 'FAILED', Reason: 'no luck', PhysicalResourceId: 'half' } : {};
    await world.deploy({ Resources: { W: custom() } });
    expect(world.record('W')).toEqual([
      'CREATE_IN_PROGRESS []', `CREATE_IN_PROGRESS [half] ${INITIATED}`, expect.stringMatching(/^CREATE_FAILED \[half\] .*no luck/),
      'DELETE_IN_PROGRESS [half]', 'DELETE_COMPLETE [half]',
    ]);
  });

  test('has, for an interrupted one, an id that CloudFormation generated', async () => {
    world.answer = ({ RequestType }) => RequestType === 'Create' ? undefined : {};
    world.failing.add('create A-thing');
    await world.deploy({ Resources: { W: custom(), A: thing({}, { DependsOn: 'B' }), B: thing() } });
    const [begun, failed, deleted] = world.record('W');
    expect(begun).toBe('CREATE_IN_PROGRESS []');
    const [, id] = /^CREATE_FAILED \[(Shop-W-\w{12})\] Resource creation cancelled$/.exec(failed) ?? [];
    expect(deleted).toBe(`DELETE_IN_PROGRESS [${id}]`);
  });

  test('has both ids of a replaced resource, and the old one in the cleanup', async () => {
    await world.deploy({ Resources: { A: thing({ Name: 'one' }) } });
    await world.deploy({ Resources: { A: thing({ Name: 'two' }) } });
    expect(world.record('A').slice(3)).toEqual([
      `UPDATE_IN_PROGRESS [A-one] ${REPLACES}`, `UPDATE_IN_PROGRESS [A-two] ${INITIATED}`, 'UPDATE_COMPLETE [A-two]',
      'DELETE_IN_PROGRESS [A-one]', 'DELETE_COMPLETE [A-one]',
    ]);
  });

  test('shows that the deletion of a retained resource was skipped', async () => {
    await world.deploy({ Resources: { A: thing({}, { DeletionPolicy: 'Retain' }) } });
    await world.destroy();
    expect(world.record('A').at(-1)).toBe('DELETE_SKIPPED [A-thing]');
  });
});

describe('stale reads', () => {
  const MINUTE = 60_000;

  beforeEach(async () => {
    await world.deploy({ Resources: { A: thing({ Name: 'one' }), B: thing() } });
    await world.clock.advance(MINUTE);
    await world.deploy({ Resources: { A: thing({ Name: 'two' }), C: thing() } });
  });

  const status = () => call('DescribeStacks', { StackName: 'Shop' }).Stacks[0].StackStatus;

  test('show an earlier status', () => {
    expect(status()).toBe('UPDATE_COMPLETE');
    world.cloudFormation.settings.staleStatus = MINUTE / 2;
    expect(status()).toBe('CREATE_COMPLETE');
    world.cloudFormation.settings.staleStatus = 10 * MINUTE;
    expect(status()).toBe('CREATE_IN_PROGRESS');
  });

  test('may affect single answers only', () => {
    world.cloudFormation.settings.staleStatus = read => read === 1 ? MINUTE / 2 : 0;
    expect([status(), status(), status()]).toEqual(['UPDATE_COMPLETE', 'CREATE_COMPLETE', 'UPDATE_COMPLETE']);
  });

  test('omit the newest events', () => {
    world.cloudFormation.settings.staleEvents = MINUTE / 2;
    const { StackEvents: [newest] } = call('DescribeStackEvents', { StackName: 'Shop' });
    expect(newest).toMatchObject({ ResourceStatus: 'CREATE_COMPLETE', LogicalResourceId: 'Shop' });
    world.cloudFormation.settings.staleEvents = 10 * MINUTE;
    expect(call('DescribeStackEvents', { StackName: 'Shop' }).StackEvents).toEqual([]);
  });

  test('list the resources as of an earlier time', () => {
    const list = () => call('ListStackResources', { StackName: 'Shop' }).StackResourceSummaries
      .map((one: any) => `${one.LogicalResourceId} ${one.PhysicalResourceId} ${one.ResourceStatus}`);
    expect(list()).toEqual(['A A-two UPDATE_COMPLETE', 'C C-thing CREATE_COMPLETE']);
    world.cloudFormation.settings.staleLists = MINUTE / 2;
    expect(list()).toEqual(['A A-one CREATE_COMPLETE', 'B B-thing CREATE_COMPLETE']);
  });
});

test('new events do not shift the next page', async () => {
  await world.deploy({ Resources: Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`T${n}`, thing()])) });
  const first = call('DescribeStackEvents', { StackName: 'Shop' });
  const whole = world.cloudFormation.log.events.length;
  await world.deploy({ Resources: { A: thing() } });
  const second = call('DescribeStackEvents', { StackName: 'Shop', NextToken: first.NextToken });
  expect(second.StackEvents).toHaveLength(whole - 100);
  expect(second.NextToken).toBeUndefined();
  expect(() => call('DescribeStackEvents', { StackName: 'Shop', NextToken: 'x' })).toThrow('NextToken x is not valid');
});

describe('a resource that already exists', () => {
  beforeEach(() => world.existing.add('A-thing'));

  test('is imported on request', async () => {
    await world.deploy({ Resources: { A: thing({ Value: 1 }) } }, { importExistingResources: true });
    expect(world.record('A')).toEqual([
      'IMPORT_IN_PROGRESS [A-thing] Resource import started.', 'IMPORT_IN_PROGRESS [A-thing]',
      'IMPORT_COMPLETE [A-thing] Resource import completed.',
      'UPDATE_IN_PROGRESS [A-thing] Apply stack-level tags to imported resource if applicable.', 'UPDATE_COMPLETE [A-thing]',
    ]);
    expect(world.actions).toEqual(['update A-thing 1']);
    await world.destroy();
    expect(world.actions).toEqual(['delete A-thing']);
  });

  test('is not imported while it belongs to another stack', async () => {
    const template = { Resources: { A: thing() } };
    const { id } = await world.deploy(template, { importExistingResources: true });
    const other = await world.cloudFormation.deploy({ stackName: 'Other', template, assets: new Map() }, { importExistingResources: true });
    expect(other.status).toBe('ROLLBACK_COMPLETE');
    expect(world.cloudFormation.log.of(other.id).find(({ status }) => status === 'CREATE_FAILED')?.reason).toBe(`A-thing already exists in stack ${id}`);
  });

  test('is left in place when the creation of the stack is rolled back', async () => {
    world.failing.add('create B-thing');
    const stack = await world.deploy({ Resources: { A: thing(), B: thing({}, { DependsOn: 'A' }) } }, { importExistingResources: true });
    expect(stack.status).toBe('ROLLBACK_COMPLETE');
    expect(world.record('A').slice(-2)).toEqual(['IMPORT_ROLLBACK_IN_PROGRESS [A-thing]', 'IMPORT_ROLLBACK_COMPLETE [A-thing]']);
    expect(world.actions).not.toContain('delete A-thing');
    await world.destroy();
    expect(world.actions).toEqual([]);
  });

  test('is left in place when the update of the stack is rolled back', async () => {
    await world.deploy({ Resources: { C: thing() } });
    world.failing.add('create B-thing');
    const resources = { A: thing(), B: thing({}, { DependsOn: 'A' }), C: thing() };
    const stack = await world.deploy({ Resources: resources }, { importExistingResources: true });
    expect([stack.status, Object.keys(stack.resources)]).toEqual(['UPDATE_ROLLBACK_COMPLETE', ['C']]);
    expect(world.record('A').at(-1)).toBe('IMPORT_ROLLBACK_COMPLETE [A-thing]');
    expect(world.actions).not.toContain('delete A-thing');
  });
});

describe('a failed rollback', () => {
  beforeEach(async () => {
    await world.deploy({ Resources: { A: thing({ Value: 1 }), R: thing({ Name: 'one' }), B: thing({ Value: 1 }, { DependsOn: ['A', 'R'] }) } });
    world.failing.add('create Bad-thing');
    let updates = 0;
    world.onAction = action => {
      // the update succeeds, the rollback does not.
      if (action === 'update A-thing' && updates++ === 0) world.failing.add('update A-thing');
    };
    const stack = await world.deploy({
      Resources: { A: thing({ Value: 2 }), R: thing({ Name: 'two' }), B: thing({ Value: 2 }, { DependsOn: ['A', 'R'] }), Bad: thing({}, { DependsOn: 'B' }) },
    });
    expect([stack.status, stack.statusReason]).toEqual(['UPDATE_ROLLBACK_FAILED', 'The following resource(s) failed to update: [A]. ']);
    world.actions.length = 0;
  });

  test('continues once the cause is fixed, and repeats nothing', async () => {
    world.failing.delete('update A-thing');
    const stack = await world.cloudFormation.continueUpdateRollback('Shop');
    expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(world.actions).toEqual(['update A-thing 1', 'update B-thing 1', 'delete R-two']);
    expect(stack.resources.R.physicalId).toBe('R-one');
  });

  test('continues without the skipped resources', async () => {
    const stack = await world.cloudFormation.continueUpdateRollback('Shop', ['A']);
    expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(world.actions).toEqual(['update B-thing 1', 'delete R-two']);
    expect(world.record('A').at(-1)).toBe('UPDATE_COMPLETE [A-thing] Resource skipped during UpdateRollback');
    expect(stack.resources.A.attributes.Value).toBe(2);
  });

  test('skips only resources that failed, and continues in no other stack', async () => {
    await expect(world.cloudFormation.continueUpdateRollback('Shop', ['R'])).rejects.toThrow('Only resources that failed to roll back can be skipped, not R');
    await world.cloudFormation.continueUpdateRollback('Shop', ['A']);
    await expect(world.cloudFormation.continueUpdateRollback('Shop')).rejects.toThrow('is in UPDATE_ROLLBACK_COMPLETE state and can not be rolled back');
  });
});
