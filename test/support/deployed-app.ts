import { readFileSync } from 'fs';
import * as path from 'path';
import { ACCOUNT, REGION, VERSION_ARN } from './arns';
import { matches, parsePolicy } from '../../sandbox/policy';

/** A resource of a template, with deploy-time values. */
export interface DeployedResource {
  readonly id: string;
  readonly type: string;
  readonly properties: any;
  readonly deletionPolicy: string;
  readonly updateReplacePolicy: string;
  readonly condition?: string;
  /** The stack that it is in. */
  readonly stack: DeployedStack;
}

/** What CloudFormation would make of a template: every reference has a value, and references across nested stacks have the same value on both sides. */
export class DeployedStack {
  readonly resources: DeployedResource[] = [];
  readonly nested: DeployedStack[] = [];
  readonly problems: string[] = [];
  private readonly template: any;
  private readonly uses = new Map<string, Set<string>>();
  private readonly outputs: { [name: string]: unknown } = {};

  constructor(
    directory: string,
    file: string,
    readonly id: string,
    private readonly exports: Map<string, unknown>,
    private readonly parameters: { [name: string]: unknown } = {},
    readonly parent?: DeployedStack,
  ) {
    this.template = JSON.parse(readFileSync(path.join(directory, file), 'utf8'));
    for (const logicalId of this.order()) this.deploy(directory, logicalId);
    for (const [name, { Value, Export }] of Object.entries<any>(this.template.Outputs ?? {})) {
      this.outputs[name] = this.valueOf(Value);
      exports.set(`${id.split('/')[1]} ${name}`, this.outputs[name]);
      if (Export) exports.set(this.valueOf(Export.Name) as string, this.outputs[name]);
    }
  }

  /** This stack and all stacks nested in it. */
  get all(): DeployedStack[] {
    return [this, ...this.nested.flatMap(({ all }) => all)];
  }

  /** Everything in its own stack that a resource depends on, directly or not. */
  needs(logicalId: string, found = new Set<string>()): Set<string> {
    for (const other of this.uses.get(logicalId) ?? []) {
      if (found.has(other)) continue;
      found.add(other);
      this.needs(other, found);
    }
    return found;
  }

  private deploy(directory: string, id: string): void {
    const { Type: type, Properties, DeletionPolicy = 'Delete', UpdateReplacePolicy = 'Delete', Condition, Metadata } = this.template.Resources[id];
    const properties = this.valueOf(Properties ?? {}) as any;
    if (type === 'AWS::CloudFormation::Stack') {
      const stackId = this.id.replace(/\/[^/]*$/, `-${id}/${this.nested.length}`);
      const nested = new DeployedStack(directory, Metadata['aws:asset:path'], stackId, this.exports, properties.Parameters ?? {}, this);
      this.nested.push(nested);
      this.problems.push(...nested.problems);
    }
    if (Condition !== undefined && !(Condition in (this.template.Conditions ?? {}))) {
      this.problems.push(`${id} has the condition ${Condition}, which is not there`);
    }
    if (type === 'AWS::SSM::Parameter') this.exports.set(`SSM ${properties.Name}`, properties.Value);
    this.resources.push({
      id, type, properties, deletionPolicy: DeletionPolicy, updateReplacePolicy: UpdateReplacePolicy, condition: Condition, stack: this,
    });
  }

  /** Sorts by dependency. Throws if a resource is missing or there is a cycle. */
  private order(): string[] {
    const resources: { [id: string]: any } = this.template.Resources ?? {};
    for (const [id, { DependsOn = [], Properties }] of Object.entries(resources)) {
      this.uses.set(id, new Set([...[DependsOn].flat(), ...referredIn(Properties)].filter(other => this.exists(other, id) && other in resources)));
    }
    const done: string[] = [];
    const visit = (id: string, around: string[]): void => {
      if (done.includes(id)) return;
      if (around.includes(id)) {
        this.problems.push(`a cycle: ${[...around.slice(around.indexOf(id)), id].join(' -> ')}`);
        return;
      }
      for (const other of this.uses.get(id)!) visit(other, [...around, id]);
      if (!done.includes(id)) done.push(id);
    };
    for (const id of Object.keys(resources)) visit(id, []);
    return done;
  }

