import { clientEnvironment } from '../../sandbox/client-environment';
import { LiveClock } from '../../sandbox/live-clock';
import { Rekognition } from '../../sandbox/rekognition';
import { ApiServer } from '../../sandbox/server';

const ACCOUNT = '111122223333';
const REGION = 'us-east-1';
const STATEMENT = {
  Effect: 'Allow',
  Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
  Action: 'rekognition:CopyProjectVersion',
  Resource: '*',
};

/**
 * An account in the sandbox with enough resources for several pages of each list. An hour passes in 36 milliseconds.
 */
export class Account {
  static async open(): Promise<Account> {
    const clock = new LiveClock(100_000);
    const rekognition = new Rekognition({ clock, account: ACCOUNT, region: REGION });
    const birds = rekognition.createProject('birds');
    for (const name of ['v1', 'v2', 'v3', 'v4', 'v5']) rekognition.addVersion(birds, name);
    for (const name of ['cats', 'dogs', 'fish', 'moss']) rekognition.createProject(name);
    for (const name of ['p1', 'p2', 'p3', 'p4', 'p5', 'p6', 'p7']) {
      rekognition.handle('PutProjectPolicy', {
        ProjectArn: birds.arn,
        PolicyName: name,
        PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [STATEMENT] }),
      });
    }
    const server = await ApiServer.start({
      clock,
      services: { rekognition },
      callerOf: () => ({ arn: `arn:aws:iam::${ACCOUNT}:user/developer` }),
      authorize: () => true,
    });
    return new Account(rekognition, server);
  }

  private constructor(private readonly rekognition: Rekognition, private readonly server: ApiServer) {}

  get environment(): NodeJS.ProcessEnv {
    return clientEnvironment(this.server.url, REGION);
  }

  get operations(): string[] {
    return this.server.calls.map(({ operation }) => operation);
  }

  /** The initial resources are left, and those that the client created are gone. */
  checkWhatIsLeft(): void {
    const left = [
      ...this.rekognition.projects.map(({ name }) => name),
      ...this.rekognition.versions.map(({ name, status }) => `${name} ${status}`),
    ];
    const expected = [
      'birds',
      'cats',
      'dogs',
      'fish',
      'moss',
      ...['v1', 'v2', 'v3', 'v4', 'v5'].map(name => `${name} TRAINING_COMPLETED`),
    ];
    if (left.join() !== expected.join()) {
      throw new Error(`there is ${left.join(', ')} instead of ${expected.join(', ')}`);
    }
  }

  close(): Promise<void> {
    return this.server.stop();
  }
}
