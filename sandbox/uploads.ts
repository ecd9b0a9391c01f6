import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { unzipSync } from 'fflate';
import type { S3 } from './s3';
import { ServiceError } from './service';

/** What deployments read from S3: uploaded templates as they are, uploaded code unpacked. */
export class Uploads {
  private readonly unpacked = new Map<string, string>();
  private directory?: string;

  constructor(private readonly s3: S3) {}

  text(bucket: string, key: string): string | undefined {
    return this.s3.object(bucket, key)?.toString();
  }

  /** A directory with the code that is in a zip file. Its contents never change, as a new upload has a new place. */
  codeDirectory(bucket: string, key: string): string | undefined {
    const zip = this.s3.object(bucket, key);
    if (!zip) return undefined;
    let directory = this.unpacked.get(`${bucket}/${key}`);
    if (!directory) {
      directory = this.newDirectory();
      unpack(zip, directory);
      this.unpacked.set(`${bucket}/${key}`, directory);
    }
    return directory;
  }

  /** [cited] AWS::Lambda::Function, Code, ZipFile: a file named index, with the module cfn-response. */
  inlineCode(text: string): string {
    const known = this.unpacked.get(text);
    if (known) return known;
    const directory = this.newDirectory();
    mkdirSync(join(directory, 'node_modules'), { recursive: true });
    writeFileSync(join(directory, 'index.js'), text);
    const response = join(__dirname, 'lambda', 'runtime', 'cfn-response.cjs');
    copyFileSync(response, join(directory, 'node_modules', 'cfn-response.js'));
    this.unpacked.set(text, directory);
    return directory;
  }

  private newDirectory(): string {
    this.directory ??= mkdtempSync(join(tmpdir(), 'sandbox-code-'));
    return join(this.directory, String(this.unpacked.size));
  }

  stop(): void {
    if (this.directory) rmSync(this.directory, { recursive: true });
  }
}

function unpack(zip: Buffer, directory: string): void {
  for (const [name, content] of Object.entries(filesIn(zip))) {
    const file = join(directory, name);
    if (relative(directory, file).startsWith('..')) throw notUnzipped();
    if (name.endsWith('/')) continue;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}

function filesIn(zip: Buffer): { [name: string]: Uint8Array } {
  try {
    return unzipSync(zip);
  } catch {
    throw notUnzipped();
  }
}

/** [cited] Lambda, CreateFunction: the error for a file that is not a zip file. */
function notUnzipped(): ServiceError {
  return new ServiceError('InvalidParameterValueException', 'Could not unzip uploaded file. Please check your file, then try to upload again.');
}
