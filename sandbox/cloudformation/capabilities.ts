import { ServiceError } from '../service';
import type { Template } from './template';

/** [cited] CreateStack, Capabilities: the types whose creation must be acknowledged, and their properties with a name. */
const ACKNOWLEDGED: { readonly [type: string]: string | undefined } = {
  'AWS::IAM::AccessKey': '',
  'AWS::IAM::Group': 'GroupName',
  'AWS::IAM::InstanceProfile': 'InstanceProfileName',
  'AWS::IAM::ManagedPolicy': 'ManagedPolicyName',
  'AWS::IAM::Policy': '',
  'AWS::IAM::Role': 'RoleName',
  'AWS::IAM::User': 'UserName',
  'AWS::IAM::UserToGroupAddition': '',
};

/** [cited] as above: "If you don't specify either of these capabilities, CloudFormation returns an InsufficientCapabilities error". */
export function checkCapabilities({ resources }: Template, { Capabilities: given = [] }: { readonly Capabilities?: string[] | '' }): void {
  const names = Object.values(resources).filter(({ type }) => type in ACKNOWLEDGED)
    .map(({ type, properties }) => ACKNOWLEDGED[type]! in properties);
  if (names.length === 0 || given.includes('CAPABILITY_NAMED_IAM')) return;
  const needed = names.includes(true) ? 'CAPABILITY_NAMED_IAM' : 'CAPABILITY_IAM';
  if (given.includes(needed)) return;
  // [cited] the text that users report.
  throw new ServiceError('InsufficientCapabilitiesException', `Requires capabilities : [${needed}]`);
}