  private exists(name: string, user: string): boolean {
    if (name in (this.template.Resources ?? {}) || name in (this.template.Parameters ?? {}) || name.startsWith('AWS::')) return true;
    this.problems.push(`${user} refers to ${name}, which is not there`);
    return false;
  }

  private valueOf(value: any): unknown {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(item => this.valueOf(item));
    const [[name, argument] = ['', '']] = Object.entries<any>(value);
    switch (name) {
      case 'Ref': return this.reference(argument);
      case 'Fn::GetAtt': return this.attribute(argument[0], argument[1]);
      case 'Fn::Join': return argument[1].map((part: unknown) => this.valueOf(part)).join(argument[0]);
      case 'Fn::Select': return (this.valueOf(argument[1]) as unknown[])[argument[0]];
      case 'Fn::Split': return (this.valueOf(argument[1]) as string).split(argument[0]);
      case 'Fn::GetAZs': return name;
      case 'Fn::Sub': return this.substituted([argument].flat()[0], Array.isArray(argument) ? argument[1] : {});
      // the other branch of the only form that has one is a literal.
      case 'Fn::If': return this.valueOf(argument[2]);
      case 'Fn::ImportValue': return this.exports.get(this.valueOf(argument) as string);
      case 'Fn::GetStackOutput': return this.exports.get(`${this.valueOf(argument.StackName)} ${argument.OutputName}`);
    }
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.valueOf(item)]));
  }

  private reference(name: string): unknown {
    const pseudo: { [name: string]: string } = { 'AWS::StackId': this.id, 'AWS::Region': REGION, 'AWS::AccountId': ACCOUNT, 'AWS::Partition': 'aws' };
    if (name.startsWith('AWS::')) return pseudo[name] ?? name;
    const parameter = this.template.Parameters?.[name];
    if (parameter?.Type.startsWith('AWS::SSM::') && this.exports.has(`SSM ${parameter.Default}`)) {
      return this.exports.get(`SSM ${parameter.Default}`);
    }
    if (parameter) return this.parameters[name] ?? parameter.Default ?? VERSION_ARN;
    return `${this.id} ${name}`;
  }

  private substituted(template: string, variables: { [name: string]: unknown }): string {
    return template.replace(/\$\{([^!}]+)\}/g, (_, name: string) => {
      const [id, ...attribute] = name.split('.');
      if (name in variables) return `${this.valueOf(variables[name])}`;
      return `${attribute.length > 0 ? this.attribute(id, attribute.join('.')) : this.reference(id)}`;
    });
  }

  private attribute(id: string, attribute: string): unknown {
    const resource = this.resources.find(other => other.id === id);
    if (attribute.startsWith('Outputs.')) {
      const index = this.resources.filter(({ type }) => type === 'AWS::CloudFormation::Stack').findIndex(other => other.id === id);
      return this.nested[index]?.outputs[attribute.slice('Outputs.'.length)];
    }
    if (resource?.type !== 'AWS::Rekognition::Project') return `${this.id} ${id} ${attribute}`;
    return `arn:aws:rekognition:${REGION}:${ACCOUNT}:project/${resource.properties.ProjectName}/${creationTime(`${this.id} ${id}`)}`;
  }
}

/** A different value for each project. */
function creationTime(text: string): number {
  return 1_769_000_000_000 + [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1e9, 7);
}

function referredIn(value: any): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (typeof value.Ref === 'string') return [value.Ref];
  if (value['Fn::GetAtt']) return [value['Fn::GetAtt'][0]];
  return Object.values(value).flatMap(referredIn);
}

/** Whether any of these policies allows an action. */
export function isAllowed(policies: DeployedResource[], action: string, resource: string): boolean {
  return policies.some(({ properties: { PolicyDocument: document } }) =>
    parsePolicy(document).statements.some(({ effect, parts }) => effect === 'Allow' && parts.some(part => matches(part, { action, resource }))));
}
