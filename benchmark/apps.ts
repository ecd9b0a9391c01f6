import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import { Project, ProjectTeardown, ProjectVersionTeardown, TeardownProvider } from '../src';

export const STACK = 'Models';

/** Synthesizes an app with one stack and passes its assembly on; deletes the assembly afterwards. */
export async function withAssembly<T>(define: (stack: Stack) => void, use: (directory: string) => Promise<T>): Promise<T> {
  const outdir = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const app = new App({ outdir, analyticsReporting: false });
    define(new Stack(app, STACK));
    app.synth();
    return await use(outdir);
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** Teardowns of versions of one project that the stack does not own. */
export function versionTeardowns(
  projectArn: string, versionArns: readonly string[], perProvider: number, queryInterval?: number,
): (stack: Stack) => void {
  return stack => {
    const project = Project.fromProjectArn(stack, 'Project', projectArn);
    const providers = spread(stack, versionArns.length, perProvider, queryInterval);
    versionArns.forEach((projectVersionArn, index) => {
      new ProjectVersionTeardown(stack, `Model${pad(index)}`, { projectVersionArn, project, provider: providers[index % providers.length] });
    });
  };
}

/** Projects of the stack, each with its teardown. */
export function ownProjects(names: readonly string[], perProvider: number, queryInterval?: number): (stack: Stack) => void {
  return stack => {
    const providers = spread(stack, names.length, perProvider, queryInterval);
    names.forEach((name, index) => {
      const project = new CfnProject(stack, `Project${pad(index)}`, { projectName: name });
      new ProjectTeardown(stack, `Teardown${pad(index)}`, { project, provider: providers[index % providers.length] });
    });
  };
}

/** Ids are part of the policies, so all have the same length. */
function pad(index: number): string {
  return `${index}`.padStart(3, '0');
}

/** The smallest number of providers that holds this many teardowns, with default settings unless an interval in seconds is given. */
function spread(stack: Stack, teardowns: number, perProvider: number, queryInterval?: number): TeardownProvider[] {
  const count = Math.ceil(teardowns / perProvider);
  const props = queryInterval === undefined ? {} : { queryInterval: Duration.seconds(queryInterval) };
  if (count === 1 && queryInterval === undefined) return [TeardownProvider.getOrCreate(stack)];
  return indexes(count).map(index => new TeardownProvider(stack, `Provider${pad(index)}`, props));
}

/** The largest number of teardowns of a kind that fit into one provider, found by trying. */
async function capacity(define: (count: number) => (stack: Stack) => void): Promise<number> {
  let [most, refused] = [1, 1];
  const holds = (count: number) => withAssembly(define(count), async () => true).catch((error: Error) => {
    if (!/but a role holds/.test(error.message)) throw error;
    return false;
  });
  while (await holds(refused)) [most, refused] = [refused, refused * 2];
  while (refused - most > 1) {
    const middle = Math.floor((most + refused) / 2);
    if (await holds(middle)) most = middle; else refused = middle;
  }
  return most;
}

/** A project's name; all have the same length, because the names are part of the policies. */
export function projectName(index: number): string {
  return `parts-${pad(index)}`;
}

/** A version's name in the form that the console suggests. */
export function versionName(index: number): string {
  return `parts.${new Date(Date.UTC(2026, 0, 1) + index * 1000).toISOString().slice(0, 19).replaceAll(':', '.')}`;
}

/** A project that no stack owns, with an ARN as long as a real one. */
export const PROJECT_ARN = 'arn:aws:rekognition:us-east-1:111122223333:project/parts-000/1767225600000';

export function versionArn(index: number): string {
  return PROJECT_ARN.replace(/\/\d+$/, `/version/${versionName(index)}/1767225600000`);
}

/** How many teardowns of a kind fit into one provider. */
export const CAPACITIES = {
  versions: () => capacity(count => versionTeardowns(PROJECT_ARN, indexes(count).map(versionArn), count)),
  projects: () => capacity(count => ownProjects(indexes(count).map(projectName), count)),
};

export function indexes(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
