import {
  Aws, CfnOutput, CfnParameter, Fn, IResolvable, Lazy, NestedStack, Reference, Stack, Token, Tokenization,
} from 'aws-cdk-lib';
import { CfnProject, IProjectRef } from 'aws-cdk-lib/aws-rekognition';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import * as CONSTRUCTS from 'constructs';
import { Project } from '../../src';

/** How a stack may refer to a project: given the project, and the stack that refers to it. */
type Form = (project: CfnProject, stack: Stack) => IProjectRef;

/** By the ARN of a project. */
function byArn(arnOf: (project: CfnProject, stack: Stack) => string): Form {
  return (project, stack) => {
    const arn = arnOf(project, stack);
    return Project.fromProjectArn(stack, `Reference${stack.node.children.length}`, arn);
  };
}

/** The ARN that the project with this name has in the environment of the tests. */
export function literalArn(name: string): string {
  return `arn:aws:rekognition:us-east-1:111122223333:project/${name}/1769810000000`;
}

function output({ stack, attrArn }: CfnProject, exportName?: string): CfnOutput {
  return new CfnOutput(stack, `Output${stack.node.children.length}`, { value: attrArn, exportName });
}

/** `Stack.consumeReference`, or what newer releases of aws-cdk-lib do in it. */
export function consumeReference(value: string): string {
  const { consumeReference: consume } = Stack as unknown as { consumeReference?: (value: string) => string };
  if (consume) return consume.call(Stack, value);
  const reference = Tokenization.reverse(value) as Reference;
  const wrapper: IResolvable & { reference: Reference } = {
    creationStack: [],
    reference,
    resolve: context => context.resolve(reference),
    toString: () => Token.asString(wrapper),
  };
  Object.defineProperty(wrapper, Symbol.for('@aws-cdk/core.CustomCoupledReference'), { value: true });
  return Token.asString(wrapper);
}

/** `Fn.getStackOutput`, or what newer releases of aws-cdk-lib render for it. */
function outputOf(project: CfnProject, region?: string): string {
  const { stackName } = project.stack;
  const outputName = project.stack.getLogicalId(output(project));
  const { getStackOutput: get } = Fn as unknown as { getStackOutput?: (...names: (string | undefined)[]) => string };
  if (get) return get.call(Fn, stackName, outputName, region);
  return Token.asString({ 'Fn::GetStackOutput': { StackName: stackName, OutputName: outputName, Region: region } });
}

/** The forms in which a stack may refer to a project of the same stack. */
export const FORMS_IN_STACK: { readonly [name: string]: Form } = {
  'the object': project => project,
  'its attribute': byArn(({ attrArn }) => attrArn),
  'a lazy value': byArn(({ attrArn }) => Lazy.string({ produce: () => attrArn })),
  'a reference in consumeReference': byArn(({ attrArn }) => consumeReference(attrArn)),
  'Fn.getAtt': byArn(project => Fn.getAtt(project.stack.getLogicalId(project), 'Arn').toString()),
  'Fn.sub': byArn(project => Fn.sub(`\${${project.stack.getLogicalId(project)}.Arn}`)),
  'Fn.sub with a variable': byArn(({ attrArn }) => Fn.sub('${Arn}', { Arn: attrArn })),
  'Fn.join, of its parts': byArn(({ attrArn }) =>
    Fn.join('/', [0, 1, 2].map(part => Fn.select(part, Fn.split('/', attrArn))))),
  'one branch of a condition': byArn(({ attrArn }) => Fn.conditionIf('IsWanted', literalArn('x'), attrArn).toString()),
  'a literal': byArn(project => literalArn(project.projectName)),
  'its name': byArn(({ ref }) => `arn:aws:rekognition:${Aws.REGION}:${Aws.ACCOUNT_ID}:project/${ref}/1769810000000`),
};

