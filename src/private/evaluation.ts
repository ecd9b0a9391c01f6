import { CfnElement, CfnResource, Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { AppElements, nearest, OutputOfStack, shareEnvironment } from './app-elements';
import { combine, markIn, markOf, mayBe, mayEqual, pseudoParameter, Value } from './partly-known';
import { rendered } from './rendered';

/** Evaluates the argument of an intrinsic function. Nothing, or `undefined`, stands for what cannot be known. */
type Form = (argument: any, stack: Stack) => (Value | undefined)[];

const PROJECT = 'AWS::Rekognition::Project';
const SSM_PARAMETER = 'AWS::SSM::Parameter';
const PROJECT_ARN = /^arn:[^:]+:rekognition:([^:]+):([^:]+):project\/([^/]+)\/([^/]+)$/;

/**
 * Evaluates rendered values as CloudFormation will, across the stacks of an app: through exports, outputs, parameters
 * of nested stacks and SSM parameters of the app itself. It compares what is rendered, so it makes no difference which
 * construct, or which copy of aws-cdk-lib, a value comes from. Use it once all aspects have been applied.
 */
export class Evaluation {
  private readonly elements: AppElements;
  /** What is being evaluated: stacks may refer to each other by mistake. */
  private readonly open = new Set<string>();

  private readonly forms: { readonly [name: string]: Form } = {
    'Ref': (id, stack) => this.reference(id, stack),
    'Fn::GetAtt': (path, stack) => this.attribute([path].flat().join('.'), stack),
    'Fn::If': ([, ...branches], stack) => branches.flatMap((branch: unknown) => this.valuesOf(branch, stack)),
    'Fn::ImportValue': (name, stack) => this.imported(name, stack),
    'Fn::GetStackOutput': (output, stack) => this.stackOutput(output, stack),
    'Fn::Sub': (template, stack) => Array.isArray(template)
      ? this.substituted(template[0], stack, template[1]) : this.substituted(template, stack),
    'Fn::Join': (operands, stack) => this.valuesOf(operands, stack)
      .map(([by, list]) => Array.isArray(list) ? list.join(`${by}`) : undefined),
    'Fn::Split': (operands, stack) => this.valuesOf(operands, stack)
      .map(([by, text]) => typeof text === 'string' ? text.split(`${by}`) : undefined),
    'Fn::Select': (operands, stack) => this.valuesOf(operands, stack)
      .map(([index, list]) => Array.isArray(list) ? list[Number(index)] : undefined),
  };

  constructor(app: IConstruct) {
    this.elements = new AppElements(app);
  }

  /** The projects of the app that a rendered ARN may name: several if it depends on a condition. */
  projectsNamed(arn: unknown, stack: Stack): CfnResource[] {
    const projects = this.elements.ofType(PROJECT);
    return [...new Set(this.valuesOf(arn, stack).flatMap(value => {
      const [, region, account, name, created] = PROJECT_ARN.exec(`${value}`) ?? [];
      if (name === undefined) return [];
      const exact = projects.filter(({ node }) => markOf(node.addr) === created);
      // the ARN of a project may also be a literal, and its name is unique in its account and region.
      return exact.length > 0 ? exact : nearest(stack, projects.filter(project => this.namesOf(project).includes(name)
        && mayBe(region, project.stack.region) && mayBe(account, project.stack.account)));
    }))];
  }

  /** All that a rendered value may be: there is one for each branch of an `Fn::If`. */
  valuesOf(value: unknown, stack: Stack): Value[] {
    if (Array.isArray(value)) return combine(value.map(item => this.valuesOf(item, stack)));
    if (typeof value !== 'object' || value === null) return [String(value)];
    const unknown = markIn(stack, value);
    const [[name, argument], ...others] = Object.entries(value);
    if (others.length > 0 || !Object.hasOwn(this.forms, name) || this.open.has(unknown)) return [unknown];
    this.open.add(unknown);
    const values = this.forms[name](argument, stack).map(one => one ?? unknown);
    this.open.delete(unknown);
    return values.length > 0 ? values : [unknown];
  }

  private reference(id: string, stack: Stack): (Value | undefined)[] {
    const element = this.elements.find(id, stack);
    if (!element) return [pseudoParameter(id, stack)];
    if (!CfnResource.isCfnResource(element)) return this.parameter(element, id);
    const { ProjectName: project, Name: ssmParameter } = rendered(element).Properties ?? {};
    const name: unknown = { [PROJECT]: project, [SSM_PARAMETER]: ssmParameter }[element.cfnResourceType];
    return name === undefined ? [] : this.valuesOf(name, stack);
  }

  /** A parameter: what the stack around a nested one passes to it, or its default. */
  private parameter(element: CfnElement, id: string): Value[] {
    const { stack } = element;
    const { Type: type, Default: byDefault } = this.elements.parameter(element, id);
    const around = stack.nestedStackResource as CfnResource | undefined;
    const passed: unknown = around && rendered(around).Properties?.Parameters?.[id];
    const values = passed !== undefined ? this.valuesOf(passed, around!.stack)
      : byDefault !== undefined ? this.valuesOf(byDefault, stack) : [];
    return type?.startsWith('AWS::SSM::Parameter::Value<') ? values.flatMap(name => this.stored(name, stack)) : values;
  }

  /** The value of an SSM parameter that the app itself defines. */
  private stored(name: Value, stack: Stack): Value[] {
    const named = this.elements.ofType(SSM_PARAMETER).filter(parameter => {
      const { Name: own } = rendered(parameter).Properties ?? {};
      return own !== undefined && shareEnvironment(stack, parameter.stack)
        && this.valuesOf(own, parameter.stack).some(one => mayEqual(name, one));
    });
    return nearest(stack, named)
      .flatMap(parameter => this.valuesOf(rendered(parameter).Properties?.Value, parameter.stack));
  }

  private attribute(path: string, stack: Stack): Value[] {
    const [id, ...rest] = path.split('.');
    const name = rest.join('.');
    const resource = this.elements.find(id, stack);
    if (!CfnResource.isCfnResource(resource)) return [];
    switch (resource.cfnResourceType) {
      case PROJECT: return name === 'Arn' ? this.arnsOf(resource) : [];
      case SSM_PARAMETER: return name === 'Value' ? this.valuesOf(rendered(resource).Properties?.Value, stack) : [];
      case 'AWS::CloudFormation::Stack': {
        const outputs = this.elements.outputs(({ nestedStackResource: around }) => around === resource);
        return this.valuesOfOutputs(outputs.filter(({ id: output }) => name === `Outputs.${output}`));
      }
      case 'Custom::CrossRegionExportReader': return this.fromOtherRegion(name);
      default: return [];
    }
  }

  /** With `crossRegionReferences`, a custom resource writes values for those of other regions. */
  private fromOtherRegion(name: string): Value[] {
    return this.elements.ofType('Custom::CrossRegionExportWriter').flatMap(writer => {
      const exported: unknown = rendered(writer).Properties?.WriterProps?.exports?.[name];
      return exported === undefined ? [] : this.valuesOf(exported, writer.stack);
    });
  }

  private imported(name: unknown, stack: Stack): Value[] {
    const names = this.valuesOf(name, stack);
    const inReach = this.elements.outputs(other => shareEnvironment(stack, other));
    const exports = inReach.filter(({ Export: own, stack: other }) => own
      && this.valuesOf(own.Name, other).some(exported => names.some(one => mayEqual(one, exported))));
    return this.valuesOfOutputs(nearest(stack, exports));
  }

  private stackOutput(argument: { [name: string]: unknown }, stack: Stack): Value[] {
    const { StackName, OutputName, Region = stack.region, RoleArn } = argument;
    const [stackNames, names, regions] = [StackName, OutputName, Region].map(value => this.valuesOf(value, stack));
    const outputs = this.elements.outputs(other => !other.nestedStackParent && stackNames.includes(other.stackName)
      // with a role, the other stack may be in another account.
      && mayBe(`${regions[0]}`, other.region) && (RoleArn !== undefined || mayBe(stack.account, other.account)));
    return this.valuesOfOutputs(nearest(stack, outputs.filter(({ id }) => names.includes(id))));
  }

  private valuesOfOutputs(outputs: OutputOfStack[]): Value[] {
    return outputs.flatMap(({ Value: value, stack }) => this.valuesOf(value, stack));
  }

  private substituted(template: string, stack: Stack, variables: { readonly [name: string]: unknown } = {}): Value[] {
    // every second part is the name between the braces.
    const parts = template.split(/\$\{(!?[^}]+)\}/).map((part, index) => {
      if (index % 2 === 0) return [part];
      if (part.startsWith('!')) return [`\${${part.slice(1)}}`];
      const reference = { [part.includes('.') ? 'Fn::GetAtt' : 'Ref']: part };
      return this.valuesOf(Object.hasOwn(variables, part) ? variables[part] : reference, stack);
    });
    return combine(parts).map(texts => texts.join(''));
  }

  /** The ARNs of a project of the app, with a mark in place of the time of its creation. */
  private arnsOf(project: CfnResource): Value[] {
    const { stack } = project;
    const [partition, region, account] = ['AWS::Partition', 'AWS::Region', 'AWS::AccountId']
      .map(name => pseudoParameter(name, stack));
    return this.namesOf(project)
      .map(name => `arn:${partition}:rekognition:${region}:${account}:project/${name}/${markOf(project.node.addr)}`);
  }

  private namesOf(project: CfnResource): Value[] {
    return this.valuesOf(rendered(project).Properties?.ProjectName, project.stack);
  }
}
