import { deepStrictEqual } from 'assert';
import { CfnParameter, NestedStack, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import { Define, HOUR, MINUTE, Operator } from './operator';
import { deleted, Props, provider, Row, teardown } from './row';
import type { ProjectVersion, VersionStatus } from '../../sandbox/rekognition';
import {
  Project, ProjectTeardown, TeardownMode, TeardownTrigger, TeardownWorkflow, TrainingBehavior,
} from '../../src';

interface Obstacle {
  readonly status: VersionStatus;
  readonly props?: Props;
  /** Puts something in the way of the deletion; returns what ends that. */
  obstruct(operator: Operator, version: ProjectVersion): () => Promise<unknown> | void;
}

/** The advice is to end what is in the way, and to delete the stack again. */
const deletion = (id: string, when: string, { status, props, obstruct }: Obstacle): Row => ({
  id,
  when,
  async provoke(operator) {
    const version = operator.model(status);
    await operator.deploy(teardown(version, props), 'CREATE_COMPLETE');
    const end = obstruct(operator, version);
    await operator.destroy('DELETE_FAILED');
    return {
      message: operator.message('DELETE_FAILED'),
      async follow() {
        await end();
        await deleted(operator);
      },
    };
  },
});

/** An update removes the teardown, its cleanup fails, and nobody will try again: the commands do it. */
const cleanUp = (id: string, when: string, { status, props, obstruct }: Obstacle): Row => ({
  id,
  when: `${when}, in the cleanup after an update`,
  async provoke(operator) {
    const version = operator.model(status);
    const removed = { ...props, trigger: TeardownTrigger.RESOURCE_REMOVAL };
    await operator.deploy(teardown(version, removed), 'CREATE_COMPLETE');
    const end = obstruct(operator, version);
    await operator.deploy(stack => { provider(stack); }, 'UPDATE_COMPLETE');
    const message = operator.message('DELETE_FAILED');
    return {
      message,
      async follow() {
        // nobody reads the message at once.
        await operator.sandbox.advance(HOUR);
        await end();
        await operator.paste(message);
        deepStrictEqual(operator.models, {});
      },
    };
  },
});

/** A value in the template is wrong: the advice is to correct it and to deploy again. */
const creation = (id: string, when: string, wrong: (arn: string) => string): Row => ({
  id,
  when,
  async provoke(operator) {
    const version = operator.model('RUNNING');
    const by = (arn: string): Define => stack => {
      // a deploy-time value, which synthesis cannot check.
      teardown({ arn: new CfnParameter(stack, 'Arn', { default: arn }).valueAsString })(stack);
    };
    await operator.deploy(by(wrong(version.arn)), 'ROLLBACK_COMPLETE');
    return {
      message: operator.message('CREATE_FAILED'),
      async follow() {
        deepStrictEqual(operator.models, { v1: 'RUNNING' });
        await operator.destroy('DELETE_COMPLETE');
        await operator.deploy(by(version.arn), 'CREATE_COMPLETE');
        await deleted(operator);
      },
    };
  },
});

const untilTrained = (operator: Operator) => () => operator.sandbox.advance(24 * HOUR);
const denied = (message: string) => (operator: Operator) =>
  operator.fail('AccessDeniedException', message, 'StopProjectVersion');
const restarted: Obstacle = { status: 'RUNNING', obstruct: (operator, version) => operator.restart(version).disable };

interface Dead {
  readonly define: (version: ProjectVersion) => Define;
  /** The models that are there until a person deletes them. */
  readonly models: Operator['models'];
  obstruct(operator: Operator): void;
}

/** A deletion that cannot succeed: the advice is to delete by hand what is to go, and then the stack without the teardown. */
const byHand = (id: string, when: string, { define, obstruct, models }: Dead): Row => ({
  id,
  when,
  async provoke(operator) {
    await operator.deploy(define(operator.model('RUNNING')), 'CREATE_COMPLETE');
    obstruct(operator);
    await operator.destroy('DELETE_FAILED');
    return {
      message: operator.message('DELETE_FAILED'),
      async follow() {
        await operator.destroy('DELETE_FAILED');
        deepStrictEqual(operator.models, models);
        await operator.deleteByHand();
        await operator.deleteStackRetaining(operator.teardown);
        deepStrictEqual(operator.models, {});
      },
    };
  },
});

/** A teardown in a nested stack, which somebody deletes on its own. */
const nested = (when: string, follow: (operator: Operator, message: string) => Promise<void>): Row => ({
  id: 'unclear',
  when,
  async provoke(operator) {
    const version = operator.model('RUNNING');
    await operator.deploy(stack => {
      const inner = new NestedStack(stack, 'Nested');
      teardown(version, { trigger: TeardownTrigger.RESOURCE_REMOVAL })(inner as Stack);
    }, 'CREATE_COMPLETE');
    const { id } = operator.sandbox.cloudFormation.stacks.find(({ parent }) => parent)!;
    await operator.destroy('DELETE_FAILED', id);
    const message = operator.message('DELETE_FAILED');
    deepStrictEqual(operator.models, { v1: 'RUNNING' });
    return { message, follow: () => follow(operator, message) };
  },
});

/** A rollback deletes a retained project, into which somebody has put a model meanwhile. */
const retained: Row = {
  id: 'retained',
  when: 'a rollback with RetainExceptOnCreate deletes a retained teardown',
  async provoke(operator) {
    const { sandbox, sandbox: { rekognition }, project: { name } } = operator;
    sandbox.intercept((call, next) => {
      const created = rekognition.projects.find(project => project.name === 'nuts');
      if (call.operation === 'CreateProject' && created) operator.model('RUNNING', 'v1', created);
      return next();
    });
    await operator.deploy(stack => {
      const project = new CfnProject(stack, 'Project', { projectName: 'nuts' });
      project.applyRemovalPolicy(RemovalPolicy.RETAIN);
      const contents = new ProjectTeardown(stack, 'Contents', { project, removalPolicy: RemovalPolicy.RETAIN });
      // there is one of this name.
      new CfnProject(stack, 'Another', { projectName: name }).node.addDependency(contents);
    }, 'ROLLBACK_FAILED', { retainExceptOnCreate: true });
    const message = operator.message('DELETE_FAILED');
    return {
      message,
      async follow() {
        await operator.destroy('DELETE_COMPLETE');
        deepStrictEqual(operator.models, { v1: 'RUNNING' });
        await operator.paste(message);
        deepStrictEqual(operator.models, {});
      },
    };
  },
};

/** A project that a nightly workflow stops was deleted and made again, and a model runs in it. */
const recreated: Row = {
  id: 'recreated',
  when: 'a project that a workflow stops was made again',
  async provoke(operator) {
    const { rekognition } = operator.sandbox;
    const by = (arn: string): Define => stack => {
      const projects = [Project.fromProjectArn(stack, 'Project', arn)];
      new TeardownWorkflow(stack, 'Night', { mode: TeardownMode.STOP, projects });
    };
    await operator.deploy(by(operator.project.arn), 'CREATE_COMPLETE');
    await operator.shell(`aws rekognition delete-project --region us-east-1 --project-arn ${operator.project.arn}`);
    await operator.sandbox.advance(MINUTE);
    const again = rekognition.createProject(operator.project.name);
    operator.model('RUNNING', 'v1', again);
    return {
      message: await operator.startWorkflow('FAILED'),
      async follow() {
        deepStrictEqual(operator.models, { v1: 'RUNNING' });
        await operator.deploy(by(again.arn), 'UPDATE_COMPLETE');
        await operator.startWorkflow('SUCCEEDED');
        deepStrictEqual(operator.models, { v1: 'STOPPED' });
      },
    };
  },
};

export const ROWS: readonly Row[] = [
  deletion('restarted', 'something restarts the model', restarted),
  cleanUp('restarted', 'something restarts the model', restarted),
  deletion('training', 'the model is in training', { status: 'TRAINING_IN_PROGRESS', obstruct: untilTrained }),
  deletion('training', 'the model is in training, and nobody waits', {
    status: 'TRAINING_IN_PROGRESS',
    props: { trainingBehavior: TrainingBehavior.FAIL },
    obstruct: untilTrained,
  }),
  cleanUp('training', 'the model is in training', { status: 'TRAINING_IN_PROGRESS', obstruct: untilTrained }),
  deletion('copying', 'the model is copied', {
    status: 'COPYING_IN_PROGRESS',
    obstruct: operator => () => operator.sandbox.advance(24 * HOUR),
  }),
  deletion('slow', 'Rekognition takes longer than an hour', {
    status: 'RUNNING',
    obstruct(operator) {
      operator.sandbox.rekognition.settings.durations.stopping = 80 * MINUTE;
      return () => {};
    },
  }),
  deletion('not-confirmed', 'the model is not listed, but a call says that it is in use', {
    status: 'STOPPED',
    obstruct(operator) {
      const ends = [
        operator.answer('DescribeProjectVersions', () => ({ ProjectVersionDescriptions: [] })),
        operator.fail('ResourceInUseException', 'Specified resource is in use.', 'DeleteProjectVersion'),
      ];
      return () => ends.forEach(end => end());
    },
  }),
  deletion('unknown-status', 'the model has a status of tomorrow', {
    status: 'RUNNING',
    obstruct(operator, version) {
      const ends = [
        operator.answer('DescribeProjectVersions', ({ ProjectVersionDescriptions: all }) => ({
          ProjectVersionDescriptions: all.map((each: object) => ({ ...each, Status: 'HIBERNATING' })),
        })),
        operator.fail('ResourceInUseException', 'It is in use.', 'StopProjectVersion', 'DeleteProjectVersion'),
      ];
      return async () => {
        ends.forEach(end => end());
        const options = `--region us-east-1 --project-version-arn ${version.arn}`;
        await operator.shell(`aws rekognition stop-project-version ${options}`);
      };
    },
  }),
  deletion('denied', 'a policy of the organization denies a call', {
    status: 'RUNNING',
    obstruct: denied('User is not authorized to perform this action with an explicit deny in a service control policy'),
  }),
  cleanUp('denied', 'a policy of the organization denies a call', {
    status: 'RUNNING',
    obstruct: denied('User is not authorized to perform this action with an explicit deny in a service control policy'),
  }),
  deletion('not-available', 'a call is denied without a reason', { status: 'RUNNING', obstruct: denied('') }),
  deletion('permission-removed', 'somebody has removed a policy of the role', {
    status: 'RUNNING',
    obstruct: operator => operator.removePolicies(),
  }),
  deletion('failed-call', 'Rekognition fails', {
    status: 'RUNNING',
    obstruct: operator => operator.fail('InternalServerError', 'Sorry.', 'StopProjectVersion'),
  }),
  deletion('unreachable', 'the functions have no route to Rekognition', {
    status: 'RUNNING',
    // the name that the SDK gives to an error without an answer; waiting for a real one takes real time.
    obstruct: operator =>
      operator.fail('TimeoutError', 'connect ETIMEDOUT', 'DescribeProjectVersions', 'StopProjectVersion'),
  }),
  byHand('ambiguous', 'CloudFormation knows the resource by another physical id than that of its properties', {
    define: teardown,
    obstruct({ teardown: resource }) { resource.physicalId = resource.physicalId.replace('/v1/', '/v2/'); },
    models: { v1: 'RUNNING' },
  }),
  byHand('bug', 'an answer is not what the model of the API says', {
    define: ({ project }) => stack => {
      new ProjectTeardown(stack, 'Contents', {
        project: Project.fromProjectArn(stack, 'Project', project.arn), provider: provider(stack),
      });
    },
    obstruct(operator) {
      operator.answer('DescribeProjects', ({ ProjectDescriptions: all }) => ({
        ProjectDescriptions: all.map((each: object) => ({ ...each, Datasets: 1 })),
      }));
    },
    models: {},
  }),
  creation('not-found', 'the ARN is mistyped', arn => arn.replace('/v1/', '/v2/')),
  creation('other-account', 'the ARN is that of another account', arn => arn.replace('111122223333', '999999999999')),
  creation('invalid', 'the ARN is that of the project', arn => arn.replace(/version\/v1\//, '')),
  nested('a nested stack is deleted on its own, and the outermost one was meant', async operator => {
    await deleted(operator);
  }),
  nested('a nested stack is deleted on its own, and only that was meant', async (operator, message) => {
    await operator.paste(message);
    deepStrictEqual(operator.models, {});
  }),
  recreated,
  retained,
];
