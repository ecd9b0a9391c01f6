import type { World } from './world/world';
import type { ProjectVersion } from '../sandbox/rekognition';

/** Another way to delete models. */
export interface Peer {
  readonly name: string;
  /** Where it is described. */
  readonly source: string;
  /** Deletes these versions, which are the only ones in their project. */
  act(machine: Machine, versions: readonly ProjectVersion[]): Promise<void>;
}

const FUNCTION_TIMEOUT = 15 * 60_000;

// [cited] AWS SDK, standard retry mode: three attempts, with jitter, and at first this delay when a call is throttled.
const ATTEMPTS = 3;
const BACKOFF = 500;

/** A user's machine or a function, with an SDK client with default settings. */
export class Machine {
  constructor(private readonly world: World, private readonly name: string) {}

  now(): number {
    return this.world.clock.now();
  }

  async call(operation: string, input: object): Promise<any> {
    const { world, name } = this;
    for (let attempt = 1; ; attempt++) {
      try {
        return await world.clock.pause(world.call(name, 'rekognition', operation, input));
      } catch (error) {
        if ((error as Error).name !== 'ProvisionedThroughputExceededException' || attempt === ATTEMPTS) throw error;
        await this.sleep(world.random() * BACKOFF * 2 ** (attempt - 1));
      }
    }
  }

  sleep(milliseconds: number): Promise<void> {
    return this.world.clock.pause(this.world.after(milliseconds));
  }

  /** The versions of a project, all pages. */
  async versions(ProjectArn: string, NextToken?: string): Promise<{ ProjectVersionArn: string; Status: string }[]> {
    const page = await this.call('DescribeProjectVersions', { ProjectArn, NextToken });
    const others = page.NextToken ? await this.versions(ProjectArn, page.NextToken) : [];
    return [...page.ProjectVersionDescriptions, ...others];
  }
}

/** For each version in turn: stops it, polls until it is stopped, deletes it, polls until it is no longer listed. */
export const guide: Peer = {
  name: 'guide',
  source: 'samples of the Custom Labels guide, "Stopping a model" and "Deleting a model", one model after another',
  async act(machine, versions) {
    for (const { project, arn, name, status } of versions) {
      const read = async () => {
        const request = { ProjectArn: project.arn, VersionNames: [name] };
        const { ProjectVersionDescriptions: [found] } = await machine.call('DescribeProjectVersions', request);
        return found?.Status as string | undefined;
      };
      // "Stops a running model": users do not call it in any other status.
      if (status === 'RUNNING') {
        await machine.call('StopProjectVersion', { ProjectVersionArn: arn });
        while (await read() === 'STOPPING') await machine.sleep(10_000);
      }
      await machine.call('DeleteProjectVersion', { ProjectVersionArn: arn });
      while (await read() !== undefined) await machine.sleep(5_000);
    }
  },
};

/** Stops all versions, sleeps until nothing is stopping, deletes them, sleeps until nothing is listed. */
const sleeper: Peer = {
  name: 'one Lambda that sleeps',
  source: 'the custom resource of many samples, a function of at most 15 minutes that waits by itself',
  async act(machine, [{ project: { arn } }]) {
    const timeout = machine.now() + FUNCTION_TIMEOUT;
    const sleep = async () => {
      if (machine.now() > timeout) throw Object.assign(new Error(), { name: 'the function timed out' });
      await machine.sleep(10_000);
    };
    for (const { ProjectVersionArn, Status } of await machine.versions(arn)) {
      if (/^(RUNNING|STARTING)$/.test(Status)) await machine.call('StopProjectVersion', { ProjectVersionArn });
    }
    while ((await machine.versions(arn)).some(({ Status }) => Status === 'STOPPING')) await sleep();
    for (const { ProjectVersionArn } of await machine.versions(arn)) {
      await machine.call('DeleteProjectVersion', { ProjectVersionArn });
    }
    while ((await machine.versions(arn)).length > 0) await sleep();
  },
};

/** One call for each version when the stack is deleted. */
const oneCall: Peer = {
  name: 'one AwsCustomResource call',
  source: 'aws-cdk-lib/custom-resources, AwsCustomResource with `onDelete: DeleteProjectVersion`',
  async act(machine, versions) {
    for (const { arn } of versions) await machine.call('DeleteProjectVersion', { ProjectVersionArn: arn });
  },
};

/** Calls DeleteProject every five seconds, three times. It does not support versions. */
const nuke: Peer = {
  name: "a nuke tool's retry loop",
  source: 'ekristen/aws-nuke: `resources/rekognition-project.go`, and the loop of libnuke around all resources',
  async act(machine, [{ project: { arn } }]) {
    for (let attempt = 1; ; attempt++) {
      try {
        return await machine.call('DeleteProject', { ProjectArn: arn });
      } catch (error) {
        if (attempt === 3) throw error;
        await machine.sleep(5_000);
      }
    }
  },
};

export const PEERS: readonly Peer[] = [guide, sleeper, oneCall, nuke];
