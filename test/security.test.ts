import { execFileSync } from 'child_process';
import { readFileSync } from 'fs';
import { isBuiltin } from 'module';
import * as path from 'path';
import { CfnParameter, NestedStack, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { CfnProject, IProjectRef } from 'aws-cdk-lib/aws-rekognition';
import * as ts from 'typescript';
import { Project, ProjectTeardown, ProjectVersionTeardown, TeardownMode, TeardownProvider, TeardownTrigger, TeardownWorkflow, TrainingBehavior } from '../src';
import { ACCOUNT, PROJECT_ARN, REGION, VERSION_ARN } from './support/arns';
import { Case, grantsOfWorkflow, listed, Row, rowsBelow, WorkflowCase } from './support/iam-rows';
import { leanApp } from './support/lean-app';
import { codeIn, tableIn } from './support/markdown';
import { Grant, otherRights, RoleGrants, rolesOf } from './support/policies';
import { secretsIn } from './support/secrets';

const ROOT = path.join(__dirname, '..');

function* product<T extends object>(options: { [K in keyof T]: readonly T[K][] }): Generator<T> {
  const [[name, values], ...others] = Object.entries(options) as [string, unknown[]][];
  for (const value of values) {
    if (others.length === 0) yield { [name]: value } as T;
    else for (const rest of product<T>(Object.fromEntries(others) as any)) yield { ...rest, [name]: value };
  }
}

const COMMON = {
  isNested: [false, true],
  isInVpc: [false],
  mode: Object.values(TeardownMode),
  removalPolicy: [undefined, RemovalPolicy.RETAIN, RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE],
};

const VERSION_CASES = [...product<Case>({
  ...COMMON, kind: ['version'], project: ['none', 'own', 'imported', 'of another stack'], isToken: [false, true], trigger: Object.values(TeardownTrigger),
})];

const PROJECT_CASES = [...product<Case>({
  ...COMMON, kind: ['project'], project: ['own', 'imported', 'of another stack'], isToken: [false], trigger: [TeardownTrigger.STACK_DELETION], deleteProject: [undefined, false, true],
  // the constructor rejects deleting what a stack deletes.
})].filter(({ project, deleteProject }) => !(deleteProject && project !== 'imported'));

/** The template that contains a teardown. */
function synthesize(options: Case, define: (stack: Stack, project: IProjectRef | undefined, provider?: TeardownProvider) => void): Template {
  const app = leanApp();
  const env = { account: ACCOUNT, region: REGION };
  const stack = new Stack(app, 'Models', { env });
  const scope = options.isNested ? new NestedStack(stack, 'Nested') : stack;
  const provider = options.isInVpc ? new TeardownProvider(scope, 'Provider', {
    vpc: ec2.Vpc.fromVpcAttributes(scope, 'Vpc', {
      vpcId: 'vpc-1', availabilityZones: ['a'], privateSubnetIds: ['subnet-1'],
    }),
  }) : undefined;
  const projects: { [K in Case['project']]: () => IProjectRef | undefined } = {
    'none': () => undefined,
    'own': () => new CfnProject(scope, 'Project', { projectName: 'parts' }),
    'imported': () => Project.fromProjectArn(scope, 'Project', PROJECT_ARN),
    'of another stack': () => new CfnProject(new Stack(app, 'Projects', { env }), 'Project', { projectName: 'parts' }),
  };
  define(scope, projects[options.project](), provider);
  return Template.fromStack(scope);
}

function versionTemplate(options: Case): Template {
  return synthesize(options, (scope, project, provider) => {
    const projectVersionArn = options.isToken ? new CfnParameter(scope, 'ModelArn').valueAsString : VERSION_ARN;
    const { trigger, mode, removalPolicy } = options;
    new ProjectVersionTeardown(scope, 'Model', { projectVersionArn, project, trigger, mode, removalPolicy, provider });
  });
}

function projectTemplate(options: Case): Template {
  return synthesize(options, (scope, project, provider) => {
    const { mode, removalPolicy, deleteProject } = options;
    new ProjectTeardown(scope, 'Teardown', { project: project!, mode, removalPolicy, deleteProject, provider, trainingBehavior: TrainingBehavior.FAIL });
  });
}

const isOwn = ({ description }: RoleGrants) => description?.includes('Rekognition') === true;

describe.each<[string, Case[], (options: Case) => Template]>([
  ['## A `ProjectVersionTeardown`', VERSION_CASES, versionTemplate],
  ['## A `ProjectTeardown`', PROJECT_CASES, projectTemplate],
])('the handler of %s', (heading, cases, template) => {
  const rows = [...rowsBelow(heading), ...rowsBelow('## A `TeardownProvider`')];

  test('may do exactly what docs/iam.md lists, with every combination of options', () => {
    const used = new Set<Row>();
    for (const options of [...cases, { ...cases[0], isInVpc: true }]) {
      const synthesized = template(options);
      const roles = rolesOf(synthesized);
      const [handler] = roles.filter(isOwn);
      const expected = listed(rows, options);
      expected.forEach(row => used.add(row));
      expect({ options, grants: handler.grants }).toEqual({ options, grants: expected.map(({ grant }) => grant).sort() });
      expect(handler.managed).toEqual([]);
      expect({ options, roles: roles.length }).toEqual({ options, roles: 5 });
      expect(otherRights(synthesized)).toEqual([]);
    }
    expect(rows.filter(row => !used.has(row))).toEqual([]);
  });

  test('has permissions on all resources only for actions that support nothing else', () => {
    const grants = new Set(rows.map(({ grant }) => grant).filter(grant => / \*$|:\*/.test(grant)));
    expect([...grants]).toEqual(
      ['rekognition:DescribeProjects *', ...rowsBelow('## A `TeardownProvider`').filter(({ conditions }) => conditions[0] === 'in a VPC').map(({ grant }) => grant)]);
  });
});

test.each([false, true])('the roles of aws-cdk-lib may do what docs/iam.md says, in a VPC: %s', isInVpc => {
  const table = tableIn('docs/iam.md', '## The provider framework', 'role of', 'action', 'resource')!;
  const grantsOf = (...names: string[]) => table
    .filter(([role]) => names.includes(role))
    .map(([, action, resource]) => `${codeIn(action)[0]} ${resource}`).sort();
  const expected: { [role: string]: Grant[] } = {
    frameworkonEvent: grantsOf('all three functions', '`onEvent`'),
    frameworkisComplete: grantsOf('all three functions'),
    frameworkonTimeout: grantsOf('all three functions'),
    waiterstatemachine: grantsOf('the state machine'),
  };
  const managed = ['AWSLambdaBasicExecutionRole', ...isInVpc ? ['AWSLambdaVPCAccessExecutionRole'] : []];
  const roles = rolesOf(versionTemplate({ ...VERSION_CASES[0], isInVpc })).filter(role => !isOwn(role));
  expect(roles).toHaveLength(4);
  for (const { role, grants, managed: attached } of roles) {
    const [name] = Object.keys(expected).filter(candidate => role.includes(candidate));
    expect({ name, grants, attached }).toEqual({ name, grants: expected[name], attached: name.startsWith('framework') ? managed : [] });
  }
});

const WORKFLOW_CASES = [...product<WorkflowCase>({
  mode: Object.values(TeardownMode), isInVpc: [false, true], hasProjects: [false, true], hasVersions: [false, true], deleteProjects: [false, true],
})].filter(({ hasProjects, hasVersions }) => hasProjects || hasVersions);

test('the function of a workflow may do exactly what docs/iam.md lists, with every combination of options', () => {
  const rows = rowsBelow('## A `TeardownWorkflow`');
  for (const options of WORKFLOW_CASES) {
    const { mode, isInVpc, hasProjects, hasVersions, deleteProjects } = options;
    const app = leanApp();
    const stack = new Stack(app, 'Models', { env: { account: ACCOUNT, region: REGION } });
    new TeardownWorkflow(stack, 'Workflow', {
      mode,
      deleteProjects,
      projects: hasProjects ? [Project.fromProjectArn(stack, 'Project', PROJECT_ARN)] : [],
      projectVersionArns: hasVersions ? [VERSION_ARN] : [],
      vpc: isInVpc ? ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['a'], privateSubnetIds: ['subnet-1'] }) : undefined,
    });
    const roles = rolesOf(Template.fromStack(stack));
    const [own, ...others] = roles.filter(isOwn);
    expect({ options, grants: own.grants }).toEqual({ options, grants: grantsOfWorkflow(rows, options) });
    expect([own.managed, others]).toEqual([[], []]);
    const [machine, ...more] = roles.filter(role => !isOwn(role));
    expect([machine.grants.filter(grant => !/^(logs|xray):\w+ \*$/.test(grant)), machine.managed, more]).toEqual([['lambda:InvokeFunction the function'], [], []]);
  }
});

