import { App, CfnDeletionPolicy, CfnResource, Duration, Lazy, RemovalPolicy, Stack, Stage, Tags } from 'aws-cdk-lib';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { ACCOUNT, PROJECT_ARN, REGION, STACK_ID, VERSION_ARN } from './arns';
import { createEvent, PROPERTIES } from './events';
import { describeStack } from '../../lambda/aws/cloudformation';
import { CallFailure } from '../../lambda/aws/errors';
import { Deadline } from '../../lambda/custom-resource/deadline';
import { onEvent } from '../../lambda/custom-resource/handler';
import { projectTeardown } from '../../lambda/custom-resource/project-teardown';
import { projectVersionTeardown } from '../../lambda/custom-resource/project-version-teardown';
import * as messages from '../../lambda/messages/teardown';
import { cannotLook, incomplete, refused, trainingOf } from '../../lambda/messages/workflow';
import type { Left, Target } from '../../lambda/model';
import type { Progress } from '../../lambda/steps/progress';
import { readTargets } from '../../lambda/workflow/targets';
import { WorkflowTime } from '../../lambda/workflow/times';
import {
  Project, ProjectAutoTeardown, ProjectTeardown, ProjectTeardownProps, ProjectVersionTeardown,
  ProjectVersionTeardownProps, TeardownMode, TeardownProvider, TeardownTrigger, TeardownWorkflow, TeardownWorkflowProps,
} from '../../src';
import type { WorkflowRequest } from '../../src/private/contract';

/*
 * Every message that a user may see, produced by the real code.
 */

const version: Target = { arn: VERSION_ARN, mode: 'DELETE', trainingBehavior: 'WAIT' };
const project: Target = { ...version, arn: PROJECT_ARN };
const stopped: Target = { ...version, mode: 'STOP' };
const stoppedProject: Target = { ...project, mode: 'STOP' };
const elapsed = '55 min';

function left(status: string | undefined, refusal?: string): Left {
  return { arn: VERSION_ARN, status, refusal };
}

const deletion: messages.Situation = { phase: 'deletion', rootStackId: STACK_ID, isCleanUp: false };
const cleanUp: messages.Situation = { ...deletion, isCleanUp: true };
const custody: messages.Situation = { phase: 'custody', rootStackId: STACK_ID };

/** A call in this phase, and its answer. */
function failure(name: string, { phase }: messages.Situation, message = 'No.', details: object = {}): CallFailure {
  const [action, resource] = phase === 'custody' ? ['cloudformation:DescribeStackEvents', STACK_ID] : ['rekognition:StopProjectVersion', VERSION_ARN];
  return new CallFailure(action, resource, Object.assign(new Error(message), { name, ...details }));
}

const SITUATIONS: messages.Situation[] = [
  { ...custody, phase: 'verification' }, custody, { ...custody, removes: true }, { ...custody, isCleanUp: true, removes: true }, deletion, cleanUp,
];

/** By the function in lambda/messages/teardown.ts that creates it. */
const HANDLER: { [name in keyof typeof messages]: () => Error[] } = {
  notReached: () => [deletion, cleanUp].flatMap(situation => [
    ...['TRAINING_IN_PROGRESS', 'COPYING_IN_PROGRESS', 'RUNNING', 'STARTING', 'STOPPING', 'A_STATUS_OF_TOMORROW', undefined]
      .map(status => messages.notReached(version, [left(status)], situation, elapsed)),
    messages.notReached(version, [left('RUNNING', 'Specified resource is in use.')], situation, elapsed),
    messages.notReached(stopped, [left('STOPPING')], situation, elapsed),
    messages.notReached(project, Array.from({ length: 7 }, () => left('STOPPING')), situation, elapsed),
  ]),
  inTraining: () => [messages.inTraining({ ...version, trainingBehavior: 'FAIL' }, [left('TRAINING_IN_PROGRESS')], deletion, elapsed)],
  notFound: () => [version, project].map(target => messages.notFound(target)),
  inOtherAccount: () => [messages.inOtherAccount(version, '999999999999')],
  notTheTarget: () => [messages.notTheTarget(version, `${VERSION_ARN}1`, deletion)],
  bug: () => (['Create', 'Delete'] as const)
    .map(RequestType => new Error(messages.bug(new TypeError('broken'), VERSION_ARN, { RequestType, StackId: STACK_ID }))),
  notUnderstood: () => [version, project].flatMap(target => SITUATIONS.filter(({ phase }) => phase === 'custody').flatMap(situation =>
    [undefined, [], [left('RUNNING')]].map(observed => messages.notUnderstood(target, 'the events do not show it', situation, observed)))),
  callFailed: () => SITUATIONS.flatMap(situation => [
    failure('AccessDeniedException', situation), failure('AccessDeniedException', situation, ''), failure('ThrottlingException', situation),
    failure('AccessDeniedException', situation, 'because no identity-based policy allows the action'),
    failure('TimeoutError', situation), failure('Error', situation, 'connect', { code: 'ECONNREFUSED' }),
    new CallFailure('rekognition:StopProjectVersion', VERSION_ARN.replace(ACCOUNT, '999999999999'), Object.assign(new Error('No.'), { name: 'AccessDeniedException' })),
  ].flatMap(call => [undefined, [left('RUNNING')]].map(remains => messages.callFailed(version, call, situation, elapsed, remains)))),
  retained: () => [deletion, cleanUp].flatMap(situation => [undefined, [left('RUNNING')]]
    .map(remains => messages.retained(project, failure('AccessDeniedException', situation), situation, remains))),
  invalid: () => [],
};

