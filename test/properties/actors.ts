import type { ActorPlan } from './plan';
import { OWNER_TAG } from './template';
import type { Clock } from '../../sandbox/clock';
import type { DatasetStatus, Project, ProjectVersion, Rekognition } from '../../sandbox/rekognition';

/** Something that happened to a version or in a project, done by neither the handler nor CloudFormation. */
export interface Interference {
  readonly time: number;
  readonly projectArn: string;
  readonly versionArn?: string;
}

/** All other users of the account. */
export class Actors {
  readonly interferences: Interference[] = [];
  private pending: ActorPlan[] = [];
  private calls = 0;
  private names = 0;

  constructor(
    private readonly clock: Clock,
    private readonly rekognition: Rekognition,
    private readonly onAction: (action: string) => void,
    /** Sends the handler a forged Delete. */
    private readonly forge: (subject: number) => void = () => {},
  ) {}

  /** Replaces what they are going to do. */
  plan(actors: readonly ActorPlan[]): void {
    this.pending = actors.filter(({ when }) => 'call' in when);
    this.calls = 0;
    for (const actor of actors) {
      if ('seconds' in actor.when) this.clock.at(this.clock.now() + actor.when.seconds * 1000, () => this.act(actor));
    }
  }

  beforeCall(): void {
    const nth = this.calls++;
    for (const actor of this.pending) if ('call' in actor.when && actor.when.call === nth) this.act(actor);
  }

  /** Adds the owner's versions and dataset to a project. */
  fill(project: Project, statuses: readonly string[], dataset?: DatasetStatus): void {
    for (const status of statuses) this.rekognition.addVersion(project, this.name(), { status });
    if (dataset && project.datasets.length === 0) this.rekognition.addDataset(project, 'TRAIN', { status: dataset });
    this.interferences.push({ time: this.clock.now(), projectArn: project.arn });
  }

  private act({ action, subject }: ActorPlan): void {
    if (action === 'forge') return this.forge(subject);
    const { rekognition: { versions, projects } } = this;
    const version: ProjectVersion | undefined = versions[subject % versions.length];
    const project: Project | undefined = projects[subject % projects.length];
    if (!version || !project) return;
    const isOnVersion = ['start', 'stop', 'delete', 'recreate', 'fail', 'set unknown status'].includes(action);
    try {
      if (isOnVersion) this.onVersion(action, version);
      else this.inProject(action, project, version);
    } catch {
      // the service may refuse it; `recreate project` may already have removed versions by then.
      if (action !== 'recreate project') return;
    }
    this.onAction(`${action} ${isOnVersion ? version.arn : project.arn}`);
    if (action === 'untag') return;
    this.interferences.push({
      time: this.clock.now(), projectArn: isOnVersion ? version.project.arn : project.arn, versionArn: isOnVersion ? version.arn : undefined,
    });
  }

  private onVersion(action: ActorPlan['action'], version: ProjectVersion): void {
    const { rekognition } = this;
    const isAdapter = version.project.feature === 'CONTENT_MODERATION';
    switch (action) {
      case 'start':
        if (isAdapter || version.status === 'DELETING') throw new Error('cannot be started');
        // set directly, not by a request: the status and the quota must not prevent it.
        return rekognition.setStatus(version, 'STARTING');
      case 'stop': return void rekognition.handle('StopProjectVersion', { ProjectVersionArn: version.arn });
      case 'delete': return void rekognition.handle('DeleteProjectVersion', { ProjectVersionArn: version.arn });
      case 'recreate':
        rekognition.remove(version);
        return void rekognition.addVersion(version.project, version.name, { status: isAdapter ? 'TRAINING_COMPLETED' : 'RUNNING' });
      case 'fail': return rekognition.setStatus(version, 'FAILED');
      default: return rekognition.setStatus(version, 'HIBERNATING');
    }
  }

  private inProject(action: ActorPlan['action'], project: Project, version: ProjectVersion): void {
    const { rekognition, clock } = this;
    switch (action) {
      case 'train':
        return void rekognition.handle('CreateProjectVersion', { ProjectArn: project.arn, VersionName: this.name(), OutputConfig: {} });
      case 'copy':
        return void rekognition.handle('CopyProjectVersion', {
          SourceProjectArn: version.project.arn,
          SourceProjectVersionArn: version.arn,
          DestinationProjectArn: project.arn,
          VersionName: this.name(),
          OutputConfig: {},
        });
      case 'add dataset':
        if (project.feature !== 'CUSTOM_LABELS' || project.status === 'DELETING') throw new Error('no datasets here');
        return void rekognition.addDataset(project, 'TEST', { status: 'UPDATE_IN_PROGRESS' });
      case 'untag':
        return void rekognition.handle('UntagResource', { ResourceArn: project.arn, TagKeys: [OWNER_TAG] });
      default:
        for (const other of project.versions) rekognition.remove(other);
        rekognition.handle('DeleteProject', { ProjectArn: project.arn });
        clock.at(clock.now() + rekognition.settings.durations.projectDeleting + 1, () => {
          if (rekognition.projects.some(other => other.name === project.name)) return;
          const { feature } = project;
          rekognition.addVersion(rekognition.createProject(project.name, { feature }), 'v1', { status: feature === 'CUSTOM_LABELS' ? 'RUNNING' : 'STOPPED' });
        });
    }
  }

  private name(): string {
    return `n${++this.names}`;
  }
}
