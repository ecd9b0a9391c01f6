import { Aspects, CfnResource, Stack } from 'aws-cdk-lib';
import { ProjectVersionTeardown, TeardownMode, TeardownWorkflow } from '../src';
import { VERSION_ARN } from './support/arns';
import { leanApp } from './support/lean-app';

/** Gives all functions another timeout, as the aspects of organizations do. */
function synthesize(define: (stack: Stack) => void, change: (resource: CfnResource) => void): () => void {
  const app = leanApp();
  const stack = new Stack(app, 'Models');
  define(stack);
  Aspects.of(app).add({
    visit: node => {
      if (CfnResource.isCfnResource(node) && node.cfnResourceType === 'AWS::Lambda::Function') change(node);
    },
  });
  return () => app.synth();
}

describe.each<[string, (stack: Stack) => void]>([
  ['a teardown', stack => new ProjectVersionTeardown(stack, 'Model', { projectVersionArn: VERSION_ARN })],
  ['a workflow', stack =>
    new TeardownWorkflow(stack, 'Workflow', { mode: TeardownMode.STOP, projectVersionArns: [VERSION_ARN] })],
])('the functions of %s', (_, define) => {
  test.each([10, 30, 900])('may have a timeout of %d seconds', seconds => {
    expect(synthesize(define, resource => resource.addPropertyOverride('Timeout', seconds))).not.toThrow();
  });

  test.each<[string, number, (resource: CfnResource) => void]>([
    ['9 seconds', 9, resource => resource.addPropertyOverride('Timeout', 9)],
    ['the 3 seconds that are the default of Lambda', 3, resource => resource.addPropertyDeletionOverride('Timeout')],
  ])('must not have a timeout of %s', (__, seconds, change) => {
    const problem = new RegExp(`the function Models/\\S+ has a Timeout of ${seconds} s, but needs at least 10 s`);
    expect(synthesize(define, change)).toThrow(problem);
  });
});
