import type { World } from '../world/world';

// [cited] AWS SDK for JavaScript, standard retry mode: three attempts, with jitter, and this delay at first when a call is throttled.
const ATTEMPTS = 3;
const BACKOFF = 500;

/** Where a peer runs: a user's machine, or a function. It has an SDK client with default settings, and can sleep. */
export class Machine {
  /** `wait`: waits for something and releases time meanwhile. */
  constructor(private readonly world: World, private readonly name: string, private readonly wait: <T>(promise: Promise<T>) => Promise<T>) {}

  async call(operation: string, input: object): Promise<any> {
    const { world, name } = this;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.wait(world.call(name, 'rekognition', operation, input));
      } catch (error) {
        if ((error as Error).name !== 'ProvisionedThroughputExceededException' || attempt === ATTEMPTS) throw error;
        await this.sleep(world.random() * BACKOFF * 2 ** (attempt - 1));
      }
    }
  }

  sleep(milliseconds: number): Promise<void> {
    return this.wait(this.world.after(milliseconds));
  }

  /** The versions of a project, all pages. */
  async versions(projectArn: string): Promise<{ readonly ProjectVersionArn: string; readonly Status: string }[]> {
    const { ProjectVersionDescriptions: versions, NextToken: token } = await this.call('DescribeProjectVersions', { ProjectArn: projectArn });
    if (!token) return versions;
    const { ProjectVersionDescriptions: others } = await this.call('DescribeProjectVersions', { ProjectArn: projectArn, NextToken: token });
    return [...versions, ...others];
  }
}
