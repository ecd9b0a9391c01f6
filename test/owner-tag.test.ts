import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { App, Aspects, CfnTag, Stack, Tags, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { ProjectTeardown } from '../src';
import { leanApp } from './support/lean-app';

const OWNER_TAG = 'cdk-rekognition-teardown:owner';
const TAG = { Key: 'team', Value: 'vision' };
const NO_VALUE = { Ref: 'AWS::NoValue' };
const EITHER = { 'Fn::If': ['IsProduction', [TAG], NO_VALUE] };
const NOT_A_LIST = /the Tags of the project Models\/\S+ must be a list.* got: \{"Fn::If":.* put the expression into the list/;

let app: App;
let stack: Stack;
let project: CfnProject;

const teardown = (of = project) => new ProjectTeardown(stack, 'Teardown', { project: of });

beforeEach(() => {
  app = leanApp();
  stack = new Stack(app, 'Models');
  project = new CfnProject(stack, 'Project', { projectName: 'screws' });
});

describe('tags that are one expression', () => {
  test('are refused if the property has it', () => {
    project.tags = Token.asAny(EITHER) as unknown as CfnTag[];
    expect(() => teardown()).toThrow(NOT_A_LIST);
  });

  test.each<[string, () => void]>([
    ['before the teardown', () => { project.addPropertyOverride('Tags', EITHER); teardown(); }],
    ['after the teardown', () => { teardown(); project.addPropertyOverride('Tags', EITHER); }],
    ['by an aspect', () => {
      teardown();
      Aspects.of(app).add({ visit: node => { if (node === project) project.addPropertyOverride('Tags', EITHER); } });
    }],
  ])('fail synthesis if an override sets it %s', (_, define) => {
    define();
    expect(() => app.synth()).toThrow(NOT_A_LIST);
  });
});

describe('the tags of a project in a template that is included', () => {
  let directory: string;

  beforeEach(() => { directory = mkdtempSync(path.join(tmpdir(), 'owner-tag-')); });
  afterEach(() => rmSync(directory, { recursive: true }));

  const include = (tags: unknown) => {
    const templateFile = path.join(directory, 'template.json');
    const properties = { ProjectName: 'nuts', Tags: tags };
    writeFileSync(templateFile, JSON.stringify({
      Conditions: { IsProduction: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-east-1'] } },
      Resources: { Included: { Type: 'AWS::Rekognition::Project', Properties: properties } },
    }));
    return new CfnInclude(stack, 'Template', { templateFile }).getResource('Included') as CfnProject;
  };

  test('may be one expression only without a teardown', () => {
    // older releases of aws-cdk-lib do not include such a template at all.
    expect(() => teardown(include(EITHER))).toThrow(new RegExp(`${NOT_A_LIST.source}|p.tags is not iterable`));
  });

  test('may be a list of expressions', () => {
    const expression = { 'Fn::If': ['IsProduction', TAG, NO_VALUE] };
    teardown(include([expression]));
    const owner = { Key: OWNER_TAG, Value: expect.stringMatching(/^Teardown/) };
    const { Included } = Template.fromStack(stack).findResources('AWS::Rekognition::Project');
    expect(Included.Properties.Tags).toEqual([owner, expression]);
  });
});

describe('the number of tags', () => {
  const tag = (count: number) => {
    for (let index = 0; index < count; index++) Tags.of(project).add(`key-${index}`, 'value');
  };

  test('may be 50 with the owner tag', () => {
    teardown();
    tag(49);
    expect(() => app.synth()).not.toThrow();
  });

  test.each([[50, 1], [60, 11]])('must not be more: %d of the user', (count, excess) => {
    tag(count);
    teardown();
    expect(() => app.synth()).toThrow(`the project Models/Project has ${count + 1} tags with ${OWNER_TAG}, `
      + `but a resource can have 50; remove at least ${excess} of the others`);
  });

  test('does not include expressions, which may leave a tag out', () => {
    tag(48);
    teardown();
    project.tags = [0, 1, 2].map(() => Token.asAny({ 'Fn::If': ['IsProduction', TAG, NO_VALUE] }) as unknown as CfnTag);
    expect(() => app.synth()).not.toThrow();
  });
});
