import { deepStrictEqual } from 'assert';
import { Duration, Stack } from 'aws-cdk-lib';
import { Define, Operator } from './operator';
import type { ProjectVersion } from '../../sandbox/rekognition';
import { ProjectVersionTeardown, ProjectVersionTeardownProps, TeardownProvider } from '../../src';

/** A message, what provokes it, and what its advice leads to. */
export interface Row {
  /** The id in brackets at the end of the message. */
  readonly id: string;
  /** What happened, in a few words. */
  readonly when: string;
  /** Provokes the message. */
  provoke(operator: Operator): Promise<Provoked>;
}

export interface Provoked {
  readonly message: string;
  /** Does what the message says. Rejects if the end is not what it promised. */
  follow(): Promise<void>;
}

/** A provider that polls rarely, as nothing changes for an hour. It stays when its teardowns go. */
export function provider(stack: Stack): TeardownProvider {
  return new TeardownProvider(stack, 'Provider', { queryInterval: Duration.minutes(1) });
}

export type Props = Partial<ProjectVersionTeardownProps>;

export function teardown({ arn }: Pick<ProjectVersion, 'arn'>, props: Props = {}): Define {
  return stack => {
    new ProjectVersionTeardown(stack, 'Model', { projectVersionArn: arn, provider: provider(stack), ...props });
  };
}

export async function deleted(operator: Operator): Promise<void> {
  await operator.destroy('DELETE_COMPLETE');
  deepStrictEqual(operator.models, {});
}
