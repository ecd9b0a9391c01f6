import { Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import * as fc from 'fast-check';
import { Project, ProjectTeardown, ProjectVersionTeardown, TeardownProvider, TeardownTrigger } from '../src';
import { leanApp } from './support/lean-app';
import { permissionsOf } from './support/template';

// the same seed in every run, so that CI only fails because of a change; SEED tries other values. Nobody needs the smallest counterexample for a mutant.
fc.configureGlobal({ seed: Number(process.env.SEED ?? 20260101), endOnFailure: process.env.STRYKER_MUTATOR_WORKER !== undefined });

/** A stack like that of a user, without a copy of the handler for each. */
function newStack(): Stack {
  return new Stack(leanApp(), 'Models');
}

/** The error that was thrown, if any: it must be an Error that shows the value. */
function refusal(define: () => void, ...values: string[]): Error | undefined {
  try {
    define();
    return undefined;
  } catch (error) {
    expect((error as Error).constructor.name).toMatch(/Error$/);
    expect(error).not.toBeInstanceOf(TypeError);
    for (const value of values) expect((error as Error).message).toContain(value);
    return error as Error;
  }
}

/** The beginning of a value as it appears in messages. */
const shown = (value: string) => JSON.stringify(value).slice(0, 100);

const name = fc.oneof(
  fc.constantFrom('version', 'dataset', 'project', 'a'.repeat(255), '-', '..', 'parts.2026-01-31'),
  fc.stringMatching(/^[a-zA-Z0-9_.-]{1,40}$/),
);
const arnStart = fc.tuple(fc.constantFrom('aws', 'aws-cn', 'aws-us-gov'), fc.constantFrom('us-east-1', 'cn-north-1'), fc.stringMatching(/^[0-9]{12}$/))
  .map(([partition, region, account]) => `arn:${partition}:rekognition:${region}:${account}:project`);
const created = fc.nat().map(String);
const versionArn = fc.tuple(arnStart, name, name, created).map(([start, project, version, when]) => `${start}/${project}/version/${version}/${when}`);
const projectArn = fc.tuple(arnStart, name, created).map(([start, project, when]) => `${start}/${project}/${when}`);

const injected = fc.oneof(fc.constantFrom('*', '/', ':', ' ', '\n', '\u0000', 'Ä', '模', '🔥', '"', '${x}', '\uD800'), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 5 }));
/** A valid ARN with text inserted somewhere, or anything else. */
const anyText = fc.oneof(
  fc.tuple(fc.oneof(versionArn, projectArn), injected, fc.nat()).map(([arn, text, anywhere]) => {
    const at = anywhere % (arn.length + 1);
    return arn.slice(0, at) + text + arn.slice(at);
  }),
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('', ' ', 'a', 'a'.repeat(5000), 'arn:', 'dummy-value-for-/model'),
  versionArn, projectArn,
);

/** Judged by the parts, not by the patterns of the library. */
function kindOf(text: string): 'version' | 'project' | undefined {
  const [arn, partition, service, region, account, resource, ...others] = text.split(':');
  const [type, project, ...segments] = (resource ?? '').split('/');
  const isName = (candidate: string) => candidate.length > 0 && candidate.length <= 255 && [...candidate].every(character => /[a-zA-Z0-9_.-]/.test(character));
  const isNumber = (candidate: string) => candidate !== '' && [...candidate].every(character => character >= '0' && character <= '9');
  const isWord = (candidate: string) => candidate !== '' && [...candidate].every(character => /[a-z0-9-]/.test(character));
  if (arn !== 'arn' || service !== 'rekognition' || others.length > 0 || type !== 'project' || text.length > 2048) return undefined;
  if (!isWord(partition) || !isWord(region) || account.length !== 12 || !isNumber(account) || !isName(project ?? '')) return undefined;
  if (segments.length === 1 && isNumber(segments[0])) return 'project';
  return segments.length === 3 && segments[0] === 'version' && isName(segments[1]) && isNumber(segments[2]) ? 'version' : undefined;
}

describe('projectVersionArn', () => {
  test('is rejected at construction, with its value, unless it is the ARN of a version', () => {
    fc.assert(fc.property(anyText.filter(text => kindOf(text) !== 'version'), text => {
      expect(refusal(() => new ProjectVersionTeardown(newStack(), 'Model', { projectVersionArn: text }), 'projectVersionArn must be', shown(text))).toBeDefined();
    }), { numRuns: 300 });
  });

  test('of every version appears unchanged in the template and in the policy', () => {
    fc.assert(fc.property(versionArn, fc.boolean(), (projectVersionArn, onRemoval) => {
      const stack = newStack();
      new ProjectVersionTeardown(stack, 'Model', { projectVersionArn, trigger: onRemoval ? TeardownTrigger.RESOURCE_REMOVAL : undefined });
      Template.fromStack(stack).hasResourceProperties('Custom::RekognitionProjectVersionTeardown', { ProjectVersionArn: projectVersionArn });
      const project = projectVersionArn.split('/').slice(0, 2).join('/');
      expect(permissionsOf(stack, 'Model')).toMatchObject({
        'rekognition:DeleteProjectVersion': projectVersionArn,
        'rekognition:DescribeProjectVersions': `${project}/*`,
      });
    }), { numRuns: 40 });
  });
});

