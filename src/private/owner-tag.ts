import { CfnResource, Fn, Lazy } from 'aws-cdk-lib';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import { isRendering, renderedAs } from './rendered';

/** The tag of a project whose value is the logical id of its teardown. */
export const OWNER_TAG = 'cdk-rekognition-teardown:owner';

/** The value of the tag while the template has no teardown. Not a logical id. */
const NOBODY = '-';

/** Whether a project has a teardown in its own stack. */
export function hasTeardown(project: CfnProject): boolean {
  // `isCfnProject` compares the resource type only.
  if (!(project.cdkTagManager as unknown)) {
    throw new Error(`the project ${project.node.path} is a generic CfnResource, to which no owner tag can be added; define it as a CfnProject`);
  }
  return project.cdkTagManager.tagValues()[OWNER_TAG] !== undefined;
}

/**
 * The value of the tag: the final logical id of the teardown, as ids may still be overridden and renamed. When the teardown leaves the
 * template, the value has to change, so that CloudFormation updates the project, also if a condition or `tryRemoveChild` takes it out.
 */
export function ownerTagValue(teardown: CfnResource, project: CfnProject): string {
  return Lazy.uncachedString({
    produce: () => {
      // what is rendered here needs no more than the id, and the condition of one resource depends on that of the other.
      if (isRendering()) return teardown.logicalId;
      if (!isInTree(teardown)) return NOBODY;
      const condition = conditionOf(teardown);
      const goesAlone = condition !== undefined && condition !== conditionOf(project);
      return goesAlone ? Fn.conditionIf(condition, teardown.logicalId, NOBODY).toString() : teardown.logicalId;
    },
  });
}

function conditionOf(resource: CfnResource): string | undefined {
  return renderedAs(resource, 'Condition', ({ condition }) => condition?.logicalId);
}

function isInTree({ node: { scopes } }: CfnResource): boolean {
  return scopes.every(({ node }) => !node.scope || node.scope.node.children.some(child => child.node === node));
}
