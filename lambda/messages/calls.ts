import { Id, quote } from './compose';
import type { CallFailure } from '../aws/errors';

/** Why a call failed, and what helps. */
export interface Diagnosis {
  readonly id: Id;
  readonly what: string;
  readonly remedy: string;
}

/**
 * @param account The account that the caller belongs to.
 * @param role Whose role may lack the permission.
 */
export function diagnose(
  failure: CallFailure,
  elapsed: { toString(): string },
  account: string | undefined,
  role: string,
): Diagnosis {
  const { action, resource, cause, kind, text } = failure;
  const answer = quote(text);
  const error = answer ? `${cause.name}: ${answer}` : cause.name;
  const [, , service, region, itsAccount] = resource.split(':');
  if (failure.isUnreachable) {
    return {
      id: 'unreachable',
      what: `The function cannot reach the service: ${action} has got no answer for ${elapsed} (${error})`,
      remedy:
        'If it runs in a VPC, its subnets need a route to the AWS APIs: a NAT gateway, or endpoints for Rekognition '
          + 'and CloudFormation.',
    };
  }
  if (kind !== 'denied') {
    return { id: 'failed-call', what: `${action} failed with ${error} (after ${elapsed})`, remedy: '' };
  }

  const what = `${action} on ${resource} has been denied for ${elapsed}${answer ? `: ${answer}` : ''}`;
  if (service === 'rekognition' && account && itsAccount && itsAccount !== account) {
    return { id: 'other-account', what, remedy: otherAccount(itsAccount, account) };
  }
  if (answer === '') {
    return {
      id: 'not-available',
      what: `${what}, without a reason`,
      remedy: `Custom Labels may not be available${region ? ` in ${region}` : ''} or to this account.`,
    };
  }
  if (text.includes('no identity-based policy allows')) {
    return {
      id: 'permission-removed',
      what,
      remedy:
        `The policy of ${role} is missing or was changed: restore it under its own name. A policy with another name `
        + 'has to be removed again, or the role cannot be deleted.',
    };
  }
  return {
    id: 'denied',
    what,
    remedy: `Look for a service control policy or permissions boundary that denies it to ${role}.`,
  };
}

export function otherAccount(itsAccount: string, account: string): string {
  return `The ARN is of account ${itsAccount}, but the teardown is in ${account}, and Rekognition stops and deletes `
    + 'nothing cross-account: correct the ARN.';
}
