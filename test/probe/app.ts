import { readFileSync } from 'fs';
import { join } from 'path';
import { App, CustomResource, Duration, NestedStack, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';

export const STACK = 'TeardownProbe';
export const LOG_GROUP = '/cdk-rekognition-teardown/probe';

/** The custom resources of each deployment, and their physical ids. The third deployment is rolled back. */
const LAST = { Replaced: 'replaced-2', InStack: 'last', InNested: 'last-in-nested' };
const NESTED = { RemovedWithNested: 'removed-with-nested' };
const DEPLOYMENTS = [
  { ...LAST, ...NESTED, Replaced: 'replaced-1', Removed: 'removed', Stubborn: 'stubborn' },
  { ...LAST, ...NESTED },
  { ...LAST, ...NESTED, Undone: 'undone', Broken: 'broken' },
  LAST,
];

/** Synthesizes the deployments. Returns the directories of their cloud assemblies. */
export function synthesize(outdir: string): string[] {
  return DEPLOYMENTS.map((deployment, index) => {
    const app = new App({ outdir: join(outdir, String(index)), analyticsReporting: false });
    const functionStack = new Stack(app, `${STACK}Function`);
    const handler = new Function(functionStack, 'Function', {
      code: Code.fromInline(readFileSync(join(__dirname, 'function.cjs'), 'utf8')),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_22_X,
      timeout: Duration.minutes(2),
      logGroup: new LogGroup(functionStack, 'Log', { logGroupName: LOG_GROUP, removalPolicy: RemovalPolicy.DESTROY }),
    });
    handler.addToRolePolicy(new PolicyStatement({
      actions: ['cloudformation:DescribeStackEvents', 'cloudformation:GetTemplate'],
      resources: [functionStack.formatArn({ service: 'cloudformation', resource: 'stack', resourceName: `${STACK}*` })],
    }));
    const stack = new Stack(app, STACK);
    for (const [name, Id] of Object.entries(deployment)) {
      const scope = name.endsWith('Nested') ? new NestedStack(stack, `${name}Stack`) : stack;
      const resourceType = 'Custom::Probe';
      new CustomResource(scope, name, { serviceToken: handler.functionArn, resourceType, properties: { Id } });
    }
    stack.node.tryFindChild('Broken')?.node.addDependency(stack.node.findChild('Undone'));
    return app.synth().directory;
  });
}
