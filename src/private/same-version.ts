import { Annotations, CfnResource, Stack, Token } from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';
import { retentionOf } from './retention';
import { outermostStack } from './stacks';
import { TeardownMode } from '../teardown-options';

interface Teardown {
  readonly projectVersionArn: string;
  readonly mode?: TeardownMode;
  readonly resource: CfnResource;
}

const TEARDOWNS = new WeakMap<IConstruct, Teardown[]>();

/**
 * Warns at synthesis if another outermost stack of the app deletes the same version: if stages share a model, the first stage that is deleted
 * deletes it for all of them.
 */
export function warnOfOthers(scope: Construct, teardown: Teardown): void {
  const { root } = scope.node;
  const all = TEARDOWNS.get(root) ?? [];
  TEARDOWNS.set(root, [...all, teardown]);
  scope.node.addValidation({
    validate: () => {
      const stack = outermostStack(scope);
      const arn = literalArn(teardown);
      const other = arn === undefined || !isDeletedWithStack(teardown) ? undefined : TEARDOWNS.get(root)!
        .find(candidate => outermostStack(candidate.resource) !== stack && literalArn(candidate) === arn && isDeletedWithStack(candidate));
      if (other) {
        Annotations.of(scope).addWarningV2('cdk-rekognition-teardown:sameVersion',
          `the stack ${outermostStack(other.resource).node.path} also deletes the project version ${arn}, so whichever of the two stacks is deleted first deletes it for both; `
          + 'give each stack its own version, or use TeardownMode.STOP or RemovalPolicy.RETAIN in one of them');
      }
      return [];
    },
  });
}

/** The version, if it is known at synthesis. */
function literalArn({ projectVersionArn, resource }: Teardown): string | undefined {
  const arn: unknown = Token.isUnresolved(projectVersionArn) ? Stack.of(resource).resolve(projectVersionArn) : projectVersionArn;
  return typeof arn === 'string' ? arn : undefined;
}

function isDeletedWithStack({ mode = TeardownMode.DELETE, resource }: Teardown): boolean {
  return mode === TeardownMode.DELETE && !retentionOf(resource).onDeletion;
}
