import type { Peer } from './peer';

const STOP_POLL = 10_000;
const DELETE_POLL = 5_000;

/** For each version in turn: stops it, polls every ten seconds until it is stopped, deletes it, polls every five seconds until it is no longer listed. */
export const guide: Peer = {
  name: 'guide',
  source: 'the samples of the Custom Labels guide, "Stopping a model" and "Deleting a model", in Python',
  isFunction: false,
  async act(machine, versions) {
    for (const { project, arn, name, status } of versions) {
      const look = async () => {
        const { ProjectVersionDescriptions: [found] } = await machine.call('DescribeProjectVersions', { ProjectArn: project.arn, VersionNames: [name] });
        return found?.Status as string | undefined;
      };
      // "Stops a running model": users do not call it in any other status.
      if (status === 'RUNNING') {
        await machine.call('StopProjectVersion', { ProjectVersionArn: arn });
        while (await look() === 'STOPPING') await machine.sleep(STOP_POLL);
      }
      await machine.call('DeleteProjectVersion', { ProjectVersionArn: arn });
      while (await look() !== undefined) await machine.sleep(DELETE_POLL);
    }
  },
};
