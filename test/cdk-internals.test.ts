import { App, CfnOutput, CfnParameter, CfnResource, Stack, Stage, Tokenization } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { consumeReference } from './support/reference-forms';
import {
  defaultPolicyOf, definitionOf, isReported, isSupplied, isSynthesized, overridesOf, referenceIn,
} from '../src/private/cdk-internals';

let stack: Stack;
let resource: CfnResource;

beforeEach(() => {
  stack = new Stack(new App(), 'Models');
  resource = new CfnResource(stack, 'Topic', { type: 'AWS::SNS::Topic' });
});

const role = () => new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() });

test.each<[string, () => Parameters<typeof definitionOf>[0], object]>([
  ['a resource', () => resource, { Resources: { Topic: { Type: 'AWS::SNS::Topic', Condition: 'IsWanted' } } }],
  [
    'an output',
    () => new CfnOutput(stack, 'Output', { value: 'x', exportName: 'y' }),
    { Outputs: { Output: { Value: 'x', Export: { Name: 'y' } } } },
  ],
  [
    'a parameter',
    () => new CfnParameter(stack, 'Name', { default: 'x' }),
    { Parameters: { Name: { Type: 'String', Default: 'x' } } },
  ],
])('definitionOf knows what %s renders to', (_, element, expected) => {
  resource.addOverride('Condition', 'IsWanted');
  expect(stack.resolve(definitionOf(element()))).toEqual(expected);
});

test('overridesOf knows what addOverride and addPropertyOverride have changed', () => {
  expect(overridesOf(resource)).toEqual({});
  resource.addOverride('Condition', 'IsWanted');
  resource.addPropertyOverride('TopicName', 'screws');
  expect(overridesOf(resource)).toEqual({ Condition: 'IsWanted', Properties: { TopicName: 'screws' } });
});

describe('referenceIn', () => {
  const tokenOf = (value: string) => Tokenization.reverse(value, { failConcat: false });

  test('finds a reference, and the one that consumeReference wraps', () => {
    expect(referenceIn(tokenOf(resource.ref))?.target).toBe(resource);
    expect(referenceIn(tokenOf(consumeReference(resource.ref)))?.target).toBe(resource);
  });

  test('finds none in anything else', () => {
    expect(referenceIn(tokenOf('screws'))).toBeUndefined();
    expect(referenceIn(tokenOf(`${resource.ref}-${resource.ref}`))).toBeUndefined();
  });
});

test('isSynthesized knows whether a stage has been synthesized', () => {
  const stage = new Stage(new App(), 'Production');
  expect(isSynthesized(stage)).toBe(false);
  stage.synth();
  expect(isSynthesized(stage)).toBe(true);
});

describe('of the roles of an app,', () => {
  beforeEach(() => { stack = new Stack(new App(), 'Models'); });

  test('an ordinary one is neither supplied nor reported', () => {
    const ordinary = role();
    expect([isSupplied(ordinary), isReported(ordinary)]).toEqual([false, false]);
  });

  test('a precreated one is both', () => {
    iam.Role.customizeRoles(stack, { usePrecreatedRoles: { 'Models/Role': 'screws' } });
    const precreated = role();
    expect([isSupplied(precreated), isReported(precreated)]).toEqual([true, true]);
  });

  test('one that is only reported is not supplied', () => {
    iam.Role.customizeRoles(stack, { preventSynthesis: false });
    const reported = role();
    expect([isSupplied(reported), isReported(reported)]).toEqual([false, true]);
  });

  test('each has one policy for the statements that are added to it', () => {
    const ordinary = role();
    expect(defaultPolicyOf(ordinary)).toBeUndefined();
    ordinary.addToPrincipalPolicy(new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: ['*'] }));
    const document = stack.resolve(defaultPolicyOf(ordinary)?.document);
    expect(document).toMatchObject({ Statement: [{ Action: 's3:GetObject' }] });
  });
});
