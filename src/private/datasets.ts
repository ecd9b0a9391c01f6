import { isDeepStrictEqual } from 'util';
import { CfnResource, Stack } from 'aws-cdk-lib';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import { dependLate, resourcesOfStack } from './late-dependencies';
import { referencesOf } from './references';
import { rendered } from './rendered';

/**
 * Makes CloudFormation delete the teardown of a project before the datasets of the project (`AWS::Rekognition::Dataset`) in its stack or a stack
 * nested in it. The teardown deletes the datasets when that is possible, and CloudFormation then considers them deleted. If both deleted
 * a dataset at the same time, Rekognition would refuse one of the calls.
 */
export function goBeforeDatasets(teardown: CfnResource, projectArn: string, project?: CfnProject): void {
  const stack = Stack.of(teardown);
  const isOfProject = (dataset: CfnResource) => project
    ? referencesOf(dataset).has(project)
    : isDeepStrictEqual(rendered(dataset).Properties?.ProjectArn, stack.resolve(projectArn));
  dependLate(teardown, () => resourcesOfStack(stack, ({ cfnResourceType }) => cfnResourceType === 'AWS::Rekognition::Dataset', true).filter(isOfProject));
}
