import { custom, thing, World } from './cloudformation-world';

let world: World;
beforeEach(() => { world = new World(); });

const A = thing();
const B = thing({ Value: { 'Fn::GetAtt': ['A', 'Arn'] } });

describe('creating a stack', () => {
  test('follows the order of dependencies', async () => {
    const stack = await world.deploy({
      Resources: { C: thing({}, { DependsOn: ['B'] }), B, A },
      Outputs: { Name: { Value: { Ref: 'C' } } },
    });
    expect(stack.status).toBe('CREATE_COMPLETE');
    expect(stack.outputs).toEqual({ Name: 'C-thing' });
    expect(world.actions).toEqual(['create A-thing', 'create B-thing', 'create C-thing']);
    expect(world.history('B')).toEqual(['CREATE_IN_PROGRESS', 'CREATE_IN_PROGRESS Resource creation Initiated', 'CREATE_COMPLETE']);
    expect(world.history('Shop')).toEqual(['CREATE_IN_PROGRESS User Initiated', 'CREATE_COMPLETE']);
  });

  test('creates resources in parallel if they do not depend on each other', async () => {
    let open = 0;
    let most = 0;
    world.answer = async () => {
      most = Math.max(most, ++open);
      await new Promise(resolve => setImmediate(resolve));
      open--;
      return { PhysicalResourceId: 'x' };
    };
    await world.deploy({ Resources: { A: custom(), B: custom(), C: custom({ After: { Ref: 'A' } }) } });
    expect(most).toBe(2);
  });

  test('rolls back what it created when it fails', async () => {
    world.failing.add('create B-thing');
    const stack = await world.deploy({ Resources: { A, B, C: thing({}, { DependsOn: 'B' }) } });
    expect(stack.status).toBe('ROLLBACK_COMPLETE');
    expect(world.actions).toEqual(['create A-thing', 'create B-thing', 'delete A-thing']);
    expect(world.history('B')).toEqual(['CREATE_IN_PROGRESS', 'CREATE_FAILED cannot create B-thing', 'DELETE_COMPLETE']);
    expect(world.history('Shop')).toEqual([
      'CREATE_IN_PROGRESS User Initiated',
      'ROLLBACK_IN_PROGRESS The following resource(s) failed to create: [B]. Rollback requested by user.',
      'ROLLBACK_COMPLETE',
    ]);
  });

  test('ends in ROLLBACK_FAILED when the rollback fails too', async () => {
    world.failing.add('create B-thing').add('delete A-thing');
    const stack = await world.deploy({ Resources: { A, B } });
    expect([stack.status, stack.statusReason]).toEqual(['ROLLBACK_FAILED', 'The following resource(s) failed to delete: [A]. ']);
  });

  test('leaves a failed stack as it is, or deletes it, on request', async () => {
    world.failing.add('create B-thing');
    expect((await world.deploy({ Resources: { A, B } }, { onFailure: 'DO_NOTHING' })).status).toBe('CREATE_FAILED');
    expect(world.actions).toEqual(['create A-thing', 'create B-thing']);
    await world.destroy();

    const deleted = await world.deploy({ Resources: { A, B } }, { onFailure: 'DELETE' });
    expect(deleted.status).toBe('DELETE_COMPLETE');
    expect(world.history('Shop')).toContain('DELETE_IN_PROGRESS The following resource(s) failed to create: [B]. . Delete requested by user.');
  });

  test('keeps retained resources in a rollback, except those with RetainExceptOnCreate', async () => {
    world.failing.add('create C-thing');
    await world.deploy({
      Resources: {
        A: thing({}, { DeletionPolicy: 'Retain' }),
        B: thing({}, { DeletionPolicy: 'RetainExceptOnCreate', DependsOn: 'A' }),
        C: thing({}, { DependsOn: 'B' }),
      },
    });
    expect(world.actions.slice(3)).toEqual(['delete B-thing']);
    expect(world.history('A').pop()).toBe('DELETE_SKIPPED');
  });

  test('deletes what is retained too, with RetainExceptOnCreate in the request', async () => {
    world.failing.add('create B-thing');
    const resources = { A: thing({}, { DeletionPolicy: 'Retain' }), B: thing({}, { DependsOn: 'A' }) };
    await world.deploy({ Resources: resources }, { retainExceptOnCreate: true });
    expect(world.history('A').pop()).toBe('DELETE_COMPLETE');
    expect(world.history('Shop').pop()).toMatch(/^ROLLBACK_COMPLETE/);
  });

  test('rejects, before creating anything, what it does not know or cannot do', async () => {
    const refused = (template: object) => expect(world.deploy(template)).rejects;
    await refused({ Resources: { A: { Type: 'AWS::S3::Bucket' } } }).toThrow('the resource type AWS::S3::Bucket is not modeled');
    await refused({ Resources: { A }, Transform: 'X' }).toThrow('the template has fields that are not modeled: Transform');
    await refused({ Resources: { A: thing({}, { CreationPolicy: {} }) } }).toThrow('A: Test::Thing has fields that are not modeled: CreationPolicy');
    await refused({ Resources: { A: thing({ Value: { Ref: 'X' } }) } }).toThrow('Unresolved resource dependencies [X] in the Resources block');
    await refused({ Resources: { A, B: thing({ V: { 'Fn::Length': [] } }) } }).toThrow('Fn::Length is not modeled');
    await refused({ Resources: { A: thing({ V: { Ref: 'B' } }), B: thing({}, { DependsOn: 'A' }) } })
      .toThrow('Circular dependency between resources: [A, B]');
    expect(world.actions).toEqual([]);
    expect(world.cloudFormation.stacks).toEqual([]);
  });
});

