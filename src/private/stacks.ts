import { Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** The outermost stack around a construct: its own, or the one that a nested stack is nested in. */
export function outermostStack(scope: IConstruct): Stack {
  let stack = Stack.of(scope);
  while (stack.nestedStackParent) stack = stack.nestedStackParent;
  return stack;
}
