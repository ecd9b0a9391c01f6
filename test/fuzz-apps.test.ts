import { rmSync } from 'fs';
import * as path from 'path';
import * as fc from 'fast-check';
import { DeployedResource, DeployedStack, isAllowed } from './support/deployed-app';
import { AppPlan, appPlan, buildApp, mayRetain, mayTimeOut } from './support/random-app';

// its resources take more than half of the time to synthesize an app, and no test here looks at them.
jest.mock('aws-cdk-lib/custom-resources', () => {
  const { CfnResource } = jest.requireActual('aws-cdk-lib');
  const { Construct } = jest.requireActual('constructs');
  return {
    Provider: class extends Construct {
      readonly serviceToken: string;

      constructor(scope: unknown, id: string, { onEventHandler, isCompleteHandler }: any) {
        super(scope, id);
        const properties = { Handlers: [onEventHandler.functionArn, isCompleteHandler.functionArn] };
        this.serviceToken = new CfnResource(this, 'Resource', { type: 'Test::Provider::Framework', properties }).getAtt('Arn').toString();
      }
    },
  };
});

// the same seed in every run, so that CI only fails because of a change; SEED tries other apps, and APPS more of them.
fc.configureGlobal({ seed: Number(process.env.SEED ?? 20260101), endOnFailure: process.env.STRYKER_MUTATOR_WORKER !== undefined });
const APPS = Number(process.env.APPS ?? 500);

const OWNER_TAG = 'cdk-rekognition-teardown:owner';
const VERSION = 'Custom::RekognitionProjectVersionTeardown';
const PROJECT = 'Custom::RekognitionProjectTeardown';

/** The outermost stacks of the app; undefined if synthesis rejects it for the right reason. */
function deploy(plan: AppPlan): DeployedStack[] | undefined {
  const app = buildApp(plan);
  try {
    const assembly = app.synth();
    const exports = new Map<string, unknown>();
    const stacks = [...assembly.stacksRecursively].sort((one, other) => one.stackName.localeCompare(other.stackName));
    return stacks.map(({ stackName, templateFullPath }) => new DeployedStack(
      path.dirname(templateFullPath), path.basename(templateFullPath), `arn:aws:cloudformation:us-east-1:111122223333:stack/${stackName}/0`, exports));
  } catch (error) {
    const { message } = error as Error;
    if (mayRetain(plan) && /is retained, so its contents must not be deleted/.test(message)) return undefined;
    if (mayTimeOut(plan) && /has a Timeout of 9 s, but needs at least 10 s/.test(message)) return undefined;
    throw error;
  } finally {
    rmSync(app.outdir, { recursive: true, force: true });
  }
}

const RETAINED = ['Retain', 'RetainExceptOnCreate'];
const staysOnDeletion = ({ deletionPolicy }: DeployedResource) => RETAINED.includes(deletionPolicy);
const staysOnReplacement = ({ updateReplacePolicy }: DeployedResource) => RETAINED.includes(updateReplacePolicy);
const nameOf = (arn: string) => arn.split('/').slice(0, 2).join('/');
const timeOf = (arn: string) => arn.split('/').pop()!;

/** Whether CloudFormation may send it a Delete that the handler carries out. */
function acts(teardown: DeployedResource): boolean {
  const { properties: { OwnerTag: tag, Trigger: trigger }, deletionPolicy } = teardown;
  const inCleanUp = tag !== undefined || trigger === 'RESOURCE_REMOVAL';
  return !staysOnDeletion(teardown) || (inCleanUp && !staysOnReplacement(teardown)) || (tag !== undefined && deletionPolicy === 'RetainExceptOnCreate');
}

function stacksAround(stack: DeployedStack): DeployedStack[] {
  return [stack, ...stack.parent ? stacksAround(stack.parent) : []];
}

/** The calls of the handler for a teardown with these properties. */
function calls(teardown: DeployedResource): [string, string][] {
  const { properties, stack } = teardown;
  const { ProjectVersionArn: version, ProjectArn: project, Mode: mode, Trigger: trigger, OwnerTag: tag, DeleteProject: deletesProject } = properties;
  const around = stacksAround(stack);
  const needed: [string, string][] = around.flatMap(({ id }): [string, string][] => [['cloudformation:DescribeStackEvents', id], ['cloudformation:DescribeStacks', id]]);
  needed.push(['rekognition:DescribeProjectVersions', project ?? `${nameOf(version)}/1769810000000`]);
  if (project === undefined) needed.push(['rekognition:DescribeProjects', '*']);
  if (tag !== undefined) {
    needed.push(['rekognition:ListTagsForResource', project], ['rekognition:DescribeProjects', '*']);
  }
  if (!acts(teardown)) return needed;

  const target = version ?? `${nameOf(project)}/version/v1/1769817600000`;
  needed.push(['rekognition:StopProjectVersion', target]);
  if (trigger === 'RESOURCE_REMOVAL') needed.push(...around.pop()!.all.map(({ id }): [string, string] => ['cloudformation:ListStackResources', id]));
  if (mode === 'STOP') return needed;
  needed.push(['rekognition:DeleteProjectVersion', target]);
  if (version === undefined) needed.push(['rekognition:DeleteDataset', `${nameOf(project)}/dataset/train/1769817600000`], ['rekognition:DescribeProjects', '*']);
  if (deletesProject === 'true') needed.push(['rekognition:DeleteProject', project]);
  return needed;
}

