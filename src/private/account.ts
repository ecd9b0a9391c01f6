import { Stack, Token } from 'aws-cdk-lib';

/** Throws if something cannot be in the account of a stack, as far as both are known. */
export function assertAccount(stack: Stack, account: string, what: string, given: string): void {
  const problem = otherAccount(stack, account, what, given);
  if (problem !== undefined) throw new Error(problem);
}

/** What is wrong if something cannot be in the account of a stack. */
export function otherAccount(stack: Stack, account: string, what: string, given: string): string | undefined {
  if ([stack.account, account].some(value => Token.isUnresolved(value)) || stack.account === account) return undefined;
  return `${what} must be in the account of its stack, ${stack.account}, got: ${given}; `
    + 'Rekognition does not support stopping or deleting versions cross-account';
}