/** The forms in which a stack may refer to a project of another stack of the app. */
export const FORMS_BETWEEN_STACKS: { readonly [name: string]: Form } = {
  'the object': project => project,
  'its attribute': byArn(({ attrArn }) => attrArn),
  'a lazy value': byArn(({ attrArn }) => Lazy.string({ produce: () => attrArn })),
  'a reference in consumeReference': byArn(({ attrArn }) => consumeReference(attrArn)),
  'consumeReference in a lazy value': byArn(({ attrArn }) => Lazy.string({ produce: () => consumeReference(attrArn) })),
  'Fn.sub with a variable': byArn(({ attrArn }) => Fn.sub('${Arn}', { Arn: attrArn })),
  'an export': byArn(project => { output(project, 'ScrewsArn'); return Fn.importValue('ScrewsArn'); }),
  'an export with tokens in its name': byArn(project => {
    output(project, `${Aws.REGION}-${project.stack.stackName}`);
    return Fn.importValue(`${Aws.REGION}-${project.stack.stackName}`);
  }),
  'an export whose name has the region as a literal': byArn(project => {
    output(project, `${Aws.REGION}-screws`);
    return Fn.importValue('us-east-1-screws');
  }),
  'an export whose name comes from a parameter': byArn((project, stack) => {
    output(project, 'Network-screws');
    const { valueAsString } = new CfnParameter(stack, 'Owner', { default: 'Network' });
    return Fn.importValue(Fn.sub('${Owner}-screws', { Owner: valueAsString }));
  }),
  'importValue of an output': byArn(project => output(project, `${Aws.REGION}-screws`).importValue),
  'exportValue of its stack': byArn(project => project.stack.exportValue(project.attrArn)),
  'an output': byArn(project => outputOf(project)),
  'an output of a region': byArn(project => outputOf(project, 'us-east-1')),
  'an output in Fn.sub': byArn(project => Fn.sub('${Arn}', { Arn: outputOf(project) })),
  'an SSM parameter': byArn((project, stack) => {
    new ssm.StringParameter(project.stack, 'Stored', { parameterName: '/screws/arn', stringValue: project.attrArn });
    return ssm.StringParameter.valueForStringParameter(stack, '/screws/arn');
  }),
  'an SSM parameter with tokens in its name': byArn((project, stack) => {
    new ssm.StringParameter(project.stack, 'Stored', {
      parameterName: `/screws/${Aws.REGION}/arn`, stringValue: project.attrArn, simpleName: false,
    });
    const type = 'AWS::SSM::Parameter::Value<String>';
    return new CfnParameter(stack, 'Stored', { type, default: '/screws/us-east-1/arn' }).valueAsString;
  }),
  'the default of a parameter': byArn((project, stack) =>
    new CfnParameter(stack, 'Arn', { default: literalArn(project.projectName) }).valueAsString),
  'a literal': byArn(project => literalArn(project.projectName)),
};

/** The forms in which a nested stack may refer to a project of the stack around it. */
export const FORMS_IN_NESTED_STACK: { readonly [name: string]: Form } = {
  'the object': project => project,
  'a lazy value': byArn(({ attrArn }) => Lazy.string({ produce: () => attrArn })),
  'a reference in consumeReference': byArn(({ attrArn }) => consumeReference(attrArn)),
  'a parameter of the nested stack': byArn((project, stack) => {
    (stack as NestedStack).setParameter('ProjectArn', project.attrArn);
    return new CfnParameter(stack, 'ProjectArn').valueAsString;
  }),
};

/** The forms in which a stack may refer to a project of a stack nested in it. */
export const FORMS_FROM_NESTED_STACK: { readonly [name: string]: Form } = {
  'the object': project => project,
  'a lazy value': byArn(({ attrArn }) => Lazy.string({ produce: () => attrArn })),
  'an output of the nested stack': byArn((project, stack) => {
    const { logicalId } = output(project);
    const { nestedStackResource: nested } = project.stack;
    const attribute = () => Fn.getAtt(stack.getLogicalId(nested!), `Outputs.${stack.resolve(logicalId)}`);
    return Lazy.string({ produce: () => attribute().toString() });
  }),
};

/** Classes of aws-cdk-lib once more, as an app has them if two of its dependencies bring a copy each. */
export function secondCdk(): Record<'App' | 'Stack' | 'CfnOutput' | 'Lazy' | 'CfnProject', any> {
  let copy: any;
  jest.isolateModules(() => {
    jest.doMock('constructs', () => CONSTRUCTS);
    // the package loads a class when it is first asked for.
    const { App, Stack: StackCopy, CfnOutput: OutputCopy, Lazy: LazyCopy } = jest.requireActual('aws-cdk-lib');
    const { CfnProject: ProjectCopy } = jest.requireActual('aws-cdk-lib/aws-rekognition');
    copy = { App, Stack: StackCopy, CfnOutput: OutputCopy, Lazy: LazyCopy, CfnProject: ProjectCopy };
    jest.dontMock('constructs');
  });
  return copy;
}