/** Whether the contents of a retained project would be deleted. */
function losesContents(teardown: DeployedResource, project: DeployedResource): boolean {
  if (teardown.properties.OwnerTag === undefined) return !staysOnDeletion(teardown) && (staysOnDeletion(project) || staysOnReplacement(project));
  return (!staysOnDeletion(teardown) && staysOnDeletion(project))
    || (!staysOnReplacement(teardown) && staysOnReplacement(project))
    || (teardown.deletionPolicy !== 'Retain' && project.deletionPolicy === 'Retain');
}

function isTeardown({ type }: DeployedResource): boolean {
  return type === VERSION || type === PROJECT;
}

function check(stacks: DeployedStack[], plan: AppPlan): void {
  const resources = stacks.flatMap(({ all }) => all).flatMap(stack => stack.resources);
  expect(stacks.flatMap(({ problems }) => problems)).toEqual([]);
  for (const { type, properties } of resources) {
    if (type === 'AWS::Lambda::Function') expect(properties.Timeout ?? 3).toBeGreaterThanOrEqual(10);
  }
  // the mixin skips what is retained at that moment.
  if (plan.hasMixin && !plan.aspects.some(({ does }) => does === 'destroy all')) {
    const projects = resources.filter(({ type }) => type === 'AWS::Rekognition::Project');
    for (const project of projects.filter(one => !staysOnDeletion(one) && !staysOnReplacement(one))) {
      expect(project.properties.Tags).toContainEqual({ Key: OWNER_TAG, Value: expect.anything() });
    }
  }

  for (const teardown of resources.filter(isTeardown)) {
    const { id, stack, properties, condition } = teardown;
    const { ProjectVersionArn: version, ProjectArn: projectArn, Mode: mode, OwnerTag: tag, Trigger: trigger } = properties;
    const needs = stack.needs(id);
    // a dataset that a teardown needs may need another teardown, and so its policy.
    const indirect = new Set(stack.resources.filter(one => isTeardown(one) && needs.has(one.id))
      .flatMap(one => [...stack.needs(one.id)]));
    const policies = stack.resources
      .filter(({ id: policy, type }) => type === 'AWS::IAM::RolePolicy' && needs.has(policy) && !indirect.has(policy));
    for (const [action, resource] of calls(teardown)) {
      expect({ id, action, resource, isAllowed: isAllowed(policies, action, resource) }).toMatchObject({ isAllowed: true });
    }

    const [own, ...others] = policies
      .filter(({ properties: { PolicyDocument: document } }) => JSON.stringify(document).includes('DescribeProjectVersions'));
    expect(others).toEqual([]);
    expect(own.condition).toBe(condition);
    expect(own.properties.PolicyName).toMatch(/^[\w+=,.@-]{1,128}$/);
    if (tag !== undefined || trigger === 'RESOURCE_REMOVAL') expect(timeOf(own.properties.PolicyName.replace('-', '/'))).toBe(timeOf(version ?? projectArn));
    const target = version ?? `${nameOf(projectArn)}/version/v1/1769817600000`;
    const mayDelete = isAllowed(policies, 'rekognition:DeleteProjectVersion', target);
    const mayStop = isAllowed(policies, 'rekognition:StopProjectVersion', target);
    expect({ id, mayDelete, mayStop }).toEqual({ id, mayDelete: acts(teardown) && mode === 'DELETE', mayStop: acts(teardown) });

    const project = resources.find(({ type, properties: { ProjectName: name } }) => type === 'AWS::Rekognition::Project' && projectArn && nameOf(projectArn).endsWith(`/${name}`));
    if (!project) continue;
    if (teardown.type === PROJECT && mayDelete) expect({ id, losesContents: losesContents(teardown, project) }).toEqual({ id, losesContents: false });
    if (project.stack !== stack) continue;
    // a reference that only the complete app explains has no condition, and neither has its project.
    expect(condition).toBe(project.condition);
    if (tag !== undefined) expect(project.properties.Tags).toContainEqual({ Key: OWNER_TAG, Value: id });
  }
}

test('an app around the constructs', () => {
  let refused = 0;
  fc.assert(fc.property(appPlan, plan => {
    const stacks = deploy(plan);
    if (stacks) check(stacks, plan);
    else refused++;
  }), { numRuns: APPS });
  expect(refused).toBeLessThan(APPS / 2);
  if (process.env.APPS) console.log(`${APPS} apps; synthesis has refused ${refused}, each for a reason that it has`);
});
