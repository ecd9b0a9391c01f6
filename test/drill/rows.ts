import { deepStrictEqual, match } from 'assert';
import { Duration, Stack } from 'aws-cdk-lib';
import { Define, HOUR, Operator } from './operator';
import type { ProjectVersion, VersionStatus } from '../../sandbox/rekognition';
import { ProjectVersionTeardown, ProjectVersionTeardownProps, TeardownProvider, TrainingBehavior } from '../../src';

/** A message, what provokes it, and what its advice leads to. */
export interface Row {
  /** What the operator sees, in a few words. */
  readonly name: string;
  /** What the message says, in short. */
  readonly says: RegExp;
  /** Provokes the message and returns it, with how to follow it. The end is what the message promised, or it rejects. */
  run(operator: Operator): Promise<Provoked>;
}

interface Provoked {
  readonly message: string;
  follow(): Promise<void>;
}

/** A provider that polls rarely, as nothing changes for an hour. It stays when its teardowns go. */
const provider = (stack: Stack) => new TeardownProvider(stack, 'Provider', { queryInterval: Duration.minutes(1) });

function teardown({ arn }: Pick<ProjectVersion, 'arn'>, props: Partial<ProjectVersionTeardownProps> = {}): Define {
  return stack => {
    new ProjectVersionTeardown(stack, 'Model', { projectVersionArn: arn, provider: provider(stack), ...props });
  };
}

const gone = async (operator: Operator): Promise<void> => {
  await operator.destroy('DELETE_COMPLETE');
  deepStrictEqual(operator.models, {});
};

interface Obstacle {
  readonly status: VersionStatus;
  readonly props?: Partial<ProjectVersionTeardownProps>;
  /** Puts something in the way of the deletion; returns what ends that. */
  obstruct(operator: Operator, version: ProjectVersion): () => Promise<void> | void;
}

/** The advice is to end what is in the way, and to delete the stack again. */
const deletion = (name: string, says: RegExp, { status, props, obstruct }: Obstacle): Row => ({
  name,
  says,
  async run(operator) {
    const version = operator.model(status);
    await operator.deploy(teardown(version, props), 'CREATE_COMPLETE');
    const end = obstruct(operator, version);
    await operator.destroy('DELETE_FAILED');
    return {
      message: operator.message('DELETE_FAILED'),
      async follow() {
        await end();
        await gone(operator);
      },
    };
  },
});

const untilTrained = (operator: Operator) => () => operator.sandbox.advance(24 * HOUR);

export const ROWS: readonly Row[] = [
  deletion('a model is restarted', /find out what restarts it, stop that, and delete the stack again/, {
    status: 'RUNNING',
    obstruct: (operator, version) => operator.restart(version).disable,
  }),
  deletion('a model is in training', /when it has finished, delete the stack again/, {
    status: 'TRAINING_IN_PROGRESS',
    obstruct: untilTrained,
  }),
  deletion('a model is in training, and nobody waits', /is FAIL.*when it has finished, delete the stack again/, {
    status: 'TRAINING_IN_PROGRESS',
    props: { trainingBehavior: TrainingBehavior.FAIL },
    obstruct: untilTrained,
  }),
  deletion('a call is denied', /look for a permissions boundary or service control policy that denies it/, {
    status: 'RUNNING',
    obstruct: operator => operator.fail('AccessDeniedException', 'StopProjectVersion'),
  }),
  deletion('a service fails', /failed with InternalServerError.*delete the stack again/, {
    status: 'RUNNING',
    obstruct: operator => operator.fail('InternalServerError', 'StopProjectVersion'),
  }),
  {
    name: 'the ARN is mistyped',
    says: /there is no project version.*correct the ARN/,
    async run(operator) {
      const version = operator.model('RUNNING');
      await operator.deploy(teardown({ arn: version.arn.replace('/v1/', '/v2/') }), 'ROLLBACK_COMPLETE');
      return {
        message: operator.message('CREATE_FAILED'),
        async follow() {
          await operator.destroy('DELETE_COMPLETE');
          await operator.deploy(teardown(version), 'CREATE_COMPLETE');
          await gone(operator);
        },
      };
    },
  },
];

/** The end is what the message promised; otherwise rejects. */
export async function drill(row: Row, operator: Operator): Promise<string> {
  const { message, follow } = await row.run(operator);
  match(message, row.says);
  await follow();
  return message;
}
