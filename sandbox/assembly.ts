import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { readTemplateText } from './cloudformation/template-text';
import type { Uploads } from './uploads';

/** One stack of a cloud assembly: its template, unmodified, and where the assets lie that go with it. */
export interface StackArtifact {
  readonly stackName: string;
  readonly template: object;
  /** Paths by object key in the assets bucket. */
  readonly assets: ReadonlyMap<string, string>;
}

/**
 * What all deployments have published. Nothing is copied: a key stands for the place in the assembly. What was uploaded to S3
 * comes first.
 */
export class AssetBucket {
  private readonly paths = new Map<string, string>();

  constructor(private readonly uploads?: Uploads) {}

  publish(artifact: StackArtifact): void {
    for (const [objectKey, path] of artifact.assets) this.paths.set(objectKey, path);
  }

  /** The directory that is a function's code. */
  codeDirectory(objectKey: string, bucket: string = ''): string {
    const uploaded = this.uploads?.codeDirectory(bucket, objectKey);
    if (uploaded) return uploaded;
    const path = this.find(objectKey);
    if (!statSync(path).isDirectory()) throw new Error(`the asset ${path} is no directory: the sandbox runs code in place and unpacks nothing`);
    return path;
  }

  /** The template of a nested stack. Its URL ends in the object's key. */
  nestedTemplate(templateUrl: string): object {
    const uploaded = this.uploadedTemplate(templateUrl);
    return uploaded === undefined ? readJson(this.find(new URL(templateUrl).pathname.split('/').pop()!)) : readTemplateText(uploaded);
  }

  /** The text of a template in S3, if it is there. [cited] S3 User Guide: the bucket is the first part of the host or of the path. */
  uploadedTemplate(templateUrl: string): string | undefined {
    const { hostname, pathname } = new URL(templateUrl);
    const [, virtualHost] = /^(.+)\.s3[.-]/.exec(hostname) ?? [];
    const path = decodeURIComponent(pathname.slice(1));
    const [bucket, ...key] = virtualHost ? [virtualHost, path] : path.split('/');
    return this.uploads?.text(bucket, key.join('/'));
  }

  private find(objectKey: string): string {
    const path = this.paths.get(objectKey);
    if (!path) throw new Error(`no asset has been published as ${objectKey}`);
    if (!existsSync(path)) throw new Error(`the asset ${path} is missing`);
    return path;
  }
}

/** Finds a stack in a cloud assembly (`cdk.out`), also in the assemblies nested in it (stages). */
export function readStack(assemblyDirectory: string, stackName: string): StackArtifact {
  const found = stacksIn(resolve(assemblyDirectory));
  const stack = found.find(candidate => candidate.stackName === stackName);
  if (!stack) throw new Error(`no stack ${stackName} in ${assemblyDirectory}; there is: ${found.map(other => other.stackName).join(', ') || 'none'}`);
  return stack;
}

function stacksIn(directory: string): StackArtifact[] {
  const manifestFile = join(directory, 'manifest.json');
  if (!existsSync(manifestFile)) throw new Error(`${directory} is no cloud assembly: it has no manifest.json`);
  const artifacts: { [id: string]: any } = readJson(manifestFile).artifacts ?? {};
  return Object.entries(artifacts).flatMap(([id, artifact]) => {
    switch (artifact.type) {
      case 'aws:cloudformation:stack':
        return [{
          stackName: artifact.properties.stackName ?? id,
          template: readJson(join(directory, artifact.properties.templateFile)),
          assets: assetsOf(directory, (artifact.dependencies ?? []).map((dependency: string) => artifacts[dependency])),
        }];
      case 'cdk:cloud-assembly':
        return stacksIn(join(directory, artifact.properties.directoryName));
      default:
        return [];
    }
  });
}

function assetsOf(directory: string, dependencies: any[]): Map<string, string> {
  const assets = new Map<string, string>();
  for (const manifest of dependencies.filter(dependency => dependency?.type === 'cdk:asset-manifest')) {
    const file = join(directory, manifest.properties.file);
    for (const { source, destinations } of Object.values<any>(readJson(file).files ?? {})) {
      if (!source.path) continue; // made by a program when published: whoever asks for its key learns that it is not there.
      for (const { objectKey } of Object.values<any>(destinations)) assets.set(objectKey, resolve(dirname(file), source.path));
    }
  }
  return assets;
}

// the documents of an assembly have a schema of their own.
function readJson(file: string): any {
  return JSON.parse(readFileSync(file, 'utf8'));
}
