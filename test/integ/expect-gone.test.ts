import { execFileSync } from 'child_process';
import { mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { RekognitionClient } from '@aws-sdk/client-rekognition';
import { leftOf } from './expect-gone';
import { Sandbox } from '../../sandbox';

const STACK = 'TeardownIntegAuto';

let sandbox: Sandbox;
let assembly: string;
let clients: Parameters<typeof leftOf>[1];

beforeAll(() => {
  assembly = mkdtempSync(path.join(tmpdir(), 'teardown-integ-'));
  execFileSync(process.execPath, ['--import', 'tsx', 'integ.project-auto-teardown.ts'], {
    cwd: __dirname,
    env: { ...process.env, CDK_OUTDIR: assembly },
  });
});

beforeEach(async () => {
  sandbox = await Sandbox.start();
  const configuration = {
    endpoint: sandbox.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'tester', secretAccessKey: 'not checked' },
  };
  clients = {
    cloudFormation: new CloudFormationClient(configuration),
    rekognition: new RekognitionClient(configuration),
  };
  await sandbox.deploy(assembly, STACK);
  for (const project of sandbox.rekognition.projects) sandbox.rekognition.addDataset(project, 'TRAIN');
});

afterEach(() => sandbox.stop());
afterAll(() => rmSync(assembly, { recursive: true }));

describe('after the deletion of a stack, expect-gone', () => {
  test('finds nothing if everything that the teardowns were for is gone', async () => {
    expect(sandbox.rekognition.projects).toHaveLength(2);
    await sandbox.destroy(STACK);
    // CloudFormation does not wait until a project is gone.
    await sandbox.advance(60_000);
    expect(await leftOf(STACK, clients)).toEqual([]);
  });

  test('finds by its ARN what is left', async () => {
    const [{ arn }] = sandbox.rekognition.projects;
    await sandbox.destroy(STACK);
    // it is not gone yet.
    expect(await leftOf(STACK, clients)).toContain(arn);
  });

  test('rejects a stack that is not deleted', async () => {
    await expect(leftOf(STACK, clients)).rejects.toThrow(`no stack ${STACK} has been deleted`);
  });
});