test('an unknown attribute that turns up during a deployment is not reported as a failed resource, so nobody mistakes it for AWS', async () => {
  await expect(world.deploy({ Resources: { A, B: thing({ Value: { 'Fn::GetAtt': ['A', 'Colour'] } }) } }))
    .rejects.toThrow('A (Test::Thing) has no attribute Colour in the sandbox');
});

describe('parameters and conditions', () => {
  const template = {
    Parameters: { Stage: { Type: 'String', Default: 'test', AllowedValues: ['test', 'prod'] }, Size: { Type: 'Number' } },
    Conditions: { Prod: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] } },
    Resources: { A: thing({ Name: { Ref: 'Size' } }), B: thing({}, { Condition: 'Prod' }) },
    Outputs: { B: { Condition: 'Prod', Value: { Ref: 'B' } } },
  };

  test('a condition decides whether a resource exists', async () => {
    const stack = await world.deploy(template, { parameters: { Size: '1' } });
    expect(Object.keys(stack.resources)).toEqual(['A']);
    await world.deploy(template, { parameters: { Stage: 'prod' } });
    expect(world.actions).toEqual(['create B-thing']);
    expect(stack.parameters).toEqual({ Stage: 'prod', Size: '1' });
    expect(stack.outputs).toEqual({ B: 'B-thing' });
    await world.deploy(template, { parameters: { Stage: 'test' } });
    expect(world.actions).toEqual(['delete B-thing']);
  });

  test('missing, unknown and disallowed values are rejected', async () => {
    await expect(world.deploy(template)).rejects.toThrow('Parameters: [Size] must have values');
    await expect(world.deploy(template, { parameters: { Size: '1', X: '1' } })).rejects.toThrow('Parameters: [X] do not exist in the template');
    await expect(world.deploy(template, { parameters: { Size: '1', Stage: 'x' } })).rejects.toThrow("Parameter 'Stage' must be one of AllowedValues");
  });
});

