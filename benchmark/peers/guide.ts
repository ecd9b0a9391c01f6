import { Machine } from './machine';

const STOP_POLL = 10_000;
const DELETE_POLL = 5_000;

/**
 * What somebody does who runs the samples of the Custom Labels guide, "Stopping a model" and "Deleting a model" (the Python ones), for one version
 * after the other: stop it, look every ten seconds until it is stopped, delete it, look every five seconds until it is no longer listed.
 */
export async function guide(machine: Machine): Promise<void> {
  for (const { project, arn, name, status } of machine.versions()) {
    const look = async () => {
      const { ProjectVersionDescriptions: [found] } = await machine.call('DescribeProjectVersions', { ProjectArn: project.arn, VersionNames: [name] });
      return found?.Status as string | undefined;
    };
    if (status === 'RUNNING') {
      await machine.call('StopProjectVersion', { ProjectVersionArn: arn });
      while (await look() === 'STOPPING') await machine.sleep(STOP_POLL);
    }
    await machine.call('DeleteProjectVersion', { ProjectVersionArn: arn });
    while (await look() !== undefined) await machine.sleep(DELETE_POLL);
  }
}
