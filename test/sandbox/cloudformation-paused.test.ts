import { custom, thing, World } from './cloudformation-world';

let world: World;
beforeEach(() => { world = new World(); });

const call = (operation: string, input: object) => world.cloudFormation.handle(operation, input) as any;
const NO_LUCK = { Status: 'FAILED', Reason: 'no luck' };
const bad = (dependsOn: string | string[] = []) => thing({}, { DependsOn: dependsOn });

/** Deploys with rollback disabled. What fails the first time succeeds the next time. */
async function attempt(resources: object, ...failing: string[]) {
  failing.forEach(action => world.failing.add(action));
  const stack = await world.deploy({ Resources: resources }, { disableRollback: true });
  world.failing.clear();
  return stack;
}

describe('a creation that fails with rollback disabled', () => {
  test('leaves everything as it is, and may be deleted', async () => {
    await attempt({ A: thing(), B: bad('A') }, 'create B-thing');
    expect(world.history('Shop').at(-1)).toBe('CREATE_FAILED The following resource(s) failed to create: [B].');
    expect(call('DescribeStacks', { StackName: 'Shop' }).Stacks[0].DisableRollback).toBe(true);
    expect((await world.destroy()).status).toBe('DELETE_COMPLETE');
    expect(world.actions).toEqual(['delete A-thing']);
  });

  test('does not stop what does not depend on the failure', async () => {
    const resources = { A: thing({}, { DependsOn: 'C' }), B: thing(), C: thing(), D: bad('B') };
    expect((await attempt(resources, 'create B-thing')).status).toBe('CREATE_FAILED');
    expect(world.actions).toEqual(['create C-thing', 'create B-thing', 'create A-thing']);
  });

  test('is continued by an update, which first deletes what failed', async () => {
    world.answer = ({ RequestType }) => RequestType === 'Create' ? { ...NO_LUCK, PhysicalResourceId: 'half' } : {};
    await attempt({ A: thing(), W: custom({}, { DependsOn: 'A' }) });
    world.answer = () => ({ PhysicalResourceId: 'whole' });
    const stack = await attempt({ A: thing(), W: custom({}, { DependsOn: 'A' }) });
    expect(world.actions).toEqual(['Delete half', 'Create W']);
    expect(world.history('Shop')).toEqual([
      'CREATE_IN_PROGRESS User Initiated', 'CREATE_FAILED The following resource(s) failed to create: [W].',
      'UPDATE_IN_PROGRESS User Initiated', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'UPDATE_COMPLETE',
    ]);
    expect(stack.resources.W.physicalId).toBe('whole');
    expect(world.record('W').slice(3)).toEqual([
      'DELETE_IN_PROGRESS [half]', 'DELETE_COMPLETE [half]',
      'CREATE_IN_PROGRESS []', 'CREATE_IN_PROGRESS [whole] Resource creation Initiated', 'CREATE_COMPLETE [whole]',
    ]);
  });

  test('may fail again and then be rolled back: nothing is left', async () => {
    await attempt({ A: thing(), B: bad('A') }, 'create B-thing');
    await attempt({ A: thing(), C: thing(), D: bad('C') }, 'create D-thing');
    const stack = await world.cloudFormation.rollBack('Shop');
    expect(stack.status).toBe('ROLLBACK_COMPLETE');
    expect(world.actions).toEqual(['create C-thing', 'create D-thing', 'delete A-thing', 'delete C-thing']);
  });

  test('does not delete what it has imported when it is rolled back, even after a second attempt', async () => {
    world.existing.add('A-thing');
    world.failing.add('create B-thing');
    const resources = { A: thing(), B: bad('A') };
    await world.deploy({ Resources: resources }, { disableRollback: true, importExistingResources: true });
    await attempt({ ...resources, C: thing() }, 'create B-thing');
    await world.cloudFormation.rollBack('Shop');
    expect(world.record('A').at(-1)).toBe('IMPORT_ROLLBACK_COMPLETE [A-thing]');
  });
});