describe.each(['teardown', 'workflow'])('the bundle of assets/%s', bundle => {
  const source = readFileSync(path.join(ROOT, 'assets', bundle, 'index.js'), 'utf8');

  /** Everything that creates code from text, or loads code: with its argument, if that is a literal. */
  const found = { modules: new Set<string>(), suspects: [] as string[] };
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      const [argument] = node.arguments ?? [];
      const isLoading = node.expression.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(node.expression) && node.expression.text === 'require');
      if (isLoading && argument && ts.isStringLiteralLike(argument)) found.modules.add(argument.text);
      else if (isLoading) found.suspects.push(node.getText());
    }
    // even where they are only passed on.
    const isName = ts.isIdentifier(node) && !ts.isPropertyAssignment(node.parent)
      && !(ts.isPropertyAccessExpression(node.parent) && node.parent.name === node);
    if (isName && ['eval', 'Function'].includes(node.text)) found.suspects.push(node.parent.getText());
    if (isName && node.text === 'require' && !ts.isCallExpression(node.parent)) found.suspects.push(node.parent.getText());
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('index.js', source, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS));

  test('creates no code from text, and loads nothing whose name is not a literal', () => {
    expect(found.suspects).toEqual([]);
  });

  test('loads only built-in modules of Node.js, and none that runs processes or code', () => {
    expect([...found.modules].filter(name => !isBuiltin(name))).toEqual([]);
    expect([...found.modules].map(name => name.replace('node:', '')).filter(name => /^(child_process|cluster|vm|worker_threads|module|repl|inspector)/.test(name))).toEqual([]);
    expect(found.modules.size).toBeGreaterThan(5);
  });

  const notice = readFileSync(path.join(ROOT, 'NOTICE'), 'utf8');

  test('contains the packages that NOTICE names (after a change: node scripts/notice.mjs)', () => {
    expect(execFileSync(process.execPath, ['scripts/notice.mjs', '--print'], { cwd: ROOT, encoding: 'utf8' })).toBe(notice);
  });

  test('contains only code under permissive licenses', () => {
    const licenses = [...notice.matchAll(/^(@?[\w./-]+)\n {2}(.+)\n {2}Copyright .+$/gm)].map(([, , license]) => license);
    expect(licenses.length).toBeGreaterThan(5);
    expect(licenses.filter(license => !['Apache-2.0', 'MIT', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', '0BSD'].includes(license))).toEqual([]);
  });
});

test.each([
  ['a response URL', 'submit response to https://localhost/0a1b?X-Amz-Signature=5ec2e7'],
  ['an access key id', '{"accessKeyId":"ASIASANDBOX000000001"}'],
  ['a secret access key', 'AWS_SECRET_ACCESS_KEY: sandbox-secret-access-key'],
  ['a session token', 'x-amz-security-token: sandbox-session-token'],
])('the check of the logs in every flow finds %s', (secret, line) => {
  expect(secretsIn(['START', line, 'END'])).toEqual({ [secret]: line });
});
