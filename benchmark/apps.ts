import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import { Project, ProjectTeardown, ProjectVersionTeardown, TeardownProvider } from '../src';

export const STACK = 'Models';

/** Synthesizes an app with one stack and passes its assembly on; deletes the assembly afterwards. */
export async function withAssembly<T>(
  define: (stack: Stack) => void, use: (directory: string) => Promise<T>,
): Promise<T> {
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
  projectArn: string, versionArns: readonly string[], perProvider: number,
): (stack: Stack) => void {
  return stack => {
    const project = Project.fromProjectArn(stack, 'Project', projectArn);
    const providers = spread(stack, versionArns.length, perProvider);
    versionArns.forEach((projectVersionArn, index) => {
      const provider = providers[index % providers.length];
      new ProjectVersionTeardown(stack, `Model${pad(index)}`, { projectVersionArn, project, provider });
    });
  };
}

/** Projects of the stack, each with its teardown. */
export function ownProjects(names: readonly string[], perProvider: number): (stack: Stack) => void {
  return stack => {
    const providers = spread(stack, names.length, perProvider);
    names.forEach((name, index) => {
      const project = new CfnProject(stack, `Project${pad(index)}`, { projectName: name });
      const provider = providers[index % providers.length];
      new ProjectTeardown(stack, `Teardown${pad(index)}`, { project, provider });
    });
  };
}

/** Ids are part of the policies, so all have the same length. */
function pad(index: number): string {
  return `${index}`.padStart(3, '0');
}

/** The smallest number of providers that holds this many teardowns. */
function spread(stack: Stack, teardowns: number, perProvider: number): TeardownProvider[] {
  const count = Math.ceil(teardowns / perProvider);
  if (count === 1) return [TeardownProvider.getOrCreate(stack)];
  return indexes(count).map(index => new TeardownProvider(stack, `Provider${pad(index)}`));
}

/** The largest number of teardowns for which synthesis does not fail with this error, found by trying. */
export async function most(define: (count: number) => (stack: Stack) => void, refusal: RegExp): Promise<number> {
  const holds = (count: number) => withAssembly(define(count), async () => true).catch((error: Error) => {
    if (!refusal.test(error.message)) throw error;
    return false;
  });
  let [held, refused] = [1, 2];
  while (await holds(refused)) [held, refused] = [refused, refused * 2];
  while (refused - held > 1) {
    const middle = Math.floor((held + refused) / 2);
    if (await holds(middle)) held = middle; else refused = middle;
  }
  return held;
}

/** A project's name; all have the same length, because the names are part of the policies. */
export function projectName(index: number): string {
  return `parts-${pad(index)}`;
}

/** A version's name in the form that the console suggests. */
export function versionName(index: number): string {
  const time = new Date(Date.UTC(2026, 0, 1) + index * 1000).toISOString();
  return `parts.${time.slice(0, 19).replaceAll(':', '.')}`;
}

/** A project that no stack owns, with an ARN as long as a real one. */
export const PROJECT_ARN = 'arn:aws:rekognition:us-east-1:111122223333:project/parts-000/1767225600000';

export function versionArn(index: number): string {
  return PROJECT_ARN.replace(/\/\d+$/, `/version/${versionName(index)}/1767225600000`);
}

const PROVIDER_IS_FULL = /but a role holds/;

function once<T>(find: () => Promise<T>): () => Promise<T> {
  let found: Promise<T> | undefined;
  return () => found ??= find();
}

/** The numbers of teardowns of a kind that fit into one provider. */
export const CAPACITIES = {
  versions: once(() => most(
    count => versionTeardowns(PROJECT_ARN, indexes(count).map(versionArn), count), PROVIDER_IS_FULL)),
  projects: once(() => most(count => ownProjects(indexes(count).map(projectName), count), PROVIDER_IS_FULL)),
};

export function indexes(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
