import { readFileSync } from 'fs';
import Ajv, { ErrorObject } from 'ajv';
import type { Rekognition } from '.';
import model from './service-model.json';
import schema from './state.schema.json';

type Options<Method extends 'createProject' | 'addVersion' | 'addDataset'> = Parameters<Rekognition[Method]>;

/** The contents of a file as state.schema.json describes it: only names and types are required. */
interface State {
  readonly projects?: readonly ({
    readonly name: string;
    readonly versions?: readonly ({ readonly name: string } & Options<'addVersion'>[2])[];
    readonly datasets?: readonly ({ readonly type: Options<'addDataset'>[1] } & Options<'addDataset'>[2])[];
  } & Options<'createProject'>[1])[];
}

// the values of enums are those of the service model, whose shapes of enums are schemas.
const isState = new Ajv()
  .addVocabulary(['shapes'])
  .addSchema({ shapes: model.shapes }, 'service-model.json')
  .compile<State>(schema);

/** Adds the resources in a file to Rekognition. Throws for anything unknown, with its position in the file. */
export function loadState(file: string, rekognition: Rekognition): void {
  const state = parse(file);
  if (!isState(state)) throw new Error(problem(isState.errors![0], file));
  for (const { name, versions = [], datasets = [], ...options } of state.projects ?? []) {
    const project = rekognition.createProject(name, options);
    for (const { name: versionName, ...details } of versions) rekognition.addVersion(project, versionName, details);
    for (const { type, ...details } of datasets) rekognition.addDataset(project, type, details);
  }
}

function parse(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`cannot read ${file}: ${(error as Error).message}`);
  }
}

/** The text of an error, with a position such as `projects[0].versions[1].status`. */
function problem({ instancePath, keyword, params, message }: ErrorObject, file: string): string {
  const at = instancePath.replace(/\/(\d+)/g, '[$1]').replaceAll('/', '.').slice(1) || file;
  switch (keyword) {
    case 'additionalProperties': return `${at} has an unknown key ${params.additionalProperty}`;
    case 'enum': return `${at} must be one of ${params.allowedValues.join(', ')}`;
    default: return `${at} ${message}`;
  }
}
