import { readFileSync } from 'fs';
import { DATASET_STATUSES, Rekognition, VERSION_STATUSES } from '.';

/**
 * Adds the resources in a JSON file to Rekognition:
 *
 *     { "projects": [{
 *       "name": "birds", "feature": "CUSTOM_LABELS", "tags": { "team": "a" },
 *       "versions": [{ "name": "v1", "status": "RUNNING", "units": 2 }],
 *       "datasets": [{ "type": "TRAIN", "status": "CREATE_COMPLETE" }]
 *     }] }
 *
 * Only names and types are required. Throws for anything unknown, with its position in the file.
 */
export function loadState(file: string, rekognition: Rekognition): void {
  const state = object(parse(file), file, ['projects']);
  for (const [p, entry] of list(state.projects, 'projects').entries()) {
    const at = `projects[${p}]`;
    const { name, versions, datasets, ...options } = object(entry, at, ['name', 'feature', 'autoUpdate', 'tags', 'versions', 'datasets']);
    check(options.autoUpdate === undefined || typeof options.autoUpdate === 'boolean', `${at}.autoUpdate must be true or false`);
    tags(options.tags, `${at}.tags`);
    oneOf(options.feature, `${at}.feature`, ['CUSTOM_LABELS', 'CONTENT_MODERATION']);
    const project = rekognition.createProject(text(name, `${at}.name`), options);

    for (const [v, version] of list(versions, `${at}.versions`).entries()) {
      const place = `${at}.versions[${v}]`;
      const { name: versionName, ...details } = object(version, place, ['name', 'status', 'units', 'tags']);
      tags(details.tags, `${place}.tags`);
      check(details.units === undefined || (Number.isInteger(details.units) && details.units > 0), `${place}.units must be a whole number from 1`);
      oneOf(details.status, `${place}.status`, VERSION_STATUSES);
      rekognition.addVersion(project, text(versionName, `${place}.name`), details);
    }
    for (const [d, dataset] of list(datasets, `${at}.datasets`).entries()) {
      const place = `${at}.datasets[${d}]`;
      const { type, ...details } = object(dataset, place, ['type', 'status']);
      oneOf(text(type, `${place}.type`), `${place}.type`, ['TRAIN', 'TEST']);
      oneOf(details.status, `${place}.status`, DATASET_STATUSES);
      rekognition.addDataset(project, type, details);
    }
  }
}

function parse(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`cannot read ${file}: ${(error as Error).message}`);
  }
}

function object(value: unknown, at: string, known?: string[]): any {
  check(typeof value === 'object' && value !== null && !Array.isArray(value), `${at} must be an object`);
  const unknown = Object.keys(value as object).find(key => known && !known.includes(key));
  check(unknown === undefined, `${at} has an unknown key ${unknown}; known are ${known?.join(', ')}`);
  return value;
}

function list(value: unknown = [], at: string): unknown[] {
  check(Array.isArray(value), `${at} must be a list`);
  return value as unknown[];
}

function text(value: unknown, at: string): string {
  check(typeof value === 'string' && /^[a-zA-Z0-9_.\-]{1,255}$/.test(value), `${at} must be 1 to 255 letters, digits or any of _ . -`);
  return value as string;
}

function oneOf(value: unknown, at: string, known: readonly string[]): void {
  check(value === undefined || known.includes(value as string), `${at} must be one of ${known.join(', ')}`);
}

function tags(value: unknown = {}, at: string): void {
  check(Object.values(object(value, at)).every(tag => typeof tag === 'string'), `${at} must map text to text`);
}

function check(condition: boolean, problem: string): void {
  if (!condition) throw new Error(problem);
}
