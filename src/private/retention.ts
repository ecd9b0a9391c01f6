import { isDeepStrictEqual } from 'util';
import { CfnOutput, CfnResource, Reference, Stack, Tokenization } from 'aws-cdk-lib';
import { CfnProject, IProjectRef } from 'aws-cdk-lib/aws-rekognition';
import { IConstruct } from 'constructs';
import { resourcesOfStack } from './late-dependencies';
import { referencesIn } from './references';
import { renderedAs } from './rendered';
import { stacksOf } from './stacks';

/** The `CfnProject` behind a reference, in whatever stack of the app, including `Project.fromProjectArn(..., project.attrArn)`. */
export function cfnProjectOf(project: IProjectRef): CfnProject | undefined {
  if (CfnProject.isCfnProject(project)) return project;
  const token = Tokenization.reverse(project.projectRef.projectArn);
  return Reference.isReference(token) && CfnProject.isCfnProject(token.target) ? token.target : undefined;
}

/**
 * The same once the app is complete, also behind a lazy value, `Fn.getAtt` or `Fn.importValue`, which the constructor of a teardown cannot
 * look into.
 */
export function finalCfnProjectOf(project: IProjectRef, scope: IConstruct): CfnProject | undefined {
  return cfnProjectOf(project) ?? projectBehind(project.projectRef.projectArn, scope);
}

function projectBehind(projectArn: unknown, scope: IConstruct): CfnProject | undefined {
  const stack = Stack.of(scope);
  const { 'Fn::GetAtt': attribute, 'Fn::ImportValue': imported } = Object(stack.resolve(projectArn));
  const isNamed = ({ logicalId }: CfnResource) => isDeepStrictEqual(attribute, [stack.resolve(logicalId), 'Arn']);
  const found = [...referencesIn(projectArn, scope), ...resourcesOfStack(stack, isNamed)].find(target => CfnProject.isCfnProject(target));
  if (found || imported === undefined) return found as CfnProject | undefined;
  const output = scope.node.root.node.findAll().find(other => other instanceof CfnOutput && other.exportName === imported) as CfnOutput | undefined;
  return output && projectBehind(output.value, output);
}

/** The `CfnProject` behind a reference if it is in the stack of `scope`, so that CloudFormation manages both together. */
export function ownProject(project: IProjectRef, scope: IConstruct): CfnProject | undefined {
  const resource = cfnProjectOf(project);
  return resource && Stack.of(resource) === Stack.of(scope) ? resource : undefined;
}

/** When CloudFormation retains a resource. */
export interface Retention {
  /** When its creation is rolled back. */
  readonly onRollback: boolean;
  /** When it is removed from its stack, or its stack is deleted. */
  readonly onDeletion: boolean;
  /** When another one replaces it. */
  readonly onReplacement: boolean;
}

/** When the final template retains a resource. */
export function retentionOf(resource: CfnResource): Retention {
  const deletion = renderedAs(resource, 'DeletionPolicy', ({ deletionPolicy }) => deletionPolicy) ?? 'Delete';
  const replacement = renderedAs(resource, 'UpdateReplacePolicy', ({ updateReplacePolicy }) => updateReplacePolicy) ?? 'Delete';
  return {
    onRollback: !['Delete', 'RetainExceptOnCreate'].includes(deletion),
    onDeletion: deletion !== 'Delete',
    onReplacement: replacement !== 'Delete',
  };
}

/** When a project is retained: by itself, or with a nested stack around it, unless that is retained together with `scope`. */
export function projectRetention(project: CfnProject, scope?: IConstruct): Retention {
  const shared = scope ? stacksOf(scope) : [];
  const around = stacksOf(project).filter(stack => !shared.includes(stack)).map(stack => stack.nestedStackResource);
  const all = [project, ...around].filter(CfnResource.isCfnResource).map(retentionOf);
  return {
    onRollback: all.some(({ onRollback }) => onRollback),
    onDeletion: all.some(({ onDeletion }) => onDeletion),
    onReplacement: all.some(({ onReplacement }) => onReplacement),
  };
}

/** Whether a project is retained in any of these cases. */
export function isRetained(project: CfnProject, scope?: IConstruct): boolean {
  return Object.values(projectRetention(project, scope)).includes(true);
}
