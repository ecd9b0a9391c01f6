import {
  App, AspectPriority, Aspects, CfnCondition, CfnElement, CfnParameter, CfnResource, Fn, Lazy, NestedStack, RemovalPolicy, Stack, Stage,
  Token,
} from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { CfnProject, IProjectRef } from 'aws-cdk-lib/aws-rekognition';
import { IConstruct } from 'constructs';
import * as fc from 'fast-check';
import { PROJECT_ARN, VERSION_ARN } from './arns';
import { leanApp } from './lean-app';
import {
  FORMS_BETWEEN_STACKS, FORMS_FROM_NESTED_STACK, FORMS_IN_NESTED_STACK, FORMS_IN_STACK,
} from './reference-forms';
import {
  Project, ProjectAutoTeardown, ProjectTeardown, ProjectVersionTeardown, TeardownMode, TeardownProvider,
  TeardownTrigger,
} from '../../src';

/** A place: one of the app's outermost stacks, and how deep in stacks nested in it. */
const place = fc.record({ stack: fc.nat(1), depth: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(2)) });

const policy = fc.constantFrom(undefined, RemovalPolicy.DESTROY, RemovalPolicy.RETAIN, RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
const rarely = fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, policy);

const projectPlan = fc.record({
  at: place,
  name: fc.constantFrom('literal', 'parameter', 'lazy', 'override'),
  retained: rarely,
  retainedBy: fc.constantFrom('removal policy', 'DeletionPolicy', 'UpdateReplacePolicy'),
  isConditional: fc.boolean(),
  dataset: fc.constantFrom('none', 'none', 'beside', 'nested', 'after the teardown'),
});

const teardownPlan = fc.record({
  at: place,
  /** In the stack of its project, wherever else it would be. */
  isBeside: fc.boolean(),
  /** The project of a `ProjectTeardown`, or of a version; none means a project that nobody defines. */
  project: fc.option(fc.nat(2), { nil: undefined }),
  /** Which of the forms of the table of references that fit. */
  form: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(30)),
  isVersion: fc.boolean(),
  isParameter: fc.boolean(),
  withProject: fc.boolean(),
  trigger: fc.constantFrom(...Object.values(TeardownTrigger)),
  mode: fc.constantFrom(...Object.values(TeardownMode)),
  removalPolicy: rarely,
  provider: fc.constantFrom('default', 'default', 'default', 'default', 'own', 'in a VPC'),
});

const aspectPlan = fc.record({
  priority: fc.constantFrom(AspectPriority.MUTATING, AspectPriority.DEFAULT, AspectPriority.DEFAULT + 50, AspectPriority.READONLY + 100),
  does: fc.constantFrom(
    'retain projects', 'retain teardowns', 'retain all', 'destroy all', 'prefix', 'tag', 'rename projects',
    'timeout 10', 'timeout 30', 'timeout 9',
  ),
});

export const appPlan = fc.record({
  inStages: fc.boolean(),
  projects: fc.array(projectPlan, { maxLength: 3 }),
  teardowns: fc.array(teardownPlan, { minLength: 1, maxLength: 3 }),
  aspects: fc.array(aspectPlan, { maxLength: 2 }),
  /** Whether ProjectAutoTeardown is applied to all of it in the end. */
  hasMixin: fc.oneof({ weight: 2, arbitrary: fc.constant(false) }, fc.constant(true)),
});

export type AppPlan = typeof appPlan extends fc.Arbitrary<infer Plan> ? Plan : never;

/** Whether anything in the plan might retain a project: only then may synthesis fail. */
export function mayRetain({ projects, aspects }: AppPlan): boolean {
  return aspects.some(({ does }) => does === 'retain projects' || does === 'retain all')
    || projects.some(({ retained }) => retained !== undefined && retained !== RemovalPolicy.DESTROY);
}

/** Whether an aspect gives functions less time than they need: only then may synthesis fail because of it. */
export function mayTimeOut({ aspects }: AppPlan): boolean {
  return aspects.some(({ does }) => does === 'timeout 9');
}

/** An app with the constructs, as the plan says. */
export function buildApp(plan: AppPlan): App {
  const app = leanApp({ '@aws-cdk/core:aspectStabilization': true });
  new Builder(app, plan).build();
  return app;
}

