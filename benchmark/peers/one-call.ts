import type { Peer } from './peer';

/** One SDK call when the stack is deleted, for the version that the resource names. */
export const oneCall: Peer = {
  name: 'one AwsCustomResource call',
  source: 'aws-cdk-lib/custom-resources, AwsCustomResource with `onDelete: DeleteProjectVersion`',
  isFunction: true,
  async act(machine, versions) {
    for (const { arn } of versions) await machine.call('DeleteProjectVersion', { ProjectVersionArn: arn });
  },
};
