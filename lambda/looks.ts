import type { ProjectDescription } from '@aws-sdk/client-rekognition';
import { ProjectArn } from './arn';
import { isFailure } from './errors';
import type { ObservedVersion } from './model';
import { Pace } from './pace';
import { describeProjects, describeProjectVersions } from './rekognition';

/** What one step sees of the account: each thing once, however many ask for it, and at the pace that the service allows. */
export class Looks {
  private readonly seen = new Map<string, Promise<any>>();

  /** `isShared`: whether several ask for versions of the same project, so that it is better listed as a whole. */
  constructor(private readonly pace = new Pace(Infinity), private readonly isShared = false) {}

  /** The versions of a project, of this name if one is given (and others, if looks are shared); undefined when there is no such project. */
  versions(projectArn: string, name?: string): Promise<ObservedVersion[] | undefined> {
    const names = name === undefined || this.isShared ? undefined : [name];
    return this.once(`versions ${projectArn} ${names}`, async () => {
      // a look is worth being late for.
      await this.pace.turn('look at versions');
      try {
        return await describeProjectVersions(projectArn, names);
      } catch (error) {
        if (isFailure(error, 'gone')) return undefined;
        throw error;
      }
    });
  }

  /** The projects that have the name of this one. */
  projects(project: Pick<ProjectArn, 'region' | 'projectName'>): Promise<ProjectDescription[]> {
    return this.once(`projects ${project.region} ${project.projectName}`, async () => {
      await this.pace.turn('look at projects');
      return describeProjects(project);
    });
  }

  /** For a look at what may have changed since. */
  again(): Looks {
    return new Looks(this.pace, this.isShared);
  }

  private once<T>(key: string, look: () => Promise<T>): Promise<T> {
    const seen: Promise<T> = this.seen.get(key) ?? look();
    this.seen.set(key, seen);
    return seen;
  }
}
