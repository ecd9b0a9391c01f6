import { Template } from 'aws-cdk-lib/assertions';
import { PROJECT_ARN, STACK_ID, VERSION_ARN } from './arns';

/** `action resource`, with the name that docs/iam.md gives to the resource. */
export type Grant = string;

/** The grants of each role in a template, by logical id. */
export interface RoleGrants {
  readonly role: string;
  readonly description?: string;
  readonly managed: string[];
  readonly grants: Grant[];
}

const NESTED_STACK_ID = STACK_ID.replace('/', '/Nested-');
const PROJECT = PROJECT_ARN.slice(0, PROJECT_ARN.lastIndexOf('/'));

/** The resources that docs/iam.md mentions. */
const NAMES: { [resource: string]: string } = {
  '*': '*',
  [STACK_ID]: 'the outermost stack',
  [NESTED_STACK_ID]: 'the nested stacks around it',
  [`${STACK_ID.split('/').slice(0, 2).join('/')}-*`]: 'the stacks nested in it',
  [VERSION_ARN]: 'the version',
  [PROJECT_ARN]: 'the project',
  [`${PROJECT}/*`]: 'project/NAME/*',
  [`${PROJECT}/version/*`]: 'project/NAME/version/*',
  [`${PROJECT}/dataset/*`]: 'project/NAME/dataset/*',
};

/** Deploy-time values, by the last part of the references to them. No policy may refer to anything else. */
const REFERENCES: [RegExp, string][] = [
  [/^TheNestedStack$/, NESTED_STACK_ID],
  [/StackId$/, STACK_ID],
  [/^ModelArn$|ModelArnRef$|ModelArn$/, VERSION_ARN],
  [/Project\w*Arn\w*$/, PROJECT_ARN],
  [/LogGroup\w*Arn\w*$/, 'the log group'],
  [/^(Provider)?\w*(OnEvent|IsComplete)[0-9A-F]{8}Arn$/, 'the handler'],
  [/^WorkflowFunction[0-9A-F]{8}Arn$/, 'the function'],
  [/framework(isComplete|onTimeout)[0-9A-F]{8}Arn$/, '`isComplete` and `onTimeout` of the framework'],
  [/waiterstatemachine[0-9A-F]{8}$/, 'the state machine'],
];

/** All roles of a template with the contents of their policies. Fails for anything but a plain Allow. */
export function rolesOf(template: Template): RoleGrants[] {
  const isNested = Object.keys(template.findParameters('*')).some(name => name.endsWith('AWSStackId'));
  const policies = [...Object.values(template.findResources('AWS::IAM::Policy')), ...Object.values(template.findResources('AWS::IAM::RolePolicy'))]
    .map(({ Properties }) => isNested ? inNestedStack(Properties) : Properties);
  const templateOfOwnStack = `cloudformation:GetTemplate ${NAMES[isNested ? NESTED_STACK_ID : STACK_ID]}`;
  return Object.entries(template.findResources('AWS::IAM::Role')).map(([role, { Properties }]) => {
    const own = policies.filter(({ Roles, RoleName }) => (Roles ?? [RoleName]).some(({ Ref: ref }: any) => ref === role))
      .map(({ PolicyDocument }) => PolicyDocument);
    const inline = (Properties.Policies ?? []).map(({ PolicyDocument }: any) => PolicyDocument);
    return {
      role,
      description: Properties.Description,
      managed: (Properties.ManagedPolicyArns ?? []).map((arn: any) => JSON.stringify(arn).replace(/^.*policy\/service-role\/(\w+).*$/, '$1')),
      grants: [...new Set([...own, ...inline].flatMap(({ Statement }) => Statement).flatMap(grantsOf))]
        .map(grant => grant === templateOfOwnStack ? 'cloudformation:GetTemplate the stack of the project' : grant).sort(),
    };
  });
}

/** In a nested stack, the pseudo parameter is not the id of the outermost one. */
function inNestedStack(properties: any): any {
  return JSON.parse(JSON.stringify(properties).replaceAll('{"Ref":"AWS::StackId"}', '{"Ref":"TheNestedStack"}'));
}

/** The resource types that grant permissions other than by the policies of a role. */
export function otherRights(template: Template): string[] {
  const types = ['AWS::IAM::ManagedPolicy', 'AWS::IAM::User', 'AWS::IAM::Group', 'AWS::IAM::UserPolicy', 'AWS::Lambda::Permission', 'AWS::Lambda::Url'];
  return types.filter(type => Object.keys(template.findResources(type)).length > 0);
}

function grantsOf({ Effect: effect, Action: actions, Resource: resources, ...others }: any): Grant[] {
  if (effect !== 'Allow' || Object.keys(others).length > 0) throw new Error(`not a plain Allow: ${JSON.stringify({ effect, ...others })}`);
  return [actions].flat().flatMap((action: string) =>
    [resources].flat().map((resource: unknown) => `${action} ${nameOf(resource)}`));
}

function nameOf(resource: unknown): string {
  const value = evaluate(resource) as string;
  // the versions of a function are deleted with it.
  return NAMES[value] ?? value.replace(/:\*$/, '');
}

function evaluate(value: any): unknown {
  if (typeof value === 'string') return value;
  const [[name, argument]] = Object.entries<any>(value);
  switch (name) {
    case 'Ref': return reference(argument);
    case 'Fn::GetAtt': return reference(argument.join(''));
    case 'Fn::ImportValue': return reference(argument.split(':').pop());
    case 'Fn::Join': return argument[1].map(evaluate).join(argument[0]);
    case 'Fn::Split': return (evaluate(argument[1]) as string).split(argument[0]);
    case 'Fn::Select': return (evaluate(argument[1]) as string[])[argument[0]];
    default: throw new Error(`the test does not know ${name} in a policy`);
  }
}

function reference(name: string): string {
  const [, value] = REFERENCES.find(([pattern]) => pattern.test(name)) ?? [];
  if (value === undefined) throw new Error(`the test does not know ${name}, to which a policy refers`);
  return value;
}
