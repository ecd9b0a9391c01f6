import { ServiceError } from '../service';

/** What the service model says about one member of an input. */
interface Member {
  readonly type: 'string' | 'integer' | 'list' | 'map' | 'structure';
  readonly required?: true;
  /** Of the length of a string, list or map; of the value of an integer. */
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: RegExp;
  readonly values?: readonly string[];
  /** Of a list's items, or a map's values. */
  readonly of?: Member;
  /** Of a map's keys. */
  readonly keys?: Member;
}

// [cited] all shapes, lengths and patterns: service model 2016-06-27 (botocore, data/rekognition).
const NAME = '[a-zA-Z0-9_.\\-]{1,255}';
const PROJECT = `arn:[a-z\\d-]+:rekognition:[a-z\\d-]+:\\d{12}:project\\/${NAME}`;

const projectArn: Member = { type: 'string', min: 20, max: 2048, pattern: new RegExp(`^${PROJECT}\\/[0-9]+$`) };
const projectVersionArn: Member = { type: 'string', min: 20, max: 2048, pattern: new RegExp(`^${PROJECT}\\/version\\/${NAME}\\/[0-9]+$`) };
const datasetArn: Member = { type: 'string', min: 20, max: 2048, pattern: new RegExp(`^${PROJECT}\\/dataset\\/(train|test)\\/[0-9]+$`) };
const resourceArn: Member = { type: 'string', min: 20, max: 2048 };
const name: Member = { type: 'string', min: 1, max: 255, pattern: /^[a-zA-Z0-9_.\-]+$/ };
const policyName: Member = { type: 'string', min: 1, max: 128, pattern: /^[a-zA-Z0-9_.\-]+$/ };
const policyRevisionId: Member = { type: 'string', max: 64, pattern: /^[0-9A-Fa-f]+$/ };
const feature: Member = { type: 'string', values: ['CONTENT_MODERATION', 'CUSTOM_LABELS'] };
const nextToken: Member = { type: 'string', max: 1024 };
const inferenceUnits: Member = { type: 'integer', min: 1 };
const tagKey: Member = { type: 'string', min: 1, max: 128, pattern: /^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u };
const tags: Member = { type: 'map', max: 200, keys: tagKey, of: { type: 'string', max: 256, pattern: /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u } };
const kmsKeyId: Member = { type: 'string', min: 1, max: 2048 };
const structure: Member = { type: 'structure' };
const names: Member = { type: 'list', min: 1, max: 10, of: name };

const required = (member: Member): Member => ({ ...member, required: true });
const upTo = (max: number): Member => ({ type: 'integer', min: 1, max });

const INPUTS: { readonly [operation: string]: { readonly [name: string]: Member } | undefined } = {
  CreateProject: {
    ProjectName: required(name), Feature: feature, AutoUpdate: { type: 'string', values: ['ENABLED', 'DISABLED'] }, Tags: tags,
  },
  // [cited] API reference: for both MaxResults, "greater than 100, a ValidationException error occurs".
  DescribeProjects: { NextToken: nextToken, MaxResults: upTo(100), ProjectNames: names, Features: { type: 'list', min: 1, max: 2, of: feature } },
  DeleteProject: { ProjectArn: required(projectArn) },
  CreateProjectVersion: {
    ProjectArn: required(projectArn),
    VersionName: required(name),
    OutputConfig: required(structure),
    TrainingData: structure,
    TestingData: structure,
    Tags: tags,
    KmsKeyId: kmsKeyId,
    VersionDescription: { type: 'string', min: 1, max: 255 },
    FeatureConfig: structure,
  },
  CopyProjectVersion: {
    SourceProjectArn: required(projectArn),
    SourceProjectVersionArn: required(projectVersionArn),
    DestinationProjectArn: required(projectArn),
    VersionName: required(name),
    OutputConfig: required(structure),
    Tags: tags,
    KmsKeyId: kmsKeyId,
  },
  DescribeProjectVersions: { ProjectArn: required(projectArn), VersionNames: names, NextToken: nextToken, MaxResults: upTo(100) },
  StartProjectVersion: {
    ProjectVersionArn: required(projectVersionArn), MinInferenceUnits: required(inferenceUnits), MaxInferenceUnits: inferenceUnits,
  },
  StopProjectVersion: { ProjectVersionArn: required(projectVersionArn) },
  DeleteProjectVersion: { ProjectVersionArn: required(projectVersionArn) },
  CreateDataset: {
    ProjectArn: required(projectArn), DatasetType: required({ type: 'string', values: ['TRAIN', 'TEST'] }), DatasetSource: structure, Tags: tags,
  },
  DescribeDataset: { DatasetArn: required(datasetArn) },
  DeleteDataset: { DatasetArn: required(datasetArn) },
  ListProjectPolicies: { ProjectArn: required(projectArn), NextToken: nextToken, MaxResults: upTo(5) },
  PutProjectPolicy: {
    ProjectArn: required(projectArn),
    PolicyName: required(policyName),
    PolicyRevisionId: policyRevisionId,
    PolicyDocument: required({ type: 'string', min: 1, max: 2000 }),
  },
  DeleteProjectPolicy: { ProjectArn: required(projectArn), PolicyName: required(policyName), PolicyRevisionId: policyRevisionId },
  TagResource: { ResourceArn: required(resourceArn), Tags: required(tags) },
  UntagResource: { ResourceArn: required(resourceArn), TagKeys: required({ type: 'list', max: 200, of: tagKey }) },
  ListTagsForResource: { ResourceArn: required(resourceArn) },
};

