import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { custom, thing, World } from './cloudformation-world';

let world: World;
let directory: string;
let assets: Map<string, string>;

beforeEach(() => {
  world = new World();
  directory = mkdtempSync(join(tmpdir(), 'nested-'));
  assets = new Map();
});
afterEach(() => rmSync(directory, { recursive: true }));

/** A nested stack as a resource; its template becomes an asset. */
function nested(template: object, parameters: object = {}, attributes: object = {}): object {
  const key = `${assets.size}.json`;
  assets.set(key, join(directory, key));
  writeFileSync(join(directory, key), JSON.stringify(template));
  return { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: `https://s3/assets/${key}`, Parameters: parameters }, ...attributes };
}

const deploy = (resources: object, more: object = {}) => world.deploy({ Resources: resources, ...more }, { assets });
const child = () => world.cloudFormation.stacks[1];

/** The statuses of the two stacks, in the order in which they changed. */
function statuses(): string[] {
  return world.cloudFormation.log.events.filter(({ resourceType, physicalId, stackName, logicalId }) =>
    resourceType === 'AWS::CloudFormation::Stack' && physicalId.includes(`stack/${stackName}/`) && logicalId === stackName)
    .map(({ stackName, status }) => `${stackName === 'Shop' ? 'outer' : 'inner'} ${status}`);
}

test('a nested stack takes parameters and returns outputs', async () => {
  const stack = await deploy(
    {
      A: thing({ Name: 'a' }),
      N: nested({
        Parameters: { Name: { Type: 'String' } },
        Resources: { B: thing({ Name: { Ref: 'Name' } }) },
        Outputs: { Id: { Value: { Ref: 'B' } } },
      }, { Name: { Ref: 'A' } }),
    },
    { Outputs: { Id: { Value: { 'Fn::GetAtt': ['N', 'Outputs.Id'] } } } },
  );
  expect(stack.outputs).toEqual({ Id: 'B-A-a' });
  expect(stack.resources.N.physicalId).toBe(child().id);
  expect(child()).toMatchObject({ parent: stack, root: stack, status: 'CREATE_COMPLETE', name: expect.stringMatching(/^Shop-N-/) });
});

test('a nested stack is deleted with its parent', async () => {
  await deploy({ A: thing(), N: nested({ Resources: { B: thing() } }, {}, { DependsOn: 'A' }) });
  await world.destroy();
  expect(world.actions).toEqual(['delete B-thing', 'delete A-thing']);
  expect(child().status).toBe('DELETE_COMPLETE');
});

test('a custom resource has the general type in the cleanup of a nested stack that stays, but not when the nested stack is deleted as a whole', async () => {
  world.cloudFormation.settings.cleanupTypes = 'GENERAL';
  const types = () => world.cloudFormation.log.events.filter(({ logicalId, status }) => logicalId === 'W' && status === 'DELETE_IN_PROGRESS')
    .map(({ resourceType }) => resourceType);
  await deploy({ N: nested({ Resources: { W: custom(), B: thing() } }) });
  await deploy({ N: nested({ Resources: { B: thing() } }) });
  expect(types()).toEqual(['AWS::CloudFormation::CustomResource']);
  await deploy({ N: nested({ Resources: { W: custom() } }), A: thing() });
  await deploy({ A: thing() });
  expect(types()).toEqual(['AWS::CloudFormation::CustomResource', 'Custom::Widget']);
});

test('a resource that cannot be deleted fails the deletion of its nested stack and of the parent', async () => {
  await deploy({ N: nested({ Resources: { B: thing() } }) });
  world.failing.add('delete B-thing');
  const stack = await world.destroy();
  expect([stack.status, child().status]).toEqual(['DELETE_FAILED', 'DELETE_FAILED']);
  expect(world.history('N').pop()).toMatch(/was not successfully deleted: The following resource\(s\) failed to delete: \[B\]/);
});

test('a failure in a nested stack rolls back the creation of its parent', async () => {
  world.failing.add('create B-thing');
  const stack = await deploy({ N: nested({ Resources: { A: thing(), B: thing({}, { DependsOn: 'A' }) } }) });
  expect(stack.status).toBe('ROLLBACK_COMPLETE');
  expect(world.history('N')[2]).toMatch(/^CREATE_FAILED Embedded stack arn:.* was not successfully created: .*failed to create: \[B\]/);
  expect(world.actions).toEqual(['create A-thing', 'create B-thing', 'delete A-thing']);
  expect(child().status).toBe('DELETE_COMPLETE');
});

test('a failure in the parent interrupts a nested stack', async () => {
  world.failing.add('create A-thing');
  world.answer = ({ RequestType }) => RequestType === 'Create' ? undefined : {};
  const stack = await deploy({ N: nested({ Resources: { W: custom() } }), A: thing({}, { DependsOn: 'Slow' }), Slow: thing() });
  expect(stack.status).toBe('ROLLBACK_COMPLETE');
  expect(world.history('W')[1]).toBe('CREATE_FAILED Resource creation cancelled');
});

test('the cleanup of a nested stack waits for that of its parent', async () => {
  await deploy({ N: nested({ Resources: { B: thing({ Name: 'one' }) } }) });
  await deploy({ N: nested({ Resources: { B: thing({ Name: 'two' }) } }), A: thing({}, { DependsOn: 'N' }) });
  expect(world.actions).toEqual(['create B-two', 'create A-thing', 'delete B-one']);
  expect(statuses().slice(4)).toEqual([
    'outer UPDATE_IN_PROGRESS', 'inner UPDATE_IN_PROGRESS', 'inner UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
    'outer UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'inner UPDATE_COMPLETE', 'outer UPDATE_COMPLETE',
  ]);
});

