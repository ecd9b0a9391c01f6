import { CfnResource, Fn, Lazy, Stack, Token } from 'aws-cdk-lib';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import { isRendering, rendered, renderedAs } from './rendered';

/** The tag of a project whose value is the logical id of its teardown. */
export const OWNER_TAG = 'cdk-rekognition-teardown:owner';

/**
 * The number of tags that a resource may have.
 *
 * @see https://docs.aws.amazon.com/general/latest/gr/aws_tagging.html
 */
const MAX_TAGS = 50;

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
function ownerTagValue(teardown: CfnResource, project: CfnProject): string {
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

/** Gives the tag to a project. Throws if its tags are one expression: `aws-cdk-lib` cannot add a tag to that. */
export function setOwnerTag(project: CfnProject, teardown: CfnResource): void {
  if (Token.isUnresolved(project.tags)) throw new Error(notAList(project, Stack.of(project).resolve(project.tags)));
  project.cdkTagManager.setTag(OWNER_TAG, ownerTagValue(teardown, project));
}

/** What is wrong with the tags of a project, which aspects and overrides may have changed. */
export function ownerTagProblems(project: CfnProject, teardown: CfnResource): string[] {
  const tags: unknown = rendered(project).Properties?.Tags ?? [];
  if (!Array.isArray(tags)) return [notAList(project, tags)];
  const id: string = Stack.of(teardown).resolve(teardown.logicalId);
  if (!tags.some(({ Key, Value }) => Key === OWNER_TAG && Value === id)) {
    return [
      `the project ${project.node.path} has lost the tag ${OWNER_TAG}, which must be ${id}, the logical id of its teardown; `
      + 'add other tags with Tags.of(...).add or the property tags instead of overriding all Tags',
    ];
  }
  // an expression may leave its tag out.
  const { length } = tags.filter(({ Key }) => Key !== undefined);
  return length <= MAX_TAGS ? [] : [
    `the project ${project.node.path} has ${length} tags with ${OWNER_TAG}, but a resource can have ${MAX_TAGS}; `
    + `remove at least ${length - MAX_TAGS} of the others`,
  ];
}

function notAList(project: CfnProject, tags: unknown): string {
  return `the Tags of the project ${project.node.path} must be a list, so that its teardown can add the tag ${OWNER_TAG}, `
    + `got: ${JSON.stringify(tags)}; put the expression into the list, once for each tag, `
    + 'such as [{ "Fn::If": [CONDITION, { "Key": KEY, "Value": VALUE }, { "Ref": "AWS::NoValue" }] }]';
}
