import type { Peer } from './peer';

const STOP_POLL = 10_000;
const DELETE_POLL = 5_000;

/** Stops a version, looks every ten seconds until it is stopped, deletes it, looks every five seconds until it is no longer listed; then the next one. */
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
      // "Stops a running model": in any other status, the user does not call it.
      if (status === 'RUNNING') {
        await machine.call('StopProjectVersion', { ProjectVersionArn: arn });
        while (await look() === 'STOPPING') await machine.sleep(STOP_POLL);
      }
      await machine.call('DeleteProjectVersion', { ProjectVersionArn: arn });
      while (await look() !== undefined) await machine.sleep(DELETE_POLL);
    }
  },
};