describe('updating a stack', () => {
  test('does nothing without a change', async () => {
    const { id } = await world.deploy({ Resources: { A } });
    const before = world.cloudFormation.log.events.length;
    const stack = await world.deploy({ Resources: { A } });
    expect([stack.id, stack.status, world.actions]).toEqual([id, 'CREATE_COMPLETE', []]);
    expect(world.cloudFormation.log.events).toHaveLength(before);
  });

  test('updates in place, creates, and deletes at the end', async () => {
    await world.deploy({ Resources: { A: thing({ Value: 1 }), Old: thing(), Same: thing() } });
    const stack = await world.deploy({ Resources: { A: thing({ Value: 2 }), New: thing({}, { DependsOn: 'A' }), Same: thing() } });
    expect(stack.status).toBe('UPDATE_COMPLETE');
    expect(world.actions).toEqual(['update A-thing 2', 'create New-thing', 'delete Old-thing']);
    expect(world.history('Shop').slice(2)).toEqual(['UPDATE_IN_PROGRESS User Initiated', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'UPDATE_COMPLETE']);
    expect(Object.keys(stack.resources).sort()).toEqual(['A', 'New', 'Same']);
  });

  test('replaces a resource and deletes the old one at the end, after its dependents', async () => {
    await world.deploy({ Resources: { A: thing({ Name: 'one' }), B: thing({ Name: { Ref: 'A' } }), Gone: thing({ Value: { Ref: 'B' } }) } });
    const stack = await world.deploy({ Resources: { A: thing({ Name: 'two' }), B: thing({ Name: { Ref: 'A' } }) } });
    expect(world.actions).toEqual([
      'create A-two', 'create B-A-two', 'delete Gone-thing', 'delete B-A-one', 'delete A-one',
    ]);
    expect(stack.resources.A.physicalId).toBe('A-two');
  });

  test('keeps the order of the cleanup even across retained resources', async () => {
    const Stays = thing({ Value: { Ref: 'A' } });
    await world.deploy({ Resources: { A: thing({ Name: 'one' }), Stays, User: thing({ Value: { Ref: 'Stays' } }) } });
    await world.deploy({ Resources: { A: thing({ Name: 'two' }), Stays } });
    expect(world.actions.slice(-2)).toEqual(['delete User-thing', 'delete A-one']);
  });

  test('keeps removed and replaced resources that are retained', async () => {
    const retained = { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' };
    await world.deploy({ Resources: { A: thing({ Name: 'one' }, retained), B: thing({}, retained), C: thing() } });
    await world.deploy({ Resources: { A: thing({ Name: 'two' }, retained) } });
    expect(world.actions).toEqual(['create A-two', 'delete C-thing']);
  });

  test('abandons a removed resource after three attempts, and succeeds', async () => {
    await world.deploy({ Resources: { A, B } });
    world.failing.add('delete B-thing');
    const stack = await world.deploy({ Resources: { C: thing() } });
    expect(stack.status).toBe('UPDATE_COMPLETE');
    expect(world.actions).toEqual(['create C-thing', 'delete B-thing', 'delete B-thing', 'delete B-thing', 'delete A-thing']);
    expect(world.history('B').filter(line => line.startsWith('DELETE_FAILED'))).toHaveLength(3);
    expect(Object.keys(stack.resources)).toEqual(['C']);
  });

  test('rolls back: restores old properties, deletes replacements and new resources, keeps removed ones', async () => {
    await world.deploy({ Resources: { A: thing({ Value: 1 }), R: thing({ Name: 'one' }), Old: thing() }, Outputs: { V: { Value: 'old' } } });
    world.failing.add('create Bad-thing');
    const stack = await world.deploy({
      Resources: {
        A: thing({ Value: 2 }), R: thing({ Name: 'two' }), New: thing({ Value: { Ref: 'R' } }), Bad: thing({}, { DependsOn: ['A', 'R', 'New'] }),
      },
      Outputs: { V: { Value: 'new' } },
    });
    expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(world.actions).toEqual([
      'update A-thing 2', 'create R-two', 'create New-thing', 'create Bad-thing', 'update A-thing 1', 'delete New-thing', 'delete R-two',
    ]);
    expect(world.history('Shop').slice(3)).toEqual([
      'UPDATE_ROLLBACK_IN_PROGRESS The following resource(s) failed to create: [Bad].',
      'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
      'UPDATE_ROLLBACK_COMPLETE',
    ]);
    expect(stack.outputs).toEqual({ V: 'old' });
    expect(stack.resources.R.physicalId).toBe('R-one');
    expect(Object.keys(stack.resources).sort()).toEqual(['A', 'Old', 'R']);
  });

  test('cannot roll back when a resource does not accept its old properties', async () => {
    await world.deploy({ Resources: { A: thing({ Name: 'x', Value: 1 }), B: thing({ Name: 'x', Value: 1 }) } });
    world.failing.add('update B-x');
    const stack = await world.deploy({ Resources: { A: thing({ Name: 'x', Value: 2 }), B: thing({ Name: 'x', Value: 2 }, { DependsOn: 'A' }) } });
    expect([stack.status, stack.statusReason]).toEqual(['UPDATE_ROLLBACK_FAILED', 'The following resource(s) failed to update: [B]. ']);
    await expect(world.deploy({ Resources: { A } })).rejects.toThrow('is in UPDATE_ROLLBACK_FAILED state and can not be updated');
    expect((await world.destroy()).status).toBe('DELETE_COMPLETE');
  });

  test('is rejected if it changes the type of a resource, or if the creation was rolled back', async () => {
    await world.deploy({ Resources: { A } });
    await expect(world.deploy({ Resources: { A: custom() } })).rejects.toThrow('modifies resource type of the following resources: [A]');
    await world.destroy();
    world.failing.add('create A-thing');
    await world.deploy({ Resources: { A } });
    await expect(world.deploy({ Resources: { B: thing() } })).rejects.toThrow('is in ROLLBACK_COMPLETE state and can not be updated');
  });
});

describe('deleting a stack', () => {
  test('deletes resources in reverse order, and frees the name of the stack', async () => {
    const { id } = await world.deploy({ Resources: { A, B, C: thing({}, { DependsOn: 'B' }) } });
    const stack = await world.destroy();
    expect(stack.status).toBe('DELETE_COMPLETE');
    expect(world.actions).toEqual(['delete C-thing', 'delete B-thing', 'delete A-thing']);
    expect((await world.deploy({ Resources: { A } })).id).not.toBe(id);
  });

  test('deletes as much as it can; a second attempt continues with the rest', async () => {
    await world.deploy({ Resources: { A, B, C: thing() } });
    world.failing.add('delete B-thing');
    const stack = await world.destroy();
    expect([stack.status, stack.statusReason]).toEqual(['DELETE_FAILED', 'The following resource(s) failed to delete: [B]. ']);
    expect(world.actions.sort()).toEqual(['delete B-thing', 'delete C-thing']);
    world.failing.clear();
    expect((await world.destroy()).status).toBe('DELETE_COMPLETE');
    expect(world.actions).toEqual(['delete B-thing', 'delete A-thing']);
  });

  test('skips retained resources', async () => {
    await world.deploy({ Resources: { A: thing({}, { DeletionPolicy: 'RetainExceptOnCreate' }), B } });
    expect((await world.destroy()).status).toBe('DELETE_COMPLETE');
    expect(world.actions).toEqual(['delete B-thing']);
  });

  test('is rejected while another operation is in progress', async () => {
    world.answer = () => undefined;
    const creation = world.deploy({ Resources: { A: custom({ ServiceTimeout: 1 }) } });
    await expect(world.cloudFormation.destroy('Shop')).rejects.toThrow('cannot be deleted while in status CREATE_IN_PROGRESS');
    await expect(world.deploy({ Resources: { B } })).rejects.toThrow('is in CREATE_IN_PROGRESS state and can not be updated');
    expect((await creation).status).toBe('ROLLBACK_FAILED');
  });
});

describe('exports', () => {
  const exporting = (value: string) => ({ Resources: { A }, Outputs: { X: { Value: value, Export: { Name: 'shared' } } } });
  const using = { Resources: { B: thing({ Value: { 'Fn::ImportValue': 'shared' } }) } };
  const deployUser = () => world.cloudFormation.deploy({ stackName: 'User', template: using, assets: new Map() });

  test('are visible to other stacks and cannot be deleted while in use', async () => {
    await world.deploy(exporting('1'));
    expect((await deployUser()).resources.B.attributes.Value).toBe('1');

    const stack = await world.deploy(exporting('2'));
    expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(world.history('Shop')).toContain('UPDATE_ROLLBACK_IN_PROGRESS Export shared cannot be updated as it is in use by User');
    await world.destroy();
    expect(world.history('Shop').slice(-2)).toEqual([
      'DELETE_IN_PROGRESS User Initiated',
      'UPDATE_ROLLBACK_COMPLETE Export shared cannot be deleted as it is in use by User',
    ]);

    await world.cloudFormation.destroy('User');
    expect((await world.destroy()).status).toBe('DELETE_COMPLETE');
  });

  test('that do not exist fail the resource that needs them', async () => {
    expect((await deployUser()).status).toBe('ROLLBACK_COMPLETE');
    expect(world.history('B')[0]).toBe('CREATE_FAILED No export named shared found.');
  });
});
