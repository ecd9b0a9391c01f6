import { Aws, CfnParameter, NestedStack, Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** The outermost stack around a construct: its own, or the one that a nested stack is nested in. */
export function outermostStack(scope: IConstruct): Stack {
  return stacksOf(scope)[0];
}

/** The ids of the stack of a construct and of all stacks that it is nested in, the innermost first, in a form that its own stack can refer to. */
export function stacksAround(scope: IConstruct): string[] {
  const stack = Stack.of(scope);
  return NestedStack.isNestedStack(stack) ? [stack.stackId, ...idsOutside(stack)] : [stack.stackId];
}

function idsOutside(nested: NestedStack): string[] {
  const parent = nested.nestedStackParent!;
  if (!NestedStack.isNestedStack(parent)) return [parent.stackId];
  const outside = idsOutside(parent);
  // a direct reference to a stack in between would be circular: its id is the `Ref` of a resource that refers to the template of the inner stack.
  return [Aws.STACK_ID, ...outside.slice(0, -1)].map((id, distance) => passedIn(nested, distance, id)).concat(outside.slice(-1));
}

/** A value from the parent stack, passed as a parameter of the nested stack. */
function passedIn(nested: NestedStack, distance: number, value: string): string {
  const id = `cdk-rekognition-teardown.StackAround${distance}`;
  const existing = nested.node.tryFindChild(id) as CfnParameter | undefined;
  if (existing) return existing.valueAsString;
  const parameter = new CfnParameter(nested, id, { description: 'The id of a stack that this one is nested in' });
  nested.setParameter(parameter.logicalId, value);
  return parameter.valueAsString;
}

/** The stack of a construct and those that it is nested in, the outermost first. */
export function stacksOf(scope: IConstruct): Stack[] {
  const stacks = [Stack.of(scope)];
  while (stacks[0].nestedStackParent) stacks.unshift(stacks[0].nestedStackParent);
  return stacks;
}