test('a failure in the parent after the update of a nested stack rolls both back', async () => {
  await deploy({ N: nested({ Resources: { B: thing({ Name: 'one' }) } }) });
  world.failing.add('create A-thing');
  const stack = await deploy({ N: nested({ Resources: { B: thing({ Name: 'two' }) } }), A: thing({}, { DependsOn: 'N' }) });
  expect([stack.status, child().status]).toEqual(['UPDATE_ROLLBACK_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE']);
  expect(world.actions).toEqual(['create B-two', 'create A-thing', 'delete B-two']);
  expect(child().resources.B.physicalId).toBe('B-one');
});

test('a failure in the update of a nested stack rolls both back', async () => {
  await deploy({ N: nested({ Resources: { B: thing({ Name: 'x', Value: 1 }) } }) });
  world.failing.add('create A-thing');
  const stack = await deploy({ N: nested({ Resources: { B: thing({ Name: 'x', Value: 2 }), A: thing({}, { DependsOn: 'B' }) } }) });
  expect([stack.status, child().status]).toEqual(['UPDATE_ROLLBACK_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE']);
  expect(world.actions).toEqual(['update B-x 2', 'create A-thing', 'update B-x 1']);
  expect(world.history('N').join('\n')).toMatch(/was not successfully updated. Currently in UPDATE_ROLLBACK_IN_PROGRESS with reason: /);
});

test('a nested stack that an update removes is deleted in the cleanup', async () => {
  await deploy({ A: thing(), N: nested({ Resources: { B: thing() } }) });
  await deploy({ A: thing() });
  expect(world.actions).toEqual(['delete B-thing']);
  expect(child().status).toBe('DELETE_COMPLETE');
});

test('the generated name of a nested stack is truncated', async () => {
  await deploy({ ['N'.repeat(120)]: nested({ Resources: { B: thing() } }) });
  expect(child().name).toHaveLength(100);
});

test('the creation of a nested stack is recorded in its parent before it contains anything', async () => {
  await deploy({ N: nested({ Resources: { B: thing() } }) });
  const { events } = world.cloudFormation.log;
  const initiated = events.findIndex(({ logicalId, reason }) => logicalId === 'N' && reason === 'Resource creation Initiated');
  expect(events[initiated].physicalId).toBe(child().id);
  expect(events.findIndex(({ logicalId }) => logicalId === 'B')).toBeGreaterThan(initiated);
});

describe('a nested stack that is deleted on its own', () => {
  const destroyNested = () => world.cloudFormation.destroy(child().id);

  test('is gone, and its parent can still be deleted', async () => {
    const stack = await deploy({ A: thing(), N: nested({ Resources: { B: thing() } }, {}, { DependsOn: 'A' }) });
    expect((await destroyNested()).status).toBe('DELETE_COMPLETE');
    expect(world.history('N').at(-1)).toBe('CREATE_COMPLETE');
    expect((await world.destroy()).status).toBe('DELETE_COMPLETE');
    expect(world.actions).toEqual(['delete A-thing']);
    expect(stack.status).toBe('DELETE_COMPLETE');
  });

  test('leaves a parent that can no longer be updated with another template for it', async () => {
    await deploy({ A: thing(), N: nested({ Resources: { B: thing() } }) });
    await destroyNested();
    const stack = await deploy({ A: thing(), N: nested({ Resources: { C: thing() } }) });
    expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(world.history('N').at(-1)).toMatch(/^UPDATE_FAILED Stack \[arn:.*\] does not exist$/);
  });

  test('leaves such a parent even if the deletion failed', async () => {
    await deploy({ A: thing(), N: nested({ Resources: { B: thing() } }) });
    world.failing.add('delete B-thing');
    expect((await destroyNested()).status).toBe('DELETE_FAILED');
    await deploy({ A: thing(), N: nested({ Resources: { C: thing() } }) });
    expect(world.history('N').at(-1)).toMatch(/^UPDATE_FAILED Stack:arn:.* is in DELETE_FAILED state and can not be updated/);
  });

  test('still names its parent after the parent has retained it', async () => {
    const stack = await deploy({ A: thing(), N: nested({ Resources: { B: thing() } }, {}, { DeletionPolicy: 'Retain' }) });
    await world.destroy();
    expect(world.history('N').at(-1)).toBe('DELETE_SKIPPED');
    const { Stacks: [described] } = world.cloudFormation.handle('DescribeStacks', { StackName: child().id }) as any;
    expect(described).toMatchObject({ StackStatus: 'CREATE_COMPLETE', ParentId: stack.id, RootId: stack.id });
    expect((await destroyNested()).status).toBe('DELETE_COMPLETE');
    expect(world.history('B').at(-1)).toBe('DELETE_COMPLETE');
  });
});

test('a resource that failed to roll back in a nested stack is skipped by its path', async () => {
  const inner = (value: number) => nested({ Resources: { B: thing({ Value: value }) } });
  await deploy({ N: inner(1) });
  world.failing.add('create A-thing');
  world.onAction = action => { if (action === 'create A-thing') world.failing.add('update B-thing'); };
  const stack = await deploy({ N: inner(2), A: thing({}, { DependsOn: 'N' }) });
  expect([stack.status, child().status]).toEqual(['UPDATE_ROLLBACK_FAILED', 'UPDATE_ROLLBACK_FAILED']);
  await world.cloudFormation.continueUpdateRollback('Shop', ['N.B']);
  expect([stack.status, child().status]).toEqual(['UPDATE_ROLLBACK_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE']);
  expect(world.history('B').at(-1)).toBe('UPDATE_COMPLETE Resource skipped during UpdateRollback');
});
