import { isDeepStrictEqual } from 'util';
import { CfnResource, Stack } from 'aws-cdk-lib';
import { CfnProject } from 'aws-cdk-lib/aws-rekognition';
import { dependLate, resourcesOfStack } from './late-dependencies';
import { referencesOf } from './references';
import { rendered } from './rendered';

/**
 * Lets the teardown of a project go first where its stack, or one nested in it, has datasets of that project
 * (`AWS::Rekognition::Dataset`): it waits until they can be deleted, and for CloudFormation a dataset that is gone is deleted.
 * At the same time, one of the two would be refused.
 */
export function goBeforeDatasets(teardown: CfnResource, projectArn: string, project?: CfnProject): void {
  const stack = Stack.of(teardown);
  const isOfProject = (dataset: CfnResource) => project
    ? referencesOf(dataset).has(project)
    : isDeepStrictEqual(rendered(dataset).Properties?.ProjectArn, stack.resolve(projectArn));
  dependLate(teardown, () => resourcesOfStack(stack, ({ cfnResourceType }) => cfnResourceType === 'AWS::Rekognition::Dataset', true).filter(isOfProject));
}