class Builder {
  /** The tables have fixed names, so an app has one reference in a form that defines something. */
  private hasForm = false;
  private readonly projects: { readonly project: CfnProject; readonly at: AppPlan['projects'][0]['at'] }[] = [];

  constructor(private readonly app: App, private readonly plan: AppPlan) {}

  build(): void {
    this.plan.projects.forEach((project, index) => this.addProject(project, index));
    this.plan.teardowns.forEach((teardown, index) => this.addTeardown(teardown, index));
    if (this.plan.hasMixin) this.app.with(new ProjectAutoTeardown());
    for (const { priority, does } of this.plan.aspects) Aspects.of(this.app).add({ visit: node => this.apply(does, node) }, { priority });
  }

  private stackAt({ stack: index, depth }: AppPlan['projects'][0]['at']): Stack {
    const stage = this.plan.inStages ? this.child(this.app, 'Stage', (scope, id) => new Stage(scope, id)) : this.app;
    let stack: Stack = this.child(stage, `Stack${index}`, (scope, id) => new Stack(scope, id));
    for (let level = 0; level < depth; level++) stack = this.child(stack, 'Nested', (scope, id) => new NestedStack(scope, id));
    return stack;
  }

  private child<T extends IConstruct>(scope: IConstruct, id: string, make: (scope: any, id: string) => T): T {
    return scope.node.tryFindChild(id) as T | undefined ?? make(scope, id);
  }

  private addProject({ at, name, retained, retainedBy, isConditional, dataset }: AppPlan['projects'][0], index: number): void {
    const stack = this.stackAt(at);
    const literal = `project-${index}`;
    const names = {
      literal: () => literal,
      parameter: () => new CfnParameter(stack, `Name${index}`, { default: literal }).valueAsString,
      lazy: () => Lazy.string({ produce: () => literal }),
      override: () => 'another',
    };
    const project = new CfnProject(stack, `Project${index}`, { projectName: names[name]() });
    if (name === 'override') project.addPropertyOverride('ProjectName', literal);
    if (retained && retainedBy === 'removal policy') project.applyRemovalPolicy(retained);
    if (retained && retained !== RemovalPolicy.DESTROY && retainedBy !== 'removal policy') project.addOverride(retainedBy, 'Retain');
    // a reference to it from another stack would need the condition too.
    const isUsedOutside = this.plan.teardowns.some(({ project: used, isBeside, at: other }) =>
      used === index && !isBeside && (other.stack !== at.stack || other.depth !== at.depth));
    // and so would any other form than the project itself.
    const isReferredTo = this.plan.teardowns.some(({ project: used, form }) => used === index && form > 0);
    if (isConditional && dataset === 'none' && !isUsedOutside && !isReferredTo) {
      project.cfnOptions.condition = new CfnCondition(stack, `Wanted${index}`, { expression: Fn.conditionEquals('a', 'a') });
    }
    this.projects.push({ project, at });
    if (dataset !== 'none') {
      const scope = dataset === 'nested' ? this.child(stack, 'Datasets', (around, id) => new NestedStack(around, id)) : stack;
      new CfnResource(scope, `Dataset${index}`, { type: 'AWS::Rekognition::Dataset', properties: { ProjectArn: project.attrArn, DatasetType: 'TRAIN' } });
    }
  }

  private addTeardown(plan: AppPlan['teardowns'][0], index: number): void {
    const defined = plan.project === undefined ? undefined : this.projects[plan.project];
    const at = defined && plan.isBeside ? defined.at : plan.at;
    const scope = this.stackAt(at);
    const { trigger, mode, removalPolicy } = plan;
    const provider = this.provider(plan.provider, scope);
    // two stacks must not refer to each other.
    const target = defined && defined.at.stack <= at.stack ? defined.project : undefined;
    const project = target ? this.refer(target, scope, plan.form)
      : Project.fromProjectArn(scope, `Elsewhere${index}`, PROJECT_ARN);
    if (plan.isVersion) {
      const projectVersionArn = plan.isParameter ? new CfnParameter(scope, `Arn${index}`).valueAsString : VERSION_ARN;
      const named = plan.withProject && (target === undefined || plan.isParameter) ? project : undefined;
      new ProjectVersionTeardown(scope, `Model${index}`, { projectVersionArn, project: named, trigger, mode, removalPolicy, provider });
      return;
    }
    if (target && Stack.of(target) === scope && hasOwner(target)) return;
    const teardown = new ProjectTeardown(scope, `Teardown${index}`, { project, mode, removalPolicy, provider, deleteProject: !target });
    const dataset = target && Stack.of(target).node.tryFindChild(target.node.id.replace('Project', 'Dataset'));
    // a teardown that the mixin adds would also come after this one, if this one is not the project's own.
    const isOwn = target && Stack.of(target) === scope && hasOwner(target);
    if (dataset && isOwn && this.plan.projects[plan.project!].dataset === 'after the teardown') {
      dataset.node.addDependency(teardown);
    }
  }

