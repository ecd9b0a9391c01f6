import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Clock } from '../../sandbox/clock';
import { Iam } from '../../sandbox/iam';
import { Lambda } from '../../sandbox/lambda';
import { WarmProcesses } from '../../sandbox/lambda/warm-processes';

const ROLE = 'arn:aws:iam::111122223333:role/HandlerRole';
const CODE = `
  let invocations = 0;
  exports.handler = async ({ ms = 0 }) => {
    await new Promise(resolve => setTimeout(resolve, ms));
    const { pid, env } = process;
    return { pid, environment: env.NAME, added: env.ADDED, invocation: ++invocations, directory: process.cwd(), now: Date.now() };
  };
`;

let directory: string;
let warmProcesses: WarmProcesses;
const running: Lambda[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'warm-test-'));
  warmProcesses = new WarmProcesses();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map(lambda => lambda.stop()));
  await warmProcesses.end();
  rmSync(directory, { recursive: true });
});

/** A function in its own sandbox. */
function deploy(name: string, { asset = 'asset.1', clock = new Clock(), environment = {} }: { asset?: string; clock?: Clock; environment?: object } = {}) {
  const iam = new Iam();
  iam.createRole({ arn: ROLE, name: 'HandlerRole', managedPolicyArns: [] });
  const lambda = new Lambda({ clock, iam, region: 'us-east-1', account: '111122223333', warmProcesses });
  running.push(lambda);
  const codeDirectory = join(directory, name, asset);
  mkdirSync(codeDirectory, { recursive: true });
  writeFileSync(join(codeDirectory, 'index.js'), CODE);
  lambda.create({
    functionName: name,
    functionArn: `arn:aws:lambda:us-east-1:111122223333:function:${name}`,
    handler: 'index.handler',
    codeDirectory,
    runtime: 'nodejs22.x',
    environment: { NAME: name, ...environment },
    timeoutSeconds: 3,
    memorySize: 128,
    roleArn: ROLE,
    logGroupName: 'none',
    logFormat: 'JSON',
    applicationLogLevel: 'INFO',
  });
  const invoke = (event: object = {}) => clock.work(() => lambda.invoke(name, JSON.stringify(event))).then(({ payload }) => JSON.parse(payload));
  return { lambda, invoke, codeDirectory };
}

test('a function with the same code reuses the process of a deleted one, without its state', async () => {
  const first = deploy('first', { environment: { ADDED: 'yes' } });
  expect(await first.invoke()).toMatchObject({ environment: 'first', added: 'yes', invocation: 1, directory: first.codeDirectory });
  const { pid } = await first.invoke();
  await first.lambda.delete('first');

  const second = deploy('second');
  const result = await second.invoke();
  expect(result).toMatchObject({ pid, environment: 'second', invocation: 1, directory: second.codeDirectory });
  expect(result).not.toHaveProperty('added');
});

test('a function with other code gets its own process', async () => {
  const first = deploy('first');
  const { pid } = await first.invoke();
  await first.lambda.delete('first');
  expect((await deploy('second', { asset: 'asset.2' }).invoke()).pid).not.toBe(pid);
});

test('a process sees the time of its new sandbox', async () => {
  const clock = new Clock();
  const first = deploy('first', { clock });
  await clock.advance(3_600_000);
  const { pid, now } = await first.invoke();
  await first.lambda.stop();
  const second = await deploy('second').invoke();
  expect(second.pid).toBe(pid);
  expect(second.now).toBeLessThan(now - 3_000_000);
});

test('a process that was killed is not reused', async () => {
  const first = deploy('first');
  const { pid } = await first.invoke();
  first.lambda.kill('first');
  expect((await deploy('second').invoke()).pid).not.toBe(pid);
});

test('a process that dies while idle is not reused', async () => {
  const first = deploy('first');
  const { pid } = await first.invoke();
  await first.lambda.stop();
  process.kill(pid, 'SIGKILL');
  const isThere = () => { try { return process.kill(pid, 0); } catch { return false; } };
  while (isThere()) await new Promise(setImmediate);
  // its pipes close a moment later.
  for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
  expect((await deploy('second').invoke()).pid).not.toBe(pid);
});

test('a process that is busy when its sandbox stops is killed', async () => {
  const first = deploy('first');
  const { pid } = await first.invoke();
  const open = first.invoke({ ms: 10_000 });
  await first.lambda.stop();
  expect(await open).toMatchObject({ errorType: 'Runtime.ExitError' });
  expect((await deploy('second').invoke()).pid).not.toBe(pid);
});