/** The messages about requests that the handler cannot read. */
const UNREADABLE: (() => unknown)[] = [
  () => projectVersionTeardown.read({ ...PROPERTIES, ProjectVersionArn: 'parts' }),
  () => projectVersionTeardown.read({ ...PROPERTIES, ProjectArn: PROJECT_ARN.replace('parts', 'others') }),
  () => projectVersionTeardown.read({ ...PROPERTIES, Trigger: 'NEVER' }),
  () => projectTeardown.read({ ProjectArn: 'parts' }),
  () => { jest.spyOn(console, 'error').mockImplementationOnce(() => {}); return onEvent(createEvent({}, { ResourceType: 'Custom::Other' }) as any); },
  () => describeStack('parts'),
  () => new Deadline(undefined, 'Delete', {}),
];

const stack = () => new Stack(new App(), 'Models', { env: { account: ACCOUNT, region: REGION } });
const own = (scope: Stack) => new CfnProject(scope, 'Project', { projectName: 'parts' });
const ofVersion = (props: Partial<ProjectVersionTeardownProps> = {}, scope = stack()) =>
  new ProjectVersionTeardown(scope, 'Model', { projectVersionArn: VERSION_ARN, ...props });
const ofProject = (props: Partial<ProjectTeardownProps> = {}, scope = stack()) => new ProjectTeardown(scope, 'Teardown', { project: own(scope), ...props });
const provider = (queryInterval: Duration, totalTimeout: Duration) => new TeardownProvider(stack(), 'Provider', { queryInterval, totalTimeout });
/** An app that can be constructed but fails synthesis. */
const synthesized = (scope: Stack) => App.of(scope)!.synth();

const workflow = (props: Partial<TeardownWorkflowProps>, scope = stack()) =>
  new TeardownWorkflow(scope, 'Workflow', { mode: TeardownMode.DELETE, projectVersionArns: props.projects ? [] : [VERSION_ARN], ...props });