/**
 * Throws a ValidationException unless the input is what the service model asks for.
 * [assumed] the same error for every kind of mistake; the API reference names it for MaxResults only.
 */
export function validate(operation: string, input: { [name: string]: unknown }): void {
  const members = INPUTS[operation];
  if (!members) throw new Error(`the sandbox does not know Rekognition's operation ${operation}`);
  const unknown = Object.keys(input).find(member => !members[member]);
  if (unknown) throw new Error(`the sandbox does not know the member ${unknown} of the input of ${operation}`);

  const problems = Object.entries(members).flatMap(([member, model]) => problemsOf(input[member], member[0].toLowerCase() + member.slice(1), model));
  if (problems.length === 0) return;
  const count = `${problems.length} validation error${problems.length > 1 ? 's' : ''} detected`;
  // [assumed] the wording, from memory of other AWS services' answers.
  throw new ServiceError('ValidationException', `${count}: ${problems.join('; ')}`);
}

function problemsOf(value: unknown, at: string, member: Member): string[] {
  const problem = (constraint: string) =>
    `Value ${value == null ? 'null' : `'${String(value)}'`} at '${at}' failed to satisfy constraint: Member must ${constraint}`;
  if (value === undefined || value === null) return member.required ? [problem('not be null')] : [];
  if (!isA(member.type, value)) return [problem(`be of type ${member.type}`)];

  const problems: string[] = [];
  const { min = 0, max = Infinity } = member;
  const measure = member.type === 'integer' ? 'value' : 'length';
  const size = member.type === 'integer' ? value as number : typeof value === 'string' ? value.length : Object.keys(value).length;
  if (size < min) problems.push(problem(`have ${measure} greater than or equal to ${min}`));
  if (size > max) problems.push(problem(`have ${measure} less than or equal to ${max}`));
  if (member.pattern && !member.pattern.test(value as string)) problems.push(problem(`satisfy regular expression pattern: ${member.pattern.source}`));
  if (member.values && !member.values.includes(value as string)) problems.push(problem(`satisfy enum value set: [${member.values.join(', ')}]`));
  if (member.of) problems.push(...Object.entries(value).flatMap(([key, item]) => problemsOf(item, `${at}.${key}`, required(member.of!))));
  if (member.keys) problems.push(...Object.keys(value).flatMap(key => problemsOf(key, `${at}.key`, member.keys!)));
  return problems;
}

function isA(type: Member['type'], value: unknown): boolean {
  switch (type) {
    case 'string': return typeof value === 'string';
    case 'integer': return Number.isInteger(value);
    case 'list': return Array.isArray(value);
    case 'map':
    case 'structure': return typeof value === 'object' && !Array.isArray(value);
  }
}
