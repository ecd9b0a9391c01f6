// Writes sandbox/rekognition/service-model.json: what AWS's model of Rekognition says about the operations that the
// sandbox has.
// The model is part of botocore: node scripts/service-model.mjs [a Python with botocore]. With --print, only prints the
// file.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

const OPERATIONS = [
  'CopyProjectVersion',
  'CreateDataset',
  'CreateProject',
  'CreateProjectVersion',
  'DeleteDataset',
  'DeleteProject',
  'DeleteProjectPolicy',
  'DeleteProjectVersion',
  'DescribeDataset',
  'DescribeProjects',
  'DescribeProjectVersions',
  'ListProjectPolicies',
  'ListTagsForResource',
  'PutProjectPolicy',
  'StartProjectVersion',
  'StopProjectVersion',
  'TagResource',
  'UntagResource',
];

const LOAD = `
import json, botocore, botocore.loaders
print(json.dumps([botocore.__version__, botocore.loaders.Loader().load_service_model('rekognition', 'service-2')]))
`;

const print = process.argv.includes('--print');
const [python = 'python3'] = process.argv.slice(2).filter(argument => argument !== '--print');
const [version, model] = JSON.parse(execFileSync(python, ['-c', LOAD], { encoding: 'utf8', maxBuffer: 2 ** 26 }));

/** A shape without its documentation. It refers to other shapes by name. */
function reduce({ type, required, members, member, key, value, min, max, pattern, enum: values }) {
  return {
    type,
    required,
    members: members && Object.fromEntries(Object.entries(members).map(([name, { shape }]) => [name, shape])),
    member: member?.shape,
    key: key?.shape,
    value: value?.shape,
    min,
    max,
    pattern,
    enum: values,
  };
}

const shapes = {};
function add(name) {
  if (shapes[name]) return;
  const shape = reduce(model.shapes[name]);
  shapes[name] = shape;
  for (const other of [...Object.values(shape.members ?? {}), shape.member, shape.key, shape.value])
    if (other) add(other);
}

const operations = {};
for (const operation of OPERATIONS) {
  const { input, output } = model.operations[operation];
  operations[operation] = { input: input.shape, output: output.shape };
  add(input.shape);
  add(output.shape);
}

/** An object with one line per member, sorted by name, so that people can read a diff. */
function lines(members) {
  return `{\n${Object.keys(members)
    .sort()
    .map(name => `    ${JSON.stringify(name)}: ${JSON.stringify(members[name])}`)
    .join(',\n')}\n  }`;
}

const file = `{
  "//": "Made by scripts/service-model.mjs from botocore ${version} (Apache-2.0), data/rekognition/${model.metadata.apiVersion}/service-2. Not to be edited.",
  "operations": ${lines(operations)},
  "shapes": ${lines(shapes)}
}
`;
if (print) process.stdout.write(file);
else writeFileSync('sandbox/rekognition/service-model.json', file);