describe('an update that fails with rollback disabled', () => {
  beforeEach(() => world.deploy({ Resources: { A: thing({ Value: 1 }), X: thing() } }));

  test('leaves everything as it is, until it is rolled back', async () => {
    const stack = await attempt({ A: thing({ Value: 2 }), B: bad('A') }, 'create B-thing');
    expect(world.history('Shop').at(-1)).toBe('UPDATE_FAILED The following resource(s) failed to create: [B].');

    await world.cloudFormation.rollBack('Shop');
    expect(world.history('Shop').slice(-3)).toEqual([
      'UPDATE_ROLLBACK_IN_PROGRESS User Initiated', 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
      'UPDATE_ROLLBACK_COMPLETE',
    ]);
    expect(stack.resources.A.properties).toEqual({ Value: 1 });
    await expect(world.cloudFormation.rollBack('Shop')).rejects.toThrow('in UPDATE_ROLLBACK_COMPLETE state');
  });

  test('may be deleted instead', async () => {
    await attempt({ A: thing(), B: bad() }, 'create B-thing');
    expect((await world.destroy()).status).toBe('DELETE_COMPLETE');
  });

  test('cannot be continued with rollback enabled', async () => {
    await attempt({ A: thing({ Value: 2 }), B: bad('A') }, 'create B-thing');
    const refused = world.deploy({ Resources: { A: thing() } });
    await expect(refused).rejects.toThrow('currently in a non-terminal [UPDATE_FAILED] state');
  });

  test('is continued by another one, even with the same template', async () => {
    const resources = { A: thing({ Value: 2 }), B: bad('A') };
    await attempt(resources, 'create B-thing');
    const stack = await attempt(resources);
    expect(stack.status).toBe('UPDATE_COMPLETE');
    expect(world.actions).toEqual(['create B-thing', 'delete X-thing']);
  });

  test('refuses to replace a resource', async () => {
    const stack = await attempt({ A: thing({ Name: 'other' }), X: thing() });
    expect(stack.status).toBe('UPDATE_FAILED');
    expect(world.history('A').at(-1)).toMatch('UPDATE_FAILED Replacement type updates not supported on stack');
    expect(world.actions).toEqual([]);
    await attempt({ A: thing({ Value: 3 }), X: thing() });
    expect(world.actions).toEqual(['update A-thing 3']);
  });

  test('retries what it failed to update, from what it was before', async () => {
    await world.deploy({ Resources: { A: thing({ Value: 1 }), W: custom({ Size: 1 }) } });
    world.answer = () => NO_LUCK;
    await attempt({ A: thing({ Value: 1 }), W: custom({ Size: 2 }) });
    world.answer = () => ({});
    expect((await attempt({ A: thing({ Value: 1 }), W: custom({ Size: 3 }) })).status).toBe('UPDATE_COMPLETE');
    const [old, current] = [{ Size: '1' }, { Size: '3' }];
    expect(world.events.at(-1)).toMatchObject({ ResourceProperties: current, OldResourceProperties: old });
  });

  test('does not delete, in the end, what a later attempt has added again', async () => {
    await attempt({ A: thing({ Value: 2 }), B: bad() }, 'create B-thing');
    expect((await attempt({ A: thing({ Value: 2 }), X: thing(), B: bad() })).status).toBe('UPDATE_COMPLETE');
    expect(world.actions).toEqual(['create B-thing']);
  });

  test('deletes, in the end, what an earlier attempt has created or replaced', async () => {
    const answers = ['one', 'two', 'three'];
    world.answer = ({ RequestType }) => RequestType === 'Delete' ? {} : { PhysicalResourceId: answers.shift() };
    await world.deploy({ Resources: { A: thing({ Value: 1 }), W: custom({ Size: 1 }) } });
    await attempt({ A: thing({ Value: 1 }), W: custom({ Size: 2 }), C: thing(), B: bad() }, 'create B-thing');
    const stack = await attempt({ A: thing({ Value: 1 }), W: custom({ Size: 3 }) });
    expect([stack.status, Object.keys(stack.resources)]).toEqual(['UPDATE_COMPLETE', ['A', 'W']]);
    expect(world.actions).toEqual(['Update two', 'delete C-thing', 'Delete one', 'Delete two']);
  });

  test('is rolled back, after several attempts, to what it was before the first one', async () => {
    const answers = ['one', 'two', 'three', 'one'];
    world.answer = ({ RequestType }) => RequestType === 'Delete' ? {} : { PhysicalResourceId: answers.shift() };
    await world.deploy({ Resources: { A: thing({ Value: 1 }), W: custom({ Size: 1 }) } });
    await attempt({ A: thing({ Value: 2 }), W: custom({ Size: 2 }), C: thing(), B: bad() }, 'create B-thing');
    await attempt({ A: thing({ Value: 2 }), W: custom({ Size: 3 }), D: thing(), B: bad() }, 'create B-thing');
    world.actions.length = 0;
    const stack = await world.cloudFormation.rollBack('Shop');
    expect([stack.status, Object.keys(stack.resources)]).toEqual(['UPDATE_ROLLBACK_COMPLETE', ['A', 'W']]);
    expect(world.actions).toEqual([
      'update A-thing 1', 'Update three', 'delete C-thing', 'delete D-thing', 'Delete three', 'Delete two',
    ]);
    // nothing is left over for the next update.
    await world.deploy({ Resources: { A: thing({ Value: 1 }) } });
    expect(world.actions).toEqual(['Delete one']);
  });

  test('fails again if what failed before cannot be deleted', async () => {
    world.answer = () => NO_LUCK;
    await attempt({ A: thing({ Value: 2 }), W: custom() });
    const stack = await attempt({ A: thing({ Value: 3 }) });
    expect(stack.statusReason).toBe('The following resource(s) failed to delete: [W]. ');
    expect(stack.status).toBe('UPDATE_FAILED');
    world.answer = () => ({});
    expect((await attempt({ A: thing({ Value: 3 }) })).status).toBe('UPDATE_COMPLETE');
  });
});

