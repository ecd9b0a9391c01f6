import {
  CfnResource, DefaultTokenResolver, IPostProcessor, IResolvable, IResolveContext, StringConcat, Tokenization,
} from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { definitionOf, referenceIn } from './cdk-internals';

/** Everything in the app that a resource refers to in its template. */
export function referencesOf(resource: CfnResource): Set<IConstruct> {
  const resolver = new ReferenceCollector();
  Tokenization.resolve(definitionOf(resource), { scope: resource, resolver, preparing: true });
  return resolver.targets;
}

class ReferenceCollector extends DefaultTokenResolver {
  readonly targets = new Set<IConstruct>();

  constructor() {
    super(new StringConcat());
  }

  public resolveToken(token: IResolvable, context: IResolveContext, postProcessor: IPostProcessor): unknown {
    const reference = referenceIn(token);
    if (reference) this.targets.add(reference.target);
    return super.resolveToken(token, context, postProcessor);
  }
}
