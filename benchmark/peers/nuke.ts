import type { Peer } from './peer';

const PAUSE = 5_000;
const GIVES_UP_AFTER = 3;

/** Calls DeleteProject on every project every five seconds, until three rounds leave only failures. It does not support versions. */
export const nuke: Peer = {
  name: "a nuke tool's retry loop",
  source: 'ekristen/aws-nuke: `resources/rekognition-project.go`, and the loop of libnuke around all resources',
  isFunction: false,
  async act(machine, versions) {
    const projects = new Set(versions.map(({ project }) => project.arn));
    for (let failures = 0; failures < GIVES_UP_AFTER && projects.size > 0; failures++) {
      if (failures > 0) await machine.sleep(PAUSE);
      for (const arn of projects) {
        try {
          await machine.call('DeleteProject', { ProjectArn: arn });
          projects.delete(arn);
        } catch {
          // the next round retries.
        }
      }
    }
    if (projects.size > 0) throw Object.assign(new Error('there are resources in failed state, but none are ready for deletion any more'), { name: 'resources in failed state' });
  },
};