  /** A reference in one of the forms of the tables. */
  private refer(project: CfnProject, stack: Stack, form: number): IProjectRef {
    if (form === 0 || this.hasForm) return project;
    this.hasForm = true;
    const forms = formsFor(project, stack);
    return forms[form % forms.length](project, stack);
  }

  private provider(kind: string, scope: Stack): TeardownProvider | undefined {
    if (kind === 'default') return undefined;
    if (kind === 'own') return this.child(scope, 'Provider', (around, id) => new TeardownProvider(around, id));
    const vpcSubnets = { subnetType: ec2.SubnetType.PRIVATE_ISOLATED };
    const vpc = this.child(scope, 'Vpc', (around, id) => new ec2.Vpc(around, id, {
      maxAzs: 1, natGateways: 0, restrictDefaultSecurityGroup: false, subnetConfiguration: [{ name: 'isolated', ...vpcSubnets }],
    }));
    this.child(scope, 'Endpoint', (around, id) => new ec2.InterfaceVpcEndpoint(around, id, { vpc, service: ec2.InterfaceVpcEndpointAwsService.REKOGNITION }));
    return this.child(scope, 'ProviderInVpc', (around, id) => new TeardownProvider(around, id, { vpc, vpcSubnets }));
  }

  private apply(does: AppPlan['aspects'][0]['does'], node: IConstruct): void {
    if (does === 'prefix' && CfnElement.isCfnElement(node)) return node.overrideLogicalId(`My${node.node.addr.slice(0, 16)}`);
    if (!CfnResource.isCfnResource(node)) return;
    if (does.startsWith('timeout') && node.cfnResourceType === 'AWS::Lambda::Function') {
      node.addPropertyOverride('Timeout', Number(does.split(' ')[1]));
    }
    const isTeardown = node.cfnResourceType.startsWith('Custom::Rekognition');
    if (does === 'retain all' || (does === 'retain projects' && CfnProject.isCfnProject(node)) || (does === 'retain teardowns' && isTeardown)) {
      node.applyRemovalPolicy(RemovalPolicy.RETAIN);
    }
    if (does === 'destroy all') node.applyRemovalPolicy(RemovalPolicy.DESTROY);
    if (does === 'rename projects' && CfnProject.isCfnProject(node)) node.addPropertyOverride('ProjectName', `renamed-${node.node.id}`);
    if (does === 'tag' && CfnProject.isCfnProject(node)) node.cdkTagManager.setTag('team', 'vision');
  }
}

/** The forms in which one stack may refer to a project of another, or of its own. */
function formsFor(project: CfnProject, stack: Stack) {
  const { stack: owner, projectName } = project;
  if (owner === stack) return Object.values(FORMS_IN_STACK);
  if (owner === stack.nestedStackParent) return Object.values(FORMS_IN_NESTED_STACK);
  if (owner.nestedStackParent === stack) return Object.values(FORMS_FROM_NESTED_STACK);
  const areOutermost = [owner, stack].every(({ nestedStackParent }) => nestedStackParent === undefined);
  // the default of a parameter is a literal.
  const fitting = Object.entries(FORMS_BETWEEN_STACKS)
    .filter(([name]) => !Token.isUnresolved(projectName) || name !== 'the default of a parameter').map(([, form]) => form);
  // CloudFormation knows no other way than the parameters and outputs that the CDK makes of a reference.
  const { 'the object': object, 'a lazy value': lazy } = FORMS_BETWEEN_STACKS;
  return areOutermost ? fitting : [object, lazy];
}

function hasOwner(project: CfnProject): boolean {
  return project.cdkTagManager.tagValues()['cdk-rekognition-teardown:owner'] !== undefined;
}
