import type { ProjectDescription } from '@aws-sdk/client-rekognition';
import { ProjectArn } from '../arn';
import { isFailure } from '../aws/errors';
import { RateLimiter } from '../aws/rate-limiter';
import { describeProjects, describeProjectVersions } from '../aws/rekognition';
import type { ObservedVersion } from '../model';

/** What one step sees of the account. Each list is requested only once, at the rate that the service allows. */
export class Reads {
  private readonly seen = new Map<string, Promise<any>>();

  /** `isShared`: whether several targets need versions of the same project, so that it is better listed as a whole. */
  constructor(private readonly rateLimiter: RateLimiter, private readonly isShared = false) {}

  /**
   * The versions of a project, optionally with this name (or all of them, if lists are shared). Undefined if the
   * project does not exist.
   */
  versions(projectArn: string, name?: string): Promise<ObservedVersion[] | undefined> {
    const names = name === undefined || this.isShared ? undefined : [name];
    return this.once(`versions ${projectArn} ${names}`, async () => {
      // nothing can be done without a list, so it is requested even if the poll is out of time.
      await this.rateLimiter.turn('look at versions');
      try {
        return await describeProjectVersions(projectArn, names, send => this.rateLimiter.patiently(send));
      } catch (error) {
        if (isFailure(error, 'gone')) return undefined;
        throw error;
      }
    });
  }

  /** The projects with the name of this one. */
  projects(project: Pick<ProjectArn, 'region' | 'projectName'>): Promise<ProjectDescription[]> {
    return this.once(`projects ${project.region} ${project.projectName}`, async () => {
      await this.rateLimiter.turn('look at projects');
      return describeProjects(project, send => this.rateLimiter.patiently(send));
    });
  }

  /** A new view that requests everything again. */
  again(): Reads {
    return new Reads(this.rateLimiter, this.isShared);
  }

  private once<T>(key: string, look: () => Promise<T>): Promise<T> {
    const seen: Promise<T> = this.seen.get(key) ?? look();
    this.seen.set(key, seen);
    return seen;
  }
}
