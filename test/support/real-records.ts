import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import type { StackEvent } from '@aws-sdk/client-cloudformation';

const DIRECTORY = join(__dirname, '..', 'records');

/** An event of a real stack, see the README of the directory. */
export type RealEvent = StackEvent & {
  readonly StackId: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId: string;
  readonly ResourceType: string;
  readonly ResourceStatus: string;
  readonly Timestamp: Date;
  /** Whether the event had `ResourceProperties`. */
  readonly HasResourceProperties?: true;
  /** Only in excerpts: where the type comes from. */
  readonly TypeFrom?: 'log' | 'code' | 'assumed';
};

/** The names of the logs of real stacks, such as `custom-create` or `excerpts/delete-refused-export-in-use`. */
export function realRecords(): string[] {
  return readdirSync(DIRECTORY, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.json')).map(file => file.replace(/\.json$/, '').replace(/\\/g, '/')).sort();
}

/** The events of a log, newest first. */
export function realRecord(name: string): RealEvent[] {
  return JSON.parse(readFileSync(join(DIRECTORY, `${name}.json`), 'utf8'), (key, value) => key === 'Timestamp' ? new Date(value) : value);
}