const SYNTHESIS: (() => unknown)[] = [
  () => ofVersion({ projectVersionArn: 'dummy-value-for-/parts/model' }),
  () => ofVersion({ projectVersionArn: VERSION_ARN.replace(ACCOUNT, '999999999999') }),
  () => { const scope = stack(); ofVersion({ project: new CfnProject(scope, 'Project', { projectName: 'others' }) }, scope); },
  () => Project.fromProjectArn(stack(), 'Project', 'parts'),
  () => {
    const scope = stack();
    const foreign = Project.fromProjectArn(scope, 'Project', PROJECT_ARN.replace(ACCOUNT, '999999999999'));
    new ProjectTeardown(scope, 'Teardown', { project: foreign });
  },
  () => {
    const app = new App();
    const [scope, other] = [REGION, 'eu-west-1'].map(region =>
      new Stack(app, `Models-${region}`, { env: { account: ACCOUNT, region }, crossRegionReferences: true }));
    ofVersion({ provider: new TeardownProvider(other, 'Provider') }, scope);
    synthesized(scope);
  },
  () => {
    const scope = stack();
    new TeardownProvider(scope, 'Provider');
    const [resource] = scope.node.findAll().filter(CfnFunction.isCfnFunction);
    resource.timeout = 3;
    synthesized(scope);
  },
  () => ofVersion({ removalPolicy: RemovalPolicy.SNAPSHOT }),
  () => ofProject({ deleteProject: true }),
  () => {
    const scope = stack();
    const twice = own(scope);
    for (const id of ['One', 'Two']) new ProjectTeardown(scope, id, { project: twice });
  },
  () => provider(Duration.minutes(1), Duration.hours(2)),
  () => provider(Duration.seconds(7), Duration.minutes(1)),
  () => provider(Duration.seconds(Lazy.number({ produce: () => 15 })), Duration.minutes(1)),
  () => {
    const scope = stack();
    for (let index = 0; index < 30; index++) new ProjectVersionTeardown(scope, `Model${index}`, { projectVersionArn: `${VERSION_ARN}${index}` });
    synthesized(scope);
  },
  () => {
    const scope = stack();
    ofProject({}, scope);
    (scope.node.findChild('Project') as CfnProject).cfnOptions.deletionPolicy = CfnDeletionPolicy.RETAIN;
    synthesized(scope);
  },
  () => {
    const scope = stack();
    ofProject({}, scope);
    (scope.node.findChild('Project') as CfnProject).addPropertyOverride('Tags', []);
    synthesized(scope);
  },
  () => {
    const scope = stack();
    ofProject({}, scope);
    (scope.node.findChild('Project') as CfnProject).addPropertyOverride('Tags', { 'Fn::If': ['IsProduction', [], []] });
    synthesized(scope);
  },
  () => {
    const scope = stack();
    for (let index = 0; index < 50; index++) Tags.of(scope).add(`key-${index}`, 'value');
    ofProject({}, scope);
    synthesized(scope);
  },
  () => {
    const scope = stack();
    for (let index = 0; index < 20; index++) {
      new ProjectTeardown(scope, `Teardown${index}`, { project: new CfnProject(scope, `Project${index}`, { projectName: `parts${index}` }) });
    }
    synthesized(scope);
  },
  ...[undefined, TeardownTrigger.RESOURCE_REMOVAL].map(trigger => () => {
    const scope = stack();
    ofVersion({ projectVersionArn: StringParameter.valueForStringParameter(scope, '/parts/model', 3), trigger }, scope);
    synthesized(scope);
  }),
  () => {
    const scope = stack();
    const reference = Project.fromProjectArn(scope, 'Reference', StringParameter.valueForStringParameter(scope, '/parts/project', 3));
    new ProjectTeardown(scope, 'Teardown', { project: reference });
    synthesized(scope);
  },
  () => {
    const scope = stack();
    const generic = new CfnResource(scope, 'Project', { type: 'AWS::Rekognition::Project' });
    new ProjectTeardown(scope, 'Teardown', { project: Project.fromProjectArn(scope, 'Reference', generic.getAtt('Arn').toString()) });
  },
  () => {
    const stage = new Stage(new App(), 'Production');
    own(new Stack(stage, 'Models'));
    stage.synth();
    stage.with(new ProjectAutoTeardown());
  },
  () => workflow({ projects: [] }),
  () => workflow({ timeout: Duration.days(8) }),
  () => workflow({ timeout: Duration.seconds(Lazy.number({ produce: () => 60 })) }),
  () => { const scope = stack(); workflow({ projects: [own(scope)], deleteProjects: true }, scope); },
  () => {
    const scope = stack();
    const kept = own(scope);
    kept.applyRemovalPolicy(RemovalPolicy.RETAIN);
    workflow({ projects: [kept] }, scope);
    synthesized(scope);
  },
];

const request: WorkflowRequest = {
  mode: 'STOP',
  trainingBehavior: 'WAIT',
  deleteProjects: false,
  projectArns: [PROJECT_ARN],
  projectVersionArns: [],
  timeoutSeconds: 60,
  input: {},
  startedAt: '2026-01-01T00:00:00Z',
  previous: {},
};
const denied = new CallFailure('rekognition:StopProjectVersion', VERSION_ARN, Object.assign(new Error('No.'), { name: 'AccessDeniedException' }));
const unreached = (progress: Partial<Progress>, target = version) => incomplete([{ target, progress: { left: [], ...progress } }], 40, '26 h');

/** The messages of a workflow. */
const WORKFLOW: (() => unknown)[] = [
  ...[left('RUNNING'), left('TRAINING_IN_PROGRESS'), left('STOPPING')].map(one => () => { throw new Error(unreached({ left: [one] })); }),
  () => { throw new Error(unreached({ failure: denied }, project)); },
  () => { throw new Error(unreached({ left: [trainingOf(VERSION_ARN)] }, project)); },
  ...[[], [`${PROJECT_ARN}1`]].map(sameName => () => {
    throw new Error(incomplete([{ target: stoppedProject, progress: { left: [], isMissing: true }, sameName }], 40, '26 h'));
  }),
  () => new WorkflowTime('', 60),
  () => { throw new Error(cannotLook(denied, '2 min')); },
  ...[{ input: { dryrun: true } }, { projectArns: ['parts'] }, { projectVersionArns: ['parts'] }].map(wrong => () => {
    try {
      readTargets({ ...request, ...wrong });
    } catch (error) {
      throw new Error(refused((error as Error).message));
    }
  }),
];

export function messagesOfWorkflow(): Promise<string[]> {
  return Promise.all(WORKFLOW.map(thrownBy));
}

export async function messagesOfHandler(): Promise<string[]> {
  return [...Object.values(HANDLER).flatMap(make => make()).map(({ message }) => message), ...await Promise.all(UNREADABLE.map(thrownBy))];
}

export function messagesOfSynthesis(): Promise<string[]> {
  return Promise.all(SYNTHESIS.map(thrownBy));
}

async function thrownBy(action: () => unknown): Promise<string> {
  try {
    await action();
  } catch (error) {
    // synthesis adds a heading and the path of the construct.
    return (error as Error).message.replace(/^Validation failed with the following errors:\s+\[[^\]]*\]\s*/, '').trim();
  }
  throw new Error(`nothing was thrown by ${action}`);
}
