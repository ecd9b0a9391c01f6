import { readFileSync } from 'fs';
import { join } from 'path';
import { Stack } from 'aws-cdk-lib';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import type { ProjectVersion } from '../../sandbox/rekognition';
import { ServiceError } from '../../sandbox/service';
import { ProjectVersionTeardown, ProjectVersionTeardownProps, TeardownProvider, TeardownTrigger } from '../../src';
import { Flow } from '../support/flow';
import { matchesPattern, runQuery } from '../support/log-queries';

let flow: Flow;
let version: ProjectVersion;

beforeEach(async () => {
  flow = await Flow.start();
  version = flow.version('RUNNING');
});

afterEach(() => flow.stop());

/** A provider with metrics, which stays, and a teardown or none. */
function watched(props?: Partial<ProjectVersionTeardownProps>): (stack: Stack) => void {
  return stack => {
    const provider = new TeardownProvider(stack, 'Provider');
    provider.metricFailed();
    provider.metricKept();
    if (props) new ProjectVersionTeardown(stack, 'Model', { projectVersionArn: version.arn, provider, ...props });
  };
}

const lines = () => flow.sandbox.lambda.logs.map(({ text }) => text);

/** The resources of the deployed stack of a type. */
const resources = (type: RegExp) => Object.values(flow.sandbox.stack('Models').resources).filter(each => type.test(each.type));

/** How many lines each metric filter of the deployed stack counts. */
function counted(): { [metric: string]: number } {
  const { logs } = flow.sandbox.lambda;
  return Object.fromEntries(resources(/MetricFilter$/).map(({ properties }) => {
    const { LogGroupName: group, FilterPattern: pattern, MetricTransformations: [{ MetricName: name }] } = properties;
    const counts = logs.filter(({ logGroupName, text }) => logGroupName === group && matchesPattern(pattern, text));
    return [name.split('/').pop(), counts.length];
  }));
}

async function keep(): Promise<void> {
  await flow.deploy(watched({}));
  expect((await flow.deploy(watched())).status).toBe('UPDATE_COMPLETE');
}

/** An update that removes a teardown which cannot stop the model: it succeeds, but its cleanup fails three times. */
async function failInCleanup(): Promise<void> {
  await flow.deploy(watched({ trigger: TeardownTrigger.RESOURCE_REMOVAL }));
  const allow = flow.sandbox.intercept(({ operation }, next) => {
    if (operation === 'StopProjectVersion') throw new ServiceError('AccessDeniedException', 'No.');
    return next();
  });
  expect((await flow.deploy(watched())).status).toBe('UPDATE_COMPLETE');
  allow();
}

test('what an update kept is counted, and so is each attempt of a failed cleanup', async () => {
  await keep();
  expect(counted()).toEqual({ Failed: 0, Kept: 1 });
  await failInCleanup();
  expect(counted()).toEqual({ Failed: 3, Kept: 1 });
  expect(flow.left).toEqual({ v1: 'RUNNING' });
});

test('neither a deletion that succeeds nor a teardown that cannot be deployed is counted as failed', async () => {
  await flow.deploy(watched({}));
  const unknown = watched({ projectVersionArn: version.arn.replace('/v1/', '/v2/') });
  expect((await flow.deploy(unknown)).status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(lines().filter(line => line.includes('"message":"failed"'))).toHaveLength(1);
  expect(counted().Failed).toBe(0);
  await flow.destroy();
  expect([flow.left, lines().some(line => line.includes('"message":"deleted"'))]).toEqual([{}, true]);
});

test('a log level that hides routine hides nothing that is counted', async () => {
  const atLevel = (props?: Partial<ProjectVersionTeardownProps>) => (stack: Stack) => {
    watched(props)(stack);
    for (const each of stack.node.findAll().filter(CfnFunction.isCfnFunction)) {
      each.addPropertyOverride('LoggingConfig.ApplicationLogLevel', 'WARN');
    }
  };
  await flow.deploy(atLevel({}));
  await flow.deploy(atLevel());
  expect([counted(), lines().some(line => line.includes('"level":"INFO"'))]).toEqual([{ Failed: 0, Kept: 1 }, false]);
});

describe('the queries of docs/troubleshooting.md', () => {
  const document = readFileSync(join(__dirname, '../../docs/troubleshooting.md'), 'utf8');
  /** The query below a sentence. */
  const query = (sentence: RegExp): string => {
    const [, found] = document.split(sentence)[1]?.match(/^[^\n]*\n+((?: {4}.*\n)+)/) ?? [];
    if (!found) throw new Error(`docs/troubleshooting.md has no query below ${sentence}`);
    return found;
  };

  test('find what was kept, what failed and what may be billed', async () => {
    await keep();
    await failInCleanup();
    const [stackId] = flow.sandbox.cloudFormation.stacks.map(({ id }) => id);
    const [kept, ...others] = runQuery(query(/What was kept, and why:/), lines());
    expect([others, kept.slice(1, 4)]).toEqual([[], [stackId, version.arn, expect.stringContaining('STACK_DELETION')]]);

    const failed = runQuery(query(/What failed:/), lines());
    expect(failed.map(values => values.slice(1, 3))).toEqual(Array(3).fill([stackId, version.arn]));
    expect(failed[0][4]).toContain('rekognition:StopProjectVersion');

    const billed = runQuery(query(/What may still be billed:/), lines());
    expect(billed).not.toEqual([]);
    for (const [, target, running] of billed) expect([target, running]).toEqual([version.arn, version.arn]);
  });

  test('list what one teardown did, in order', async () => {
    await flow.deploy(watched({}));
    const [{ logicalId }] = resources(/^Custom::Rekognition/);
    await flow.destroy();
    const done = runQuery(query(/What one teardown did/).replace('LOGICAL_ID', logicalId), lines());
    expect(done.at(-1)).toContain('deleted');
    expect(done.map(([time]) => time)).toEqual(done.map(([time]) => time).sort());
  });
});
