import { readFileSync } from 'fs';
import * as path from 'path';
import { App, Aspects, Stack } from 'aws-cdk-lib';
import { determineLatestNodeRuntime, Runtime, RuntimeFamily } from 'aws-cdk-lib/aws-lambda';
import {
  AwsSolutionsChecks, HIPAASecurityChecks, INagLogger, NagLoggerErrorData, NagLoggerNonComplianceData, NagPack,
  NIST80053R5Checks, PCIDSS321Checks,
} from 'cdk-nag';
import { ProjectTeardown, ProjectVersionTeardown, TeardownProvider, TeardownWorkflow } from '../src';
import { CONSTRUCTS } from './support/constructs';
import { EXAMPLES } from './support/examples';
import { tableIn } from './support/markdown';
import { Finding, FRAMEWORK, PackFinding, PACKS, UNAVOIDABLE, WORKFLOW } from './support/nag';

const CLASSES = [TeardownProvider, ProjectVersionTeardown, ProjectTeardown, TeardownWorkflow];

interface Found {
  readonly stack: string;
  readonly rule: string;
  /** The construct of this library that the resource is in, and the resource's path from there. */
  readonly construct?: string;
  readonly resource: string;
  readonly finding: string;
}

/** Takes what cdk-nag says of each resource. */
class Logger implements INagLogger {
  readonly found: Found[] = [];
  readonly errors: string[] = [];
  compliant = 0;

  onNonCompliance({ ruleId: rule, findingId: finding, resource: { node } }: NagLoggerNonComplianceData): void {
    const construct = node.scopes.find(scope => CLASSES.some(type => scope instanceof type));
    const resource = node.path.slice(construct ? construct.node.path.length + 1 : 0);
    this.found.push({ stack: node.scopes[1].node.id, rule, construct: construct?.constructor.name, resource, finding });
  }

  onError({ ruleId, resource, errorMessage }: NagLoggerErrorData): void {
    this.errors.push(`${ruleId} ${resource.node.path}: ${errorMessage}`);
  }

  onCompliance(): void {
    this.compliant++;
  }

  onNotApplicable(): void {}

  // nothing is suppressed here.
  onSuppressed(): void {}

  onSuppressedError(): void {}
}

function isListed(row: Finding, found: Found): boolean {
  const resource = new RegExp(`^${row.resource.replaceAll('*', '[^/]*')}$`);
  return (
    row.rule === found.rule &&
    row.construct === found.construct &&
    resource.test(found.resource) &&
    new RegExp(row.appliesTo ?? '^$').test(found.finding)
  );
}

/** Lets a pack check all constructs with all options. */
function checkWith(pack: NagPack): void {
  const app = new App({ context: { 'aws:cdk:disable-asset-staging': true }, analyticsReporting: false });
  // grants are for roles of the user's.
  const { Grants: _, ...constructs } = CONSTRUCTS;
  for (const [name, define] of Object.entries(constructs)) define(new Stack(app, name));
  Aspects.of(app).add(pack);
  app.synth();
}

describe('the AwsSolutions rules of cdk-nag', () => {
  const logger = new Logger();
  const rows = [...FRAMEWORK, ...UNAVOIDABLE, ...WORKFLOW];

  beforeAll(() => {
    checkWith(new AwsSolutionsChecks({ additionalLoggers: [logger] }));
  });

  test('could all be tried', () => {
    expect(logger.errors).toEqual([]);
    expect(logger.compliant).toBeGreaterThan(100);
  });

  test('find nothing that is not listed', () => {
    expect(logger.found.filter(found => rows.filter(row => isListed(row, found)).length !== 1)).toEqual([]);
  });

  test('find everything that is listed', () => {
    // a newer aws-cdk-lib may choose the runtime that the rule asks for.
    const latest = Runtime.ALL.filter(({ family }) => family === RuntimeFamily.NODEJS).at(-1)!;
    const isLatest = determineLatestNodeRuntime(new Stack()).name === latest.name;
    expect(
      rows.filter(
        row => !(isLatest && row.rule === 'AwsSolutions-L1') && !logger.found.some(found => isListed(row, found)),
      ),
    ).toEqual([]);
  });
});

describe.each([
  ['NIST.800.53.R5', NIST80053R5Checks], ['HIPAA.Security', HIPAASecurityChecks], ['PCI.DSS.321', PCIDSS321Checks],
])('the rules of the pack %s', (name, Pack) => {
  const logger = new Logger();
  const rows = PACKS.filter(({ packs }) => packs.includes(name));
  const meets = ({ rule, resources }: PackFinding, found: Found) => found.rule === `${name}-${rule}`
    && resources.some(resource => new RegExp(`^${resource.replaceAll('*', '[^/]*')}$`).test(found.resource));

  beforeAll(() => checkWith(new Pack({ additionalLoggers: [logger] })));

  test('could all be tried', () => {
    expect(logger.errors).toEqual([]);
    expect(logger.compliant).toBeGreaterThan(100);
  });

  test('find in the constructs what is listed, and nothing else', () => {
    const inConstructs = logger.found.filter(({ construct }) => construct !== undefined);
    expect(inConstructs.filter(found => rows.filter(row => meets(row, found)).length !== 1)).toEqual([]);
    expect(rows.filter(row => !inConstructs.some(found => meets(row, found)))).toEqual([]);
  });
});

describe('docs/cdk-nag.md', () => {
  const HEADER = ['rule', 'resource', 'finding', 'why it stays'];
  const code = (text: string) => `\`${text}\``;
  const cells = ({ rule, resource, appliesTo, reason }: Finding) => [
    code(rule),
    code(resource),
    appliesTo ? code(appliesTo) : '',
    reason,
  ];

  test('lists what is in the provider framework', () => {
    expect(tableIn('docs/cdk-nag.md', '## From `aws-cdk-lib`', ...HEADER)).toEqual(FRAMEWORK.map(cells));
  });

  test('lists what a log group of another app brings', () => {
    expect(tableIn('docs/cdk-nag.md', '## From a log group of another app', ...HEADER)).toEqual(UNAVOIDABLE.map(cells));
  });

  test('lists what stays in a workflow', () => {
    expect(tableIn('docs/cdk-nag.md', '## In a `TeardownWorkflow`', ...HEADER)).toEqual(WORKFLOW.map(cells));
  });

  test('lists what the packs for NIST, HIPAA and PCI report', () => {
    const header = ['rule', 'packs', 'resources', 'does it matter?'];
    const table = tableIn('docs/cdk-nag.md', '## NIST 800-53, HIPAA, PCI DSS', ...header);
    const list = (all: readonly string[]) => all.map(code).join(', ');
    expect(table).toEqual(PACKS.map(({ rule, packs, resources, verdict }) =>
      [code(rule), list(packs), list(resources), verdict]));
  });

  test('shows suppressions that an example tries', () => {
    const document = readFileSync(path.join(__dirname, '..', 'docs', 'cdk-nag.md'), 'utf8');
    const [, snippet] = /```ts\n([^]*?)```/.exec(document)!;
    expect(readFileSync(path.join(EXAMPLES, 'cdk-nag.ts'), 'utf8')).toContain(snippet);
  });
});
