import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { Sandbox, SandboxProps } from '../../sandbox';
import { clientEnvironment } from '../../sandbox/client-environment';
import { ServiceError } from '../../sandbox/service';
import { report } from '../probe/report';

const ROOT = join(__dirname, '../..');
const PROBE = [require.resolve('tsx/cli'), '--tsconfig', 'tsconfig.dev.json', 'test/probe/main.ts'];

/** Runs the probe in the sandbox. */
async function probe(settings: SandboxProps['cloudFormation'], prepare: (sandbox: Sandbox) => void = () => {}) {
  const sandbox = await Sandbox.start({ cloudFormation: settings, onProblem: () => {} });
  const env = { PATH: process.env.PATH, CDK_DISABLE_CLI_TELEMETRY: 'true', ...clientEnvironment(sandbox.url) };
  prepare(sandbox);
  try {
    const [code, output] = await new Promise<[number, string]>(resolve => {
      const end = (error: unknown, stdout: string, stderr: string) => resolve([error ? 1 : 0, stdout + stderr]);
      execFile(process.execPath, PROBE, { cwd: ROOT, env }, end);
    });
    const left = sandbox.cloudFormation.stacks.filter(({ status }) => status !== 'DELETE_COMPLETE').map(({ name }) => name);
    return { code, left, answers: output.split('\n').filter(line => /^(as assumed|DIFFERENT)/.test(line)), output };
  } finally {
    await sandbox.stop();
  }
}

test('the probe compares what CloudFormation does with what the library assumes, and deletes what it deployed', async () => {
  const { code, left, answers, output } = await probe({ cleanupTypes: 'GENERAL', deletionEntries: 'FIRST_TRY' });
  expect({ code, output }).toEqual({ code: 0, output: expect.any(String) });
  expect(left).toEqual([]);
  expect(answers).toHaveLength(report([], []).length);
  expect(answers.slice(0, 3)).toEqual([
    expect.stringContaining('in the events of a cleanup: AWS::CloudFormation::CustomResource (assumed'),
    expect.stringContaining('in the deletion of a stack: Custom::Probe'),
    expect.stringContaining('in the requests: Custom::Probe'),
  ]);
  expect(answers.join('\n')).toContain('tries of a failed cleanup that have an event: 1 of 3');
});

test('the probe deletes what it deployed if it fails on the way', async () => {
  let deployments = 0;
  const { code, left, output } = await probe({}, sandbox => sandbox.intercept(async ({ operation, input }, next) => {
    if (operation !== 'CreateChangeSet' || input.StackName !== 'TeardownProbe' || ++deployments < 2) return next();
    throw new ServiceError('LimitExceededException', 'no more change sets');
  }));
  expect(output).toContain('no more change sets');
  expect(code).toBe(1);
  expect(left).toEqual([]);
  expect(output).toContain('> cdk destroy --all --force');
});

test('the report of the probe takes nothing for granted that it has not seen', () => {
  const held = report([], []).filter(([, here, assumed, holds = here === assumed]) => holds);
  expect(held.map(([, , assumed]) => assumed)).toEqual(held.map(() => 'any'));
});
