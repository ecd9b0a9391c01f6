import { Aws, Duration, Fn, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { IProjectRef } from 'aws-cdk-lib/aws-rekognition';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { WorkflowRequest } from './private/contract';
import { functionProps, functionRole, NETWORK_INTERFACES, timeoutProblems } from './private/function';
import {
  deleteDatasets, deleteProject, DESCRIBE_PROJECTS, describeVersions, Permission, statementOf, stopAndDeleteVersions, stopVersions,
} from './private/permissions';
import { inProject } from './private/project-arn';
import { accountProblems, assertProjectAccount, cfnProjectOf, projectsBehind } from './private/project-search';
import { ProjectVersionArn } from './private/project-version-arn';
import { isRetained } from './private/retention';
import { TeardownFunctionOptions } from './teardown-function-options';
import { TeardownMode, TrainingBehavior } from './teardown-options';

/**
 * Properties of `TeardownWorkflow`.
 */
export interface TeardownWorkflowProps extends TeardownFunctionOptions {
  /**
   * Whether versions are only stopped, or also deleted along with the datasets of the projects. Required, so that a workflow never deletes by default.
   */
  readonly mode: TeardownMode;

  /**
   * The projects whose contents are stopped or deleted, each a `CfnProject` or a project from `Project.fromProjectArn`.
   *
   * @default - no projects; `projectVersionArns` must name a version
   */
  readonly projects?: IProjectRef[];

  /**
   * The ARNs of single versions (Custom Labels models or custom adapters) to stop or delete, 20 to 2048 characters each. They may be
   * deploy-time values.
   *
   * @see https://docs.aws.amazon.com/rekognition/latest/APIReference/API_ProjectVersionDescription.html
   *
   * @default - no single versions; `projects` must name a project
   */
  readonly projectVersionArns?: string[];

  /**
   * What happens if a version is in training. `WAIT` waits until it has finished, up to `timeout`. `FAIL` stops what runs in its project,
   * deletes nothing in it, and fails the execution when all other targets are done. Has no effect with `TeardownMode.STOP`.
   *
   * @default TrainingBehavior.WAIT
   */
  readonly trainingBehavior?: TrainingBehavior;

  /**
   * Whether the projects themselves are deleted too, once they are empty. Must not be set for a `CfnProject`, as its own stack
   * deletes it. Has no effect with `TeardownMode.STOP`.
   *
   * @see https://docs.aws.amazon.com/rekognition/latest/APIReference/API_DeleteProject.html
   *
   * @default false
   */
  readonly deleteProjects?: boolean;

  /**
   * How long an execution may take before it fails with a cause that says what is left. One minute to 7 days in whole seconds, known at
   * synthesis.
   *
   * @default Duration.hours(26)
   */
  readonly timeout?: Duration;
}

const DEFAULT_TIMEOUT = Duration.hours(26);
const MIN_TIMEOUT = Duration.minutes(1);
const MAX_TIMEOUT = Duration.days(7);

/**
 * How much longer than the timeout a round with all its retries may take: 9 attempts of 5 minutes, and 6 minutes between them. So no execution
 * times out: it fails with a cause instead, and `metricFailed` counts it.
 */
const GRACE = Duration.hours(1);

/**
 * A Step Functions state machine that stops, or stops and deletes, the versions in a fixed list of projects, and single versions. Use it
 * for anything that takes longer than the hour that CloudFormation waits, or that does not depend on a stack deletion, such as stopping
 * forgotten models every night, or emptying projects in a pipeline before `cdk destroy`.
 *
 * An execution takes the input `{}`, or `{"dryRun": true}`, which changes nothing and lists what a run would do. With any other input,
 * the execution fails before it calls Rekognition. The targets are fixed at synthesis, and the function has no permissions on anything
 * else. With `TeardownMode.STOP` it has no permission to delete. Executions can run concurrently, with each other and with the teardown
 * of a stack.
 *
 * It polls all targets every 15 seconds while something is in progress, and every 5 minutes while it only waits for training. It succeeds
 * with the number of targets, or fails with the error `TeardownIncomplete` and a cause that says what is left, in which status, how long
 * it waited and what to do. A target that fails does not hold up the others.
 *
 * Throws if there is no target, if `timeout` is out of range, if a literal ARN is not that of a version in the account
 * of the stack, or if `deleteProjects` is set for a `CfnProject`. Synthesis fails if the contents of a `CfnProject` that the template
 * retains would be deleted.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/welcome.html
 */
export class TeardownWorkflow extends Construct {
  /**
   * The state machine, to pass to schedules, pipelines, alarms and grants.
   */
  public readonly stateMachine: sfn.IStateMachine;

  /**
   * @param scope Where the workflow is defined. Choose a stack that outlives what the workflow stops.
   * @param id The id of the workflow in its scope.
   * @param props The targets and settings.
   */
  constructor(scope: Construct, id: string, props: TeardownWorkflowProps) {
    super(scope, id);

    const { mode, projects = [], projectVersionArns = [], deleteProjects = false, timeout = DEFAULT_TIMEOUT } = props;
    if (projects.length + projectVersionArns.length === 0) throw new Error('projects or projectVersionArns must name at least one target, got none');
    assertTimeout(timeout);
    for (const arn of projectVersionArns) new ProjectVersionArn(arn).assertAccount(Stack.of(this));
    for (const project of projects) assertProjectAccount(project, this);
    this.node.addValidation({ validate: () => [...timeoutProblems(this), ...projects.flatMap(project => accountProblems(project, this))] });
    if (deleteProjects) for (const project of projects) refuseCfnProject(project);
    if (mode === TeardownMode.DELETE) this.node.addValidation({ validate: () => projects.flatMap(project => this.complainIfRetained(project)) });

    const logGroup = props.logGroup ?? vendedLogGroup(this);
    const role = functionRole(this, { ...props, logGroup }, 'Stops and deletes the Rekognition project versions that a workflow names');
    const permissions = [...props.vpc ? [NETWORK_INTERFACES] : [], ...permissionsFor(mode, projects, projectVersionArns, deleteProjects)];
    for (const permission of permissions) role.addToPrincipalPolicy(statementOf(permission));

    const request: WorkflowRequest = {
      mode,
      trainingBehavior: props.trainingBehavior ?? TrainingBehavior.WAIT,
      deleteProjects,
      projectArns: projects.map(({ projectRef }) => projectRef.projectArn),
      projectVersionArns,
      timeoutSeconds: timeout.toSeconds(),
      input: sfn.JsonPath.objectAt('$$.Execution.Input'),
      startedAt: sfn.JsonPath.stringAt('$$.Execution.StartTime'),
      previous: sfn.JsonPath.objectAt('$'),
    };
    const round = new LambdaInvoke(this, 'Round', {
      comment: 'Looks at all targets and takes the next step with each',
      lambdaFunction: new lambda.Function(this, 'Function', {
        ...functionProps(this, { ...props, logGroup }, 'workflow', 'round'),
        description: 'Stops and deletes Rekognition project versions, one step at a time',
        role,
        timeout: Duration.minutes(5),
      }),
      payload: sfn.TaskInput.fromObject({ ...request }),
      payloadResponseOnly: true,
      retryOnServiceExceptions: false,
    });
    // a round that is repeated, or was interrupted, does no harm.
    round.addRetry({
      errors: [sfn.Errors.ALL],
      interval: Duration.seconds(2),
      backoffRate: 2,
      maxAttempts: 8,
      maxDelay: Duration.minutes(2),
      jitterStrategy: sfn.JitterType.FULL,
    });
    const wait = new sfn.Wait(this, 'Wait', { time: sfn.WaitTime.secondsPath('$.waitSeconds') });
    const choice = new sfn.Choice(this, 'Choose')
      .when(sfn.Condition.stringEquals('$.next', 'WAIT'), wait.next(round))
      .when(sfn.Condition.stringEquals('$.next', 'SUCCEED'), new sfn.Succeed(this, 'Succeed', { outputPath: '$.result' }))
      .otherwise(new sfn.Fail(this, 'Fail', { errorPath: '$.error', causePath: '$.cause' }));

    this.stateMachine = new sfn.StateMachine(this, 'StateMachine', {
      comment: mode === TeardownMode.STOP ? 'Stops Rekognition project versions' : 'Stops and deletes Rekognition project versions',
      definitionBody: sfn.DefinitionBody.fromChainable(round.next(choice)),
      // the function, or a round that is out of retries, fails the execution earlier and says why.
      timeout: timeout.plus(GRACE),
      logs: { destination: logGroup, level: sfn.LogLevel.ALL, includeExecutionData: true },
      tracingEnabled: true,
    });
  }

  private complainIfRetained(reference: IProjectRef): string[] {
    // a workflow does not wait for the deletion of its stack, so it makes no difference if the stack is retained together with the project.
    return projectsBehind(reference, this).filter(project => isRetained(project)).map(({ node }) =>
      `the project ${node.path} is retained, so a workflow must not delete its contents; `
      + 'use TeardownMode.STOP, or remove the project or its retention');
  }
}

/**
 * A log group that CloudFormation could have named, but with a prefix: without it, each log group of a state machine would take up space in the
 * resource policy of CloudWatch Logs, of which an account has little.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/bp-cwl.html
 */
function vendedLogGroup(scope: Construct): logs.LogGroup {
  const logGroup = new logs.LogGroup(scope, 'LogGroup', {
    retention: logs.RetentionDays.ONE_YEAR,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const resource = logGroup.node.defaultChild as logs.CfnLogGroup;
  const uuid = Fn.select(2, Fn.split('/', Aws.STACK_ID));
  resource.logGroupName = `/aws/vendedlogs/states/${Aws.STACK_NAME}-${resource.logicalId}-${uuid}`;
  return logGroup;
}

function assertTimeout(timeout: Duration): void {
  if (timeout.isUnresolved()) throw new Error('timeout must be known at synthesis, got a token');
  const seconds = timeout.toSeconds({ integral: false });
  if (Number.isInteger(seconds) && seconds >= MIN_TIMEOUT.toSeconds() && seconds <= MAX_TIMEOUT.toSeconds()) return;
  throw new Error(`timeout must be ${MIN_TIMEOUT.toHumanString()} to ${MAX_TIMEOUT.toHumanString()} in whole seconds, got: ${timeout.toHumanString()}`);
}

function refuseCfnProject(reference: IProjectRef): void {
  const project = cfnProjectOf(reference);
  if (project) throw new Error(`deleteProjects must not be set for the project ${project.node.path}: its own stack deletes it; leave deleteProjects out`);
}

/** Permissions on exactly the targets. The versions of a project may be trained later, so they are permissions on all of its versions. */
function permissionsFor(mode: TeardownMode, projects: IProjectRef[], projectVersionArns: string[], deletesProjects: boolean): Permission[] {
  const projectArns = projects.map(({ projectRef }) => projectRef.projectArn);
  const within = (pattern: string) => projectArns.map(arn => inProject(arn, pattern));
  const versions = [...within('version/*'), ...projectVersionArns];
  const deletes = mode === TeardownMode.DELETE;
  const permissions: Permission[] = [
    describeVersions([...projectArns, ...projectVersionArns.map(arn => inProject(arn, '*'))]),
    deletes ? stopAndDeleteVersions(versions) : stopVersions(versions),
    // nothing else lists datasets, finds the project of a version, or shows that a project was deleted and made again.
    DESCRIBE_PROJECTS,
  ];
  if (!deletes || projects.length === 0) return permissions;
  return [...permissions, deleteDatasets(within('dataset/*')), ...deletesProjects ? [deleteProject(projectArns)] : []];
}
