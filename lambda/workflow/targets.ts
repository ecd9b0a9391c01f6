import type { WorkflowRequest } from '../../src/private/contract';
import { parseProjectArn, parseProjectVersionArn } from '../arn';
import type { ProjectTarget } from '../steps/project';
import type { ProjectVersionTarget } from '../steps/project-version';
import type { Reads } from '../steps/reads';

/** The targets of a workflow, and what an execution does with them. */
export interface WorkflowTargets {
  readonly isDryRun: boolean;
  readonly projects: ProjectTarget[];
  readonly projectVersions: ProjectVersionTarget[];
}

/** A request is invalid, and nothing has been called. */
export class InvalidRequest extends Error {}

/** Reads a request. Throws `InvalidRequest`. */
export function readTargets(request: WorkflowRequest): WorkflowTargets {
  const { mode, trainingBehavior, deleteProjects } = request;
  const options = { mode, trainingBehavior };
  const projects = unique(request.projectArns).map(arn => {
    const project = parseProjectArn(arn);
    if (!project) {
      throw new InvalidRequest(
        `not the ARN of a Rekognition project: ${JSON.stringify(arn)}; correct it and deploy the workflow again`,
      );
    }
    return { arn, project, deletesProject: deleteProjects, ...options };
  });
  const projectVersions = unique(request.projectVersionArns).map(arn => {
    const version = parseProjectVersionArn(arn);
    if (!version) {
      throw new InvalidRequest(
        `not the ARN of a Rekognition project version: ${JSON.stringify(arn)}; correct it and deploy the workflow `
          + 'again',
      );
    }
    return { arn, version, ...options };
  });
  return {
    isDryRun: readInput(request.input),
    projects,
    projectVersions,
  };
}

/** Whether an execution is a dry run. The input has no other choice, and a misspelled key must not start a real run. */
function readInput(input: unknown): boolean {
  const isObject = typeof input === 'object' && input !== null && !Array.isArray(input);
  const entries = isObject ? Object.entries(input) : undefined;
  if (entries?.length === 0) return false;
  if (entries?.length === 1 && entries[0][0] === 'dryRun' && entries[0][1] === true) return true;
  throw new InvalidRequest(`the input must be {} or {"dryRun": true}, got: ${JSON.stringify(input)}; no call was made`);
}

function unique(arns: string[]): string[] {
  return [...new Set(arns)];
}

/**
 * Where something of the same name exists if a target does not: somebody has deleted it and made it again, or its ARN
 * was never right. Returns the ARNs.
 */
export async function sameNameAs(target: ProjectTarget | ProjectVersionTarget, reads: Reads): Promise<string[]> {
  if ('project' in target) return (await reads.projects(target.project)).flatMap(({ ProjectArn: arn }) => arn ?? []);
  const { version } = target;
  const projects = (await reads.projects(version)).flatMap(({ ProjectArn: arn }) => arn ?? []);
  const versions = await Promise.all(projects.map(async arn => await reads.versions(arn, version.versionName) ?? []));
  return versions
    .flat()
    .map(({ arn }) => arn)
    .filter(arn => arn.startsWith(target.arn.slice(0, target.arn.lastIndexOf('/') + 1)));
}
