import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { CfnLint, Match } from './cfn-lint';
import { synthesizeAll } from './synthesize';

const REGION = 'us-east-1';

interface Ignored {
  readonly rule: string;
  readonly message: RegExp;
  readonly because: string;
}

/** The accepted findings. */
const IGNORED: readonly Ignored[] = [
  {
    rule: 'W3005',
    message: /dependency already enforced/,
    because: 'aws-cdk-lib lets functions and pipelines depend on their role as a whole',
  },
  {
    rule: 'E3703',
    message: /^Prefer using Fn::Sub/,
    because: 'advice on style, which cfn-lint takes for an error in the actions of a pipeline',
  },
];

/** A linter that accepts this checks nothing: CloudFormation's schema of the resource type has no such property. */
const WRONG = {
  Resources: {
    Project: { Type: 'AWS::Rekognition::Project', Properties: { ProjectName: 'parts', NoSuchProperty: 'x' } },
  },
};

/** Lints all templates, and returns whether they are all right. */
function lint(cfnLint: CfnLint, workspace: string): boolean {
  const templates = synthesizeAll(workspace);
  const wrong = path.join(workspace, 'wrong.json');
  writeFileSync(wrong, JSON.stringify(WRONG));

  const all = cfnLint.lint(REGION, [...templates, wrong]).filter(({ Level }) => Level !== 'Informational');
  const isAwake = all.some(match => match.Filename === wrong && match.Message.includes('NoSuchProperty'));
  const matches = all.filter(({ Filename }) => Filename !== wrong);
  const isIgnored =
    (match: Match) =>
      ({ rule, message }: Ignored) =>
        rule === match.Rule.Id && message.test(match.Message);
  const found = matches.filter(match => !IGNORED.some(isIgnored(match)));
  const unused = IGNORED.filter(ignored => !matches.some(match => isIgnored(match)(ignored)));

  for (const { Filename, Location, Rule, Message } of found) {
    console.log(`${path.relative(workspace, Filename)}: ${Rule.Id} ${Message}, at ${Location.Path?.join('/')}`);
  }
  for (const { rule, because } of unused) console.log(`${rule} is ignored for nothing (${because})`);
  if (!isAwake) console.log('cfn-lint accepts a property of AWS::Rekognition::Project that there is not');
  console.log(
    `${templates.length} templates, ${found.length} errors and warnings, ${matches.length - found.length} ignored`,
  );
  return templates.length > 0 && found.length === 0 && unused.length === 0 && isAwake;
}

function main(): void {
  const cfnLint = CfnLint.install();
  if (!cfnLint) {
    console.log(
      'SKIPPED: no template was checked, as cfn-lint needs python3 with venv and pip, which this machine does not have',
    );
    return;
  }
  const workspace = mkdtempSync(path.join(tmpdir(), 'teardown-templates-'));
  try {
    if (!lint(cfnLint, workspace)) process.exitCode = 1;
  } finally {
    rmSync(workspace, { recursive: true });
  }
}

main();