describe('projectArn', () => {
  test('is rejected at construction, with its value, unless it is the ARN of a project', () => {
    fc.assert(fc.property(anyText.filter(text => kindOf(text) !== 'project'), text => {
      expect(refusal(() => Project.fromProjectArn(newStack(), 'Project', text), 'projectArn must be', shown(text))).toBeDefined();
    }), { numRuns: 300 });
  });

  test('of every project appears unchanged in the template and in the policy', () => {
    fc.assert(fc.property(projectArn, arn => {
      const stack = newStack();
      new ProjectTeardown(stack, 'Teardown', { project: Project.fromProjectArn(stack, 'Project', arn), deleteProject: true });
      Template.fromStack(stack).hasResourceProperties('Custom::RekognitionProjectTeardown', { ProjectArn: arn });
      expect(permissionsOf(stack, 'Teardown')).toMatchObject({
        'rekognition:DeleteProject': arn,
        'rekognition:DeleteDataset': `${arn.slice(0, arn.lastIndexOf('/'))}/dataset/*`,
      });
    }), { numRuns: 30 });
  });

  test('and version are accepted together only if name, account and region are the same', () => {
    fc.assert(fc.property(versionArn, fc.option(projectArn, { nil: undefined }), (version, other) => {
      const arn = other ?? `${version.split('/').slice(0, 2).join('/')}/1`;
      const stack = newStack();
      const project = Project.fromProjectArn(stack, 'Project', arn);
      const scopeOf = (text: string) => text.split('/').slice(0, 2).join('/').replace(/^arn:[^:]+/, '');
      const refused = refusal(() => new ProjectVersionTeardown(stack, 'Model', { projectVersionArn: version, project }), shown(version));
      expect(refused === undefined).toBe(scopeOf(version) === scopeOf(arn));
    }), { numRuns: 60 });
  });
});

describe('the times of a provider', () => {
  const seconds = fc.oneof(fc.integer({ min: 0, max: 4000 }), fc.constantFrom(0, 1, 15, 60, 3300, 3600, 3601));
  const duration = fc.oneof(
    { arbitrary: seconds.map(Duration.seconds), weight: 4 },
    fc.integer({ min: 0, max: 70 }).map(Duration.minutes),
    fc.integer({ min: 0, max: 5_000_000 }).map(Duration.millis),
  );
  const fitting = fc.tuple(fc.integer({ min: 1, max: 120 }), fc.integer({ min: 1, max: 80 }))
    .map(([interval, looks]) => [interval, interval * looks].map(Duration.seconds));

  /** Of Step Functions: https://states-language.net/spec.html#errors, whole numbers. */
  function assertWaiter(stack: Stack): void {
    const [machine] = Object.values(Template.fromStack(stack).findResources('AWS::StepFunctions::StateMachine'));
    const [, interval, attempts] = /IntervalSeconds\\*":([^,]+),\\*"MaxAttempts\\*":([^,]+),/.exec(JSON.stringify(machine.Properties.DefinitionString))!;
    expect([interval, attempts].filter(text => !/^[1-9]\d*$/.test(text))).toEqual([]);
    expect(Number(interval) * Number(attempts)).toBeLessThanOrEqual(3600);
    expect(Number(attempts)).toBeGreaterThanOrEqual(2);
  }

  function check(queryInterval: Duration, totalTimeout: Duration): void {
    const stack = newStack();
    const refused = refusal(() => new TeardownProvider(stack, 'Provider', { queryInterval, totalTimeout }));
    const [interval, total] = [queryInterval.toMilliseconds(), totalTimeout.toMilliseconds()];
    const isRight = interval > 0 && interval % 1000 === 0 && total % interval === 0 && total >= 2 * interval && total <= 3_600_000;
    const message = isRight ? undefined : expect.anything();
    expect({ interval, total, message: refused?.message }).toEqual({ interval, total, message });
    if (!refused) return assertWaiter(stack);
    // the CDK itself rejects each value that is not a whole number of seconds.
    const values = interval % 1000 === 0 && total % 1000 === 0 ? [queryInterval, totalTimeout] : [];
    for (const value of values) expect(refused.message).toContain(value.toHumanString());
    expect(refused.message).toMatch(/\d/);
  }

  test('are rejected at construction, with their values, or result in a waiter with whole numbers', () => {
    fc.assert(fc.property(duration, duration, check), { numRuns: 150 });
  });

  test('that are valid result in a waiter', () => {
    fc.assert(fc.property(fitting, ([interval, total]) => check(interval, total)), { numRuns: 40 });
  });

  test('are rejected when they are fractions of a second', () => {
    const fraction = fc.double({ min: 0.1, max: 60, noNaN: true }).filter(interval => !Number.isInteger(interval));
    fc.assert(fc.property(fraction, fc.integer({ min: 2, max: 40 }), (interval, looks) => {
      expect(refusal(() => new TeardownProvider(newStack(), 'Provider', {
        queryInterval: Duration.seconds(interval), totalTimeout: Duration.seconds(interval * looks),
      }))).toBeDefined();
    }), { numRuns: 60 });
  });
});

describe('the names', () => {
  test('of a project of the same stack and of its teardown may be anything that the CDK accepts', () => {
    fc.assert(fc.property(fc.oneof(name, fc.string({ unit: 'grapheme', minLength: 1 })), fc.string({ unit: 'grapheme', minLength: 1 }), (projectName, id) => {
      const stack = newStack();
      const project = new CfnProject(stack, 'TheProject', { projectName });
      // the CDK rejects ids without a letter or digit, ids that are taken, and, by mistake, the names of properties that every object has, such as valueOf.
      fc.pre(/[a-zA-Z0-9]/.test(id) && id !== 'TheProject' && !(id in {}));
      const teardown = new ProjectTeardown(stack, id, { project });
      const template = Template.fromStack(stack);
      const [logicalId] = Object.keys(template.findResources('Custom::RekognitionProjectTeardown'));
      template.hasResourceProperties('AWS::Rekognition::Project', { ProjectName: projectName, Tags: [{ Key: 'cdk-rekognition-teardown:owner', Value: logicalId }] });
      expect(teardown.node.id).toBe(id.replace(/\//g, '--'));
    }), { numRuns: 40 });
  });
});
