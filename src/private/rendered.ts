import { CfnResource, ICfnResourceOptions, Stack } from 'aws-cdk-lib';
import { definitionOf, overridesOf } from './cdk-internals';

/** The part of a rendered resource that matters here. */
export interface RenderedResource {
  readonly Properties?: { readonly [name: string]: any };
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly Condition?: string;
}

let rendering = 0;

/** A resource as the template will have it, with all overrides; final once all aspects have been applied. */
export function rendered(resource: CfnResource): RenderedResource {
  rendering++;
  try {
    const { Resources: resources = {} } = Stack.of(resource).resolve(definitionOf(resource));
    return Object.values<RenderedResource>(resources)[0] ?? {};
  } finally {
    rendering--;
  }
}

/**
 * Whether a resource is being rendered here. Newer releases of the CDK then also ask each resource in its `DependsOn` whether it is
 * synthesized. If the answer required another rendering, this would never end. The rendered `DependsOn` is not used here.
 */
export function isRendering(): boolean {
  return rendering > 0;
}

/** One attribute of a rendered resource, without the cost of rendering all of it. */
export function renderedAs(
  resource: CfnResource, attribute: 'DeletionPolicy' | 'UpdateReplacePolicy' | 'Condition', option: (options: ICfnResourceOptions) => string | undefined,
): string | undefined {
  const overrides = overridesOf(resource);
  if (overrides === undefined) return rendered(resource)[attribute];
  return Stack.of(resource).resolve(attribute in overrides ? overrides[attribute] : option(resource.cfnOptions));
}

/** Whether `addOverride` may have changed a key; true if the overrides cannot be read. */
export function mayOverride(resource: CfnResource, key: string): boolean {
  const overrides = overridesOf(resource);
  return overrides === undefined || key in overrides;
}