test('a change set is created for a stack in UPDATE_FAILED, and executed with rollback disabled', async () => {
  await world.deploy({ Resources: { A: thing() } });
  await attempt({ A: thing(), B: bad() }, 'create B-thing');
  const TemplateBody = JSON.stringify({ Resources: { A: thing(), B: bad() } });
  call('CreateChangeSet', { StackName: 'Shop', ChangeSetName: 'again', TemplateBody });
  expect(call('DescribeChangeSet', { StackName: 'Shop', ChangeSetName: 'again' }).Status).toBe('CREATE_COMPLETE');
  const execute = (more = {}) => call('ExecuteChangeSet', { StackName: 'Shop', ChangeSetName: 'again', ...more });
  expect(execute).toThrow('please use the disable-rollback parameter');
  execute({ DisableRollback: 'true' });
  await world.clock.advance(1000);
  expect(world.cloudFormation.stack('Shop').status).toBe('UPDATE_COMPLETE');
});

describe('resources that the deletion of a stack retains', () => {
  beforeEach(async () => {
    await world.deploy({ Resources: { A: thing(), B: thing({}, { DependsOn: 'A' }), C: thing() } });
  });

  test('are left in place, without an attempt to delete them', async () => {
    world.failing.add('delete B-thing');
    expect((await world.destroy()).status).toBe('DELETE_FAILED');
    world.actions.length = 0;
    call('DeleteStack', { StackName: 'Shop', RetainResources: ['B'] });
    await world.clock.advance(1000);
    expect(world.cloudFormation.stacks[0].status).toBe('DELETE_COMPLETE');
    expect(world.actions).toEqual(['delete A-thing']);
    expect(world.history('B').slice(-2)).toEqual(['DELETE_FAILED cannot delete B-thing', 'DELETE_SKIPPED']);
  });

  test('are refused unless an earlier deletion has failed, and the stack has them', async () => {
    const refused = world.cloudFormation.destroy('Shop', ['B']);
    await expect(refused).rejects.toThrow('only when the stack is in the DELETE_FAILED state');
    world.failing.add('delete B-thing');
    await world.destroy();
    await expect(world.cloudFormation.destroy('Shop', ['B', 'Z'])).rejects.toThrow('has no resources [Z] to retain');
  });
});
