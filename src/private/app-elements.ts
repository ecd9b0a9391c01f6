import { CfnElement, CfnResource, Stack, Stage } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { definitionOf } from './cdk-internals';
import { mayBe } from './partly-known';

/** The part of a template that an element renders to. */
interface Fragment {
  readonly Outputs?: { readonly [id: string]: Output };
  readonly Parameters?: { readonly [id: string]: { readonly Type: string; readonly Default?: unknown } };
}

interface Output {
  readonly Value: unknown;
  readonly Export?: { readonly Name: unknown };
}

/** A rendered output, and the stack that has it. */
export interface OutputOfStack extends Output {
  readonly id: string;
  readonly stack: Stack;
}

/** The elements of an app's templates by what they render to, not by their classes. */
export class AppElements {
  readonly resources: CfnResource[];
  private readonly all: CfnElement[];
  private readonly byId = new Map<Stack, Map<string, CfnElement>>();
  private readonly fragments = new Map<CfnElement, Fragment>();

  constructor(app: IConstruct) {
    this.all = app.node.findAll().filter(CfnElement.isCfnElement);
    this.resources = this.all.filter(CfnResource.isCfnResource);
  }

  /** The element with this logical id in the template of a stack. */
  find(id: string, stack: Stack): CfnElement | undefined {
    if (!this.byId.has(stack)) {
      const ofStack = this.all.filter(element => element.stack === stack);
      this.byId.set(stack, new Map(ofStack.map(element => [stack.resolve(element.logicalId), element])));
    }
    return this.byId.get(stack)!.get(id);
  }

  /** The resources of a type. */
  ofType(type: string): CfnResource[] {
    return this.resources.filter(({ cfnResourceType }) => cfnResourceType === type);
  }

  parameter(element: CfnElement, id: string): Partial<NonNullable<Fragment['Parameters']>[string]> {
    return this.fragmentOf(element).Parameters?.[id] ?? {};
  }

  /** The outputs of the stacks that are meant. */
  outputs(isMeant: (stack: Stack) => boolean): OutputOfStack[] {
    const elements = this.all.filter(element => !CfnResource.isCfnResource(element) && isMeant(element.stack));
    return elements.flatMap(element => Object.entries(this.fragmentOf(element).Outputs ?? {})
      .map(([id, output]) => ({ id, stack: element.stack, ...output })));
  }

  private fragmentOf(element: CfnElement): Fragment {
    const fragment: Fragment = this.fragments.get(element) ?? element.stack.resolve(definitionOf(element));
    this.fragments.set(element, fragment);
    return fragment;
  }
}

/** Whether two stacks may be in the same account and region. */
export function shareEnvironment(one: Stack, other: Stack): boolean {
  return mayBe(one.region, other.region) && mayBe(one.account, other.account);
}

/** Those of the same stage, if there are any: other stages may have the same names in other environments. */
export function nearest<T extends { readonly stack: Stack }>(stack: Stack, found: T[]): T[] {
  const inStage = found.filter(({ stack: other }) => Stage.of(other) === Stage.of(stack));
  return inStage.length > 0 ? inStage : found;
}
