import { Sandbox } from '../../sandbox';

let sandbox: Sandbox;

beforeEach(async () => { sandbox = await Sandbox.start(); });
afterEach(() => sandbox.stop());

const project = (name: string) => ({
  Type: 'AWS::Rekognition::Project',
  DeletionPolicy: 'Retain',
  Properties: { ProjectName: name },
});

/** Creates a change set that imports the project `screws` as P, and returns how to use it. */
function changeSet(resources: object, identifier: object = { ProjectName: 'screws' }, logicalId = 'P') {
  const { cloudFormation } = sandbox;
  const entry = Object.fromEntries(
    Object.entries(identifier).map(([key, value], index) => [String(index + 1), { key, value }]),
  );
  const set = { StackName: 'Demo', ChangeSetName: 'import' };
  cloudFormation.handle('CreateChangeSet', {
    ...set,
    ChangeSetType: 'IMPORT',
    TemplateBody: JSON.stringify({ Resources: resources }),
    ResourcesToImport: [
      { ResourceType: 'AWS::Rekognition::Project', LogicalResourceId: logicalId, ResourceIdentifier: { entry } },
    ],
  });
  return {
    description: cloudFormation.handle('DescribeChangeSet', set) as any,
    execute: async () => {
      const isOver = new Promise<void>(resolve => sandbox.onEvent(({ stackName, logicalId: id, status }) => {
        if (id === stackName && status.endsWith('_COMPLETE')) resolve();
      }));
      cloudFormation.handle('ExecuteChangeSet', set);
      await isOver;
      return sandbox.stack('Demo');
    },
  };
}

const statuses = () => sandbox.events.map(({ logicalId, status }) => `${logicalId} ${status}`);

test('an existing project becomes part of a stack, with the events of an import', async () => {
  sandbox.rekognition.createProject('screws');
  const { description, execute } = changeSet({ P: project('screws') });
  expect(description.Changes).toMatchObject([{ ResourceChange: { Action: 'Import', LogicalResourceId: 'P' } }]);
  const stack = await execute();
  expect(statuses()).toEqual([
    'Demo REVIEW_IN_PROGRESS',
    'Demo IMPORT_IN_PROGRESS',
    'P IMPORT_IN_PROGRESS',
    'P IMPORT_IN_PROGRESS',
    'P IMPORT_COMPLETE',
    'P UPDATE_IN_PROGRESS',
    'P UPDATE_COMPLETE',
    'Demo IMPORT_COMPLETE',
  ]);
  expect(stack.resources.P.physicalId).toBe('screws');
  await sandbox.destroy('Demo');
  expect([stack.status, sandbox.rekognition.projects.length]).toEqual(['DELETE_COMPLETE', 1]);
});

test.each([
  ['does not exist', 'bolts', { ProjectName: 'bolts' }],
  ['is not the one in the template', 'screws', { ProjectName: 'nuts' }],
])('a project that %s is not imported, and the stack lets go of everything', async (_, name, identifier) => {
  sandbox.rekognition.createProject('screws');
  const stack = await changeSet({ P: project(name) }, identifier).execute();
  expect(statuses().slice(-5)).toEqual([
    'P IMPORT_FAILED',
    'Demo IMPORT_ROLLBACK_IN_PROGRESS',
    'P IMPORT_ROLLBACK_IN_PROGRESS',
    'P IMPORT_ROLLBACK_COMPLETE',
    'Demo IMPORT_ROLLBACK_COMPLETE',
  ]);
  expect([Object.keys(stack.resources), sandbox.rekognition.projects.length]).toEqual([[], 1]);
});

test('nothing but imports may change, and only what the sandbox can find', () => {
  const queue = { Type: 'AWS::SQS::Queue' };
  expect(() => changeSet({ P: project('screws'), Q: queue })).toThrow(
    'You have modified resources [Q] in your template that are not being',
  );
  expect(changeSet({ Q: queue }, {}, 'Q').description).toMatchObject({
    Status: 'FAILED',
    StatusReason: 'the sandbox does not know how to import a resource of type AWS::SQS::Queue',
  });
});
