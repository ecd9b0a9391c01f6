import type { Peer } from './peer';

const POLL = 10_000;

/** Stops everything that is running or starting, sleeps until nothing is stopping, deletes everything, sleeps until nothing is listed. */
export const sleeper: Peer = {
  name: 'one Lambda that sleeps',
  source: 'the custom resource of many samples: a function of at most 15 minutes that waits by itself',
  isFunction: true,
  async act(machine, [{ project: { arn } }]) {
    for (const { ProjectVersionArn, Status } of await machine.versions(arn)) {
      if (Status === 'RUNNING' || Status === 'STARTING') await machine.call('StopProjectVersion', { ProjectVersionArn });
    }
    const stops = async () => (await machine.versions(arn)).some(({ Status }) => Status === 'STOPPING');
    while (await stops()) await machine.sleep(POLL);
    for (const { ProjectVersionArn } of await machine.versions(arn)) await machine.call('DeleteProjectVersion', { ProjectVersionArn });
    while ((await machine.versions(arn)).length > 0) await machine.sleep(POLL);
  },
};
