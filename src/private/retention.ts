import { CfnResource } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { renderedAs } from './rendered';
import { stacksOf } from './stacks';

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
export function projectRetention(project: CfnResource, scope?: IConstruct): Retention {
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
export function isRetained(project: CfnResource, scope?: IConstruct): boolean {
  return Object.values(projectRetention(project, scope)).includes(true);
}
