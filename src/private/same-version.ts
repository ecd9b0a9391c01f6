import { Annotations, CfnResource, Stack } from 'aws-cdk-lib';
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
 * Warns at synthesis when another outermost stack of the app deletes the same version: the first of them that is deleted
 * takes it, which nobody wants of stages that share a model.
 */
export function warnOfOthers(scope: Construct, teardown: Teardown): void {
  const { root } = scope.node;
  const all = TEARDOWNS.get(root) ?? [];
  TEARDOWNS.set(root, [...all, teardown]);
  scope.node.addValidation({
    validate: () => {
      const arn = literalArn(teardown);
      const other = arn === undefined ? undefined : TEARDOWNS.get(root)!.find(({ resource, ...rest }) =>
        outermostStack(resource) !== outermostStack(scope) && literalArn({ resource, ...rest }) === arn);
      if (other) {
        Annotations.of(scope).addWarningV2('cdk-rekognition-teardown:sameVersion',
          `the stack ${outermostStack(other.resource).stackName} deletes the project version ${arn} too: the first of both stacks that is deleted takes it; `
          + 'give each stack a version of its own, or use TeardownMode.STOP or RemovalPolicy.RETAIN in one of them');
      }
      return [];
    },
  });
}

/** The version that a teardown deletes with its stack, if that is known at synthesis. */
function literalArn({ projectVersionArn, mode = TeardownMode.DELETE, resource }: Teardown): string | undefined {
  if (mode !== TeardownMode.DELETE || retentionOf(resource).onDeletion) return undefined;
  const arn: unknown = Stack.of(resource).resolve(projectVersionArn);
  return typeof arn === 'string' ? arn : undefined;
}
